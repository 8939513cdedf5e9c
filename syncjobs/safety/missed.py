"""Why no webhook told of a record that a sweep found out of step; costs one call, and only when there is such a record."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from integration.customers1st.events import parse_delivery
from integration.customers1st.hooks import HookLogEntry
from integration.errors import ContractBroken, Refused
from syncjobs.models import Delivery, System
from syncjobs.safety.search import Search

SWITCHED_OFF = "switched_off"  # it came, while its switch was off
NOT_SENT = "not_sent"  # the vendor's log does not know it
LATE = "late"  # the vendor still tries
REFUSED = "refused"  # the vendor tried, and our answer was no success
UNREACHABLE = "unreachable"  # the vendor tried, and nobody answered
UNKNOWN = "unknown"  # no log, or one that tells nothing
REASON_OF: Mapping[str, str] = {"pending": LATE, "in_progress": LATE, "failed": REFUSED}
CHUNK = 500  # ids in one query


def explain(search: Search, *, system: System, entity: str) -> None:
    """Count in the result what webhooks had missed of what the sweep found out of step, and why."""
    if not search.out_of_step:
        return
    folded, switched_off = _told_of(search, system)
    reasons = Counter({SWITCHED_OFF: len(switched_off)})
    unheard = set(search.out_of_step) - folded - switched_off
    if unheard:
        log = _sent(search, entity) if system == System.CUSTOMERS1ST else None
        reasons.update(_reason(source_id, log) for source_id in unheard)
    search.result.reasons = {reason: count for reason, count in reasons.items() if count}
    search.result.missed = sum(reasons.values())


def _told_of(search: Search, system: System) -> tuple[set[str], set[str]]:
    """Return the ids that a stored call told of, and those whose calls were all switched off."""
    folded: set[str] = set()
    skipped: set[str] = set()
    for ids in _chunks(search.out_of_step):
        rows = Delivery.objects.filter(tenant=search.tenant, system=system, source_id__in=ids)
        for source_id, reason in rows.values_list("source_id", "skipped_reason"):
            (skipped if reason else folded).add(source_id)
    return folded, skipped - folded


def _sent(search: Search, entity: str) -> dict[str, HookLogEntry] | None:
    """Return the vendor's newest log entry about each record; None when the log tells nothing [A53]."""
    try:
        entries = search.context.customers1st.list_hook_log()
    except (Refused, ContractBroken):
        return None
    found: dict[str, HookLogEntry] = {}
    for entry in sorted(entries, key=lambda entry: entry.id):
        source_id = _record_of(entry, entity)
        if source_id:
            found[source_id] = entry
    return found if entries else None


def _record_of(entry: HookLogEntry, entity: str) -> str:
    try:
        event = parse_delivery(entry.payload.encode())
    except ValueError:
        return ""
    return event.source_id or "" if event.kind is not None and event.kind[0] == entity else ""


def _reason(source_id: str, log: Mapping[str, HookLogEntry] | None) -> str:
    if log is None:
        return UNKNOWN
    entry = log.get(source_id)
    if entry is None:
        return NOT_SENT
    reason = REASON_OF.get(entry.status, UNKNOWN)
    if reason == REFUSED and not entry.last_http_status.strip("0"):
        return UNREACHABLE
    return reason


def _chunks(ids: Collection[str]) -> Iterable[list[str]]:
    rows = list(ids)
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]
