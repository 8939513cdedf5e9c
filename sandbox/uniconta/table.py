"""Tables in memory: rows by row id, found by key and by index, undone as a whole when a call fails."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sandbox.uniconta.entities import Entity

Row = Mapping[str, Any]


class UndoLog:
    """What has to be done to take a failed call back."""

    def __init__(self) -> None:
        self._steps: list[Callable[[], None]] = []
        self._depth = 0

    def add(self, step: Callable[[], None]) -> None:
        """Remember how to take one change back; outside a transaction it stands at once."""
        if self._depth:
            self._steps.append(step)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block or nothing of it; may be nested."""
        mark = len(self._steps)
        self._depth += 1
        try:
            yield
        except BaseException:
            while len(self._steps) > mark:
                self._steps.pop()()
            raise
        finally:
            self._depth -= 1
            if not self._depth:
                self._steps.clear()


class Table:
    """The rows of one table of one company. Rows are never changed in place."""

    def __init__(self, entity: Entity, undo: UndoLog, *, first_row_id: int | None = None) -> None:
        self.entity = entity
        self._undo = undo
        self._rows: dict[int, Row] = {}
        self._next_id = first_row_id or entity.first_row_id
        self._names = tuple(dict.fromkeys((*entity.indexes, *entity.key)))
        self._index: dict[str, dict[Any, dict[int, None]]] = {
            name: defaultdict(dict) for name in self._names
        }

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def get(self, row_id: int) -> Row | None:
        """Return a row by its row id."""
        return self._rows.get(row_id)

    def find(self, *key: Any) -> Row | None:
        """Return the row of a natural key."""
        wanted = dict(zip(self.entity.key, key, strict=True))
        first = self.entity.key[0]
        return next(
            (row for row in self.where(first, key[0]) if wanted.items() <= row.items()), None
        )

    def where(self, name: str, value: Any) -> list[Row]:
        """Return the rows whose member has this value, in the order in which they came."""
        if name in self._index:
            return [self._rows[row_id] for row_id in sorted(self._index[name].get(value, ()))]
        return [row for row in self._rows.values() if row.get(name) == value]

    def is_indexed(self, name: str) -> bool:
        """Tell whether `where` needs no walk through all rows."""
        return name in self._index

    def add(self, values: Row) -> Row:
        """Store a new row; it gets the next row id."""
        row = {**values, "RowId": self._next_id}
        self._next_id += 1
        self._put(row)
        self._undo.add(lambda: self._drop(row["RowId"]))
        return row

    def change(self, row: Row, **values: Any) -> Row:
        """Store other values for some members of a row."""
        old = self._rows[row["RowId"]]
        new = {**old, **values}
        self._swap(new)
        self._undo.add(lambda: self._swap(old))
        return new

    def remove(self, row: Row) -> None:
        """Take a row away."""
        old = self._rows[row["RowId"]]
        self._drop(old["RowId"])
        self._undo.add(lambda: self._put_back(old))

    def sorted_rows(self, rows: Iterable[Row]) -> list[Row]:
        """Return rows in the order of the key [A67]."""
        names = (*self.entity.key, "RowId")
        return sorted(rows, key=lambda row: tuple(_sortable(row.get(name)) for name in names))

    def _swap(self, row: Row) -> None:
        self._unindex(self._rows[row["RowId"]])
        self._put(row)

    def _put(self, row: Row) -> None:
        self._rows[row["RowId"]] = row
        for name in self._names:
            self._index[name][row.get(name)][row["RowId"]] = None

    def _put_back(self, row: Row) -> None:
        self._put(row)
        self._rows = dict(sorted(self._rows.items()))  # where it stood before

    def _drop(self, row_id: int) -> None:
        self._unindex(self._rows.pop(row_id))

    def _unindex(self, row: Row) -> None:
        row_id = row["RowId"]
        for name in self._names:
            bucket = self._index[name][row.get(name)]
            del bucket[row_id]
            if not bucket:
                del self._index[name][row.get(name)]


def _sortable(value: Any) -> tuple[bool, Any]:
    return (value is not None, value if value is not None else "")
