"""Each safety job runs once a slot, is tried again later when it fails, and leaves a row that says what it found."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from integration.errors import RetryableError
from settings_app.models import SafetyInterval, Tenant
from settings_app.signals import tenant_changed
from syncjobs import queue, schedules
from syncjobs import sweep as sweeping
from syncjobs.models import SafetyRun, SweepRun, SyncJob, TenantState
from syncjobs.safety import schedule
from syncjobs.safety.next_run import next_run
from syncjobs.safety.search import SWEEP_OVERLAP, Search
from syncjobs.safety.sweep import SWEEPS, sweep
from tests.syncjobs.safety.conftest import KIND

Looks = list[Callable[[Search], None]]
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def fail(search: Search) -> None:
    raise RetryableError("Customers 1st could not be reached.")


def run_at(moment: datetime, tenant: Tenant) -> int:
    with time_machine.travel(moment, tick=False):
        return schedule.sweep_tenant(tenant.pk)


def slot_of(tenant: Tenant) -> datetime:
    """Return when a slot begins; where in the hour that is hangs on the tenant's key."""
    begins = next_run(tenant, KIND, NOON)
    assert begins is not None
    return begins


def state(tenant: Tenant) -> SafetyRun:
    return SafetyRun.objects.get(tenant=tenant, kind=KIND)


def test_a_tenant_that_was_never_swept_is_due_and_then_due_at_its_next_slot(swept: Tenant) -> None:
    assert schedule.tenants_due(NOON) == {swept.pk}
    assert run_at(NOON, swept) == 1
    assert schedule.tenants_due(NOON) == set()
    due = state(swept).next_run_at
    assert due == next_run(swept, KIND, NOON)
    assert due is not None
    assert NOON < due <= NOON + timedelta(hours=3)
    assert schedule.tenants_due(due) == {swept.pk}
    run = SweepRun.objects.get()
    assert (run.outcome, run.attempts, run.started_at) == ("GOOD", 1, NOON)
    assert run.slot is not None
    assert run.slot <= NOON


def test_one_slot_is_run_once(swept: Tenant) -> None:
    start = slot_of(swept)
    run_at(start, swept)
    assert run_at(start + timedelta(seconds=1), swept) == 0
    SafetyRun.objects.update(next_run_at=start)
    run_at(start + timedelta(minutes=1), swept)  # asked for out of turn: a run of its own
    slots = [row.slot for row in SweepRun.objects.order_by("id")]
    assert len(slots) == 2
    assert slots[1] is None


def test_after_a_long_stop_there_is_one_run_not_one_for_each_slot(swept: Tenant) -> None:
    run_at(NOON, swept)
    later = NOON + timedelta(days=5)
    assert run_at(later, swept) == 1
    assert schedule.tenants_due(later) == set()


def test_a_failed_run_is_told_and_tried_again_later_and_later(swept: Tenant, looks: Looks) -> None:
    looks.append(fail)
    waits = []
    moment = slot_of(swept)
    for _try in range(3):
        run_at(moment, swept)
        due = state(swept).next_run_at
        assert due is not None
        waits.append(due - moment)
        moment = due
    assert waits == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]
    run = state(swept)
    assert (run.failures, run.last_error) == (3, "Customers 1st could not be reached.")
    assert run.last_good_run_at is None
    row = SweepRun.objects.get()  # one row for the slot, however often it is tried
    assert (row.outcome, row.attempts, row.error) == (
        "FAILED",
        3,
        "Customers 1st could not be reached.",
    )
    looks.append(lambda search: None)
    run_at(moment, swept)
    run = state(swept)
    assert (run.failures, run.last_error, run.last_good_run_at) == (0, "", moment)


def test_an_unforeseen_error_is_seen_too(
    swept: Tenant, looks: Looks, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(search: Search) -> None:
        raise ZeroDivisionError

    looks.append(break_down)
    run_at(NOON, swept)
    assert state(swept).last_error == "ZeroDivisionError"
    assert "ZeroDivisionError" in caplog.text


def test_a_busy_tenant_stays_due_and_counts_no_failure(swept: Tenant) -> None:
    TenantState.objects.create(tenant=swept, holder="x", lease_until=NOON + timedelta(seconds=9))
    run_at(NOON, swept)
    assert schedule.tenants_due(NOON) == {swept.pk}
    assert state(swept).failures == 0


def test_the_tick_only_queues_so_that_no_tenant_waits_for_another(
    swept: Tenant, fjord: Tenant, looks: Looks
) -> None:
    SafetyInterval.objects.create(tenant=fjord, kind=KIND, hours=6)
    looks.append(fail)
    now = datetime.now(UTC) + timedelta(seconds=1)
    schedules.run_tick(now)
    schedules.run_tick(now)
    assert queue.waiting("sweep_tenant", now=now) == {(swept.pk,), (fjord.pk,)}
    assert not SweepRun.objects.exists()


@pytest.mark.parametrize("status", ["draft", "paused"])
def test_only_live_tenants_with_the_job_on_are_swept(swept: Tenant, status: str) -> None:
    Tenant.objects.update(status=status)
    assert schedule.tenants_due(NOON) == set()
    Tenant.objects.update(status="live")
    SafetyInterval.objects.update(hours=0)
    assert schedule.tenants_due(NOON) == set()


def test_looking_for_due_sweeps_costs_one_query_whatever_the_number_of_tenants(
    swept: Tenant, django_assert_num_queries: Any
) -> None:
    for number in range(20):
        tenant = Tenant.objects.create(slug=f"shop-{number}", name="x", status="live")
        SafetyInterval.objects.create(tenant=tenant, kind=KIND, hours=3)
    with django_assert_num_queries(1):
        assert len(schedule.tenants_due(NOON)) == 21


def test_the_cursor_is_the_start_of_the_last_good_run_less_the_overlap(
    swept: Tenant, looks: Looks
) -> None:
    seen: list[datetime | None] = []
    looks.append(lambda search: seen.append(search.changed_after()))
    run_at(NOON, swept)
    looks.append(fail)
    due = state(swept).next_run_at
    assert due is not None
    run_at(due, swept)  # a failed run moves nothing
    looks.append(lambda search: seen.append(search.changed_after()))
    run_at(due + timedelta(hours=1), swept)
    assert seen == [None, NOON - SWEEP_OVERLAP]


def test_a_look_at_recent_changes_only_leaves_no_gap_behind_it(swept: Tenant) -> None:
    run_at(NOON, swept)
    later = NOON + timedelta(days=7)
    sweep(swept, KIND, now=later, since=later - timedelta(days=1))
    assert state(swept).seen_until == NOON
    sweep(swept, KIND, now=later, since=NOON - timedelta(days=1))
    assert state(swept).seen_until == later


def test_a_changed_interval_counts_at_once(swept: Tenant) -> None:
    SafetyInterval.objects.update(hours=24)
    run_at(NOON, swept)
    first = state(swept).next_run_at
    assert first is not None
    SafetyInterval.objects.update(hours=3)
    tenant_changed.send(Tenant, tenant_id=swept.pk)
    second = state(swept).next_run_at
    assert second == next_run(swept, KIND, NOON)
    assert second is not None
    assert second < first
    SafetyInterval.objects.update(hours=0)
    tenant_changed.send(Tenant, tenant_id=swept.pk)
    assert state(swept).next_run_at is None


def test_a_mended_setting_tries_a_failed_sweep_at_once(swept: Tenant, looks: Looks) -> None:
    looks.append(fail)
    run_at(NOON, swept)
    with time_machine.travel(NOON + timedelta(seconds=5), tick=False):
        tenant_changed.send(Tenant, tenant_id=swept.pk)
    assert schedule.tenants_due(NOON + timedelta(seconds=5)) == {swept.pk}


def test_a_gap_is_swept_soon_unless_the_job_is_off(swept: Tenant) -> None:
    run_at(NOON, swept)
    assert schedule.sweep_soon(swept, KIND, NOON)
    assert schedule.tenants_due(NOON) == {swept.pk}
    assert not schedule.sweep_soon(swept, "product_to_item", NOON)


def test_a_dry_run_leaves_no_trace(swept: Tenant, looks: Looks) -> None:
    looks.append(lambda search: search.queue("70001"))
    assert sweep(swept, KIND, now=NOON, dry_run=True).queued == 1
    assert not SweepRun.objects.exists()
    assert not SyncJob.objects.exists()
    assert state(swept).last_good_run_at is None


def test_one_broken_tenant_keeps_no_other_from_its_message(
    swept: Tenant, fjord: Tenant, looks: Looks
) -> None:
    SafetyInterval.objects.create(tenant=fjord, kind=KIND, hours=3)
    looks.append(fail)
    run_at(NOON, swept)
    assert sweeping.sweep_safety(NOON) == 1
    assert schedule.tenants_due(NOON) == {fjord.pk}


def test_day_closes_are_swept_on_schedule_only_where_the_setup_says_so(
    swept: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    close = "day_close_to_journal"
    monkeypatch.setattr(schedule, "SWEEPS", {close: SWEEPS[KIND]})
    SafetyInterval.objects.create(tenant=swept, kind=close, hours=24)
    assert schedule.tenants_due(NOON) == set()
    swept.setup.day_close_enabled = True
    swept.setup.save()
    assert schedule.tenants_due(NOON) == {swept.pk}
