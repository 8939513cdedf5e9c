"""A vendor that is down costs no attempts; one that refuses the log-in is not asked again until a person acts."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from integration.errors import AccessDenied, Hold, RetryableError, UnknownOutcome
from integration.flows.outcome import Done
from integration.ports import (
    CallRecord,
    Document,
    DocumentKind,
    DocumentState,
    StaleDocument,
)
from settings_app.models import SafetyInterval, Tenant
from settings_app.signals import tenant_changed
from syncjobs import again, breaker, finishing, runner
from syncjobs.models import Breaker, SafetyRun, SyncJob, TenantState, UnicontaSession
from syncjobs.safety import schedule
from syncjobs.selectors import status
from tests import factories

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DOWN = RetryableError("Uniconta could not be reached.")


class Vendors:
    """A flow that calls both vendors; `error` is what the last call ends with."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.runs: list[str] = []

    def flow(self, context: Any, source_id: str) -> Done:
        self.runs.append(source_id)
        for system in ("Customers 1st", "Uniconta"):
            record = CallRecord(
                system=system,
                method="GET",
                path="/",
                query="",
                status=200,
                elapsed_ms=1,
                request="",
                response="",
            )
            context.steps.call(record)
        if self.error is not None:
            raise self.error
        return Done("in step")


@pytest.fixture
def vendors(monkeypatch: pytest.MonkeyPatch) -> Vendors:
    """Both vendors, answering."""
    vendors = Vendors()
    monkeypatch.setattr(runner, "FLOWS", {"sale_to_order": vendors.flow})
    return vendors


@pytest.fixture
def at_noon() -> Iterator[Callable[[datetime], Any]]:
    """Let the time stand still at noon."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller.move_to


def jobs(tenant: Tenant) -> list[tuple[str, int]]:
    rows = SyncJob.objects.filter(tenant=tenant).order_by("id")
    return list(rows.values_list("state", "attempts"))


def test_jobs_wait_for_a_silent_vendor_without_losing_attempts_and_drain_when_it_is_back(
    nordlys: Tenant, vendors: Vendors, at_noon: Callable[[datetime], Any]
) -> None:
    vendors.error = DOWN
    for number in range(8):
        factories.job(nordlys, str(number))
    assert runner.work_tenant(nordlys.pk) == 3  # the third failure in a row opens the breaker
    assert jobs(nordlys) == [("WAITING", 1), ("WAITING", 1), *[("WAITING", 0)] * 6]
    row = Breaker.objects.get()
    assert row.system == "uniconta"  # the one whose call failed; the other answered
    assert row.open_until == NOON + breaker.FIRST_WAIT
    put_off = SyncJob.objects.filter(next_attempt_at=row.open_until)
    assert put_off.count() == 5
    behind = SyncJob.objects.filter(next_attempt_at=NOON + 2 * breaker.FIRST_WAIT)
    assert behind.count() == 1  # the one that was tried lets the others probe first
    assert set(put_off.values_list("reason", flat=True)) == {str(DOWN)}

    at_noon(NOON + timedelta(seconds=14))
    factories.job(nordlys, "new")  # comes meanwhile; nobody is called for it
    vendors.runs.clear()
    runner.work_tenant(nordlys.pk)
    assert vendors.runs == []

    for opening in (1, 2):  # each probe is one job, and each wait is twice the last
        at_noon(_until())
        vendors.runs.clear()
        runner.work_tenant(nordlys.pk)
        assert len(vendors.runs) == 1
        assert _until() - timezone.now() == breaker.FIRST_WAIT * 2**opening
    assert sum(attempts for _state, attempts in jobs(nordlys)) == 2

    vendors.error = None
    at_noon(_until())
    assert runner.work_tenant(nordlys.pk) == 8
    at_noon(NOON + timedelta(hours=1))
    assert runner.work_tenant(nordlys.pk) == 1
    assert {state for state, _attempts in jobs(nordlys)} == {"DONE"}
    assert Breaker.objects.filter(failures=0, openings=0, open_until=None, reason="").exists()


def test_a_record_that_its_vendor_never_answers_for_starves_no_other(
    nordlys: Tenant,
    vendors: Vendors,
    at_noon: Callable[[datetime], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def flow(context: Any, source_id: str) -> Done:
        vendors.error = DOWN if source_id == "poison" else None
        return Vendors.flow(vendors, context, source_id)

    monkeypatch.setattr(runner, "FLOWS", {"sale_to_order": flow})
    factories.job(nordlys, "poison")
    for minute in range(5):
        at_noon(NOON + timedelta(minutes=minute))
        runner.work_tenant(nordlys.pk)
    later = factories.job(nordlys, "later")
    for minute in range(5, 30):
        at_noon(NOON + timedelta(minutes=minute))
        runner.work_tenant(nordlys.pk)
    later.refresh_from_db()
    assert later.state == "DONE"


def test_what_changes_hands_again_and_again_starves_no_other(
    nordlys: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flow(context: Any, source_id: str) -> Done:
        if source_id == "claimed":
            raise StaleDocument("debtor K1 is linked to another record already.")
        return Done("in step")

    monkeypatch.setattr(runner, "FLOWS", {"sale_to_order": flow})
    claimed = factories.job(nordlys, "claimed")
    other = factories.job(nordlys, "other")
    runner.work_tenant(nordlys.pk, share=runner.Share(jobs=20, seconds=60))
    claimed.refresh_from_db()
    other.refresh_from_db()
    assert other.state == "DONE"
    assert claimed.next_attempt_at is not None


def test_who_lost_the_lease_claims_no_more(
    nordlys: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[str] = []

    def flow(context: Any, source_id: str) -> Done:
        runs.append(source_id)
        TenantState.objects.update(holder="another")
        document = Document(kind=DocumentKind.ORDER, key="k", source_id=source_id)
        context.documents.save(document.become(DocumentState.SENDING), was=None)
        return Done("sent")

    monkeypatch.setattr(runner, "FLOWS", {"sale_to_order": flow})
    factories.job(nordlys, "1")
    factories.job(nordlys, "2")
    runner.work_tenant(nordlys.pk, share=runner.Share(jobs=20, seconds=60))
    assert runs == ["1"]


def _until() -> datetime:
    until = Breaker.objects.get().open_until
    assert until is not None
    return until


def test_single_failures_and_answers_that_refuse_open_nothing(
    nordlys: Tenant, vendors: Vendors, at_noon: Callable[[datetime], Any]
) -> None:
    for number in range(4):
        for error in (DOWN, UnknownOutcome("?"), Hold("No.", "Mend it.")):
            vendors.error = error
            factories.job(nordlys, f"{number}-{type(error).__name__}")
            runner.work_tenant(nordlys.pk)
    assert not Breaker.objects.filter(open_until__isnull=False).exists()


def test_the_vendors_hint_is_obeyed_and_no_opening_is_longer_than_ten_minutes(
    nordlys: Tenant,
) -> None:
    slow = RetryableError("slow down", retry_after=1200)
    for _run in range(3):
        breaker.learn(nordlys, called=["uniconta"], error=slow, now=NOON)
    assert _until() == NOON + timedelta(seconds=1200)
    for _run in range(12):
        breaker.learn(nordlys, called=["uniconta"], error=DOWN, now=NOON)
    assert _until() == NOON + breaker.LONGEST_WAIT


def test_one_tenants_vendor_stops_no_other_tenant(
    nordlys: Tenant, fjord: Tenant, vendors: Vendors
) -> None:
    for _run in range(3):
        breaker.learn(nordlys, called=["uniconta"], error=DOWN, now=timezone.now())
    factories.job(fjord)
    assert runner.work_tenant(fjord.pk) == 1
    assert jobs(fjord) == [("DONE", 1)]


def deny(tenant: Tenant, vendors: Vendors) -> None:
    vendors.error = AccessDenied("Uniconta refused the log-in.", evidence={"status": 200})
    for number in range(3):
        factories.job(tenant, str(number))
    runner.work_tenant(tenant.pk)


def test_a_refused_log_in_is_tried_once_and_every_job_says_so(
    nordlys: Tenant, vendors: Vendors
) -> None:
    deny(nordlys, vendors)
    assert len(vendors.runs) == 1
    rows = SyncJob.objects.all()
    assert {(row.state, row.cause) for row in rows} == {
        ("NEEDS_PERSON", "Uniconta refused the log-in.")
    }
    assert status(nordlys, timezone.now())["calls_stopped"] == {
        "uniconta": "Uniconta refused the log-in."
    }


@pytest.mark.parametrize("way", ["changed connection", "retry", "one job"])
def test_a_person_lets_calls_through_again(nordlys: Tenant, vendors: Vendors, way: str) -> None:
    deny(nordlys, vendors)
    UnicontaSession.objects.create(tenant=nordlys, refusals=3)
    vendors.error = None
    now = timezone.now()
    if way == "changed connection":
        tenant_changed.send(Tenant, tenant_id=nordlys.pk)
    elif way == "retry":
        again.retry_jobs(nordlys, now=now)
    else:
        for job in SyncJob.objects.all():
            again.retry_job(job, now=now)
    assert not Breaker.objects.filter(denied=True).exists()
    assert UnicontaSession.objects.get().refusals == 0
    runner.work_tenant(nordlys.pk)
    assert {state for state, _attempts in jobs(nordlys)} == {"DONE"}


def test_a_missing_right_stops_only_its_own_job(nordlys: Tenant, vendors: Vendors) -> None:
    vendors.error = AccessDenied("Uniconta denies access.", evidence={"status": 403})
    factories.job(nordlys, "1")
    runner.work_tenant(nordlys.pk)
    assert not Breaker.objects.filter(denied=True).exists()


def test_sweeps_and_batches_wait_too_and_count_no_failure(
    nordlys: Tenant, vendors: Vendors, at_noon: Callable[[datetime], Any]
) -> None:
    for _run in range(3):
        breaker.learn(nordlys, called=["uniconta"], error=DOWN, now=NOON)
    SafetyInterval.objects.create(tenant=nordlys, kind="sale_to_order", hours=3)
    schedule.sweep_tenant(nordlys.pk)
    run = SafetyRun.objects.get()
    assert (run.next_run_at, run.failures, run.last_error) == (_until(), 0, str(DOWN))
    factories.document(nordlys, kind="INVOICE", state="SENT")
    finishing.finish_tenant(nordlys.pk)
    state = TenantState.objects.get()
    assert (state.batch_after, state.batch_attempts) == (_until(), 0)
