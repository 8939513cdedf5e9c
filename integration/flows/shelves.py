"""The two vendors' reading calls, answered from records that were read many at a time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from integration.customers1st.client import Customers1stClient
from integration.customers1st.master_data import Customer, Product, parse_customer, parse_product
from integration.uniconta.client import UnicontaClient
from integration.uniconta.values import text_of

Row = dict[str, Any]


class Shelf(Protocol):
    """The records of one side at hand; what is not there it reads from the vendor."""

    def find(self, member: str, values: Collection[str]) -> list[Row]:
        """Return the records whose member may be one of these values; exactly for the record's key."""
        ...

    def again(self, keys: Collection[str]) -> list[Row]:
        """Return, as they are now, those of these records that may have changed since they were read."""
        ...

    def put(self, row: Mapping[str, Any]) -> None:
        """Show a record as it will be."""
        ...

    def remove(self, row: Mapping[str, Any]) -> None:
        """Show a record no more."""
        ...


@dataclass(frozen=True, kw_only=True)
class Shelves:
    """Both sides of one kind: customers or products in `store`, the rows of Uniconta's `entity` in `company`, named by `key`."""

    store: Shelf
    company: Shelf
    entity: str
    key: str


class StoreReads:
    """Reads customers and products from the shelf."""

    PARAMETERS: Mapping[str, str] = {
        "customerno": "customerno",
        "cvr": "vat",
        "email": "email",
        "phoneno": "phone",
        "productNo": "productno",
        "barcode": "barcode",
    }

    def __init__(self, client: Customers1stClient, shelf: Shelf) -> None:
        self._shelf = shelf
        self.get_store, self.get_configs = client.get_store, client.get_configs
        self.list_hooks = client.list_hooks

    def get_customer(self, customer_id: int | str) -> Customer | None:
        """Return one customer, None when there is none."""
        raw = self._raw(customer_id)
        return parse_customer(raw) if raw else None

    def get_product(self, product_id: int | str) -> Product | None:
        """Return one product, None when there is none."""
        raw = self._raw(product_id)
        return parse_product(raw) if raw else None

    def find_customers(self, **wanted: str) -> list[Customer]:
        """Return the customers that one search may give."""
        return [parse_customer(row) for row in self._find(wanted)]

    def find_products(self, **wanted: str) -> list[Product]:
        """Return the products that one search may give."""
        return [parse_product(row) for row in self._find(wanted)]

    def _find(self, wanted: Mapping[str, str]) -> list[Row]:
        ((parameter, value),) = wanted.items()
        return self._shelf.find(self.PARAMETERS[parameter], [value])

    def _raw(self, record_id: int | str) -> Row:
        rows = self._shelf.find("id", [str(record_id)])
        return rows[0] if rows else {}


class CompanyReads:
    """Reads the rows of one entity from the shelf and everything else from the vendor."""

    def __init__(self, client: UnicontaClient, shelf: Shelf, entity: str) -> None:
        self._client, self._shelf, self._entity = client, shelf, entity
        self.read, self.get_company = client.read, client.get_company

    def find(self, entity: str, property: str, values: Collection[str]) -> list[Row]:
        """Return the rows whose property may be one of these values."""
        if entity != self._entity:
            return self._client.find(entity, property, values)
        return self._shelf.find(property, values)

    def find_among(self, entity: str, property: str, value: str) -> list[Row]:
        """Return the rows whose property may hold a value, alone or among others."""
        if entity != self._entity:
            return self._client.find_among(entity, property, value)
        return self._shelf.find(property, [value])

    def query(
        self, entity: str, filters: Mapping[str, str] | None = None, **form: Any
    ) -> list[Row]:
        """Return the rows whose members equal the given values."""
        wanted = dict(filters or {})
        if entity != self._entity or len(wanted) != 1:
            return self._client.query(entity, filters, **form)
        ((name, value),) = wanted.items()
        found = self._shelf.find(name, [value])
        return [row for row in found if text_of(row.get(name)) == value]
