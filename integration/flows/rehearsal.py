"""Runs a flow of master data without writing anything, and says what it would write.

The flow is the very one that works a single record. Its reads are answered from records that were read in pages; its
writes are taken down instead of sent, and what they would change is there for the next record, so that two records of
one list never claim the same thing. There is no way from here to a vendor's writing call.
"""

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from integration.customers1st.client import Customers1stClient
from integration.customers1st.master_data import (
    Customer,
    Product,
    parse_customer,
    parse_product,
    whole_customer,
)
from integration.flows.context import Context
from integration.flows.near import Near, NearDocuments, NearLinks
from integration.flows.outcome import Outcome
from integration.flows.registry import MasterKind
from integration.flows.shelves import CompanyReads, Row, Shelf, Shelves, StoreReads
from integration.mapping.fields import Side
from integration.mapping.subject import merged
from integration.ports import (
    Document,
    DocumentKind,
    DocumentState,
    DocumentStore,
    Link,
    StaleDocument,
    Subject,
)
from integration.uniconta.client import UnicontaClient

CREATE, UPDATE = "create", "update"
# a customer is replaced as a whole, and alone: there are no lists of them. NUMBER: nothing but its number changes
REPLACE, NUMBER = "replace", "number"


@dataclass(frozen=True, kw_only=True)
class Write:
    """One writing call that a flow would make: `before` is the record as it is, empty for a new one."""

    system: str  # customers1st | uniconta
    action: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    quiet: bool = False

    def changes(self) -> dict[str, tuple[Any, Any]]:
        """Return what differs, member by member: as it is and as it would be."""
        return {
            name: (self.before.get(name), value)
            for name, value in self.after.items()
            if self.before.get(name) != value
        }


@dataclass(kw_only=True)
class Rehearsal:
    """What one record's flow would do: how it would end, or the error that ends it.

    `cut_short`: it would go on after a write whose answer only the vendor can give.
    """

    outcome: Outcome | None = None
    error: Exception | None = None
    cut_short: bool = False
    writes: list[Write] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    documents: Sequence[Document] = ()
    notes: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    subject: Subject | None = None


class _Enough(Exception):
    """What follows depends on the vendor's answer to a write."""


class Stage:
    """Where flows of one entity are rehearsed, one after the other; their reads are answered from `shelves`."""

    def __init__(self, context: Context, shelves: Shelves) -> None:
        self._now = Rehearsal()
        self._shelves = {"customers1st": shelves.store, "uniconta": shelves.company}
        self._near = Near(context.links, context.documents)
        self._links = _Links(self._near.links)
        self._documents = _Documents(self._near.documents, context.documents)
        customers1st = _Customers1st(context.customers1st, shelves.store, self._wrote)
        uniconta = _Uniconta(context.uniconta, shelves.company, shelves.entity, self._wrote)
        self._context = replace(
            context,
            customers1st=cast(Customers1stClient, customers1st),
            uniconta=cast(UnicontaClient, uniconta),
            links=self._links,
            documents=self._documents,
            steps=self,
            cache=_Remembered(context.cache),
            gate=replace(context.gate),
        )

    def note(self, text: str, /, **evidence: Any) -> None:
        """Take a line of the log."""
        self._now.notes.append((text, evidence))

    def about(self, subject: Subject) -> None:
        """Take what the record is called."""
        self._now.subject = merged(self._now.subject or Subject(), subject)

    def turn(self, master: MasterKind, side: Side, rows: Sequence[Mapping[str, Any]]) -> None:
        """Ask our rows about these records of one side at once; they are rehearsed next."""
        self._near.turn(self._context, master, side, rows)

    def rehearse(self, flow: Callable[[Context, str], Outcome], source_id: str) -> Rehearsal:
        """Return what the flow would do with a record; errors of flows are told, those of reads are raised."""
        self._now = told = Rehearsal()
        try:
            told.outcome = flow(self._context, source_id)
        except _Enough:
            told.cut_short = True
        except Exception as error:  # noqa: BLE001 - told; the caller decides what it means
            told.error = error
        told.links, told.documents = self._links.taken(), self._documents.taken()
        if told.error is not None:
            self.undo(told)
        return told

    def link_of(self, entity: str, key: str, row_id: int) -> Link | None:
        """Return the link of a Uniconta record, as it is or as it was rehearsed."""
        return self._links.get_by_key(entity, key) or self._links.get_by_row(entity, row_id)

    def settle(self, told: Rehearsal) -> None:
        """Forget a rehearsal whose writes were done: the real stores have it now."""
        self._links.forget(told.links)
        self._documents.forget(told.documents)

    def undo(self, told: Rehearsal) -> None:
        """Forget a rehearsal whose writes will not be done: what it claimed is free again."""
        self.settle(told)
        for write in reversed(told.writes):
            shelf = self._shelves[write.system]
            if write.before:
                shelf.put(write.before)
            elif not told.cut_short:
                shelf.remove(write.after)

    def _wrote(self, write: Write) -> None:
        self._now.writes.append(write)


class _Customers1st(StoreReads):
    """Reads customers and products from the shelf, takes writes down."""

    def __init__(
        self, client: Customers1stClient, shelf: Shelf, wrote: Callable[[Write], None]
    ) -> None:
        super().__init__(client, shelf)
        self._wrote = wrote

    def create_customer(self, content: Mapping[str, Any], *, quiet: bool) -> Customer:
        raise self._enough(CREATE, {}, content, quiet=quiet)

    def create_product(self, content: Mapping[str, Any], *, quiet: bool) -> Product:
        raise self._enough(CREATE, {}, content, quiet=quiet)

    def replace_customer(
        self, customer_id: int, content: Mapping[str, Any], *, quiet: bool
    ) -> Customer:
        number = {"customerno": content.get("customerno")}
        is_number = content == whole_customer(self._raw(customer_id), number)
        action = NUMBER if is_number else REPLACE
        return parse_customer(self._changed(action, customer_id, content, quiet=quiet))

    def patch_product(self, product_id: int, content: Mapping[str, Any], *, quiet: bool) -> Product:
        return parse_product(self._changed(UPDATE, product_id, content, quiet=quiet))

    def _changed(
        self, action: str, record_id: int, content: Mapping[str, Any], *, quiet: bool
    ) -> Row:
        before = self._raw(record_id)
        after = {**before, **content}
        self._wrote(self._write(action, before, {"id": record_id, **content}, quiet=quiet))
        self._shelf.put(after)
        return after

    def _enough(
        self, action: str, before: Mapping[str, Any], after: Mapping[str, Any], *, quiet: bool
    ) -> _Enough:
        self._wrote(self._write(action, before, after, quiet=quiet))
        return _Enough()

    @staticmethod
    def _write(
        action: str, before: Mapping[str, Any], after: Mapping[str, Any], *, quiet: bool
    ) -> Write:
        return Write(system="customers1st", action=action, before=before, after=after, quiet=quiet)


class _Uniconta(CompanyReads):
    """Reads the rows of one entity from the shelf and everything else from the vendor, takes writes down."""

    def __init__(
        self, client: UnicontaClient, shelf: Shelf, entity: str, wrote: Callable[[Write], None]
    ) -> None:
        super().__init__(client, shelf, entity)
        self._wrote = wrote

    def insert(self, entity: str, row: Mapping[str, Any]) -> Row:
        self._wrote(Write(system="uniconta", action=CREATE, before={}, after=dict(row)))
        self._shelf.put(row)
        return {}

    def update_fields(
        self, entity: str, original: Mapping[str, Any], modified: Mapping[str, Any]
    ) -> None:
        self._wrote(
            Write(system="uniconta", action=UPDATE, before=dict(original), after=dict(modified))
        )
        self._shelf.put(modified)


class _Remembered(dict[str, Any]):
    """A cache whose values are read once: thousands of flows ask for the same ones."""

    def __init__(self, real: MutableMapping[str, Any]) -> None:
        super().__init__()
        self._real = real

    def __missing__(self, name: str) -> Any:
        value = self._real[name]
        super().__setitem__(name, value)
        return value

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, value)
        self._real[name] = value


class _Links:
    """A LinkStore over another: what is saved here is seen here only."""

    def __init__(self, real: NearLinks) -> None:
        self._real = real
        self.list = real.list
        self._own: dict[tuple[str, str], Link] = {}
        self._ids: dict[tuple[str, str], str] = {}  # by Uniconta key
        self._taken: dict[tuple[str, str], Link] = {}

    def get(self, entity: str, customers1st_id: str) -> Link | None:
        own = self._own.get((entity, customers1st_id))
        return own or self._real.get(entity, customers1st_id)

    def get_by_key(self, entity: str, uniconta_key: str) -> Link | None:
        claimed = self._ids.get((entity, uniconta_key))
        if claimed is not None:
            return self._own[entity, claimed]
        return self._unless_moved(self._real.get_by_key(entity, uniconta_key))

    def get_by_row(self, entity: str, row_id: int) -> Link | None:
        return self._unless_moved(self._real.get_by_row(entity, row_id))

    def save(self, link: Link) -> None:
        owner = self.get_by_key(link.entity, link.uniconta_key)
        if owner is not None and owner.customers1st_id != link.customers1st_id:
            raise StaleDocument(f"{link.entity} {link.uniconta_key} is linked already.")
        self._drop(link)
        self._own[link.entity, link.customers1st_id] = link
        self._ids[link.entity, link.uniconta_key] = link.customers1st_id
        self._taken[link.entity, link.customers1st_id] = link

    def save_all(self, links: Sequence[Link]) -> None:
        for link in links:
            self.save(link)

    def remove(self, link: Link) -> None:
        raise _Enough  # rare enough for the record's own job

    def taken(self) -> list[Link]:
        taken, self._taken = list(self._taken.values()), {}
        return taken

    def forget(self, links: Sequence[Link]) -> None:
        for link in links:
            self._drop(link)
            self._real.forget(link)

    def _drop(self, link: Link) -> None:
        old = self._own.pop((link.entity, link.customers1st_id), None)
        if old is not None:
            self._ids.pop((old.entity, old.uniconta_key), None)

    def _unless_moved(self, link: Link | None) -> Link | None:
        if link is None:
            return None
        own = self._own.get((link.entity, link.customers1st_id))
        return link if own is None or own.uniconta_key == link.uniconta_key else None


class _Documents:
    """A DocumentStore over another: what is saved here is seen here only."""

    def __init__(self, near: NearDocuments, real: DocumentStore) -> None:
        self._real = near
        self._own: dict[tuple[DocumentKind, str], Document] = {}
        self._keys: dict[tuple[DocumentKind, str], str] = {}  # by number
        self._taken: dict[tuple[DocumentKind, str], Document] = {}
        self.list, self.known = real.list, real.known
        self.with_numbers = real.with_numbers

    def get(self, kind: DocumentKind, key: str) -> Document | None:
        return self._own.get((kind, key)) or self._real.get(kind, key)

    def with_number(self, kind: DocumentKind, number: str) -> Document | None:
        key = self._keys.get((kind, number))
        return self._real.with_number(kind, number) if key is None else self._own[kind, key]

    def save(self, document: Document, *, was: DocumentState | None) -> None:
        self._drop(document)
        self._own[document.kind, document.key] = document
        if document.number:
            self._keys[document.kind, document.number] = document.key
        self._taken[document.kind, document.key] = document

    def save_all(self, documents: Sequence[Document], *, was: DocumentState | None) -> None:
        for document in documents:
            self.save(document, was=was)

    def taken(self) -> Sequence[Document]:
        taken, self._taken = tuple(self._taken.values()), {}
        return taken

    def forget(self, documents: Sequence[Document]) -> None:
        for document in documents:
            self._drop(document)
            self._real.forget(document)

    def _drop(self, document: Document) -> None:
        old = self._own.pop((document.kind, document.key), None)
        if old is not None:
            self._keys.pop((old.kind, old.number), None)
