"""Keeps all records of one side for one run, on disk: tens of thousands of rows cost no memory."""

import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import simplejson

Row = dict[str, Any]
MANY = 500
# a row that changes keeps its place among the pages
UPSERT = "INSERT INTO rows VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET body = excluded.body"


class Spool:
    """Rows by key, and by any member in a loose form, as a private file that ends with the run.

    `key` is the member that names a row; it is compared exactly. Every other member is compared loosely: whoever asks
    compares again.
    """

    def __init__(self, key: str) -> None:
        self._key = key
        # "" is sqlite's word for a private file of its own that is gone when it is closed
        self._rows = sqlite3.connect("")
        self._rows.execute("CREATE TABLE rows (key TEXT PRIMARY KEY, body TEXT)")
        self._rows.execute("CREATE TABLE forms (member TEXT, form TEXT, key TEXT)")
        self._rows.execute("CREATE INDEX by_form ON forms (member, form)")
        self._rows.execute("CREATE INDEX by_key ON forms (key)")
        self._members: set[str] = set()

    def fill(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Add rows; a later one of the same key replaces an earlier one."""
        for row in rows:
            self.put(row)

    def put(self, row: Mapping[str, Any]) -> None:
        """Add or replace one row."""
        key = as_text(row.get(self._key))
        body = simplejson.dumps(row, use_decimal=True)
        self._rows.execute(UPSERT, (key, body))
        if self._members:
            self._rows.execute("DELETE FROM forms WHERE key = ?", (key,))
            self._write_forms(key, row, self._members)

    def remove(self, key: str) -> None:
        """Take a row out."""
        self._rows.execute("DELETE FROM rows WHERE key = ?", (key,))
        self._rows.execute("DELETE FROM forms WHERE key = ?", (key,))

    def get(self, key: str) -> Row | None:
        """Return the row of a key."""
        found = self._rows.execute("SELECT body FROM rows WHERE key = ?", (key,)).fetchone()
        return None if found is None else _read(found[0])

    def find(self, member: str, values: Collection[str]) -> list[Row]:
        """Return the rows whose member is one of these values: exactly for the key, else loosely."""
        if member == self._key:
            found = (self.get(value) for value in sorted(values))
            return [row for row in found if row is not None]
        self._index(member)
        wanted = {form for value in values for form in _forms(value)}
        keys: dict[str, None] = {}
        for form in sorted(wanted):
            query = "SELECT key FROM forms WHERE member = ? AND form = ? ORDER BY rowid"
            keys |= {key: None for (key,) in self._rows.execute(query, (member, form))}
        rows = (self.get(key) for key in keys)
        return [row for row in rows if row is not None]

    def pages(self, length: int = MANY) -> Iterator[list[Row]]:
        """Return all rows that are there now in pages, in the order in which they came; rows may be changed meanwhile."""
        last = self._rows.execute("SELECT coalesce(max(rowid), 0) FROM rows").fetchone()[0]
        query = "SELECT rowid, body FROM rows WHERE rowid > ? AND rowid <= ? ORDER BY rowid LIMIT ?"
        after = 0
        while found := self._rows.execute(query, (after, last, length)).fetchall():
            after = found[-1][0]
            yield [_read(body) for _rowid, body in found]

    def __len__(self) -> int:
        return int(self._rows.execute("SELECT count(*) FROM rows").fetchone()[0])

    def _index(self, member: str) -> None:
        """Prepare a member when it is first asked for."""
        if member in self._members:
            return
        self._members.add(member)
        for page in self.pages():
            for row in page:
                self._write_forms(as_text(row.get(self._key)), row, {member})

    def _write_forms(self, key: str, row: Mapping[str, Any], members: Collection[str]) -> None:
        forms = [
            (member, form, key) for member in members for form in _forms(as_text(row.get(member)))
        ]
        self._rows.executemany("INSERT INTO forms VALUES (?, ?, ?)", forms)


def as_text(value: Any) -> str:
    """Return a key as text."""
    return "" if value is None else str(value).strip()


def is_alike(value: Any, values: Collection[str]) -> bool:
    """Tell whether a value is loosely one of these."""
    return any(_forms(as_text(value)) & _forms(each) for each in values)


def _forms(value: str) -> set[str]:
    """Return the loose forms of a value, of each of several e-mail addresses too."""
    parts = re.split(r"[;,\s]+", value) if "@" in value else []
    return {_loose(each) for each in (value, *parts)} - {""}


def _loose(value: str) -> str:
    return re.sub(r"[\W_]", "", value).casefold().lstrip("0")


def _read(body: str) -> Row:
    row: Row = simplejson.loads(body, use_decimal=True)
    return row
