"""The filter language of Query/Get: equal, range, set, wildcard, page and order (contracts/uniconta.md section 4)."""

import fnmatch
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sandbox.uniconta.columns import Column
from sandbox.uniconta.company import Company
from sandbox.uniconta.entities import Entity
from sandbox.uniconta.errors import BadField, Refusal
from sandbox.uniconta.records import member
from sandbox.uniconta.table import Row
from sandbox.uniconta.values import NO_DATE, read_value, read_whole

MOST_VALUES = 40
CAP = 1000  # [A67]
DAY = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})")
Test = Callable[[Any], bool]


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One member and what its value has to be."""

    name: str
    text: str
    test: Test


@dataclass(frozen=True, kw_only=True)
class Query:
    """What a list of filters asks for."""

    conditions: Sequence[Condition]
    orders: Sequence[tuple[str, bool]]  # member, descending
    skip: int = 0
    take: int = 0


def read_query(company: Company, columns: Mapping[str, Column], filters: Any) -> Query:
    """Return what the body of Query/Get asks for; raises Refusal."""
    if not isinstance(filters, list) or not filters:
        raise Refusal("ArgumentMissing", field="filters")
    conditions: list[Condition] = []
    orders: list[tuple[str, bool]] = []
    skip = take = 0
    for item in filters:
        if not isinstance(item, dict):
            raise Refusal("InvalidObject", field="filters")
        skip = read_whole(item.get("Skip") or skip, name="Skip")
        take = read_whole(item.get("Take") or take, name="Take")
        column = _column(company, columns, item.get("PropertyName"))
        if column is None:
            continue
        if item.get("OrderBy") or item.get("OrderByDescending"):
            orders.append((column.name, bool(item.get("OrderByDescending"))))
        if item.get("FilterValue") is not None:
            conditions.append(_condition(company, column, str(item["FilterValue"])))
    return Query(conditions=conditions, orders=orders, skip=skip, take=take)


def run_query(company: Company, entity: Entity, query: Query) -> list[Row]:
    """Return the rows that meet every condition, in the order and page asked for."""
    table = company[entity.table]
    rows = [
        row
        for row in _candidates(company, entity, query)
        if all(c.test(member(company, entity, row, c.name)) for c in query.conditions)
    ]
    rows = table.sorted_rows(rows)
    for name, descending in reversed(query.orders):
        rows.sort(
            key=lambda row: _order_key(member(company, entity, row, name)), reverse=descending
        )
    end = query.skip + query.take if query.take else None
    rows = rows[query.skip : end]
    return rows[:CAP] if company.switches.get("uni.row_cap") == str(CAP) else rows


def _column(company: Company, columns: Mapping[str, Column], name: Any) -> Column | None:
    """Return the column a filter names; an unknown one is an error or ignored [A66] [A68]."""
    if not name:
        return None
    broken = name == "UpdatedAt" and company.switches.get("uni.updated_at_filter") == "error"
    if name in columns and not broken:
        return columns[name]
    if broken or company.switches.get("uni.unknown_filter") == "error":
        raise Refusal("InvalidObject", field="PropertyName", value=name)
    return None


def _candidates(company: Company, entity: Entity, query: Query) -> Iterable[Row]:
    """Return the rows worth testing: through an index where a condition names plain texts."""
    table = company[entity.table]
    for condition in query.conditions:
        column = entity.columns.get(condition.name)
        plain = not any(mark in condition.text for mark in ("*", ".."))
        if column is None or column.kind != "text" or not table.is_indexed(condition.name):
            continue
        if plain and condition.text:
            values = dict.fromkeys(condition.text.split(";"))
            return [row for value in values for row in table.where(condition.name, value)]
    return table


def _condition(company: Company, column: Column, text: str) -> Condition:
    values = text.split(";")
    if len(values) > MOST_VALUES:
        raise Refusal("TooManyLinesSelected", field=column.name, value=len(values))
    try:
        tests = [_test(company, column, value) for value in values]
    except (BadField, ValueError) as error:
        raise Refusal("InvalidObject", field=column.name, value=text) from error
    return Condition(name=column.name, text=text, test=lambda value: any(t(value) for t in tests))


def _test(company: Company, column: Column, text: str) -> Test:
    if ".." in text:
        return _range(company, column, text)
    if "*" in text:
        pattern = re.compile(fnmatch.translate(text.replace("[", "[[]").replace("?", "[?]")))
        return lambda value: value is not None and pattern.match(str(value)) is not None
    if not text:
        return lambda value: value in (None, "", NO_DATE)
    if column.kind == "instant" and DAY.fullmatch(text):
        return _range(company, column, f"{text}..{text}")
    wanted = _value(company, column, text)
    return lambda value: bool(value == wanted)


def _range(company: Company, column: Column, text: str) -> Test:
    first, _, last = text.partition("..")
    low = _value(company, column, first) if first else None
    high = _value(company, column, last) if last else None
    if isinstance(high, datetime) and high.time() == time.min:
        high = datetime.combine(high.date(), time.max)  # a day as the end means all of it
    return lambda value: (
        value is not None and (low is None or value >= low) and (high is None or value <= high)
    )


def _value(company: Company, column: Column, text: str) -> Any:
    """Return a value of a filter as the column holds it; dates are dd-MM-yyyy."""
    if column.kind == "instant" and (day := DAY.fullmatch(text)):
        return datetime(int(day[3]), int(day[2]), int(day[1]))  # noqa: DTZ001 - local by contract
    free = Column(name=column.name, kind=column.kind, enumeration=column.enumeration)
    return read_value(free, text, switches=company.switches)


def _order_key(value: Any) -> tuple[bool, Any]:
    return (value is not None, value if value is not None else "")
