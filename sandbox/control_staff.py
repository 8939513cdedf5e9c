"""Control calls that let the bookkeeper work in Uniconta with the vendor's own program."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from sandbox.uniconta.errors import BadField, Refusal
from sandbox.uniconta.staff import Staff

Body = dict[str, Any]
WRONG_STAFF_CALL = (Refusal, BadField)


def _add(staff: Staff, body: Body) -> Any:
    return staff.add(body["table"], **body["members"])


def _edit(staff: Staff, body: Body) -> Any:
    return staff.edit(body["table"], *_key(body), **body["members"])


def _remove(staff: Staff, body: Body) -> Any:
    staff.remove(body["table"], *_key(body))
    return {"ok": True}


def _invoice(staff: Staff, body: Body) -> Any:
    return staff.invoice(int(body["order"]), on=_day(body))


def _key(body: Body) -> list[Any]:
    key = body["key"]
    return key if isinstance(key, list) else [key]


def _day(body: Body) -> date:
    return date.fromisoformat(body["on"]) if "on" in body else datetime.now(UTC).date()


#: Name of the control call (under `/staff/`) to what it does.
STAFF_ACTIONS: dict[str, Callable[[Staff, Body], Any]] = {
    "add": _add,
    "edit": _edit,
    "remove": _remove,
    "invoice": _invoice,
}
