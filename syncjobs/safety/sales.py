"""The safety job of sales."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from integration.customers1st.payloads import Payment
from integration.flows.context import Context
from integration.flows.invoices import invoices_of_bookkeeper
from integration.flows.master import store_id
from integration.flows.receipts import COMPLETED, receipt_document
from integration.mapping.receipt import is_unchanged, posting_date
from syncjobs.safety.search import Search


def sweep_sales(search: Search) -> None:
    """Find invoices of the bookkeeper, then queue each sale that is not in step."""
    context, result = search.context, search.result
    if not result.dry_run:
        invoices_of_bookkeeper(context)
    after = search.changed_after() or first_day(context)
    store = store_id(context)
    for payment in context.customers1st.list_payments(
        updated_after=after.astimezone(context.naive_zone).replace(tzinfo=None),
        on_unreadable=search.hold_unreadable,
    ):
        first = context.rules.sales_from
        day = posting_date(payment, rules=context.rules, naive_zone=context.naive_zone)
        document = receipt_document(context.documents, store, payment.id)
        if (first is not None and day < first and document is None) or (
            document is None and payment.status != COMPLETED
        ):
            result.skipped += 1
        elif document is not None and _is_in_step(payment, document.facts):
            result.unchanged += 1
        else:
            search.queue(str(payment.id))


def _is_in_step(payment: Payment, facts: Mapping[str, Any]) -> bool:
    """Tell whether a receipt is as it was booked, or planned, or as a person has seen it since."""
    kept = facts.get("fingerprint")
    return is_unchanged(payment, kept) if payment.status == COMPLETED else payment.status == kept


def first_day(context: Context) -> datetime:
    """Return the instant at which the first day that is posted begins."""
    first = context.rules.sales_from
    if first is None:
        return datetime(2000, 1, 1, tzinfo=UTC)
    return datetime(first.year, first.month, first.day, tzinfo=ZoneInfo(context.rules.time_zone))
