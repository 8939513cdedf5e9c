"""What a person decides about postings: undo one, let a close be posted with its differences, call a change seen."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from integration.flows import changes
from integration.flows.changes import NothingChanged
from integration.flows.reversal import CannotReverse, ask_for_reversal
from integration.ports import Document, DocumentKind
from settings_app.models import Tenant
from syncjobs.folding import fold
from syncjobs.models import DocumentRow, JobKind, Step
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
