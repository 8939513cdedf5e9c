"""How the records of each kind are read in pages, on either side, and kept at hand."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from integration.customers1st.values import optional_time
from integration.errors import Refused
from integration.flows.context import Context
from integration.flows.registry import MASTER_DATA, MasterKind
from integration.mapping.fields import Side
from integration.uniconta.client import SET_LENGTH
from integration.uniconta.values import moment_of, text_of
from syncjobs.catalogue.shelf import Shelf

Row = Mapping[str, Any]
PAGE = 200  # records worked at a time
CUSTOMERS1ST_PAGE, UNICONTA_PAGE = 200, 1000  # records in one answer
SINGLY = 5  # so few records of Customers 1st are read one by one
FEWEST_QUESTIONS = 20  # before everything is read instead
SEVERAL_IN_ONE = (
    "ContactEmail"  # the member of Uniconta that holds several values, separated by `;`
)
# the member that a search parameter of Customers 1st looks at -> the parameter
PARAMETERS = {
    "vat": "cvr",
    "phone": "phoneno",
    "productno": "productNo",
}


class CannotTellChanges(Exception):
    """The vendor cannot say what changed since; only everything can be read."""


@dataclass(frozen=True, kw_only=True)
class Records:
    """One side's records of a kind. Times are naive, as the vendor writes them; `zone` is what they mean."""

    side: Side
    key: str
    zone: tzinfo
    read_all: Callable[[], Iterator[Row]]
    read_changed: Callable[[datetime], Iterator[Row]]
    fetch: Callable[[str, Collection[str]], Iterator[Row]]
    read_again: Callable[[Collection[str], datetime | None], Iterable[Row]]
    now: Callable[[], datetime]
    changed_at: Callable[[Row], datetime | None]

    def id_of(self, row: Row) -> str:
        """Return the text that names a record."""
        return text_of(row.get(self.key))

    def shelf(self, *, known: int, questions: int = 0, at_once: bool = False) -> Shelf:
        """Return a shelf of this side; `known` is about how many records there are.

        It reads them all when first asked if that is sure to be cheaper: by `at_once`, or for that many `questions`.
        """
        page = CUSTOMERS1ST_PAGE if self.side is Side.CUSTOMERS1ST else UNICONTA_PAGE
        at_once = at_once or questions > known // page + 1
        patience = 0 if at_once else max(FEWEST_QUESTIONS, known // page)
        return Shelf(
            self.key,
            fetch=self.fetch,
            read_all=self.read_all,
            read_again=self.read_again,
            changed_at=self.changed_at,
            now=self.now,
            patience=patience,
        )


@dataclass(frozen=True, kw_only=True)
class Sides:
    """Both sides of a kind: `source` is where changes are looked for, `target` the other one."""

    master: MasterKind
    source: Records
    target: Records


def sides_of(context: Context, kind: str) -> Sides:
    """Return both sides of a job kind of master data."""
    master = MASTER_DATA[kind]
    store, company = _store(context, master), _company(context, master)
    if master.source is Side.CUSTOMERS1ST:
        return Sides(master=master, source=store, target=company)
    return Sides(master=master, source=company, target=store)


def paged(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Return rows in pages to work on."""
    while page := list(islice(rows, PAGE)):
        yield page


def _store(context: Context, master: MasterKind) -> Records:
    client = context.customers1st
    is_customer = master.entity.startswith("Debtor")
    get: Any = client.get_customer if is_customer else client.get_product
    find: Any = client.find_customers if is_customer else client.find_products
    every: Any = client.list_customers if is_customer else client.list_products

    def fetch(member: str, values: Collection[str]) -> Iterator[Row]:
        for value in values:
            if member == "id":
                found = [get(value)]
            else:
                found = find(**{PARAMETERS.get(member, member): value})
            yield from (record.raw for record in found if record is not None)

    def read_again(keys: Collection[str], since: datetime | None) -> Iterable[Row]:
        if len(keys) <= SINGLY:
            return fetch("id", keys)
        changed = (record.raw for record in (every(updated_after=since) if since else every()))
        wanted = set(keys)
        return [row for row in changed if text_of(row.get("id")) in wanted]

    return Records(
        side=Side.CUSTOMERS1ST,
        key="id",
        zone=context.naive_zone,
        read_all=lambda: (record.raw for record in every()),
        read_changed=lambda since: (record.raw for record in every(updated_after=since)),
        fetch=fetch,
        read_again=read_again,
        now=context.now,
        changed_at=lambda row: optional_time(row.get("updated_at")),
    )


def _company(context: Context, master: MasterKind) -> Records:
    client, entity = context.uniconta, master.entity
    key = master.kind(context).key

    def read_changed(since: datetime) -> Iterator[Row]:
        try:
            yield from client.list_changed(entity, since=since)
        except Refused as error:  # [A68]
            raise CannotTellChanges(str(error)) from error

    def fetch(member: str, values: Collection[str]) -> Iterator[Row]:
        if member == SEVERAL_IN_ONE:
            for value in values:
                yield from client.find_among(entity, member, value)
        else:
            yield from client.find(entity, member, values)

    return Records(
        side=Side.UNICONTA,
        key=key,
        zone=ZoneInfo(context.rules.time_zone),
        read_all=lambda: client.list_all(entity, order_by=key),
        read_changed=read_changed,
        fetch=fetch,
        read_again=partial(_rows_again, context, entity, key),
        now=context.now,
        changed_at=lambda row: moment_of(row.get("UpdatedAt")),
    )


def _rows_again(
    context: Context, entity: str, key: str, keys: Collection[str], since: datetime | None
) -> Iterable[Row]:
    """Read rows of Uniconta once more: all that changed where there are many, else these by their keys."""
    if since is not None and len(keys) > SET_LENGTH:
        wanted = set(keys)
        changed = context.uniconta.list_changed(entity, since=since)
        try:
            return [row for row in changed if text_of(row.get(key)) in wanted]
        except Refused as error:  # [A68]
            context.steps.note("Uniconta cannot tell what changed.", error=str(error))
    return context.uniconta.find(entity, key, keys)
