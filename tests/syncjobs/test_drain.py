"""A drain works until nothing is due, and says so when time runs out first."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from settings_app.models import Tenant
from syncjobs import desk, finishing, runner
from syncjobs.drain import drain
from syncjobs.models import SyncJob, TenantState
from tests import factories


class Clock:
    """A clock that moves only when somebody sleeps, and a little with every look."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept = 0

    def __call__(self) -> float:
        self.now += 0.001
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += 1


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def worker(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Work jobs by calling them done, and finish what `finishing` says is due."""
    log: list[str] = []

    def work(tenant_id: int) -> int:
        log.append("work")
        now = timezone.now()
        return desk.due_jobs(now).filter(tenant_id=tenant_id).update(state="DONE")

    monkeypatch.setattr(runner, "work_tenant", work)
    return log


def test_jobs_come_before_batched_work(
    nordlys: Tenant, clock: Clock, worker: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    due = [nordlys.pk]

    def finish(tenant_id: int) -> bool:
        worker.append("finish")
        due.clear()
        return True

    monkeypatch.setattr(finishing, "tenants_to_finish", lambda now, ids=None: list(due))
    monkeypatch.setattr(finishing, "finish_tenant", finish)
    factories.job(nordlys, "1")
    factories.job(nordlys, "2")
    drained = drain([nordlys], timeout=10, clock=clock, sleep=clock.sleep)
    assert (drained.worked, drained.timed_out) == (2, False)
    assert worker == ["work", "finish"]


def test_what_backs_off_for_long_is_not_waited_for(nordlys: Tenant, clock: Clock) -> None:
    factories.job(nordlys, next_attempt_at=timezone.now() + timedelta(minutes=1))
    drained = drain([nordlys], timeout=10, clock=clock, sleep=clock.sleep)
    assert (drained.worked, drained.timed_out, clock.slept) == (0, False, 0)


def test_what_is_due_in_a_moment_is_waited_for(nordlys: Tenant, clock: Clock) -> None:
    soon = timezone.now() + timedelta(seconds=1)
    factories.job(nordlys, next_attempt_at=soon)

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        SyncJob.objects.update(next_attempt_at=timezone.now())

    assert drain([nordlys], timeout=10, clock=clock, sleep=sleep).worked == 1


def test_a_job_that_another_worker_runs_is_waited_for_until_time_is_up(
    nordlys: Tenant, clock: Clock
) -> None:
    factories.job(nordlys, state="RUNNING")
    TenantState.objects.create(
        tenant=nordlys, holder="other", lease_until=timezone.now() + timedelta(minutes=1)
    )
    drained = drain([nordlys], timeout=1, clock=clock, sleep=clock.sleep)
    assert drained.timed_out
    assert clock.slept > 1


def test_a_dead_workers_job_is_taken_over(nordlys: Tenant, clock: Clock) -> None:
    factories.job(nordlys, state="RUNNING")
    assert drain([nordlys], timeout=1, clock=clock, sleep=clock.sleep).worked == 1


def test_batched_work_without_headway_ends_as_a_time_out(
    nordlys: Tenant, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds: list[int] = []

    def finish(tenant_id: int) -> bool:
        rounds.append(tenant_id)
        return True

    def always(now: datetime, ids: Any = None) -> list[int]:
        return [nordlys.pk]

    monkeypatch.setattr(finishing, "tenants_to_finish", always)
    monkeypatch.setattr(finishing, "finish_tenant", finish)
    assert drain([nordlys], timeout=600, clock=clock, sleep=clock.sleep).timed_out
    assert len(rounds) < 100
