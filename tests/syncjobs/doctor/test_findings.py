"""Each injected misconfiguration yields its own finding and nothing else."""

import pytest

from integration.doctor.finding import Level
from integration.doctor.kinds import KINDS
from settings_app.models import DoctorReport
from tests.syncjobs.doctor.spoilers import SPOILERS
from tests.syncjobs.doctor.world import World


@pytest.mark.parametrize("name", SPOILERS)
def test_a_spoiled_setting_is_found_and_nothing_else(world: World, name: str) -> None:
    SPOILERS[name](world)
    before = world.sandbox.uniconta.snapshot()

    report = world.examine()

    identity = name.partition("/")[0]
    assert {row.kind.id for row in report.findings} == {identity}
    assert report.ok is (KINDS[identity].level is not Level.ERROR)
    assert all(row.subject and row.cause and row.cure for row in report.findings)
    assert DoctorReport.objects.get(tenant=world.tenant).is_green is report.ok
    assert world.sandbox.uniconta.snapshot() == before


def test_every_finding_has_its_misconfiguration() -> None:
    assert {name.partition("/")[0] for name in SPOILERS} == set(KINDS)
    assert len(KINDS) > 100
