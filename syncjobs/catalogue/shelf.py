"""The records of one side at hand while many are worked (integration.flows.rehearsal.Shelf)."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from syncjobs.catalogue.spool import Spool, as_text, is_alike

Row = dict[str, Any]
SHOWN_LATE = timedelta(minutes=10)  # changes that a list shows late [A2]


class Shelf:
    """Answers from the page in work, from what is about to be written, and from the vendor.

    Only the page and what was read by few questions are in memory; what is about to be written joins the rest on disk.
    `read_again` reads records by key, as far as they may have changed since a time of the vendor's (None: all of them);
    `changed_at` tells when a record changed, by the vendor's clock, and `now` is ours.
    `fetch` asks the vendor for the records whose member is one of some values. After `patience` such questions
    `read_all` is read instead, page by page, and kept on disk: whoever asks much is cheaper off with everything.
    """

    def __init__(
        self,
        key: str,
        *,
        fetch: Callable[[str, Collection[str]], Iterable[Mapping[str, Any]]],
        read_all: Callable[[], Iterable[Mapping[str, Any]]],
        read_again: Callable[[Collection[str], datetime | None], Iterable[Mapping[str, Any]]],
        changed_at: Callable[[Mapping[str, Any]], datetime | None],
        now: Callable[[], datetime],
        patience: int,
    ) -> None:
        self._key, self._fetch, self._read_all, self._patience = key, fetch, read_all, patience
        self._read_again, self._changed_at, self._now = read_again, changed_at, now
        self._began = now()
        self._newest: datetime | None = None  # of the records that were read in pages
        self._asked = 0
        self._page: dict[str, Row] = {}
        self._own: dict[str, Row] = {}
        self._spool: Spool | None = None

    def turn(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Take the next page to work on."""
        self._page = {as_text(row.get(self._key)): dict(row) for row in self._seen(rows)}

    def pages(self, length: int) -> Iterator[list[Row]]:
        """Return all records in pages to work on, reading them when that was not done; each page is a turn."""
        for page in self._everything().pages(length):
            self.turn(page)
            yield page

    def find(self, member: str, values: Collection[str]) -> list[Row]:
        """Return the records whose member may be one of these values; exactly for the key."""
        wanted = {value for value in values if value}
        if member == self._key:
            near = {key: self._own.get(key) or self._page.get(key) for key in sorted(wanted)}
            found = [row for row in near.values() if row is not None]
            missing = [key for key, row in near.items() if row is None]
            return found + list(self._elsewhere(member, missing))
        rows = {as_text(row.get(self._key)): row for row in self._elsewhere(member, wanted)}
        rows |= {key: row for key, row in self._own.items() if key in rows}
        rows |= {key: row for key, row in self._own.items() if is_alike(row.get(member), wanted)}
        return list(rows.values())

    def again(self, keys: Collection[str]) -> list[Row]:
        """Return, as they are now, those of these records that may have changed since they were read."""
        since = self._newest
        if (
            since is not None
        ):  # no later than the vendor's time when the first record was read, whatever its zone
            since -= self._now() - self._began + SHOWN_LATE
        return [dict(row) for row in self._read_again(keys, since)]

    def put(self, row: Mapping[str, Any]) -> None:
        """Show a record as it will be."""
        key = as_text(row.get(self._key))
        if self._spool is None:
            self._own[key] = dict(row)
        else:
            self._spool.put(row)
            self._page.pop(key, None)

    def remove(self, row: Mapping[str, Any]) -> None:
        """Show a record no more."""
        key = as_text(row.get(self._key))
        self._own.pop(key, None)
        self._page.pop(key, None)
        if self._spool is not None:
            self._spool.remove(key)

    def _seen(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        for row in rows:
            changed_at = self._changed_at(row)
            if changed_at is not None and (self._newest is None or changed_at > self._newest):
                self._newest = changed_at
            yield row

    def _everything(self) -> Spool:
        if self._spool is None:
            spool = Spool(self._key)
            spool.fill(self._seen(self._read_all()))
            spool.fill(self._own.values())
            self._own.clear()
            self._spool = spool
        return self._spool

    def _elsewhere(self, member: str, values: Collection[str]) -> Iterable[Row]:
        if not values:
            return []
        if self._spool is not None or self._asked >= self._patience:
            return self._everything().find(member, values)
        self._asked += 1
        return [dict(row) for row in self._fetch(member, values)]
