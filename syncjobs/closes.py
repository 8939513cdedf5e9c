"""Day closes on demand: which are due, what posting them would do, and posting them now; for the command and the admin."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from integration.customers1st.payloads import DayClose
from integration.flows.close_plan import find_close, preview_close
from integration.flows.context import Context
from integration.flows.day_close import accepted_causes, close_is_in_step
from integration.flows.master import store_id
from integration.mapping.day_close import close_date, close_key
from integration.ports import DocumentKind
from settings_app.models import Tenant
from syncjobs.context import build_context
from syncjobs.drain import drain
from syncjobs.folding import look_again
from syncjobs.models import JobKind, JobState, SyncJob
from syncjobs.reversals import WAIVABLE, accept_close
from syncjobs.safety.closes import closes_since
from syncjobs.steps import StepTable

NO_CURE = "Nothing to do: when they are booked, the close goes on by itself."


class UnableToClose(Exception):
    """Day closes cannot be posted now, for the reason in the message."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """One close as it stands: what a person is told, and its exact lines where they are known.

    `waivable` are the differences that a person may call right as they stand; empty when something else is in the way.
    """

    source_id: str
    number: int | None
    register: str
    day: date
    state: str
    text: str = ""
    cure: str = ""
    lines: Sequence[dict[str, Any]] = ()
    sheet: dict[str, Any] | None = None
    waivable: Sequence[str] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values, without the sheet."""
        return {
            "id": self.source_id,
            "number": self.number,
            "register": self.register,
            "date": self.day.isoformat(),
            "state": self.state,
            "text": self.text,
            "cure": self.cure,
            "lines": list(self.lines),
        }


def _reading(tenant: Tenant) -> Context:
    """Return a context that reads: without a lease nothing is sent."""
    return build_context(tenant, lease=None, steps=StepTable(tenant))


def preview(tenant: Tenant, *, day: date | None = None) -> list[Told]:
    """Return what posting the closes of a day (None: all that are due) would do now; nothing is written."""
    context = _reading(tenant)
    return [_previewed(context, close) for close in _due(context, day)]


def preview_one(tenant: Tenant, source_id: str) -> Told | None:
    """Return what posting one close would do now, None when there is no such close; nothing is written."""
    context = _reading(tenant)
    close, _beside = find_close(context, int(source_id))
    return None if close is None else _previewed(context, close)


def post(tenant: Tenant, *, day: date | None = None, timeout: float) -> tuple[list[Told], bool]:
    """Post the closes of a day (None: all that are due) now; returns how each ended, and whether time sufficed.

    Raises UnableToClose for a tenant that is not live, and the clients' errors.
    """
    if tenant.status != Tenant.Status.LIVE:
        raise UnableToClose(f"{tenant.slug} is {tenant.get_status_display()}; nothing is posted.")
    context = _reading(tenant)
    closes = _due(context, day)
    for close in closes:
        ask_for(tenant, str(close.id), now=timezone.now())
    drained = drain([tenant], timeout=timeout) if closes else None
    told = [_ended(tenant, context, close) for close in closes]
    return told, drained is None or not drained.timed_out


def ask_for(tenant: Tenant, source_id: str, *, now: datetime) -> SyncJob:
    """Let one close be worked now, whatever the switches say: a person asks."""
    job, _is_new = look_again(tenant, JobKind.DAY_CLOSE_TO_JOURNAL, source_id, now=now)
    SyncJob.objects.filter(pk=job.pk, state=JobState.WAITING).update(next_attempt_at=None)
    return job


def accept(
    tenant: Tenant, source_id: str, *, seen: Sequence[str], reason: str, person: str, now: datetime
) -> None:
    """Let a close be posted with the differences that a person has seen; UnableToClose when they are others by now."""
    context = _reading(tenant)
    close, _beside = find_close(context, int(source_id))
    told = None if close is None else _previewed(context, close)
    if told is None or not told.waivable or list(told.waivable) != list(seen):
        raise UnableToClose("The close has changed, or other things are in its way; look again.")
    accept_close(
        tenant,
        key=close_key(store_id(context), int(source_id)),
        source_id=source_id,
        causes=told.waivable,
        reason=reason,
        person=person,
        now=now,
    )


def _due(context: Context, day: date | None) -> list[DayClose]:
    first = context.rules.sales_from
    return [
        close
        for close in closes_since(context, None)
        if (day is None or _day(context, close) == day)
        and (first is None or _day(context, close) >= first)
        and not close_is_in_step(context, close)
    ]


def _day(context: Context, close: DayClose) -> date:
    return close_date(close, rules=context.rules, naive_zone=context.naive_zone)


def _previewed(context: Context, close: DayClose) -> Told:
    found, beside = find_close(context, close.id)
    key = close_key(store_id(context), close.id)
    document = context.documents.get(DocumentKind.CLOSE, key)
    result = preview_close(context, found or close, beside, accepted=accepted_causes(document))
    plan = result.plan
    findings = plan.findings if plan else ()
    may_waive = bool(findings) and all(finding.rule in WAIVABLE for finding in findings)
    return Told(
        source_id=str(close.id),
        number=close.number,
        register=close.register_title,
        day=_day(context, close),
        state="HELD" if result.hold else "WAITS" if result.waits_for else "READY",
        text=result.hold.cause if result.hold else result.waits_for,
        cure=result.hold.cure if result.hold else NO_CURE if result.waits_for else "",
        lines=plan.sheet["lines"] if plan else (),
        sheet=plan.sheet if plan else None,
        waivable=[finding.cause for finding in findings] if may_waive else (),
    )


def _ended(tenant: Tenant, context: Context, close: DayClose) -> Told:
    source_id = str(close.id)
    jobs = SyncJob.objects.filter(
        tenant=tenant, kind=JobKind.DAY_CLOSE_TO_JOURNAL, source_id=source_id
    )
    job = jobs.order_by("-id").first()
    sheets = context.proofs.of(close_key(store_id(context), close.id))
    return Told(
        source_id=source_id,
        number=close.number,
        register=close.register_title,
        day=_day(context, close),
        state=job.state if job else "",
        text=(job.cause or job.reason or job.summary) if job else "",
        cure=job.cure if job else "",
        lines=sheets[0]["lines"] if sheets else (),
    )
