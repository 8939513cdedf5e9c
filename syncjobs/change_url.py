"""Reads the query of a Uniconta change URL call, in all the forms that the contract knows [A104] [A107]."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus

# table -> entity of the webhook switches; a stock row is about its item
ENTITY_OF: Mapping[str, str] = {"debtor": "debtor", "invitem": "item", "invitemstorage": "item"}
STORAGE = "invitemstorage"
CREATED, DELETED, UPDATED = "created", "deleted", "updated"
# `?` may stand where `&` belongs; either counts only before a name, so that values may hold them
_SEPARATOR = re.compile(r"[?&](?=[A-Za-z_]\w*=)")


@dataclass(frozen=True, kw_only=True)
class ChangeCall:
    """One change call: `entity` is empty for a table that we do not use, `company_id` when the call names none."""

    company_id: str
    table: str
    entity: str
    action: str
    source_id: str


def read_change_call(query: str) -> ChangeCall | None:
    """Return what the call is about; None when it names no table or no record."""
    values = _values(query)
    table = values.get("table", "")
    source_id = values.get("key", "") or _row(values.get("rowid", ""))
    if not table or not source_id:
        return None
    name = table.lower().removesuffix("client")
    return ChangeCall(
        company_id=values.get("companyid", ""),
        table=table,
        entity=ENTITY_OF.get(name, ""),
        # when stock is gone the item is still there
        action=UPDATED if name == STORAGE else _action(values),
        source_id=source_id,
    )


def _values(query: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in _SEPARATOR.split(query.lstrip("?&")))
    values: dict[str, str] = {}
    for name, _equals, value in pairs:
        values.setdefault(name.strip().lower(), unquote_plus(value).strip())
    return values


def _row(row_id: str) -> str:
    return f"row:{int(row_id)}" if row_id.isascii() and row_id.isdigit() else ""


def _action(values: Mapping[str, str]) -> str:
    word = (values.get("action") or values.get("operation") or "").lower()
    if word.startswith(("add", "insert", "creat")):
        return CREATED
    return DELETED if word.startswith("delet") else UPDATED
