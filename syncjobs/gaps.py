"""Times of which our rows know nothing, so that what was sent then is looked for before it is sent again (DESIGN 6.1)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Max, Q, QuerySet

from integration.flows.context import Doubt
from syncjobs.models import Gap, Presence, SafetyRun

LONGEST_SILENCE = timedelta(
    minutes=5
)  # real time, whatever RETRY_TIME_SCALE: the tills' clocks do not scale
MARKED_EVERY = timedelta(seconds=30)
TILL_CLOCK = timedelta(minutes=10)  # how far a till's clock may go ahead of ours


def mark(now: datetime) -> None:
    """Note that these rows are in use, before anything is sent on their behalf; a silence before it becomes a gap."""
    last, made = Presence.objects.get_or_create(pk=1, defaults={"at": now})
    if made or now - last.at < MARKED_EVERY:
        return
    with transaction.atomic():
        was_first = Presence.objects.filter(pk=1, at=last.at).update(at=now)
        if was_first and now - last.at > LONGEST_SILENCE:
            Gap.objects.create(began_at=last.at, ended_at=now)


def declare_restored(now: datetime) -> Gap:
    """Note that a backup was restored just now, and let every safety job look for what it lacks at once."""
    last = Presence.objects.filter(pk=1).values_list("at", flat=True).first()
    with transaction.atomic():
        Presence.objects.update_or_create(pk=1, defaults={"at": now})
        SafetyRun.objects.update(next_run_at=None)
        return Gap.objects.create(began_at=last or now, ended_at=now, restored=True)


def note_forgotten(at: datetime) -> Doubt:
    """Note that our rows surely forgot something of that time, and return what is to be doubted from now on."""
    known = _doubt_now()
    if known.missing_until is not None and at < known.missing_until:
        return known
    with transaction.atomic():
        Gap.objects.filter(began_at=F("ended_at"), restored=True).delete()  # an earlier note
        Gap.objects.create(began_at=at, ended_at=at, restored=True)
    return _doubt_now()


def ends() -> "QuerySet[Gap]":
    """Return the gaps, the one that ended last first."""
    return Gap.objects.order_by("-ended_at")


def doubt(ended_at: datetime | None, restored_at: datetime | None) -> Doubt:
    """Return what the flows have to doubt, by the ends of the newest gap and of the newest restored backup."""
    until, missing_until = (
        None if end is None else end + TILL_CLOCK for end in (ended_at, restored_at)
    )
    return Doubt(until=until, missing_until=missing_until)


def keep(known: Doubt, *, before: Doubt) -> None:
    """Remember that a run found something in Uniconta that our rows had forgotten: a backup was restored."""
    if known.missing_until is not None and known.missing_until != before.missing_until:
        Gap.objects.filter(ended_at=known.missing_until - TILL_CLOCK).update(restored=True)


def _doubt_now() -> Doubt:
    newest = Gap.objects.aggregate(
        last=Max("ended_at"), restored=Max("ended_at", filter=Q(restored=True))
    )
    return doubt(newest["last"], newest["restored"])
