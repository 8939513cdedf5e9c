"""Someone who works in a company with the vendor's own program: changes that nobody's integration made."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sandbox.uniconta import crud
from sandbox.uniconta.company import Company
from sandbox.uniconta.crud import Desk
from sandbox.uniconta.entities import BY_TABLE
from sandbox.uniconta.invoicing import change_stock, invoice_order
from sandbox.uniconta.journal import Request, post_journal
from sandbox.uniconta.table import Row


class Staff:
    """Edits records, invoices orders, posts and moves stock; the change URLs tell about it.

    Tables are named by their base names (`Debtor`, `InvItem`); everything raises Refusal or BadField.
    """

    def __init__(
        self, company: Company, *, lock: threading.RLock, done: Callable[[], None]
    ) -> None:
        self._company = company
        self._lock = lock
        self._done = done

    def add(self, table: str, **members: Any) -> Row:
        """Make a record."""
        with self._at_work():
            return crud.insert(self._desk(table), members)

    def edit(self, table: str, *key: Any, **members: Any) -> Row:
        """Change members of the record with this key."""
        names = dict(zip(BY_TABLE[table].key, key, strict=True))
        with self._at_work():
            return crud.update_fields(self._desk(table), names, {**names, **members})

    def remove(self, table: str, *key: Any) -> None:
        """Delete the record with this key."""
        names = dict(zip(BY_TABLE[table].key, key, strict=True))
        with self._at_work():
            crud.delete(self._desk(table), names)

    def move_stock(self, item: str, *, by: Decimal) -> Row:
        """Add to the stock of an item, or take from it."""
        with self._at_work():
            change_stock(self._company, self._company.row("InvItem", item), by=by, by_person=True)
            return self._company.row("InvItem", item)

    def invoice(self, order_number: int, *, on: date) -> Row:
        """Invoice an order by hand and return the invoice."""
        with self._at_work():
            return invoice_order(self._company, order_number, date=_midnight(on), simulate=False)

    def post(self, journal: str, lines: Sequence[Mapping[str, Any]], *, on: date) -> int:
        """Post lines in a journal and return the id of the posting."""
        request = Request(journal=journal, lines=list(lines), date=_midnight(on))
        with self._at_work():
            return post_journal(self._company, request)

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        with self._lock, self._company.transaction():
            yield
        self._done()

    def _desk(self, table: str) -> Desk:
        return Desk(company=self._company, entity=BY_TABLE[table], with_user_fields=True)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - local by contract [A69]
