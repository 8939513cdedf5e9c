"""Where each problem stands: suspected, open, recovered. A problem that comes and goes is told of once an hour at most."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from settings_app.models import Tenant
from syncjobs.models import Problem

OPENS_AFTER = timedelta(minutes=2)  # what is gone by then was a flap
RECOVERS_AFTER = timedelta(minutes=5)
TOLD_EVERY = timedelta(hours=1)
ONCE = "once:"  # begins the key of what is told once and then over

State = Problem.State


@dataclass(frozen=True, kw_only=True)
class Found:
    """Something that is wrong at this moment; without `tenant_id` with the service."""

    tenant_id: int | None
    key: str
    cause: str
    cure: str


def observe(found: Iterable[Found], now: datetime) -> None:
    """Take in everything that is wrong at this moment; what is not among it any more recovers."""
    rows = {(row.tenant_id, row.key): row for row in _watched()}
    present = {(item.tenant_id, item.key): item for item in found}
    for place, item in present.items():
        _seen(rows.get(place), item, now)
    for place, row in rows.items():
        if place not in present:
            _not_seen(row, now)


def tell_once(tenant: Tenant, key: str, *, cause: str, cure: str, now: datetime) -> None:
    """Let the tenant be told of something that is over already, such as a mended webhook."""
    Problem.objects.update_or_create(
        tenant=tenant,
        key=f"{ONCE}{key}",
        defaults={
            "state": State.OPEN,
            "cause": cause,
            "cure": cure,
            "first_seen_at": now,
            "last_seen_at": now,
            "told_state": "",
        },
    )


def to_tell(now: datetime) -> "QuerySet[Problem]":
    """Return the problems that somebody must be told of now: new ones, and the recovery of those that were told."""
    rested = Q(told_at__isnull=True) | Q(told_at__lte=now - TOLD_EVERY)
    opened = Q(state=State.OPEN) & ~Q(told_state=State.OPEN) & rested
    recovered = Q(state=State.RECOVERED, told_state=State.OPEN)
    free = Q(sending_until__isnull=True) | Q(sending_until__lte=now)
    return Problem.objects.filter(free, opened | recovered).select_related("tenant").order_by("id")


def told(problem: Problem, now: datetime) -> None:
    """Write down that the message about a problem's present state is out."""
    changes = {"told_state": problem.state, "sending_until": None}
    rows = Problem.objects.filter(pk=problem.pk)
    if problem.state == State.OPEN:
        rows.update(told_at=now, **changes)
    else:
        rows.update(**changes)
    if problem.key.startswith(ONCE):
        rows.update(state=State.RECOVERED, told_state=State.RECOVERED, recovered_at=now)


def _watched() -> "QuerySet[Problem]":
    return Problem.objects.exclude(key__startswith=ONCE).exclude(state=State.RECOVERED)


def _seen(row: Problem | None, item: Found, now: datetime) -> None:
    if row is None:
        row = Problem.objects.filter(tenant=item.tenant_id, key=item.key).first() or Problem(
            tenant_id=item.tenant_id, key=item.key, state=State.RECOVERED
        )
    if row.state == State.RECOVERED:
        row.state, row.first_seen_at, row.recovered_at = State.SUSPECTED, now, None
    elif row.state == State.SUSPECTED and now - row.first_seen_at >= OPENS_AFTER:
        row.state = State.OPEN
    row.cause, row.cure, row.last_seen_at = item.cause, item.cure, now
    row.save()


def _not_seen(row: Problem, now: datetime) -> None:
    if row.state == State.SUSPECTED or (
        row.state == State.OPEN and now - row.last_seen_at >= RECOVERS_AFTER
    ):
        row.state, row.recovered_at = State.RECOVERED, now
    else:
        return
    row.save(update_fields=["state", "recovered_at"])
