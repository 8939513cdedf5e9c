"""Lets jobs that needed a person run again."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from integration.ports import DocumentKind
from settings_app.models import Tenant
from syncjobs import breaker
from syncjobs.folding import TRIES
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

    `mended_by` limits it to the jobs that wait for such a change, `held_before` to those that needed a person by then. Without it a person asks: then the invoice stop is
    released too, unless `kind` is another one than that of sales.
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

    A sale and a day close may have the same id: the kind of the document tells which is meant.
    """
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


def release_calls(tenant: Tenant) -> int:
    """Let the vendors be called again, log-ins included; returns how many connections were stopped."""
    UnicontaSession.objects.filter(tenant=tenant, refusals__gt=0).update(refusals=0)
    return breaker.release(tenant)


def _clear_invoice_stop(tenant: Tenant) -> None:
    state = TenantState.objects.filter(tenant=tenant)
    state.exclude(invoice_stop="").update(invoice_stop="", proven_rules="")
    state.update(batch_attempts=0, batch_after=None, batch_reason="")


def _run_again(tenant: Tenant, chosen: Q, now: datetime) -> int:
    chosen &= ~Q(kind=JobKind.UNKNOWN)  # there is no record to read again
    for _try in range(TRIES):
        try:
            with transaction.atomic():
                SyncJob.objects.filter(chosen & _superseded()).update(
                    state=JobState.SKIPPED,
                    reason=_("Superseded: a newer job of this record runs instead."),
                    finished_at=now,
                )
                count = _make_due(SyncJob.objects.filter(chosen))
                if count:
                    wake_up(tenant)
                return count
        except IntegrityError:  # a call came in between and made a waiting job of the same record
            continue
    raise IntegrityError("Jobs changed hands again and again.")


def _superseded() -> Q:
    """Return the condition of a job whose record has a waiting job, or a newer one that needs a person."""
    same = SyncJob.objects.filter(
        tenant=OuterRef("tenant"), kind=OuterRef("kind"), source_id=OuterRef("source_id")
    )
    return Q(
        Exists(same.filter(state=JobState.WAITING))
        | Exists(same.filter(state=JobState.NEEDS_PERSON, pk__gt=OuterRef("pk")))
    )


def _make_due(jobs: QuerySet[SyncJob]) -> int:
    return jobs.update(
        state=JobState.WAITING,
        next_attempt_at=None,
        finished_at=None,
        attempts=0,
        crashes=0,
        cause="",
        cure="",
        candidates=[],
        mended_by=MendedBy.NOTHING,
        reason=_("Runs again."),
    )


def _close_unreadable(jobs: QuerySet[SyncJob], now: datetime) -> int:
    return jobs.filter(kind=JobKind.UNKNOWN).update(
        state=JobState.SKIPPED,
        reason=_("Closed by a person who has looked at the call."),
        finished_at=now,
    )
