"""The webhooks that are registered at Customers 1st, and the vendor's log of its calls, as values."""

from dataclasses import dataclass, field
from datetime import datetime

from integration.customers1st.values import Raw, flag_of, number_of, optional_time, text_of


@dataclass(frozen=True, kw_only=True)
class RestHook:
    """One registered webhook."""

    id: int
    event: str
    url: str
    active: bool


@dataclass(frozen=True, kw_only=True)
class HookLogEntry:
    """One delivery in the vendor's log; `payload` is the posted body as text."""

    id: int
    hook_id: int | None
    event: str
    url: str
    status: str
    attempts: int
    last_http_status: str
    last_failed_reason: str
    initiated_at: datetime | None
    succeeded_at: datetime | None
    payload: str = field(repr=False)


def parse_hook(raw: Raw) -> RestHook:
    """Read one registered webhook; a missing `active` means active."""
    active = raw.get("active")
    return RestHook(
        id=int(raw["id"]),
        event=text_of(raw.get("event")),
        url=text_of(raw.get("url")),
        active=active is None or flag_of(active),
    )


def parse_hook_log_entry(raw: Raw) -> HookLogEntry:
    """Read one entry of the delivery log."""
    return HookLogEntry(
        id=int(raw["id"]),
        hook_id=number_of(raw.get("resthookid")),
        event=text_of(raw.get("event")),
        url=text_of(raw.get("url")),
        status=text_of(raw.get("status")),
        attempts=number_of(raw.get("attempts")) or 0,
        last_http_status=text_of(raw.get("last_http_status")),
        last_failed_reason=text_of(raw.get("last_failed_reason")),
        initiated_at=optional_time(raw.get("initiated_date")),
        succeeded_at=optional_time(raw.get("succeeded_date")),
        payload=text_of(raw.get("payload")),
    )
