"""Lets jobs that needed a person run again."""

from datetime import datetime

from django.db.models import Q, QuerySet

from integration.flows.registry import MASTER_DATA
from integration.ports import DocumentKind
from settings_app.models import Tenant
from syncjobs import breaker
from syncjobs.context import ended_last_hour
from syncjobs.folding import make_due
from syncjobs.inbox import wake_up
from syncjobs.models import (
    DocumentRow,
    Issue,
    JobKind,
    JobState,
    MendedBy,
    SyncJob,
    TenantState,
    UnicontaSession,
)

JOB_OF = {  # who makes a document of this kind; reversals are the work of what they undo
    DocumentKind.CUSTOMER: JobKind.DEBTOR_TO_CUSTOMER,
    DocumentKind.DEBTOR: JobKind.CUSTOMER_TO_DEBTOR,
    DocumentKind.PRODUCT: JobKind.ITEM_TO_PRODUCT,
    DocumentKind.ITEM: JobKind.PRODUCT_TO_ITEM,
    DocumentKind.ORDER: JobKind.SALE_TO_ORDER,
    DocumentKind.ORDER_LINES: JobKind.SALE_TO_ORDER,
    DocumentKind.INVOICE: JobKind.SALE_TO_ORDER,
    DocumentKind.SETTLEMENT: JobKind.SALE_TO_ORDER,
    DocumentKind.BY_HAND: JobKind.SALE_TO_ORDER,
    DocumentKind.CLOSE: JobKind.DAY_CLOSE_TO_JOURNAL,
}


def retry_jobs(
    tenant: Tenant,
    *,
    kind: str | None = None,
    mended_by: str | None = None,
    held_before: datetime | None = None,
    now: datetime,
) -> int:
    """Make the tenant's jobs that need a person due now; returns how many.

    `mended_by` limits it to the jobs that wait for such a change, `held_before` to those that needed a person by then.
    Without `mended_by` a person asks: then the stops are released too, of invoices and of deletes, unless `kind` is one
    that they do not concern.
    """
    chosen = Q(tenant=tenant, state=JobState.NEEDS_PERSON)
    if kind is not None:
        chosen &= Q(kind=kind)
    if mended_by is not None:
        chosen &= Q(mended_by=mended_by)
    if held_before is not None:
        chosen &= Q(finished_at__lt=held_before)
    if mended_by is None:
        release_calls(tenant)
    if mended_by is None and kind in {None, JobKind.SALE_TO_ORDER}:
        _clear_invoice_stop(tenant)
    if mended_by is None and kind in {None, *MASTER_DATA}:
        _clear_delete_stop(tenant, now)
    return _run_again(tenant, chosen, now)


def retry_job(job: SyncJob, *, now: datetime) -> bool:
    """Make one job that needs a person due now; False when it does not need one any more."""
    release_calls(job.tenant)
    chosen = Q(pk=job.pk, state=JobState.NEEDS_PERSON)
    closed = _close_unreadable(SyncJob.objects.filter(chosen), now)
    return bool(closed or _run_again(job.tenant, chosen, now))


def retry_issue(issue: Issue, *, now: datetime) -> int:
    """Make every job due that an issue holds up; returns how many."""
    release_calls(issue.tenant)
    chosen = Q(tenant=issue.tenant, issue=issue, state=JobState.NEEDS_PERSON)
    return _run_again(issue.tenant, chosen, now)


def retry_document(row: DocumentRow, *, now: datetime) -> int:
    """Make the jobs due that need a person and work the record of a document; returns how many.

    A sale and a day close may have the same id: the kind of the document tells which is meant. What the setup needs is
    made from the guide, by no job.
    """
    if row.kind == DocumentKind.SETUP:
        return 0
    chosen = Q(tenant=row.tenant, state=JobState.NEEDS_PERSON, source_id=row.source_id)
    return _run_again(row.tenant, chosen & Q(kind=_job_of(row)), now)


def _job_of(row: DocumentRow) -> JobKind:
    if row.kind == DocumentKind.REVERSAL:
        is_close = ":balance:" in row.key
        return JobKind.DAY_CLOSE_TO_JOURNAL if is_close else JobKind.SALE_TO_ORDER
    return JOB_OF[DocumentKind(row.kind)]


def release_invoice_stop(tenant: Tenant, *, now: datetime) -> int:
    """Let this company be invoiced again, its next invoice read back alone; returns the jobs that run again."""
    _clear_invoice_stop(tenant)
    return _run_again(
        tenant,
        Q(tenant=tenant, state=JobState.NEEDS_PERSON, mended_by=MendedBy.STOP),
        now,
    )


def release_delete_stop(tenant: Tenant, *, now: datetime) -> int:
    """Let what is held after deletions be blocked or marked, and 20 more within the hour; returns the jobs that run again."""
    _clear_delete_stop(tenant, now)
    return _run_again(
        tenant,
        Q(tenant=tenant, state=JobState.NEEDS_PERSON, mended_by=MendedBy.DELETES),
        now,
    )


def release_calls(tenant: Tenant) -> int:
    """Let the vendors be called again, log-ins included; returns how many connections were stopped."""
    UnicontaSession.objects.filter(tenant=tenant, refusals__gt=0).update(refusals=0)
    return breaker.release(tenant)


def _clear_invoice_stop(tenant: Tenant) -> None:
    state = TenantState.objects.filter(tenant=tenant)
    state.exclude(invoice_stop="").update(invoice_stop="", proven_rules="")
    state.update(batch_attempts=0, batch_after=None, batch_reason="")


def _clear_delete_stop(tenant: Tenant, now: datetime) -> None:
    held = SyncJob.objects.filter(
        tenant=tenant, state=JobState.NEEDS_PERSON, mended_by=MendedBy.DELETES
    )
    TenantState.objects.filter(tenant=tenant).exclude(delete_stop="").update(
        delete_stop="", deletes_let=ended_last_hour(tenant) + held.count(), deletes_let_at=now
    )


def _run_again(tenant: Tenant, chosen: Q, now: datetime) -> int:
    count = make_due(chosen, now)
    if count:
        wake_up(tenant)
    return count


def _close_unreadable(jobs: QuerySet[SyncJob], now: datetime) -> int:
    return jobs.filter(kind=JobKind.UNKNOWN).update(
        state=JobState.SKIPPED,
        reason="Closed by a person who has looked at the call.",
        finished_at=now,
    )
