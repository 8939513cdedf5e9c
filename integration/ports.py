"""What flows need from outside, as three small Protocols; syncjobs.context implements them on the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol, Self


class DocumentKind(StrEnum):
    """Each remote create we make has its own kind of document."""

    CUSTOMER = "CUSTOMER"
    DEBTOR = "DEBTOR"
    PRODUCT = "PRODUCT"
    ITEM = "ITEM"
    ORDER = "ORDER"
    ORDER_LINES = "ORDER_LINES"
    INVOICE = "INVOICE"
    SETTLEMENT = "SETTLEMENT"
    CLOSE = "CLOSE"
    REVERSAL = "REVERSAL"
    BY_HAND = (
        "BY_HAND"  # no create of ours: a person's word that they booked a receipt instead of us
    )
    SETUP = "SETUP"  # a record that the setup needs: a journal, a service item, a user field


class DocumentState(StrEnum):
    """How far one remote create has come.

    PLANNED: not sent. SENDING: sent or about to be; the outcome is unknown until told otherwise.
    SENT: the vendor said yes. CONFIRMED: read back and compared. HELD: a person must decide.
    """

    PLANNED = "PLANNED"
    SENDING = "SENDING"
    SENT = "SENT"
    CONFIRMED = "CONFIRMED"
    HELD = "HELD"


@dataclass(frozen=True, kw_only=True)
class Document:
    """Our row for one remote create (DESIGN section 2).

    `key` is the key of its origin (`c1st:<store>:payment:<id>`), `number` what the vendor calls it (or shall),
    `first_look_at` when a look-up after an unknown outcome first came back empty, `facts` what later
    steps need (plain JSON values; money as text).
    """

    kind: DocumentKind
    key: str
    source_id: str
    state: DocumentState = DocumentState.PLANNED
    number: str = ""
    first_look_at: datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def become(self, state: DocumentState, **changes: Any) -> Self:
        """Return this document in another state, with other changes."""
        return replace(self, state=state, **changes)

    def knowing(self, **facts: Any) -> Self:
        """Return this document with more facts."""
        return replace(self, facts={**self.facts, **facts})


class DocumentStore(Protocol):
    """Keeps documents. Every write is committed before it returns."""

    def get(self, kind: DocumentKind, key: str) -> Document | None:
        """Return the document of that kind and key."""
        ...

    def save(self, document: Document, *, was: DocumentState | None) -> None:
        """Store a document whose stored state is `was` (None: not stored yet); StaleDocument otherwise."""
        ...

    def save_all(self, documents: Sequence[Document], *, was: DocumentState | None) -> None:
        """Store documents of one kind whose stored state is `was`, all or none; StaleDocument otherwise."""
        ...

    def list(
        self, kind: DocumentKind, *states: DocumentState, keys: Sequence[str] | None = None
    ) -> list[Document]:
        """Return the documents of that kind in these states, oldest first."""
        ...

    def with_number(self, kind: DocumentKind, number: str) -> Document | None:
        """Return the newest document of that kind that carries, or shall carry, this number."""
        ...

    def with_numbers(self, kind: DocumentKind, numbers: Sequence[str]) -> Sequence[Document]:
        """Return the documents of that kind that carry, or shall carry, one of these numbers, oldest first."""
        ...

    def known(self, kind: DocumentKind, *, besides: str) -> Document | None:
        """Return a document that surely exists at the vendor, to prove that a look-up finds what is there."""
        ...


@dataclass(frozen=True, kw_only=True)
class Link:
    """The pair (Customers 1st id, Uniconta key) of the same thing, with what we need to know of the remote one.

    `row_id` is Uniconta's number of the row, 0 when it was not told [A60]. `seen_…` are the fingerprints of the mapped
    fields as last seen on that side (integration.mapping.pair). `ended_at`: one side's record was deleted, and the
    other's blocked or marked then.
    """

    entity: str
    customers1st_id: str
    uniconta_key: str
    row_id: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)
    seen_customers1st: Mapping[str, str] = field(default_factory=dict)
    seen_uniconta: Mapping[str, str] = field(default_factory=dict)
    ended_at: datetime | None = None


class LinkStore(Protocol):
    """Keeps links; a Uniconta key belongs to one link of its entity at most."""

    def get(self, entity: str, customers1st_id: str) -> Link | None:
        """Return the link of that Customers 1st record."""
        ...

    def get_by_key(self, entity: str, uniconta_key: str) -> Link | None:
        """Return the link that claims that Uniconta record."""
        ...

    def get_by_row(self, entity: str, row_id: int) -> Link | None:
        """Return the link of that Uniconta row, which may have got another key since."""
        ...

    def list(
        self,
        entity: str,
        *,
        ids: Sequence[str] = (),
        keys: Sequence[str] = (),
        row_ids: Sequence[int] = (),
    ) -> list[Link]:
        """Return the links of these Customers 1st records, Uniconta keys and Uniconta rows."""
        ...

    def save(self, link: Link) -> None:
        """Store a link, replacing the one of the same Customers 1st record; StaleDocument when its key is claimed."""
        ...

    def remove(self, link: Link) -> None:
        """Forget a link: its record is gone, and another one takes its place."""
        ...

    def save_all(self, links: Sequence[Link]) -> None:
        """Store links, all or none."""
        ...


@dataclass(frozen=True, kw_only=True)
class CallRecord:
    """One remote call as evidence: redacted, cut, safe to store. `write` tells one that may change something."""

    system: str
    method: str
    path: str
    query: str
    status: int | None
    elapsed_ms: int
    request: str
    response: str
    error: str = ""
    write: bool = False


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a job is about, in the words that people look for it by.

    `number` is the receipt's, close's, customer's or item's own number, `amount` is in kroner, `day` the business day;
    `others` are further numbers it may be looked for by (its customer, its items, its invoice).
    """

    number: str = ""
    name: str = ""
    amount: Decimal | None = None
    day: date | None = None
    others: tuple[str, ...] = ()


class StepLog(Protocol):
    """Takes the lines of a job's log."""

    def note(self, text: str, /, **evidence: Any) -> None:
        """Write one decision with its evidence (redacted, plain JSON values)."""
        ...

    def about(self, subject: Subject) -> None:
        """Remember what the job is about; told again, it adds to what is known."""
        ...


class Stand(StrEnum):
    """How the job of a record stands: nothing known, under way, ended well, or in a person's hands."""

    NONE = "NONE"
    UNDER_WAY = "UNDER_WAY"
    ENDED = "ENDED"
    NEEDS_PERSON = "NEEDS_PERSON"


class SaleJobs(Protocol):
    """Tells how the jobs of receipts stand, and starts them; a day close waits for its receipts."""

    def stands(self, source_ids: Sequence[str]) -> Mapping[str, tuple[Stand, str]]:
        """Return how the job of each receipt stands, with the cause where a person is needed."""
        ...

    def start(self, source_ids: Sequence[str]) -> bool:
        """Let these receipts be worked now; False when the switch of sales is off and nothing was started."""
        ...


class ProofStore(Protocol):
    """Keeps the proof sheets of a tenant, each sealed and tied to the one before; none is ever changed."""

    def of(self, key: str) -> list[Mapping[str, Any]]:
        """Return the sheets of one close, oldest first."""
        ...

    def latest_close(self) -> Mapping[str, Any] | None:
        """Return the newest sheet of kind `close`."""
        ...

    def add(self, sheet: Mapping[str, Any]) -> None:
        """Seal and keep a sheet."""
        ...


class StaleDocument(Exception):
    """Another worker changed the document or link since we read it; nothing was sent on its behalf."""
