"""Whether a write of ours may be kept silent at Customers 1st (DESIGN 6.1 `X-Suppress-Hooks`).

The header silences a write for every integration of the shop, so it is sent only while nobody else listens to the event.
That we do not answer our own echo never depends on it: the fingerprints on the link see to that.
"""

from datetime import datetime, timedelta

from integration.errors import AccessDenied, ContractBroken, Refused
from integration.flows.context import Context

FOREIGN_HOOKS = "foreign_hooks"  # in the cache
KEPT_FOR = timedelta(hours=1)


def is_quiet(context: Context, event: str) -> bool:
    """Tell whether a write that causes this event may suppress its hooks: no foreign webhook listens to it."""
    kept = context.cache.get(FOREIGN_HOOKS)
    now = context.now()
    if kept is None or datetime.fromisoformat(kept["read_at"]) < now - KEPT_FOR:
        kept = {"read_at": now.isoformat(), "events": _foreign_events(context)}
        context.cache[FOREIGN_HOOKS] = kept
    return kept["events"] is not None and event not in kept["events"]


def _foreign_events(context: Context) -> list[str] | None:
    """Return the events that others listen to, None when the list cannot be had."""
    try:
        hooks = context.customers1st.list_hooks()
    except (AccessDenied, Refused, ContractBroken):
        return None
    return sorted({hook.event for hook in hooks if not _is_ours(context, hook.url)})


def _is_ours(context: Context, url: str) -> bool:
    return bool(context.own_hook) and context.own_hook in url.lower()
