"""A rightly set up tenant is green, at an exact number of calls."""

from settings_app.models import DoctorReport
from tests.syncjobs.doctor.world import World


def test_a_rightly_set_up_tenant_is_green(world: World) -> None:
    report = world.examine()

    assert [row.as_json() for row in report.findings] == []
    assert report.ok
    kept = DoctorReport.objects.get(tenant=world.tenant)
    assert kept.is_green
