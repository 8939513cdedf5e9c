"""The safety job of day closes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from integration.customers1st.payloads import DayClose
from integration.flows.context import Context
from integration.flows.day_close import close_is_in_step
from integration.flows.settlement import waiting_payments
from integration.mapping.day_close import close_date
from syncjobs.proofs import closes_holding
from syncjobs.safety.search import Search

# no list of closes tells what changed, so the closes of the last month are looked at again each time (H13)
LOOKED_AT_AGAIN = timedelta(days=31)


def sweep_closes(search: Search) -> None:
    """Queue each close that is not posted as it stands, and the posted ones that a receipt comes late for."""
    context, result = search.context, search.result
    after = search.changed_after()
    queued: set[str] = set()
    for close in closes_since(context, None if after is None else after - LOOKED_AT_AGAIN):
        first = context.rules.sales_from
        day = close_date(close, rules=context.rules, naive_zone=context.naive_zone)
        if first is not None and day < first:
            result.skipped += 1
        elif close_is_in_step(context, close):
            result.unchanged += 1
        else:
            queued.add(str(close.id))
            search.queue(str(close.id))
    late = [
        (each.document.facts.get("register"), int(each.document.facts.get("number", 0)))
        for each in waiting_payments(context.documents)
    ]
    for source_id in sorted(closes_holding(search.tenant, late) - queued):
        search.queue(source_id)


def closes_since(context: Context, after: datetime | None) -> list[DayClose]:
    """Return the closes dated from an instant on (None: from the first day that is posted), the oldest first."""
    start = after or _first_day(context)
    naive = None if start is None else start.astimezone(context.naive_zone).replace(tzinfo=None)
    closes = context.customers1st.list_day_closes(from_date=naive)
    return sorted(closes, key=lambda close: (close.ended, close.id))


def _first_day(context: Context) -> datetime | None:
    first = context.rules.sales_from
    if first is None:
        return None
    zone = ZoneInfo(context.rules.time_zone)
    return datetime(first.year, first.month, first.day, tzinfo=zone).astimezone(UTC)
