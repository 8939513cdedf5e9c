"""What a person decides about postings: undo one, let a close be posted with its differences, call a change seen, or a
held receipt booked by hand."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from integration.flows import by_hand, changes
from integration.flows.by_hand import UnableToTakeOver
from integration.flows.changes import NothingChanged
from integration.flows.master import store_id
from integration.flows.reversal import CannotReverse, ask_for_reversal
from integration.ports import Document, DocumentKind
from settings_app.models import Tenant
from syncjobs.context import build_context
from syncjobs.folding import fold, look_again
from syncjobs.inbox import wake_up
from syncjobs.lease import tenant_lease
from syncjobs.models import DocumentRow, JobKind, JobState, Step, SyncJob
from syncjobs.proofs import closes_holding
from syncjobs.steps import StepTable
from syncjobs.stores import DocumentTable

KIND_OF = {
    DocumentKind.CLOSE: JobKind.DAY_CLOSE_TO_JOURNAL,
    DocumentKind.INVOICE: JobKind.SALE_TO_ORDER,
    DocumentKind.SETTLEMENT: JobKind.SALE_TO_ORDER,
}
REVERSIBLE = frozenset(kind.value for kind in KIND_OF)
WAIVABLE = frozenset({"H5", "H6"})  # what a person may call right as it stands


def reverse(row: DocumentRow, *, reason: str, person: str, on: date, now: datetime) -> None:
    """Let the posting of a document be undone; CannotReverse with the reason when that cannot be."""
    if row.kind not in REVERSIBLE:
        raise CannotReverse(_("Only invoices, payments of customers and day closes are reversed."))
    documents = DocumentTable(row.tenant)
    kind = DocumentKind(row.kind)
    with transaction.atomic():
        if kind is not DocumentKind.CLOSE and _is_by_hand(row):
            raise CannotReverse(
                _("The receipt was booked by hand; correct it in Uniconta by hand, too.")
            )
        first = documents.get(kind, row.key)
        if first is None:
            raise CannotReverse(_("The document is no longer there."))
        ask_for_reversal(documents, first, reason=reason, person=person, on=on)
        text = _("%(person)s reverses %(key)s: %(reason)s")
        Step.objects.create(
            tenant=row.tenant,
            at=now,
            text=text % {"person": person, "key": row.key, "reason": reason},
        )
        fold(row.tenant, KIND_OF[kind], row.source_id, now=now)


def accept_close(
    tenant: Tenant,
    *,
    key: str,
    source_id: str,
    causes: Sequence[str],
    reason: str,
    person: str,
    now: datetime,
) -> None:
    """Let a close be posted although these differences speak against it; its proof names who said so and why.

    The word holds for exactly these causes: when the figures change once more, it is asked for again.
    """
    documents = DocumentTable(tenant)
    with transaction.atomic():
        document = documents.get(DocumentKind.CLOSE, key)
        kept = document or Document(kind=DocumentKind.CLOSE, key=key, source_id=source_id)
        word = dict(kept.facts.get("accepted", {})) | dict.fromkeys(causes, f"{person}: {reason}")
        documents.save(
            kept.knowing(accepted=word), was=None if document is None else document.state
        )
        text = _("%(person)s lets close %(id)s be posted as it stands: %(reason)s")
        Step.objects.create(
            tenant=tenant,
            at=now,
            text=text % {"person": person, "id": source_id, "reason": reason},
        )
        fold(tenant, JobKind.DAY_CLOSE_TO_JOURNAL, source_id, now=now)


def see_change(row: DocumentRow, *, reason: str, person: str, now: datetime) -> None:
    """Let a booked record that changed since stand as it is now; NothingChanged when there is no change to be seen."""
    documents = DocumentTable(row.tenant)
    with transaction.atomic():
        document = documents.get(DocumentKind(row.kind), row.key)
        if document is None:
            raise NothingChanged(_("The document is no longer there."))
        documents.save(
            changes.see_change(document, reason=reason, person=person), was=document.state
        )
        text = _("%(person)s has seen the change of %(key)s: %(reason)s")
        Step.objects.create(
            tenant=row.tenant,
            at=now,
            text=text % {"person": person, "key": row.key, "reason": reason},
        )
        is_close = row.kind == DocumentKind.CLOSE
        kind = JobKind.DAY_CLOSE_TO_JOURNAL if is_close else JobKind.SALE_TO_ORDER
        fold(row.tenant, kind, row.source_id, now=now)


def may_take_over(job: SyncJob) -> bool:
    """Tell whether a person may say that they booked a job's record by hand: a receipt that is held, or was reversed."""
    if job.kind != JobKind.SALE_TO_ORDER:
        return False
    rows = DocumentRow.objects.filter(
        tenant=job.tenant_id,
        source_id=job.source_id,
        kind__in=(DocumentKind.BY_HAND.value, DocumentKind.REVERSAL.value),
    ).exclude(key__contains=":balance:")  # a close may have the same id
    kinds = set(rows.values_list("kind", flat=True))
    if DocumentKind.BY_HAND.value in kinds:
        return False
    return job.state == JobState.NEEDS_PERSON or bool(kinds)


def take_over(job: SyncJob, *, reason: str, person: str, now: datetime) -> None:
    """End the work on a held receipt because a person booked it by hand; UnableToTakeOver with the reason otherwise.

    Raises the client's errors where the store's number is not known yet.
    """
    tenant = job.tenant
    store = store_id(build_context(tenant, lease=None, steps=StepTable(tenant)))
    with tenant_lease(tenant.pk) as lease:  # under it, no call for the receipt is under way
        if lease is None:
            raise UnableToTakeOver(_("A worker is at this tenant; try again in a moment."))
        job.refresh_from_db()
        if not may_take_over(job):
            raise UnableToTakeOver(_("This record does not need a person any more."))
        with transaction.atomic():
            by_hand.take_over(
                DocumentTable(tenant, lease),
                store=store,
                source_id=job.source_id,
                reason=reason,
                person=person,
                cause=job.cause,
                at=now,
            )
            text = _("%(person)s has dealt with it by hand: %(reason)s")
            Step.objects.create(
                tenant=tenant, job=job, at=now, text=text % {"person": person, "reason": reason}
            )
            look_again(tenant, JobKind.SALE_TO_ORDER, job.source_id, now=now)
            for close in _posted_closes(job):
                fold(tenant, JobKind.DAY_CLOSE_TO_JOURNAL, close, now=now)
    wake_up(tenant)


def _posted_closes(job: SyncJob) -> set[str]:
    """Return the posted closes that a receipt comes late for: their proof names it."""
    payments = DocumentRow.objects.filter(
        tenant=job.tenant, source_id=job.source_id, kind=DocumentKind.SETTLEMENT.value
    )
    receipts = [
        (row.facts.get("register"), int(row.facts.get("number", 0) or 0)) for row in payments
    ]
    return closes_holding(job.tenant, receipts)


def _is_by_hand(row: DocumentRow) -> bool:
    rows = DocumentRow.objects.filter(tenant=row.tenant_id, source_id=row.source_id)
    return rows.filter(kind=DocumentKind.BY_HAND.value).exists()
