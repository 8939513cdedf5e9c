"""What a Customers 1st webhook is about. A hint only: the record is read again before anything is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import simplejson

# event -> (entity, action) in the words of the webhook switches; the other events are not used
EVENTS: Mapping[str, tuple[str, str]] = {
    "customer.created": ("customer", "created"),
    "customer.updated": ("customer", "updated"),
    "customer.deleted": ("customer", "deleted"),
    "product.created": ("product", "created"),
    "product.updated": ("product", "updated"),
    "product.deleted": ("product", "deleted"),
    "pospayment.created": ("sale", "created"),
    "posbalance.created": ("day_close", "created"),
}
# what only this resource has: tells a bare body, which names no event [A47]
SHAPES = (
    ("paymentno", "pospayment.created"),
    ("balance_no", "posbalance.created"),
    ("giftcardno", "giftcard.updated"),
    ("productno", "product.updated"),
    ("customerno", "customer.updated"),
)


@dataclass(frozen=True, kw_only=True)
class HookEvent:
    """One webhook call: the event's name, the record's id, and the record as it was sent."""

    event: str
    source_id: str
    content: Mapping[str, Any]
    initiated: str = ""


def parse_delivery(body: bytes) -> HookEvent:
    """Read a wrapped or bare webhook body [A47]; raises ValueError when it says neither event nor id."""
    raw = simplejson.loads(body, use_decimal=True)
    if not isinstance(raw, dict):
        raise ValueError("The body is not a JSON object.")  # noqa: TRY004 - one error for every broken body
    content = raw.get("content")
    content = content if isinstance(content, dict) else raw
    event = raw.get("event")
    if not isinstance(event, str) or not event:
        event = next((name for key, name in SHAPES if key in content), "")
    source_id = content.get("id", raw.get("id"))
    if (
        not event
        or isinstance(source_id, bool)
        or not isinstance(source_id, int | str)
        or source_id == ""
    ):
        raise ValueError("The body names no event or no record.")
    return HookEvent(
        event=event,
        source_id=str(source_id),
        content=content,
        initiated=str(raw.get("initiated") or ""),
    )
