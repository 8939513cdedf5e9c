"""Change URLs at Uniconta: rows of TableChangeEventClient (contracts/uniconta.md section 10)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from syncjobs.hooks.registration import Registration, mend

ENTITY = "TableChangeEventClient"
# exact ids only; 0 would mean every table [A108]
TABLE_IDS: Mapping[str, int] = {"Debtor": 50, "InvItem": 23}
WISHED: Mapping[str, Any] = {"UsePost": 1, "OnlyOnCreate": False, "Disable": False}

Row = Mapping[str, Any]


class RowApi(Protocol):
    """What a comparison needs of the Uniconta client."""

    def query(self, entity: str) -> list[dict[str, Any]]:
        """Return all rows of an entity."""
        ...

    def insert(self, entity: str, row: Row) -> dict[str, Any]:
        """Insert one record and return the stored one."""
        ...

    def update_fields(self, entity: str, original: Row, modified: Row) -> None:
        """Change the members that differ."""
        ...

    def delete(self, entity: str, row: Row) -> None:
        """Delete one record."""
        ...


@dataclass(frozen=True, kw_only=True)
class Company:
    """Our change URLs at one company: those whose address is `url` or holds our `uuid`."""

    client: RowApi
    url: str
    uuid: str
    repair: bool

    def compare(self, wished: Sequence[str]) -> list[Registration]:
        """Return the state of each change URL; with `repair` ours are created, mended and removed."""
        rows = self.client.query(ENTITY)
        ours = [row for row in rows if self._is_ours(row)]
        found: list[Registration] = []
        for table in wished:
            found += self._of_table(table, [row for row in ours if _table(row) == table])
        found += [self._superfluous(row, "changed") for row in ours if _table(row) not in wished]
        found += [_named(row, "foreign") for row in rows if not self._is_ours(row)]
        return found

    def _is_ours(self, row: Row) -> bool:
        url = str(row.get("Url") or "")
        return url == self.url or self.uuid in url.lower()

    def _of_table(self, table: str, rows: Sequence[Row]) -> list[Registration]:
        if not rows:
            return [self._missing(table)]
        best, *doubles = sorted(rows, key=lambda row: (len(self._differences(row)), _id(row)))
        return [self._kept(best), *(self._superfluous(row, "duplicate") for row in doubles)]

    def _differences(self, row: Row) -> dict[str, Any]:
        """Return the members that are not as wished, as wished."""
        wished = {**WISHED, "Url": self.url}
        return {
            name: value
            for name, value in wished.items()
            if (row.get(name) or type(value)()) != value  # absent is empty
        }

    def _missing(self, table: str) -> Registration:
        row = {"TableId": TABLE_IDS[table], "Url": self.url, "Argument": "", **WISHED}
        return self._mended(
            Registration(name=table, state="missing"),
            to="created",
            write=lambda: _id(self.client.insert(ENTITY, row)),
        )

    def _kept(self, row: Row) -> Registration:
        differences = self._differences(row)
        if not differences:
            return _named(row, "failing" if row.get("HasError") else "ok")
        modified = {**row, **differences}
        return self._mended(
            _named(row, "disabled" if set(differences) == {"Disable"} else "changed"),
            to="mended",
            write=lambda: self.client.update_fields(ENTITY, original=row, modified=modified),
        )

    def _superfluous(self, row: Row, state: str) -> Registration:
        return self._mended(
            _named(row, state), to="removed", write=lambda: self.client.delete(ENTITY, row)
        )

    def _mended(self, found: Registration, *, to: str, write: Callable[[], object]) -> Registration:
        if not self.repair:
            return found
        cure = f"Do it by hand (Company, Maintenance, Change URL), address {self.url}, tables"
        return mend(found, to=to, write=write, cure=cure)


def _table(row: Row) -> str:
    """Return the name of a row's table, its number when it is none of ours."""
    number = row.get("TableId")
    return next((name for name, known in TABLE_IDS.items() if known == number), str(number))


def _id(row: Row) -> str:
    return str(row.get("RowId") or "")


def _named(row: Row, state: str) -> Registration:
    return Registration(name=_table(row), state=state, remote_id=_id(row))
