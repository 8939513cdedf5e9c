"""Tells a job as a story for people: received, read, decided, wrote, proof. A constant number of queries, no remote call."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from integration.ports import DocumentKind, DocumentState
from syncjobs.models import (
    DOCUMENT_KINDS,
    DOCUMENT_STATES,
    Chapter,
    DayCloseProof,
    Delivery,
    DocumentRow,
    JobKind,
    LinkRow,
    Step,
    SyncJob,
    System,
)
from syncjobs.story_words import AT_THE_TILL, CHAPTERS, call_words

MOST_LINES = 200  # of one story on a page; the list of steps has them all
MOST_CALLS, MOST_RUNS = 20, 10
READ_BACK = (
    "INVOICE",
    "SETTLEMENT",
    "CLOSE",
    "REVERSAL",
)  # the documents that are compared afterwards
DONE_STATES = (DocumentState.SENT.value, DocumentState.CONFIRMED.value)
ENTITY_OF: Mapping[str, str] = {
    JobKind.CUSTOMER_TO_DEBTOR: "customer",
    JobKind.DEBTOR_TO_CUSTOMER: "customer",
    JobKind.PRODUCT_TO_ITEM: "product",
    JobKind.ITEM_TO_PRODUCT: "product",
}
FROM_UNICONTA = (JobKind.DEBTOR_TO_CUSTOMER, JobKind.ITEM_TO_PRODUCT)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line: what happened (of a remote call its technical words in `call`), the fields it changed, and its raw evidence for who wants to see it."""

    at: datetime
    text: str
    call: str = ""
    changes: Sequence[Mapping[str, str]] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Part:
    """Lines of one chapter that follow each other."""

    chapter: str
    title: str
    lines: Sequence[Line]


@dataclass(frozen=True, kw_only=True)
class Written:
    """One thing that was created, with the number to look for it by and its own lines."""

    row: DocumentRow
    title: str
    state: str
    is_there: bool
    system: str
    columns: Sequence[str] = ()
    lines: Sequence[Sequence[str]] = ()


@dataclass(frozen=True, kw_only=True)
class Place:
    """The record at one side: what it is called there, and the numbers to look for it by.

    Neither vendor documents an address that leads to a record, so the numbers are for copying.
    """

    system: str
    numbers: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Story:
    """Everything that there is to tell of one job."""

    job: SyncJob
    deliveries: Sequence[Delivery]
    parts: Sequence[Part]
    is_cut: bool
    written: Sequence[Written]
    places: Sequence[Place]
    proof: DayCloseProof | None
    link: LinkRow | None
    others: Sequence[SyncJob]


def tell(job: SyncJob) -> Story:
    """Return a job's story."""
    steps = list(job.steps.order_by("id")[: MOST_LINES + 1])
    documents = list(_of_record(DocumentRow.objects, job).order_by("id")[:MOST_LINES])
    link = _link(job)
    return Story(
        job=job,
        deliveries=list(
            job.deliveries.defer("body", "headers", "query").order_by("id")[:MOST_CALLS]
        ),
        parts=_parts(steps[:MOST_LINES]),
        is_cut=len(steps) > MOST_LINES,
        written=[_written(row) for row in documents],
        places=_places(job, documents, link),
        proof=_proof(job),
        link=link,
        others=list(
            _of_record(SyncJob.objects, job).exclude(pk=job.pk).order_by("-id")[:MOST_RUNS]
        ),
    )


def _of_record(rows: Any, job: SyncJob) -> "QuerySet[Any]":
    found: QuerySet[Any] = rows.filter(tenant=job.tenant_id, source_id=job.source_id)
    if rows.model is SyncJob:
        return found.filter(kind=job.kind)
    return found.filter(kind__in=_kinds_of(job))


def _kinds_of(job: SyncJob) -> list[str]:
    """Return the kinds of documents that a job of this kind makes; ids of customers and receipts may be equal."""
    if job.kind == JobKind.SALE_TO_ORDER:
        kinds = [DocumentKind.ORDER, DocumentKind.ORDER_LINES, DocumentKind.INVOICE]
        return [*kinds, DocumentKind.SETTLEMENT, DocumentKind.REVERSAL, DocumentKind.BY_HAND]
    if job.kind == JobKind.DAY_CLOSE_TO_JOURNAL:
        return [DocumentKind.CLOSE, DocumentKind.REVERSAL]
    if ENTITY_OF.get(job.kind) == "customer":
        return [DocumentKind.CUSTOMER, DocumentKind.DEBTOR]
    return [DocumentKind.PRODUCT, DocumentKind.ITEM]


def _parts(steps: Iterable[Step]) -> list[Part]:
    return [
        Part(chapter=chapter, title=str(CHAPTERS[chapter]), lines=[_line(step) for step in group])
        for chapter, group in groupby(_with_their_writes(steps), key=lambda step: step.chapter)
    ]


def _with_their_writes(steps: Iterable[Step]) -> Iterator[Step]:
    """Tell a line that says what became of a write in the chapter of that write."""
    before = ""
    for step in steps:
        if step.chapter == Chapter.DECIDED and before == Chapter.WROTE and "key" in step.evidence:
            step.chapter = Chapter.WROTE
        before = step.chapter
        yield step


def _line(step: Step) -> Line:
    evidence = {name: value for name, value in step.evidence.items() if value not in ("", None)}
    changes = evidence.pop("changes", ())
    words = call_words(step.text) if step.chapter in (Chapter.READ, Chapter.WROTE) else ""
    if not words:
        return Line(at=step.at, text=step.text, changes=changes, evidence=evidence)
    return Line(at=step.at, text=words, call=step.text, changes=changes, evidence=evidence)


def _written(row: DocumentRow) -> Written:
    columns, lines = _lines_of(row)
    return Written(
        row=row,
        title=str(DOCUMENT_KINDS.get(row.kind, row.kind)),
        state=_state_of(row),
        is_there=row.state in DONE_STATES,
        system=str((System.CUSTOMERS1ST if row.kind in AT_THE_TILL else System.UNICONTA).label),
        columns=columns,
        lines=lines,
    )


def _state_of(row: DocumentRow) -> str:
    if row.state == DocumentState.PLANNED and row.facts.get("by_person"):
        return _("waits for the bookkeeper's invoice")
    if row.kind == DocumentKind.BY_HAND:
        return _("%(person)s: %(reason)s") % {
            name: row.facts.get(name, "") for name in ("person", "reason")
        }
    if row.state == DocumentState.SENT and row.kind not in READ_BACK:
        return _("it is there")
    return str(DOCUMENT_STATES.get(row.state, row.state))


def _lines_of(row: DocumentRow) -> tuple[list[str], list[list[str]]]:
    """Return the lines that a document consists of, as a table."""
    if row.kind == DocumentKind.ORDER_LINES:
        lines = row.facts.get("rows", ())
        table = [
            [str(each.get(name, "")) for name in ("Item", "Text", "Qty", "Price")] for each in lines
        ]
        return [_("Item"), _("Text"), _("Quantity"), _("Price")], table
    lines = row.facts.get("lines", ())
    if not isinstance(lines, list):
        return [], []
    names = ("account", "offset_account", "credit", "text")
    table = [[str(each.get(name, "")) for name in names] for each in lines]
    return [_("Account"), _("Offset account"), _("Credit (debit below 0)"), _("Text")], table


def _link(job: SyncJob) -> LinkRow | None:
    entity = ENTITY_OF.get(job.kind)
    if entity is None:
        return None
    links = LinkRow.objects.filter(tenant=job.tenant_id, entity=entity)
    if job.kind not in FROM_UNICONTA:
        return links.filter(customers1st_id=job.source_id).first()
    name, _sep, number = job.source_id.partition(":")
    if name == "row" and number.isdigit():
        return links.filter(uniconta_row=int(number)).first()
    return links.filter(uniconta_key=job.source_id).first()


def _places(job: SyncJob, documents: Sequence[DocumentRow], link: LinkRow | None) -> list[Place]:
    store = [] if job.kind in FROM_UNICONTA else [(_("id"), job.source_id)]
    company = [(_("number"), job.source_id)] if job.kind in FROM_UNICONTA else []
    if job.number and job.kind not in FROM_UNICONTA:
        store.insert(0, (_("number"), job.number))
    if link is not None:
        store = [*store, (_("id"), link.customers1st_id)]
        company = [*company, (_("number"), link.uniconta_key)]
    company += [
        (str(DOCUMENT_KINDS.get(row.kind, row.kind)), row.number)
        for row in documents
        if row.number and row.kind not in (*AT_THE_TILL, DocumentKind.ORDER_LINES)
    ]
    return [
        Place(system=str(system.label), numbers=list(dict.fromkeys(numbers)))
        for system, numbers in ((System.CUSTOMERS1ST, store), (System.UNICONTA, company))
    ]


def _proof(job: SyncJob) -> DayCloseProof | None:
    if job.kind != JobKind.DAY_CLOSE_TO_JOURNAL:
        return None
    sheets = DayCloseProof.objects.filter(tenant=job.tenant_id, source_id=job.source_id)
    return sheets.filter(kind=DayCloseProof.Kind.CLOSE).defer("sheet").first()
