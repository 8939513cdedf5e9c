"""Lists: changed-since, sorting and the two forms of paging."""

import base64
import binascii
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sandbox.customers1st.models import Record
from sandbox.customers1st.schema import Issue
from sandbox.customers1st.values import parse_instant
from sandbox.customers1st.visit import Visit

PAGE_LIMIT = 250
DEFAULT_PAGE = 50

Rows = list[Record]


def instant(visit: Visit, name: str) -> datetime | None:
    """Return a date parameter as an instant, None when it is not given."""
    text = visit.query.get(name)
    if not text:
        return None
    try:
        return parse_instant(text, visit.store.zone)
    except ValueError:
        raise visit.bad_filter(f"{name} is not a date: {text}") from None


def changed_after(visit: Visit, rows: Iterable[Record]) -> Rows:
    """Return the rows changed since `updated_after` (switch `c1st.updated_after`)."""
    since = instant(visit, "updated_after")
    if since is None:
        return list(rows)
    reading = visit.switches.get("c1st.updated_after")
    if reading == "inclusive":
        return [row for row in rows if row["updated_at"] >= since]
    newer = [row for row in rows if row["updated_at"] > since]
    return [row for row in newer if row["id"] % 3] if reading == "misses_some" else newer


def between(rows: Iterable[Record], field: str, start: Any, end: Any) -> Rows:
    """Return the rows whose field lies between two limits, both included; None is no limit."""
    return [
        row
        for row in rows
        if (start is None or row[field] >= start) and (end is None or row[field] <= end)
    ]


def sort(visit: Visit, rows: Iterable[Record], *, dashed: bool = False) -> Rows:
    """Return the rows sorted as asked; by id when nothing is asked."""
    field_key, order_key = ("sort-field", "sort-order") if dashed else ("sortField", "sortOrder")
    field = visit.query.get(field_key) or "id"
    found = list(rows)
    if any(field not in row for row in found):
        raise visit.bad_filter(f"cannot sort by {field}")

    def key(row: Record) -> tuple[bool, Any, int]:
        value = row[field]
        return value is not None, "" if value is None else value, row["id"]

    return sorted(found, key=key, reverse=visit.query.get(order_key) == -1)


def page(visit: Visit, rows: Rows, *, render: Callable[[Record], Record] | None = None) -> Record:
    """Return one page by offset (form A)."""
    start = max(int(visit.query.get("paginationStart", 0)), 0)
    end = start + _length(visit)
    part = rows[start:end]
    content = [render(row) for row in part] if render else part
    return {"content": content, "count": None, "hasMore": end < len(rows)}


def cursor_page(visit: Visit, rows: Rows, *, render: Callable[[Record], Record]) -> Record:
    """Return one page by cursor (form B); rows must be sorted by id."""
    if visit.query.get("sort-field", "id") != "id":
        raise visit.bad_filter("cursor works with the default sort or sort by id only")
    last = _read_cursor(visit)
    descending = visit.query.get("sort-order") == -1
    rest = [row for row in rows if last is None or _is_beyond(row["id"], last, descending)]
    part = rest[: _length(visit)]
    more = len(rest) > len(part)
    return {
        "content": [render(row) for row in part],
        "count": None,
        "hasMore": more,
        "nextCursor": _write_cursor(part[-1]["id"]) if more else None,
    }


def _is_beyond(number: int, last: int, descending: bool) -> bool:
    return number < last if descending else number > last


def _length(visit: Visit) -> int:
    wanted = max(int(visit.query.get("paginationPageLength", DEFAULT_PAGE)), 1)
    reading = visit.switches.get("c1st.page_cap")
    if wanted > PAGE_LIMIT and reading == "error_above_250":
        issue = Issue("paginationPageLength", "error_maximum", "query", wanted, (str(PAGE_LIMIT),))
        raise visit.invalid([issue])
    return min(wanted, PAGE_LIMIT) if reading == "250" else wanted


def _write_cursor(last: int) -> str:
    return base64.urlsafe_b64encode(f"id:{last}".encode()).decode()


def _read_cursor(visit: Visit) -> int | None:
    text = visit.query["cursor"]
    if not text:
        return None
    try:
        return int(base64.urlsafe_b64decode(text).decode().removeprefix("id:"))
    except (ValueError, binascii.Error):
        raise visit.bad_filter("the cursor is not one of ours") from None
