"""Safety jobs: sweeps that find what webhooks missed, and the schedule they run on."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from integration.customers1st.payloads import Payment
from integration.errors import IntegrationError
from integration.flows.context import Context
from integration.flows.master import store_id
from integration.flows.sale import invoices_of_bookkeeper
from integration.mapping.sale import fingerprint, posting_date, sale_key
from integration.ports import DocumentKind
from settings_app.models import Tenant
from settings_app.selectors import is_switched_on, live_tenants, safety_hours
from syncjobs.context import open_context
from syncjobs.inbox import fold
from syncjobs.lease import tenant_lease
from syncjobs.models import SafetyRun

SWEEP_OVERLAP = timedelta(
    hours=3
)  # the zone of naive times, and changes that a list shows late [A1] [A2]
SWEPT_KINDS = ("sale_to_order",)


class UnableToSweep(Exception):
    """The sweep cannot run now, for the reason in the message."""


@dataclass(kw_only=True)
class SweepResult:
    """What one sweep found (DESIGN 5.3, `sync`)."""

    kind: str
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    needs_person: int = 0
    queued: int = 0
    dry_run: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain values."""
        return asdict(self)


def sweep(
    tenant: Tenant,
    kind: str,
    *,
    now: datetime,
    full: bool = False,
    since: datetime | None = None,
    dry_run: bool = False,
) -> SweepResult:
    """Look for sales that changed since the last good run and fold a job for each that is not in step.

    Raises UnableToSweep for a kind without a sweep, and the clients' errors.
    """
    if kind not in SWEPT_KINDS:
        raise UnableToSweep(f"“{kind}” cannot be swept by this version; “sale_to_order” can.")
    result = SweepResult(kind=kind, dry_run=dry_run)
    if not is_switched_on(tenant, system="customers1st", entity="sale", event="created"):
        result.skipped = 1
        return result
    run, _ = SafetyRun.objects.get_or_create(tenant=tenant, kind=kind)
    with tenant_lease(tenant.pk) as lease:
        if lease is None:
            raise UnableToSweep("A worker is at this tenant; try again in a moment.")
        with open_context(tenant, lease=lease, job=None) as context:
            if not dry_run:
                invoices_of_bookkeeper(context)
            for source_id in _changed_sales(context, run, result, full=full, since=since):
                result.queued += 1
                if not dry_run:
                    fold(tenant, kind, source_id, now=now)
    if not dry_run:
        run.last_good_run_at, run.seen_until, run.last_error = now, now, ""
        run.next_run_at = _next_run(tenant, kind, now)
        run.save()
    return result


def _changed_sales(
    context: Context, run: SafetyRun, result: SweepResult, *, full: bool, since: datetime | None
) -> list[str]:
    """Return the ids of sales that are not in step; counts the others."""
    after = since or run.seen_until
    after = _first_day(context) if after is None or full else after - SWEEP_OVERLAP
    store = store_id(context)
    found = []
    for payment in context.customers1st.list_payments(
        updated_after=after.astimezone(context.naive_zone).replace(tzinfo=None)
    ):
        first = context.rules.sales_from
        day = posting_date(payment, rules=context.rules, naive_zone=context.naive_zone)
        document = context.documents.get(DocumentKind.ORDER, sale_key(store, payment.id))
        if (first is not None and day < first and document is None) or (
            document is None and payment.status != "completed"
        ):
            result.skipped += 1
        elif document is not None and _is_in_step(payment, document.facts):
            result.unchanged += 1
        else:
            found.append(str(payment.id))
    return found


def _is_in_step(payment: Payment, facts: Mapping[str, Any]) -> bool:
    """Tell whether a booked sale is as it was booked."""
    if payment.articles is not None and facts.get("fingerprint") != fingerprint(payment):
        return False
    return payment.status == "completed"


def _first_day(context: Context) -> datetime:
    first = context.rules.sales_from
    if first is None:
        return datetime(2000, 1, 1, tzinfo=UTC)
    return datetime(first.year, first.month, first.day, tzinfo=ZoneInfo(context.rules.time_zone))


def _next_run(tenant: Tenant, kind: str, now: datetime) -> datetime | None:
    hours = safety_hours(tenant).get(kind, 0)
    return now + timedelta(hours=hours) if hours else None


def run_due(now: datetime) -> None:
    """Start the sweeps that are due; one that fails is told and tried again in a quarter of an hour."""
    for tenant in live_tenants():
        for kind, hours in safety_hours(tenant).items():
            if not hours or kind not in SWEPT_KINDS:
                continue
            run, _ = SafetyRun.objects.get_or_create(tenant=tenant, kind=kind)
            if run.next_run_at is not None and now < run.next_run_at:
                continue
            try:
                sweep(tenant, kind, now=now)
            except (IntegrationError, UnableToSweep) as error:
                run.refresh_from_db()
                run.last_error = str(error)
                run.next_run_at = now + timedelta(minutes=15)
                run.save()
