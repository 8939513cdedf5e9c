"""One company: its tables, its switches, its clock, and what changed in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.clock import Clock
from sandbox.switches import Switches
from sandbox.uniconta.columns import Column
from sandbox.uniconta.entities import BASE_COLUMNS, BY_TABLE, TABLE_IDS, Entity
from sandbox.uniconta.errors import Refusal
from sandbox.uniconta.table import Row, Table, UndoLog

LOCAL = ZoneInfo("Europe/Copenhagen")
FIELD_KINDS = {
    "String": "text",
    "Integer": "integer",
    "Double": "number",
    "Boolean": "flag",
    "DateTime": "instant",
}


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change of a master record that the change URL tells about."""

    table: str
    row: Row
    operation: str  # Add, Update, Delete
    by_person: bool = False


class Company:
    """The books and master data of one company, and what a test asks about them."""

    def __init__(self, *, company_id: int, clock: Clock, switches: Switches) -> None:
        self.id = company_id
        self.clock = clock
        self.switches = switches
        self.closed_until: date | None = None
        self.changes: list[Change] = []
        self.last_error: dict[str, str] = {}
        self._undo = UndoLog()
        self._tables = {name: Table(entity, self._undo) for name, entity in BY_TABLE.items()}
        self._tables["Company"] = Table(BY_TABLE["Company"], self._undo, first_row_id=company_id)
        self._posting = 5000

    def __getitem__(self, table: str) -> Table:
        return self._tables[table]

    def now(self) -> datetime:
        """Return the local time, without offset, as the vendor stores it [A69]."""
        return self.clock.now().astimezone(LOCAL).replace(tzinfo=None, microsecond=0)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block or nothing of it."""
        with self._undo.transaction():
            yield

    def note(self, change: Change) -> None:
        """Remember a change for the change URL; forgotten again when the call fails."""
        self.changes.append(change)
        self._undo.add(lambda: self.changes.remove(change))

    def row(self, table: str, *key: Any) -> Row:
        """Return the row of a key; raises Refusal CouldNotFind."""
        found = self[table].find(*key)
        if found is None:
            raise Refusal("CouldNotFind", field=BY_TABLE[table].key[-1], value=key[-1])
        return found

    def next_number(self, serie: str) -> int:
        """Return the next number of a series and move it on."""
        row = self.row("NumberSerie", serie)
        self["NumberSerie"].change(row, Next=row["Next"] + 1, InUse=True)
        return int(row["Next"])

    def next_posting(self) -> int:
        """Return the id of the next posting of a journal or an invoice."""
        self._posting += 1
        return self._posting

    def check_period(self, day: datetime) -> None:
        """Raise Refusal when the day's period is closed [A91]."""
        closed = self.closed_until is not None and day.date() <= self.closed_until
        if closed or self.switches.get("uni.period") == "closed":
            raise Refusal("PeriodIsClosed", field="Date", value=day.strftime("%d-%m-%Y"))

    def user_columns(self, entity: Entity, *, login: int | None = None) -> dict[str, Column]:
        """Return the user fields of a table that a session of this login sees [A73]."""
        number = TABLE_IDS.get(entity.table)
        if number is None:
            return {}
        rows = [row for row in self["TableFields"] if row["TableNo"] == number]
        if self.switches.get("uni.field_creation") == "after_relogin" and login is not None:
            rows = [row for row in rows if row.get("_login", 0) < login]
        return {
            row["Name"]: Column(
                name=row["Name"],
                kind=FIELD_KINDS[row.get("Type") or "String"],
                length=row.get("Length") or None,
            )
            for row in rows
        }

    def columns(
        self, entity: Entity, *, with_user_fields: bool, login: int | None = None
    ) -> dict[str, Column]:
        """Return every member that an entity has for a session."""
        columns = {**entity.columns, **BASE_COLUMNS}
        if with_user_fields or self.switches.get("uni.user_fields_on") == "both":
            columns.update(self.user_columns(entity, login=login))
        return columns

    # What a test or a person asks -----------------------------------------------------------

    def balances(self) -> dict[str, Decimal]:
        """Return the ledger's balance per account that has entries, debit positive."""
        return self._sums("Account")

    def debtor_balances(self) -> dict[str, Decimal]:
        """Return the balance per debtor that has entries, owed money positive."""
        return {key: value for key, value in self._sums("DCAccount").items() if key}

    def open_items(self, account: str) -> list[Row]:
        """Return the open items of a debtor, oldest first."""
        return self["DebtorTransOpen"].where("Account", account)

    @property
    def invoices(self) -> list[Row]:
        """All invoices and credit notes, oldest first."""
        return list(self["DebtorInvoice"])

    @property
    def orders(self) -> list[Row]:
        """The orders that are still there, oldest first."""
        return list(self["DebtorOrder"])

    @property
    def ledger(self) -> list[Row]:
        """All entries of the ledger, oldest first."""
        return list(self["GLTrans"])

    def snapshot(self) -> dict[str, tuple[Row, ...]]:
        """Return every row of every table as a value that can be compared later."""
        return {name: tuple(table) for name, table in self._tables.items()}

    def _sums(self, name: str) -> dict[str, Decimal]:
        sums: dict[str, Decimal] = {}
        for row in self["GLTrans"]:
            sums[row[name]] = sums.get(row[name], Decimal(0)) + row["Amount"]
        return sums
