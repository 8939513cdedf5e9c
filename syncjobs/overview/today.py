"""Today's receipts and day closes of a tenant, each with the ticks of how far it has come."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Sum
from django.utils.translation import gettext as _

from integration.ports import DocumentKind, DocumentState
from settings_app.models import Tenant
from syncjobs.models import DayCloseProof, DocumentRow, JobKind, JobState, SyncJob

SHOWN, READ_AT_MOST = 15, 100
YES, WAITS, NO, NONE = "yes", "waits", "no", "none"
FIRST = (DocumentKind.ORDER, DocumentKind.INVOICE, DocumentKind.SETTLEMENT)


@dataclass(frozen=True, kw_only=True)
class Tick:
    """One step of a record: `state` is yes, waits, no or none (not needed), `number` Uniconta's where there is one."""

    name: str
    state: str
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One receipt or close of today, by its newest job."""

    job: SyncJob
    ticks: Sequence[Tick]


@dataclass(frozen=True, kw_only=True)
class Today:
    """What was sold and closed today, as far as it was worked; `count` and `total` are of all receipts."""

    day: date
    sales: Sequence[Entry]
    closes: Sequence[Entry]
    count: int
    total: Decimal

    @property
    def more(self) -> int:
        """How many receipts are not listed."""
        return max(self.count - len(self.sales), 0)


def today_of(tenant: Tenant, day: date) -> Today:
    """Return the tenant's day."""
    sales = _newest(tenant, JobKind.SALE_TO_ORDER, day)
    closes = _newest(tenant, JobKind.DAY_CLOSE_TO_JOURNAL, day)
    documents = _documents(tenant, [*sales, *closes])
    ids = [job.source_id for job in closes]
    sealed = set(
        DayCloseProof.objects.filter(
            tenant=tenant, source_id__in=ids, kind=DayCloseProof.Kind.CLOSE
        ).values_list("source_id", flat=True)
    )
    # a receipt may have several jobs; each counts once
    receipts = (
        _of_day(tenant, JobKind.SALE_TO_ORDER, day).values("source_id").annotate(sum=Max("amount"))
    )
    counted = receipts.aggregate(count=Count("source_id"), total=Sum("sum"))
    return Today(
        day=day,
        sales=[
            Entry(job=job, ticks=_sale_ticks(job, documents[job.source_id]))
            for job in sales[:SHOWN]
        ],
        closes=[
            Entry(
                job=job, ticks=_close_ticks(job, documents[job.source_id], job.source_id in sealed)
            )
            for job in closes[:SHOWN]
        ],
        count=counted["count"],
        total=counted["total"] or Decimal(0),
    )


def _of_day(tenant: Tenant, kind: str, day: date) -> Any:
    rows = SyncJob.objects.filter(tenant=tenant, kind=kind, day=day).order_by()
    return rows.exclude(state=JobState.SKIPPED)


def _newest(tenant: Tenant, kind: str, day: date) -> list[SyncJob]:
    """Return the newest job of each record."""
    found: dict[str, SyncJob] = {}
    for job in _of_day(tenant, kind, day).order_by("-id")[:READ_AT_MOST]:
        found.setdefault(job.source_id, job)
    return list(found.values())


def _documents(tenant: Tenant, jobs: Iterable[SyncJob]) -> Mapping[str, dict[str, DocumentRow]]:
    found: dict[str, dict[str, DocumentRow]] = defaultdict(dict)
    ids = [job.source_id for job in jobs]
    kinds = [kind.value for kind in (*FIRST, DocumentKind.CLOSE, DocumentKind.BY_HAND)]
    for row in DocumentRow.objects.filter(tenant=tenant, source_id__in=ids, kind__in=kinds):
        found[row.source_id][row.kind] = row
    return found


def _sale_ticks(job: SyncJob, documents: Mapping[str, DocumentRow]) -> list[Tick]:
    names = {
        DocumentKind.ORDER: _("order"),
        DocumentKind.INVOICE: _("invoice"),
        DocumentKind.SETTLEMENT: _("payment"),
    }
    if DocumentKind.BY_HAND.value in documents and job.state == JobState.DONE:
        return [Tick(name=name, state=NONE) for name in names.values()]
    is_paid_only = DocumentKind.SETTLEMENT in documents and DocumentKind.ORDER not in documents
    needed: Sequence[DocumentKind] = FIRST[-1:] if is_paid_only else FIRST  # a customer's payment
    missing = next((kind for kind in needed if kind.value not in documents), None)
    return [
        _tick(names[kind], documents.get(kind.value), job, is_next=kind is missing)
        if kind in needed
        else Tick(name=names[kind], state=NONE)
        for kind in FIRST
    ]


def _close_ticks(job: SyncJob, documents: Mapping[str, DocumentRow], is_sealed: bool) -> list[Tick]:
    posted = documents.get(DocumentKind.CLOSE.value)
    waits = NO if job.state == JobState.NEEDS_PERSON else WAITS
    # a close without lines of its own has nothing to post; its proof is all there is
    if posted is None and is_sealed:
        first = Tick(name=_("posted"), state=NONE)
    else:
        first = _tick(_("posted"), posted, job, is_next=True)
    return [first, Tick(name=_("proof"), state=YES if is_sealed else waits)]


def _tick(name: str, document: DocumentRow | None, job: SyncJob, *, is_next: bool) -> Tick:
    """Return the tick of a document; of those that are not there yet, the next one is what a person is needed for."""
    if document is None:
        is_stuck = is_next and job.state == JobState.NEEDS_PERSON
        waits = NO if is_stuck else WAITS
        return Tick(name=name, state=NONE if job.state == JobState.DONE else waits)
    if document.state in (DocumentState.SENT, DocumentState.CONFIRMED):
        return Tick(name=name, state=YES, number=document.number)
    if document.state == DocumentState.HELD:
        return Tick(name=name, state=NO)
    return Tick(name=name, state=WAITS)
