"""What is due is woken up, whatever became of its message."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from settings_app.models import Tenant
from syncjobs import finishing, queue, schedules, sweep, tasks
from syncjobs.models import SyncJob, TenantState, WorkerHeartbeat
from tests import factories


def now() -> datetime:
    return timezone.now() + timedelta(seconds=1)  # a message made just now waits already


def test_a_tenant_with_a_due_job_is_queued_once(nordlys: Tenant, fjord: Tenant) -> None:
    factories.job(nordlys, "1")
    factories.job(nordlys, "2")
    assert sweep.sweep_due(now()) == 1
    assert sweep.sweep_due(now()) == 0
    assert queue.waiting("work_tenant", now=now()) == {(nordlys.pk,)}


def test_a_lost_message_is_made_up_for(nordlys: Tenant) -> None:
    factories.job(nordlys)
    sweep.sweep_due(now())
    OrmQ.objects.all().delete()
    assert sweep.sweep_due(now()) == 1


def test_a_message_that_died_with_its_worker_is_made_up_for(nordlys: Tenant) -> None:
    factories.job(nordlys)
    sweep.sweep_due(now())
    OrmQ.objects.update(lock=now() + timedelta(hours=1))
    assert sweep.sweep_due(now()) == 1


def test_jobs_that_are_not_due_and_tenants_that_are_not_live_sleep(
    nordlys: Tenant, klit: Tenant
) -> None:
    factories.job(nordlys, next_attempt_at=now() + timedelta(minutes=1))
    factories.job(nordlys, "2", state="NEEDS_PERSON")
    factories.job(klit)
    assert sweep.sweep_due(now()) == 0


def test_a_tenant_that_a_worker_is_at_is_left_to_it(nordlys: Tenant) -> None:
    factories.job(nordlys)
    TenantState.objects.create(
        tenant=nordlys, holder="x", lease_until=now() + timedelta(seconds=20)
    )
    assert sweep.sweep_due(now()) == 0


def test_a_running_job_of_a_dead_worker_waits_again_and_is_queued(nordlys: Tenant) -> None:
    factories.job(nordlys, state="RUNNING", attempts=1)
    TenantState.objects.create(
        tenant=nordlys, holder="dead", lease_until=timezone.now() - timedelta(seconds=1)
    )
    assert sweep.sweep_due(now()) == 1
    assert SyncJob.objects.get().state == "WAITING"


def test_a_long_queue_gets_nothing_more(nordlys: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "LOOK_AT", 1)
    factories.job(nordlys)
    queue.enqueue("beat")
    queue.enqueue("beat")
    assert sweep.sweep_due(now()) == 0


def test_batched_work_has_a_message_of_its_own(
    nordlys: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finishing, "tenants_to_finish", lambda when: [nordlys.pk])
    assert sweep.sweep_batches(now()) == 1
    assert sweep.sweep_batches(now()) == 0
    assert queue.waiting("finish_tenant", now=now()) == {(nordlys.pk,)}


def test_a_part_of_the_tick_that_fails_does_not_stop_the_others(
    nordlys: Tenant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(when: datetime) -> int:
        raise RuntimeError("broken")

    swept: list[datetime] = []
    monkeypatch.setattr(sweep, "sweep_due", fail)
    monkeypatch.setattr(sweep, "sweep_safety", swept.append)
    schedules.run_tick(now())
    assert swept
    assert WorkerHeartbeat.objects.exists()
    assert "broken" in caplog.text


def test_the_tasks_only_hand_over(nordlys: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, int]] = []
    for name in ("work", "finish", "look", "heal"):
        monkeypatch.setattr(
            f"syncjobs.turns.{name}", lambda pk, name=name: calls.append((name, pk))
        )
    tasks.work_tenant(nordlys.pk)
    tasks.finish_tenant(nordlys.pk)
    tasks.sweep_tenant(nordlys.pk)
    tasks.heal_tenant(nordlys.pk)
    tasks.beat()
    assert calls == [(name, nordlys.pk) for name in ("work", "finish", "look", "heal")]
    assert WorkerHeartbeat.objects.exists()
