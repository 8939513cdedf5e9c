"""What our own rows know of the records in work, asked once for all of them; whatever else is asked goes to the rows.

A page of records costs a few queries then, and not a few for each record.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from integration.flows.context import Context
from integration.flows.kind import Kind
from integration.flows.registry import MasterKind
from integration.mapping.fields import Side
from integration.ports import Document, DocumentKind, DocumentState, DocumentStore, Link, LinkStore
from integration.uniconta.values import number_of, text_of

Row = Mapping[str, Any]
Name = tuple[str, str, str | int]  # by what, of which entity or kind, which one
T = TypeVar("T")
ID, KEY, ROW, NUMBER = "id", "key", "row", "number"


class Near:
    """The links and documents that concern the records in work."""

    def __init__(self, links: LinkStore, documents: DocumentStore) -> None:
        self.links, self.documents = NearLinks(links), NearDocuments(documents)

    def turn(self, context: Context, master: MasterKind, side: Side, rows: Sequence[Row]) -> None:
        """Ask about these records of one side; what was known of others is forgotten."""
        self.links.clear()
        self.documents.clear()
        kind = master.kind(context)
        traces = [kind.trace(side, row) for row in self._unlinked(kind, side, rows)]
        keys = [trace.uniconta_key for trace in traces]
        self.links.read(kind.entity, keys=keys)
        self.documents.read(master.document, numbers=keys)
        for document in {trace.document for trace in traces}:
            self.documents.read(document, keys=[trace.document_key for trace in traces])

    def _unlinked(self, kind: Kind[Any], side: Side, rows: Sequence[Row]) -> list[Row]:
        links, entity = self.links, kind.entity
        if side is Side.CUSTOMERS1ST:
            by_id = {text_of(row.get("id")): row for row in rows}
            links.read(entity, ids=by_id)
            return [row for own, row in by_id.items() if links.get(entity, own) is None]
        by_key = {text_of(row.get(kind.key)): row for row in rows}
        links.read(entity, keys=by_key)
        rest = [row for key, row in by_key.items() if links.get_by_key(entity, key) is None]
        links.read(entity, row_ids=[_row_id(row) for row in rest])
        return [row for row in rest if links.get_by_row(entity, _row_id(row)) is None]


class _Known(Generic[T]):
    """What was asked, by name; None: there is none."""

    def __init__(self) -> None:
        self._known: dict[Name, T | None] = {}

    def clear(self) -> None:
        """Forget everything."""
        self._known.clear()

    def _answer(self, name: Name, ask: Callable[[], T | None]) -> T | None:
        return self._known[name] if name in self._known else ask()

    def _unknown(self, by: str, where: str, values: Iterable[str | int]) -> list[Any]:
        """Return the values that were not asked about; from now on there is nothing of these names, unless told."""
        fresh = [
            each for each in dict.fromkeys(values) if each and (by, where, each) not in self._known
        ]
        self._known |= {(by, where, each): None for each in fresh}
        return fresh

    def _forget(self, names: Iterable[Name]) -> None:
        for name in names:
            self._known.pop(name, None)


class NearLinks(_Known[Link]):
    """Links by all that they are found by."""

    def __init__(self, real: LinkStore) -> None:
        super().__init__()
        self._real, self.list = real, real.list

    def get(self, entity: str, customers1st_id: str) -> Link | None:
        """Return the link of that Customers 1st record."""
        name = (ID, entity, customers1st_id)
        return self._answer(name, lambda: self._real.get(entity, customers1st_id))

    def get_by_key(self, entity: str, uniconta_key: str) -> Link | None:
        """Return the link that claims that Uniconta record."""
        name = (KEY, entity, uniconta_key)
        return self._answer(name, lambda: self._real.get_by_key(entity, uniconta_key))

    def get_by_row(self, entity: str, row_id: int) -> Link | None:
        """Return the link of that Uniconta row."""
        name = (ROW, entity, row_id)
        return self._answer(name, lambda: self._real.get_by_row(entity, row_id))

    def read(
        self,
        entity: str,
        *,
        ids: Collection[str] = (),
        keys: Collection[str] = (),
        row_ids: Collection[int] = (),
    ) -> None:
        """Ask for the links of these records and rows."""
        found = self._real.list(
            entity,
            ids=self._unknown(ID, entity, ids),
            keys=self._unknown(KEY, entity, keys),
            row_ids=self._unknown(ROW, entity, row_ids),
        )
        for link in found:
            self._known |= dict.fromkeys(_names(link), link)

    def forget(self, link: Link) -> None:
        """Ask anew for a link that was written, by what it was found by before, too."""
        old = self._known.get((ID, link.entity, link.customers1st_id))
        self._forget([*_names(link), *(_names(old) if old is not None else ())])


class NearDocuments(_Known[Document]):
    """Documents by key and by number."""

    def __init__(self, real: DocumentStore) -> None:
        super().__init__()
        self._real = real

    def get(self, kind: DocumentKind, key: str) -> Document | None:
        """Return the document of that kind and key."""
        return self._answer((KEY, kind, key), lambda: self._real.get(kind, key))

    def with_number(self, kind: DocumentKind, number: str) -> Document | None:
        """Return the newest document of that kind that carries, or shall carry, this number."""
        return self._answer((NUMBER, kind, number), lambda: self._real.with_number(kind, number))

    def read(
        self, kind: DocumentKind, *, keys: Collection[str] = (), numbers: Collection[str] = ()
    ) -> None:
        """Ask for the documents of these keys and numbers."""
        keys, numbers = self._unknown(KEY, kind, keys), self._unknown(NUMBER, kind, numbers)
        for document in self._real.list(kind, *DocumentState, keys=keys):
            self._known[KEY, kind, document.key] = document
        for document in self._real.with_numbers(kind, numbers):  # the newest stays
            self._known[NUMBER, kind, document.number] = document

    def forget(self, document: Document) -> None:
        """Ask anew for a document that was written."""
        old = self._known.get((KEY, document.kind, document.key))
        numbers = {document.number, old.number if old is not None else ""}
        self._forget(
            [
                (KEY, document.kind, document.key),
                *((NUMBER, document.kind, number) for number in numbers),
            ]
        )


def _names(link: Link) -> list[Name]:
    names: list[Name] = [
        (ID, link.entity, link.customers1st_id),
        (KEY, link.entity, link.uniconta_key),
    ]
    return [*names, (ROW, link.entity, link.row_id)] if link.row_id else names


def _row_id(row: Row) -> int:
    return number_of(row.get("RowId"))
