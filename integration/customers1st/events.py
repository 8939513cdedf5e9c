"""What a Customers 1st webhook is about. A hint only: the record is read again before anything is done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import simplejson

# event -> (entity, action) in the words of the webhook switches; the vendor's other events are not used
EVENT_KINDS: Mapping[str, tuple[str, str]] = {
    "customer.created": ("customer", "created"),
    "customer.updated": ("customer", "updated"),
    "customer.deleted": ("customer", "deleted"),
    "product.created": ("product", "created"),
    "product.updated": ("product", "updated"),
    "product.deleted": ("product", "deleted"),
    "pospayment.created": ("sale", "created"),
    "posbalance.created": ("day_close", "created"),
}
# the first half of an event's name -> what the event is about
RESOURCES: Mapping[str, str] = {
    "customer": "customer",
    "product": "product",
    "pospayment": "payment",
    "posbalance": "balance",
    "giftcard": "giftcard",
}
# a member that only this resource has: tells a bare body, which names no event [A47]
SHAPES = (
    ("paymentno", "payment"),
    ("balance_no", "balance"),
    ("giftcardno", "giftcard"),
    ("productno", "product"),
    ("customerno", "customer"),
)
ENTITIES: Mapping[str, str] = {
    "customer": "customer",
    "product": "product",
    "payment": "sale",
    "balance": "day_close",
}
ONLY_CREATED = frozenset({"payment", "balance"})  # the vendor has no other event for these [A17]


@dataclass(frozen=True, kw_only=True)
class HookEvent:
    """One webhook call.

    `event` is None for a bare body; then `resource` and `action` are told by the record's shape. `resource` is None
    for events we do not use. `content` is the record as sent, `initiated` the sender's own clock with an offset.
    """

    event: str | None
    resource: str | None
    source_id: str | None
    action: str | None
    log_id: str = ""
    store_id: str = ""
    initiated: str = ""
    content: Mapping[str, Any] = field(repr=False, default_factory=dict)

    @property
    def kind(self) -> tuple[str, str] | None:
        """The (entity, action) of the webhook switches, None for what we do not use."""
        if self.event is not None:
            return EVENT_KINDS.get(self.event)
        entity = ENTITIES.get(self.resource or "")
        return (entity, self.action) if entity and self.action else None


def parse_delivery(body: bytes) -> HookEvent:
    """Read a wrapped or bare webhook body [A47].

    Raises ValueError when it is no JSON object, tells neither event nor kind of record, or names no record where
    one is needed.
    """
    raw = _parsed(body)
    wrapped = raw.get("content")
    content = wrapped if isinstance(wrapped, Mapping) else raw
    event = raw.get("event")
    event = event.strip() if isinstance(event, str) and event.strip() else None
    resource = RESOURCES.get(event.partition(".")[0]) if event else _shape_of(content)
    source_id = _id_of(content) or _id_of(raw)
    if source_id is None and (event is None or event in EVENT_KINDS):
        raise ValueError("The body names no record.")
    if event is None and resource is None:
        raise ValueError("The body names no event, and its record is of no kind we know.")
    return HookEvent(
        event=event,
        resource=resource,
        source_id=source_id,
        action=event.rpartition(".")[2] if event else _action_of(content, str(resource)),
        log_id=_text(raw.get("logid")),
        store_id=_text(raw.get("storeid")),
        initiated=_text(raw.get("initiated")),
        content=content,
    )


def _parsed(body: bytes) -> Mapping[str, Any]:
    try:
        value = simplejson.loads(body.decode("utf-8-sig"), use_decimal=True)
    except RecursionError as error:
        raise ValueError("The body is nested too deeply.") from error
    if not isinstance(value, Mapping):
        raise ValueError("The body is not a JSON object.")  # noqa: TRY004 - one error for every broken body
    return value


def _shape_of(content: Mapping[str, Any]) -> str | None:
    return next((resource for member, resource in SHAPES if member in content), None)


def _action_of(content: Mapping[str, Any], resource: str) -> str:
    """Return what a bare body most likely reports; the record is read again anyway."""
    if content.get("deleted_at") or _text(content.get("deleted")).lower() in {"1", "true"}:
        return "deleted"
    return "created" if resource in ONLY_CREATED else "updated"


def _id_of(content: Mapping[str, Any]) -> str | None:
    value = content.get("id")
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return _text(value) or None


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()
