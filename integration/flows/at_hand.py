"""Lets a record's own flow begin with what was read for a list a moment ago, so that its reads cost no calls of their own.

Each record is handed over once, and searches are answered until the flow writes. Whoever reads a record again (before a
write, or after it) or looks for what a lost answer may have made, asks the vendor.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, cast

from integration.customers1st.client import Customers1stClient
from integration.customers1st.master_data import Customer, Product
from integration.flows.context import Context
from integration.flows.shelves import CompanyReads, Row, Shelf, Shelves, StoreReads
from integration.uniconta.client import UnicontaClient
from integration.uniconta.values import text_of

T = TypeVar("T", Customer, Product)


def lend(shelves: Shelves, context: Context) -> Context:
    """Return the context of one record's flow, for one run of it; its writes are shown to the records after it."""
    turn = _Turn()
    return replace(
        context,
        customers1st=cast(Customers1stClient, _Store(context.customers1st, shelves.store, turn)),
        uniconta=cast(UnicontaClient, _Company(context.uniconta, shelves, turn)),
    )


@dataclass
class _Turn:
    """How far one flow has come: whether it wrote, and which records it was given, by system and key."""

    wrote: bool = False
    given: set[tuple[str, str]] = field(default_factory=set)

    def gives(self, system: str, key: str) -> bool:
        """Tell whether a record may be handed over, and remember that it was."""
        known = self.wrote or (system, key) in self.given
        self.given.add((system, key))
        return not known


class _Store(StoreReads):
    """Customers 1st: the first reads from the shelf, all others and every write to the vendor."""

    SYSTEM = "customers1st"

    def __init__(self, client: Customers1stClient, shelf: Shelf, turn: _Turn) -> None:
        super().__init__(client, shelf)
        self._client, self._turn = client, turn

    def get_customer(self, customer_id: int | str) -> Customer | None:
        if self._turn.gives(self.SYSTEM, str(customer_id)):
            return super().get_customer(customer_id)
        return self._client.get_customer(customer_id)

    def get_product(self, product_id: int | str) -> Product | None:
        if self._turn.gives(self.SYSTEM, str(product_id)):
            return super().get_product(product_id)
        return self._client.get_product(product_id)

    def find_customers(self, **wanted: str) -> list[Customer]:
        if self._turn.wrote:
            return self._client.find_customers(**wanted)
        found = super().find_customers(**wanted)
        self._turn.given |= {(self.SYSTEM, str(each.id)) for each in found}
        return found

    def find_products(self, **wanted: str) -> list[Product]:
        if self._turn.wrote:
            return self._client.find_products(**wanted)
        found = super().find_products(**wanted)
        self._turn.given |= {(self.SYSTEM, str(each.id)) for each in found}
        return found

    def create_customer(self, content: Mapping[str, Any], *, quiet: bool) -> Customer:
        return self._written(lambda: self._client.create_customer(content, quiet=quiet))

    def create_product(self, content: Mapping[str, Any], *, quiet: bool) -> Product:
        return self._written(lambda: self._client.create_product(content, quiet=quiet))

    def replace_customer(
        self, customer_id: int, content: Mapping[str, Any], *, quiet: bool
    ) -> Customer:
        return self._written(
            lambda: self._client.replace_customer(customer_id, content, quiet=quiet)
        )

    def patch_product(self, product_id: int, content: Mapping[str, Any], *, quiet: bool) -> Product:
        return self._written(lambda: self._client.patch_product(product_id, content, quiet=quiet))

    def _written(self, write: Callable[[], T]) -> T:
        self._turn.wrote = True
        stored = write()
        self._shelf.put(stored.raw)
        return stored


class _Company(CompanyReads):
    """Uniconta: the first reads from the shelf, all others and every write to the vendor."""

    SYSTEM = "uniconta"

    def __init__(self, client: UnicontaClient, shelves: Shelves, turn: _Turn) -> None:
        super().__init__(client, shelves.company, shelves.entity)
        self._key, self._turn = shelves.key, turn

    def find(self, entity: str, property: str, values: Collection[str]) -> list[Row]:
        if self._must_ask(property, values):
            return self._client.find(entity, property, values)
        return self._given(entity, super().find(entity, property, values))

    def find_among(self, entity: str, property: str, value: str) -> list[Row]:
        if self._turn.wrote:
            return self._client.find_among(entity, property, value)
        return self._given(entity, super().find_among(entity, property, value))

    def query(
        self, entity: str, filters: Mapping[str, str] | None = None, **form: Any
    ) -> list[Row]:
        if self._turn.wrote:
            return self._client.query(entity, filters, **form)
        return self._given(entity, super().query(entity, filters, **form))

    def insert(self, entity: str, row: Mapping[str, Any]) -> Row:
        """Insert a row."""
        self._turn.wrote = True
        stored = self._client.insert(entity, row)
        self._show(entity, {**row, **stored})
        return stored

    def update_fields(
        self, entity: str, original: Mapping[str, Any], modified: Mapping[str, Any]
    ) -> None:
        """Change what differs between two rows."""
        self._turn.wrote = True
        self._client.update_fields(entity, original, modified)
        self._show(entity, modified)

    def _must_ask(self, property: str, values: Collection[str]) -> bool:
        """Tell whether the vendor must be asked: after a write, or for a row that was handed over before."""
        if self._turn.wrote:
            return True
        return property == self._key and any((self.SYSTEM, v) in self._turn.given for v in values)

    def _given(self, entity: str, rows: list[Row]) -> list[Row]:
        if entity == self._entity:
            self._turn.given |= {(self.SYSTEM, text_of(row.get(self._key))) for row in rows}
        return rows

    def _show(self, entity: str, row: Mapping[str, Any]) -> None:
        if entity == self._entity:
            self._shelf.put(row)
