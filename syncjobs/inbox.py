"""The inbox: a call is stored raw and folded into a job before anything else happens."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, IntegrityError, transaction

from integration.customers1st.events import EVENT_KINDS, parse_delivery
from settings_app.models import Tenant, UnicontaConnection
from syncjobs import doorstep, queue
from syncjobs.change_url import ChangeCall, read_change_call
from syncjobs.folding import TRIES, fold
from syncjobs.models import Delivery, JobKind, JobState, SyncJob, System

KIND_OF: Mapping[tuple[str, str], JobKind] = {
    (System.CUSTOMERS1ST, "customer"): JobKind.CUSTOMER_TO_DEBTOR,
    (System.CUSTOMERS1ST, "product"): JobKind.PRODUCT_TO_ITEM,
    (System.CUSTOMERS1ST, "sale"): JobKind.SALE_TO_ORDER,
    (System.CUSTOMERS1ST, "day_close"): JobKind.DAY_CLOSE_TO_JOURNAL,
    (System.UNICONTA, "debtor"): JobKind.DEBTOR_TO_CUSTOMER,
    (System.UNICONTA, "item"): JobKind.ITEM_TO_PRODUCT,
}
EVENT_OF = {pair: name for name, pair in EVENT_KINDS.items()}
SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})
SIGNATURE_HEADER = "x-c1st-webhook-signature"
LONGEST_HEADER = 500
LONGEST_ID, LONGEST_EVENT, LONGEST_NUMBER = 120, 80, 18


@dataclass(frozen=True, kw_only=True)
class Received:
    """One authenticated call as it came."""

    method: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    at: datetime


@dataclass(frozen=True, kw_only=True)
class _Notice:
    """What a call is about: an event of an entity that we use, or the reason why nothing follows from it."""

    event: str
    source_id: str
    entity: str = ""
    action: str = ""
    not_used: str = ""


def accept_customers1st(tenant: Tenant, received: Received) -> Delivery:
    """Store a rightly signed call of Customers 1st and fold it into a job, in one transaction."""
    return _accept(tenant, System.CUSTOMERS1ST, received, _customers1st_notice(received))


def accept_uniconta(connection: UnicontaConnection, received: Received) -> Delivery:
    """Store a call of the company's change URL and fold it into a job, in one transaction."""
    call = read_change_call(received.query)
    notice = _uniconta_notice(call, connection.company_id)
    return _accept(connection.tenant, System.UNICONTA, received, notice)


def replay(delivery: Delivery, *, now: datetime) -> SyncJob | None:
    """Read a stored call again with today's switches and fold it into a job; None, with its reason, when none follows.

    The record is read anew at its source as ever, so a replay of something already in step writes nothing.
    """
    received = Received(
        method=delivery.method,
        query=delivery.query,
        headers=delivery.headers,
        body=bytes(delivery.body),
        at=now,
    )
    tenant, system = delivery.tenant, System(delivery.system)
    notice = _notice_of(tenant, system, received)
    with transaction.atomic():
        job, reason = None, ""
        if notice is None:
            reason = "The call cannot be read."
        elif notice.not_used:
            reason = notice.not_used
        else:
            job = _fold(tenant, system, notice, now=now)
            if job is None:
                reason = _switched_off(system, notice)
            else:
                delivery.job = job
        delivery.skipped_reason = reason
        delivery.save(update_fields=["job", "skipped_reason"])
        return job


def _notice_of(tenant: Tenant, system: System, received: Received) -> _Notice | None:
    if system == System.CUSTOMERS1ST:
        return _customers1st_notice(received)
    company = UnicontaConnection.objects.filter(tenant=tenant).first()
    call = read_change_call(received.query)
    return _uniconta_notice(call, company.company_id if company else 0)


def wake_up(tenant: Tenant) -> None:
    """Tell the workers that this tenant has work, unless it is a draft or paused."""
    if tenant.status == Tenant.Status.LIVE:
        queue.enqueue("work_tenant", tenant.pk)


def _accept(tenant: Tenant, system: System, received: Received, notice: _Notice | None) -> Delivery:
    for _try in range(TRIES):
        with suppress(IntegrityError):  # another call about this record came at the same moment
            return _take_in(tenant, system, received, notice)
    raise DatabaseError("The job of this record changed hands again and again.")


def _take_in(
    tenant: Tenant, system: System, received: Received, notice: _Notice | None
) -> Delivery:
    with transaction.atomic():
        if notice is None:
            return _store_unreadable(tenant, system, received)
        if notice.not_used:
            return _store(tenant, system, received, notice, skipped_reason=notice.not_used)
        job = _fold(tenant, system, notice, now=received.at)
        if job is None:
            return _store_switched_off(tenant, system, received, notice)
        return _store(tenant, system, received, notice, job=job)


def _fold(tenant: Tenant, system: System, notice: _Notice, *, now: datetime) -> SyncJob | None:
    """Return the one waiting job of the call's record, waking the workers for a new one; None when it is switched off."""
    kind = KIND_OF[system, notice.entity]
    step = doorstep.look(
        doorstep.Record(
            tenant_id=tenant.pk,
            kind=kind,
            source_id=notice.source_id,
            system=system,
            entity=notice.entity,
            event=notice.action,
        ),
        now,
    )
    if not step.switched_on:
        return None
    if step.put_off:
        return fold(tenant, kind, notice.source_id, now=now)
    if step.waiting is not None:
        return SyncJob(pk=step.waiting)
    if not step.being_woken:  # else the wake-up of a young job covers this one too
        wake_up(tenant)
    return SyncJob.objects.create(
        tenant=tenant, kind=kind, source_id=notice.source_id, created_at=now
    )


def _store(
    tenant: Tenant,
    system: System,
    received: Received,
    notice: _Notice | None,
    *,
    job: SyncJob | None = None,
    skipped_reason: str = "",
) -> Delivery:
    return Delivery.objects.create(
        tenant=tenant,
        system=system,
        event=notice.event if notice else "",
        source_id=notice.source_id if notice else "",
        method=received.method,
        query=_clean(received.query),
        headers=_evidence(received.headers),
        body=received.body,
        received_at=received.at,
        job=job,
        skipped_reason=skipped_reason,
    )


def _switched_off(system: System, notice: _Notice) -> str:
    name = System(system).label
    return f"The webhook switch “{notice.entity} {notice.action}” of {name} is off."


def _store_switched_off(
    tenant: Tenant, system: System, received: Received, notice: _Notice
) -> Delivery:
    reason = _switched_off(system, notice)
    job = SyncJob.objects.create(
        tenant=tenant,
        kind=KIND_OF[system, notice.entity],
        source_id=notice.source_id,
        state=JobState.SKIPPED,
        reason=reason,
        created_at=received.at,
        finished_at=received.at,
    )
    return _store(tenant, system, received, notice, job=job, skipped_reason=reason)


def _store_unreadable(tenant: Tenant, system: System, received: Received) -> Delivery:
    delivery = _store(tenant, system, received, None)
    delivery.job = SyncJob.objects.create(
        tenant=tenant,
        kind=JobKind.UNKNOWN,
        source_id=f"delivery:{delivery.pk}",
        state=JobState.NEEDS_PERSON,
        cause=f"A call of {System(system).label} could not be read: it names no event or no record.",
        cure="Look at the delivery. The safety job brings its record in step; when you know that all is well, "
        "run this job again to close it.",
        created_at=received.at,
        finished_at=received.at,
    )
    delivery.save(update_fields=["job"])
    return delivery


def _customers1st_notice(received: Received) -> _Notice | None:
    """Return what a body is about, wrapped or bare [A47]; None when it cannot be read."""
    try:
        parsed = parse_delivery(received.body)
    except ValueError:
        return None
    source_id = _clean(parsed.source_id or "")[:LONGEST_ID]
    if parsed.kind is None:
        event = _clean(parsed.event or parsed.resource or "")[:LONGEST_EVENT]
        return _Notice(event=event, source_id=source_id, not_used="This event is not used.")
    if not (source_id.isascii() and source_id.isdigit() and len(source_id) <= LONGEST_NUMBER):
        return None
    entity, action = parsed.kind
    return _Notice(
        event=EVENT_OF[parsed.kind],
        source_id=str(int(source_id)),
        entity=entity,
        action=action,
    )


def _uniconta_notice(call: ChangeCall | None, company_id: int) -> _Notice | None:
    """Return what a change call is about [A104] [A107], None when it cannot be read."""
    if call is None or "\x00" in call.source_id or len(call.source_id) > LONGEST_ID:
        return None
    event = _clean(f"{call.table}.{call.action}")[:LONGEST_EVENT]
    reason = ""
    if call.company_id not in {"", str(company_id)}:
        reason = "The call is about another company."
    elif not call.entity:
        reason = "This table is not used."
    return _Notice(
        event=event,
        source_id=call.source_id,
        entity=call.entity,
        action=call.action,
        not_used=reason,
    )


def _evidence(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers without secrets; of a signature only that it was there."""
    return {name: _header(name.lower(), value) for name, value in headers.items()}


def _header(name: str, value: str) -> str:
    if name in SECRET_HEADERS:
        return "***"
    return "present" if name == SIGNATURE_HEADER else _clean(value)[:LONGEST_HEADER]


def _clean(text: str) -> str:
    """Return a text that every database takes."""
    return text.replace("\x00", "")
