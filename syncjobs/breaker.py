"""The circuit breaker of each tenant and vendor.

Runs that end without an answer open it: until a probe nothing is called, and jobs wait without losing attempts. A
refused log-in stops the calls until the connection is changed or a person says so, since a vendor may lock a user out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from integration.errors import AccessDenied, RetryableError, UnknownOutcome
from settings_app.models import Tenant
from syncjobs.models import Breaker, System

OPENS_AFTER = 3  # runs in a row without an answer
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=10)
LACKS_A_RIGHT = 403  # about one resource, not about the log-in


class CallsPaused(RetryableError):
    """The vendor did not answer lately; nothing is called before `until`."""

    def __init__(self, message: str, until: datetime) -> None:
        super().__init__(message)
        self.until = until


@dataclass(frozen=True, kw_only=True)
class Pause:
    """Why and until when a tenant's jobs wait."""

    reason: str
    until: datetime


def check(tenant: Tenant, now: datetime) -> None:
    """Raise AccessDenied or CallsPaused while this tenant's calls are stopped."""
    for row in stopped(now).filter(tenant=tenant).order_by("-denied"):
        if row.denied:
            raise AccessDenied(row.reason)
        if row.open_until is not None:
            raise CallsPaused(row.reason, row.open_until)


def pause_of(tenant: Tenant, now: datetime) -> Pause | None:
    """Return the pause that a silent vendor makes, the longest where both are silent; None when there is none."""
    rows = Breaker.objects.filter(tenant=tenant, open_until__gt=now).order_by("-open_until")
    row = rows.first()
    if row is None or row.open_until is None:
        return None
    return Pause(reason=row.reason, until=row.open_until)


def learn(tenant: Tenant, *, called: Sequence[str], error: Exception | None, now: datetime) -> None:
    """Take in how a run ended that made calls to these systems, the last one last."""
    if not called:
        return
    last, answered = called[-1], set(called)
    if isinstance(error, RetryableError | UnknownOutcome):
        answered.discard(last)
        _fail(tenant, last, error, now)
    elif isinstance(error, AccessDenied) and error.evidence.get("status") != LACKS_A_RIGHT:
        answered.discard(last)
        _deny(tenant, last, error, now)
    _close(Breaker.objects.filter(tenant=tenant, system__in=answered))


def release(tenant: Tenant) -> int:
    """Let calls through again: the connection was changed, or a person says so. Returns how many were stopped."""
    return _close(Breaker.objects.filter(tenant=tenant))


def stopped(now: datetime) -> "QuerySet[Breaker]":
    """Return the breakers that stop calls, of all tenants."""
    return Breaker.objects.filter(Q(denied=True) | Q(open_until__gt=now))


def _fail(
    tenant: Tenant, system: str, error: RetryableError | UnknownOutcome, now: datetime
) -> None:
    row, _ = Breaker.objects.get_or_create(tenant=tenant, system=system)
    row.failures += 1
    if row.failures >= OPENS_AFTER:
        wait = min(FIRST_WAIT * 2 ** min(row.openings, 10), LONGEST_WAIT)
        hint = timedelta(seconds=getattr(error, "retry_after", None) or 0)
        row.openings += 1
        row.open_until = now + max(wait, hint) * settings.RETRY_TIME_SCALE
        row.reason, row.since = str(error), row.since or now
    row.save()


def _deny(tenant: Tenant, system: str, error: AccessDenied, now: datetime) -> None:
    Breaker.objects.update_or_create(
        tenant=tenant,
        system=system,
        defaults={"denied": True, "reason": str(error), "since": now, "open_until": None},
    )


def _close(rows: "QuerySet[Breaker]") -> int:
    troubled = rows.filter(Q(failures__gt=0) | Q(denied=True))
    return troubled.update(
        failures=0, openings=0, open_until=None, denied=False, reason="", since=None
    )


def stopped_systems(tenant: Tenant, now: datetime) -> dict[str, str]:
    """Return why calls are stopped, by system."""
    rows = stopped(now).filter(tenant=tenant)
    return {System(row.system).value: row.reason for row in rows}
