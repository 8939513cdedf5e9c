"""A worker takes one turn at a tenant and passes on to what is due there next, behind the others' messages."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_q.models import OrmQ

from integration.flows.outcome import Done
from settings_app.models import SafetyInterval, Tenant
from syncjobs import finishing, queue, runner, turns
from syncjobs.models import DocumentRow, SyncJob, TenantState
from tests import factories


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The records that were worked, in order; each succeeds at once."""
    seen: list[str] = []

    def flow(context: Any, source_id: str) -> Done:
        seen.append(source_id)
        return Done("in step")

    monkeypatch.setattr(runner, "FLOWS", {"sale_to_order": flow})
    return seen


def messages() -> list[str]:
    names = {path: name for name, path in queue.TASKS.items()}
    return [names[row.task["func"]] for row in OrmQ.objects.order_by("id")]


def test_a_tenant_gets_its_share_and_the_rest_stands_behind_the_others(
    nordlys: Tenant, fjord: Tenant, worked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "JOBS_A_TURN", 3)
    for number in range(5):
        factories.job(nordlys, f"n{number}")
    factories.job(fjord, "f0")
    queue.enqueue("work_tenant", fjord.pk)
    turns.work(nordlys.pk)
    assert worked == ["n0", "n1", "n2"]
    assert [row.args() for row in OrmQ.objects.order_by("id")] == [(fjord.pk,), (nordlys.pk,)]
    turns.work(fjord.pk)
    turns.work(nordlys.pk)
    assert worked == ["n0", "n1", "n2", "f0", "n3", "n4"]
    assert OrmQ.objects.count() == 2  # nothing is left, so nothing more was queued


def test_a_turn_ends_after_its_seconds(nordlys: Tenant, worked: list[str]) -> None:
    for number in range(5):
        factories.job(nordlys, f"n{number}")
    ticks = iter(range(0, 1000, 10))
    share = runner.Share(jobs=100, seconds=25)
    assert runner.work_tenant(nordlys.pk, share=share, clock=lambda: next(ticks)) == 2


def test_a_job_more_reads_the_setup_not_again(nordlys: Tenant, worked: list[str]) -> None:
    def statements(jobs: int) -> int:
        for number in range(jobs):
            factories.job(nordlys, f"{jobs} {number}")
        with CaptureQueriesContext(connection) as captured:
            assert runner.work_tenant(nordlys.pk) == jobs
        return len(captured)

    statements(1)
    # claim; begin, job, older rows, count of the day, commit
    assert statements(3) - statements(2) <= 6


def test_batches_and_sweeps_come_between_the_jobs_of_a_busy_tenant(
    nordlys: Tenant, worked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "JOBS_A_TURN", 1)
    monkeypatch.setattr(finishing, "tenants_to_finish", lambda now, ids=None: [nordlys.pk])
    monkeypatch.setattr(finishing, "waits_since", lambda pk, moment: True)
    monkeypatch.setattr(finishing, "finish_tenant", lambda pk: True)
    monkeypatch.setattr("syncjobs.safety.schedule.sweep_tenant", lambda pk: 1)
    monkeypatch.setattr("syncjobs.hooks.healing.heal_tenant", lambda pk: True)
    SafetyInterval.objects.create(tenant=nordlys, kind="sale_to_order", hours=3)
    for number in range(3):
        factories.job(nordlys, f"n{number}")
    turns.work(nordlys.pk)
    turns.finish(nordlys.pk)
    turns.look(nordlys.pk)
    turns.heal(nordlys.pk)
    assert messages() == ["finish_tenant", "sweep_tenant", "heal_tenant", "work_tenant"]


@pytest.mark.parametrize(("waited", "is_due"), [(5, False), (15, True)])
def test_a_batch_grows_a_while_before_a_busy_tenant_spends_its_calls(
    nordlys: Tenant, worked: list[str], monkeypatch: pytest.MonkeyPatch, waited: int, is_due: bool
) -> None:
    monkeypatch.setattr(turns, "JOBS_A_TURN", 1)
    factories.document(nordlys, kind="INVOICE", state="SENT")
    then = timezone.now() - timedelta(seconds=waited)
    DocumentRow.objects.update(updated_at=then)
    for number in range(2):
        factories.job(nordlys, f"n{number}")
    turns.work(nordlys.pk)
    assert (messages() == ["finish_tenant"]) == is_due


def test_nothing_is_passed_on_while_another_worker_is_at_the_tenant_or_it_is_paused(
    nordlys: Tenant, worked: list[str]
) -> None:
    factories.job(nordlys)
    TenantState.objects.create(
        tenant=nordlys, holder="x", lease_until=timezone.now() + timedelta(seconds=20)
    )
    turns.work(nordlys.pk)
    TenantState.objects.update(holder="", lease_until=None)
    Tenant.objects.update(status="paused")
    turns.work(nordlys.pk)
    assert not OrmQ.objects.exists()
    assert SyncJob.objects.get().state == "WAITING"
