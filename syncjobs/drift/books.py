"""What a company holds of our documents: its invoices, open orders and ledger entries, read in pages and kept on disk."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from integration.flows.context import Context
from integration.flows.invoices import ENTITY as INVOICES
from integration.flows.posting import ENTITY as LEDGER
from integration.uniconta.payloads import (
    GlTrans,
    Invoice,
    parse_gl_trans,
    parse_invoice,
    text_of,
)
from syncjobs.catalogue.spool import Spool

ORDERS = "DebtorOrderClient"
NUMBER = "n"  # the key of a row on disk
# the members that are looked at; the rest is not worth keeping
KEPT = {
    INVOICES: (
        "InvoiceNumber",
        "OrderNumber",
        "Account",
        "Date",
        "NetAmount",
        "VatAmount",
        "TotalAmount",
        "OurRef",
        "ReferenceNumber",
    ),
    ORDERS: ("OrderNumber", "Account", "OurRef", "ReferenceNumber"),
    LEDGER: ("Account", "Amount", "ReferenceNumber", "Invoice", "JournalPostedId"),
}
PAGE = 500


class Books:
    """One company's documents. `first` is the first day that counts, `store` the store whose keys are ours."""

    def __init__(self, context: Context, *, store: int, first: date | None) -> None:
        self._context = context
        self._since = {} if first is None else {"Date": f"{first:%d-%m-%Y}.."}
        self._ours = re.compile(rf"c1st:{store}:(payment|settle|balance):([0-9]+)")
        self._invoices: Spool | None = None
        self._orders: Spool | None = None
        self._ledger: Spool | None = None

    @property
    def invoices(self) -> Spool:
        """All invoices: the bookkeeper may have made one without our key."""
        if self._invoices is None:
            rows = self._all(INVOICES, order_by="InvoiceNumber")
            self._invoices = _spooled(INVOICES, rows)
        return self._invoices

    @property
    def orders(self) -> Spool:
        """All orders that stand open."""
        if self._orders is None:
            rows = self._context.uniconta.list_all(ORDERS, order_by="OrderNumber")
            self._orders = _spooled(ORDERS, rows)
        return self._orders

    @property
    def ledger(self) -> Spool:
        """The ledger entries that carry a key of ours."""
        if self._ledger is None:
            rows = self._all(LEDGER, order_by="JournalPostedId")
            ours = (row for row in rows if self.id_of(text_of(row.get("ReferenceNumber"))))
            self._ledger = _spooled(LEDGER, ours)
        return self._ledger

    def id_of(self, key: str) -> tuple[str, str] | None:
        """Return what a key of ours stands for: payment, settle or balance, and the id; None for any other text."""
        found = self._ours.fullmatch(key)
        return None if found is None else (found[1], found[2])

    def invoices_of(self, anchors: Iterable[tuple[str, str]]) -> list[Invoice]:
        """Return the invoices of which a member is one of these texts, each once."""
        found: dict[str, Invoice] = {}
        for member, value in anchors:
            if value:
                for row in self.invoices.find(member, [value]):
                    if text_of(row.get(member)) == value:
                        invoice = parse_invoice(row)
                        found[invoice.invoice_number] = invoice
        return list(found.values())

    def orders_of(self, key: str) -> list[str]:
        """Return the numbers of the open orders that carry a key."""
        rows = self.orders.find("ReferenceNumber", [key])
        return [
            text_of(r.get("OrderNumber")) for r in rows if text_of(r.get("ReferenceNumber")) == key
        ]

    def entries_of(self, key: str) -> list[GlTrans]:
        """Return the ledger entries that carry a key."""
        rows = self.ledger.find("ReferenceNumber", [key])
        return [parse_gl_trans(row) for row in rows if text_of(row.get("ReferenceNumber")) == key]

    def confirmed_entries(self, keys: Collection[str]) -> dict[str, list[GlTrans]]:
        """Return the entries of these keys, asked for by key: what pages show may shift while somebody posts."""
        found: dict[str, list[GlTrans]] = {key: [] for key in keys}
        if keys:
            for row in self._context.uniconta.find(LEDGER, "ReferenceNumber", keys):
                entry = parse_gl_trans(row)
                found[entry.reference_number].append(entry)
        return found

    def keys(self, spool: Spool, sort: str) -> Iterator[tuple[str, str]]:
        """Return each key of one sort that stands in the books, with its id."""
        for page in spool.pages(PAGE):
            for row in page:
                key = text_of(row.get("ReferenceNumber"))
                told = self.id_of(key)
                if told is not None and told[0] == sort:
                    yield key, told[1]

    def _all(self, entity: str, *, order_by: str) -> Iterator[Mapping[str, Any]]:
        return self._context.uniconta.list_all(entity, order_by=order_by, filters=self._since)


def _spooled(entity: str, rows: Iterable[Mapping[str, Any]]) -> Spool:
    spool, kept = Spool(NUMBER), KEPT[entity]
    spool.fill(_kept(rows, kept))
    return spool


def _kept(rows: Iterable[Mapping[str, Any]], names: Sequence[str]) -> Iterator[dict[str, Any]]:
    for number, row in enumerate(rows):
        yield {NUMBER: number, **{name: row[name] for name in names if name in row}}
