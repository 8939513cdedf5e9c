"""One comparison of a tenant: every kind asked for, both systems read once."""

from collections.abc import Sequence
from datetime import datetime

from integration.flows.master import store_id
from integration.ports import DocumentKind, DocumentState
from settings_app.models import Tenant
from settings_app.selectors import is_switched_on
from syncjobs.context import open_context
from syncjobs.drain import drain
from syncjobs.drift.books import Books
from syncjobs.drift.closes import compare_closes
from syncjobs.drift.pairs import FAMILIES, compare_pairs
from syncjobs.drift.report import Difference, Report, State
from syncjobs.drift.sales import compare_sales
from syncjobs.drift.work import Work
from syncjobs.lease import tenant_lease
from syncjobs.models import DocumentRow, JobKind, JobState, SyncJob, System
from syncjobs.runner import hold_job
from syncjobs.safety.search import TenantBusy

KINDS: Sequence[str] = (
    *(kind for family in FAMILIES for kind in (family.to_company, family.to_store)),
    JobKind.SALE_TO_ORDER,
    JobKind.DAY_CLOSE_TO_JOURNAL,
)


def compare(
    tenant: Tenant,
    *,
    kinds: Sequence[str] = KINDS,
    repair: bool = False,
    now: datetime,
    timeout: float = 600.0,
) -> Report:
    """Compare both systems and return what differs; `repair` brings it in step and waits at most so many seconds for it.

    Without `repair` nothing is written, neither there nor here. Raises TenantBusy when a worker is at the tenant, and
    the clients' errors.
    """
    report = Report(tenant=tenant.slug, repair=repair)
    with tenant_lease(tenant.pk) as lease:
        if lease is None:
            raise TenantBusy("A worker is at this tenant; try again in a moment.")
        with open_context(tenant, lease=lease) as context:
            work = Work(tenant=tenant, context=context, report=report, repair=repair, now=now)
            try:
                _compare(work, kinds)
            finally:
                for problem in context.problems:
                    hold_job(tenant, problem)
    if work.queued:
        drain([tenant], timeout=timeout)
        for difference in work.queued:
            report.become(difference, _state_of(tenant, difference))
    return report


def _compare(work: Work, kinds: Sequence[str]) -> None:
    for family in FAMILIES:
        own = [kind for kind in (family.to_company, family.to_store) if kind in kinds]
        if own:
            compare_pairs(work, family, own)
    documents = [
        kind
        for kind, entity in (
            (JobKind.SALE_TO_ORDER, "sale"),
            (JobKind.DAY_CLOSE_TO_JOURNAL, "day_close"),
        )
        if kind in kinds and _is_on(work.tenant, entity)
    ]
    if not documents:
        return
    books = Books(work.context, store=store_id(work.context), first=work.context.rules.sales_from)
    if JobKind.SALE_TO_ORDER in documents:
        compare_sales(work, books)
    if JobKind.DAY_CLOSE_TO_JOURNAL in documents:
        compare_closes(work, books)


def _state_of(tenant: Tenant, difference: Difference) -> State:
    """Return what became of a difference that was left to its job, and for a receipt to the posting of its payment."""
    job = (
        SyncJob.objects.filter(tenant=tenant, kind=difference.kind, source_id=difference.source_id)
        .order_by("-id")
        .first()
    )
    if job is None or job.state in (JobState.WAITING, JobState.RUNNING):
        return State.QUEUED
    if job.state == JobState.NEEDS_PERSON:
        difference.cure = job.cure
        difference.why = job.cause
        return State.NEEDS_PERSON
    open_states = (DocumentState.PLANNED, DocumentState.SENDING)
    waits = DocumentRow.objects.filter(
        tenant=tenant,
        kind=DocumentKind.SETTLEMENT,
        source_id=difference.source_id,
        state__in=open_states,
    )
    at_sale = difference.kind == JobKind.SALE_TO_ORDER and _settles_at_sale(tenant)
    return State.QUEUED if at_sale and waits.exists() else State.REPAIRED


def _is_on(tenant: Tenant, entity: str) -> bool:
    return is_switched_on(tenant, system=System.CUSTOMERS1ST, entity=entity, event="created")


def _settles_at_sale(tenant: Tenant) -> bool:
    return tenant.setup.settle_at == "sale"
