"""Work that goes in batches per tenant: reading invoices back, posting payments."""

import random
from collections.abc import Collection, Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from integration.errors import IntegrationError
from integration.flows.context import Context
from integration.flows.invoices import read_back
from integration.flows.posting import Posting
from integration.flows.settlement import settle, waiting_payments
from integration.ports import DocumentKind, DocumentState, StaleDocument
from settings_app.models import Tenant
from settings_app.selectors import rules_for
from syncjobs import retry
from syncjobs.breaker import CallsPaused
from syncjobs.context import open_context
from syncjobs.folding import fold
from syncjobs.lease import Lease, LeaseLost, tenant_lease
from syncjobs.models import DocumentRow, JobKind, TenantState
from syncjobs.proofs import closes_holding
from syncjobs.runner import hold_job
from syncjobs.sale_jobs import wake_closes
from syncjobs.steps import StepTable
from syncjobs.stores import DocumentTable

UNREAD = Q(kind=DocumentKind.INVOICE, state=DocumentState.SENT)
UNSETTLED = Q(
    kind=DocumentKind.SETTLEMENT, state__in=(DocumentState.PLANNED, DocumentState.SENDING)
)


def tenants_to_finish(now: datetime, tenant_ids: Collection[int] | None = None) -> list[int]:
    """Return the live tenants that have batched work due."""
    rows = Tenant.objects.filter(status=Tenant.Status.LIVE)
    if tenant_ids is not None:
        rows = rows.filter(pk__in=tenant_ids)
    rows = rows.filter(Q(state__batch_after__isnull=True) | Q(state__batch_after__lte=now))
    return [tenant.pk for tenant in rows if _has_work(tenant)]


def finishing_due(tenant_ids: Collection[int] | None, now: datetime) -> bool:
    """Tell whether any of these live tenants (None: all) has batched work due."""
    return bool(tenants_to_finish(now, tenant_ids))


def waits_since(tenant_id: int, moment: datetime) -> bool:
    """Tell whether an invoice or a payment waits for a batch since then, or longer."""
    rows = DocumentRow.objects.filter(UNREAD | UNSETTLED, tenant_id=tenant_id)
    return rows.filter(updated_at__lte=moment).exists()


def settlements_waiting(tenant: Tenant) -> int:
    """Return how many payments wait to be posted."""
    return DocumentRow.objects.filter(UNSETTLED, tenant=tenant).count()


def _has_work(tenant: Tenant) -> bool:
    documents = DocumentRow.objects.filter(tenant=tenant)
    if documents.filter(UNREAD).exists():
        return True
    if not documents.filter(UNSETTLED).exists():
        return False
    return rules_for(tenant).settle_at == "sale" and bool(waiting_payments(DocumentTable(tenant)))


def finish_tenant(tenant_id: int) -> bool:
    """Read back and settle what waits; False when another worker is at the tenant."""
    tenant = Tenant.objects.get(pk=tenant_id)
    with tenant_lease(tenant_id) as lease:
        if lease is None:
            return False
        steps = StepTable(tenant)
        try:
            look_again_at = _finish(tenant, lease) if _has_work(tenant) else None
        except CallsPaused as error:
            TenantState.objects.filter(tenant_id=tenant_id).update(
                batch_after=error.until, batch_reason=str(error)
            )
        except (IntegrationError, StaleDocument, LeaseLost) as error:
            evidence = error.evidence if isinstance(error, IntegrationError) else {}
            steps.note(str(error), **{**evidence, "error": type(error).__name__})
            steps.write()
            _try_later(tenant_id, str(error))
        else:
            TenantState.objects.filter(tenant_id=tenant_id).update(
                batch_attempts=0, batch_after=look_again_at, batch_reason=""
            )
    return True


def _finish(tenant: Tenant, lease: Lease) -> datetime | None:
    with open_context(tenant, lease=lease) as context:
        unread = context.documents.list(DocumentKind.INVOICE, DocumentState.SENT)
        if unread:
            for problem in read_back(context, unread):
                hold_job(tenant, problem)
        payments = waiting_payments(context.documents)
        at_sale = bool(payments) and context.rules.settle_at == "sale"
        look_again_at = _settle(tenant, context, payments) if at_sale else None
        if unread or at_sale:
            _tell_closes(tenant, payments)
        return look_again_at


def _settle(tenant: Tenant, context: Context, payments: Sequence[Posting]) -> datetime | None:
    result = settle(context, payments)
    for problem in result.problems:
        hold_job(tenant, problem)
    return result.look_again_at


def _tell_closes(tenant: Tenant, payments: Sequence[Posting]) -> None:
    """Let the closes be worked that wait for receipts, and the posted ones that these payments come late for."""
    now = timezone.now()
    wake_closes(tenant.pk, now=now)
    receipts = [
        (each.document.facts.get("register"), int(each.document.facts.get("number", 0)))
        for each in payments
    ]
    for source_id in closes_holding(tenant, receipts):
        fold(tenant, JobKind.DAY_CLOSE_TO_JOURNAL, source_id, now=now)


def _try_later(tenant_id: int, reason: str) -> None:
    state = TenantState.objects.get(tenant_id=tenant_id)
    attempts = state.batch_attempts + 1
    verdict = retry.next_attempt(
        attempts=min(attempts, retry.MOST_ATTEMPTS - 1),  # batched work never gives up: money waits
        now=timezone.now(),
        scale=settings.RETRY_TIME_SCALE,
        jitter=random.random(),  # noqa: S311 - spreads load, guards nothing
    )
    at = verdict.at if isinstance(verdict, retry.Again) else timezone.now()
    TenantState.objects.filter(tenant_id=tenant_id).update(
        batch_attempts=attempts, batch_after=at, batch_reason=reason
    )


def send_again(row: DocumentRow) -> bool:
    """A person has looked: the document is not in Uniconta, so it may be sent again; False when a worker is at the tenant.

    Only the holder of the lease sends, so under ours no call for the document can be under way.
    """
    with tenant_lease(row.tenant_id) as lease:
        if lease is None:
            return False
        DocumentRow.objects.filter(pk=row.pk, state=DocumentState.SENDING).update(
            state=DocumentState.PLANNED, first_look_at=None
        )
    return True
