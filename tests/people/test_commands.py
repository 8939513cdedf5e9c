"""A command about one shop tells nothing of another, and a change that it or a job makes names it."""

import io

import pytest
from django.core.management import call_command

from integration.flows.context import Context
from integration.flows.outcome import Done
from integration.flows.registry import FLOWS
from settings_app.management.base import ProductCommand
from settings_app.models import Tenant
from syncjobs.models import SyncJob
from syncjobs.runner import work_tenant
from tests import factories
from tests.people.filling import marks_of


@pytest.mark.parametrize(
    "command",
    [
        ("status", "otter"),
        ("status", "otter", "--json"),
        ("tenant", "export", "otter"),
        ("retry", "otter"),
    ],
    ids=" ".join,
)
def test_what_is_asked_of_one_shop_tells_nothing_of_another(
    command: tuple[str, ...], zebra: Tenant, otter: Tenant
) -> None:
    out = io.StringIO()

    call_command(*command, stdout=out)

    for mark in marks_of("zebra"):
        assert mark not in out.getvalue()


def test_a_command_signs_what_it_changes(db: None) -> None:
    tenant = factories.nordlys()

    class Command(ProductCommand):
        def run(self, **options: object) -> dict[str, str]:
            tenant.save()
            return {}

    Command.__module__ = "syncjobs.management.commands.adopt"
    Command(stdout=io.StringIO()).handle(json=False)

    assert tenant.history.latest().history_change_reason == "manage.py adopt"


def test_a_job_signs_what_it_changes(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    tenant = factories.nordlys()
    job = factories.job(tenant, "70001")

    def flow(context: Context, source_id: str) -> Done:
        tenant.save()
        return Done("saved")

    monkeypatch.setitem(FLOWS, "sale_to_order", flow)
    work_tenant(tenant.pk)

    assert SyncJob.objects.get(pk=job.pk).state == "DONE"
    assert tenant.history.latest().history_change_reason == f"job {job.pk} (sale_to_order 70001)"
