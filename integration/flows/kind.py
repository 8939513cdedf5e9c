"""What differs between customers and products, as the flows of pairs ask for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from integration.flows.context import Context
from integration.mapping.fields import Side, Values
from integration.mapping.pair import EntityMapping
from integration.ports import DocumentKind, Subject

Row = dict[str, Any]


class StoreRecord(Protocol):
    """A customer or a product."""

    @property
    def id(self) -> int:
        """Its id."""

    @property
    def label(self) -> str:
        """What people call it."""

    @property
    def deleted(self) -> bool:
        """Whether it is deleted."""

    @property
    def updated_at(self) -> datetime | None:
        """When it changed, naive [A1]."""

    @property
    def raw(self) -> Mapping[str, Any]:
        """The record as it was read."""


R = TypeVar("R", bound=StoreRecord)


@dataclass(frozen=True, kw_only=True)
class Trace:
    """Where our rows may know a record that is not linked: by the create of its other half, and by the row's key.

    `uniconta_key` is the one that the row has or would get, as far as the record tells it.
    """

    document: DocumentKind
    document_key: str
    uniconta_key: str


class Kind(Protocol[R]):
    """What differs between customers and products. `entity` and `remote` are the words of links and switches."""

    entity: str
    remote: str
    key: str

    @property
    def context(self) -> Context:
        """The run it belongs to."""

    @property
    def mapping(self) -> EntityMapping:
        """How its records are read."""

    def get(self, record_id: str) -> R | None:
        """Read the record."""

    def row(self, wanted: Mapping[str, str]) -> Row | None:
        """Read the row by its key or RowId."""

    def stays_home(self, record: R) -> str:
        """Tell why a record never goes to Uniconta; empty when it may."""

    def row_stays_home(self, row: Row) -> str:
        """Tell why a row never goes to Customers 1st; empty when it may."""

    def match_row(self, record: R) -> Row | None:
        """Find the row that the record is; Hold when that is not clear."""

    def match_record(self, row: Row) -> R | None:
        """Find the record that the row is; Hold when that is not clear."""

    def create_row(self, record: R) -> Row:
        """Make the row, once."""

    def create_record(self, row: Row) -> R:
        """Make the record, once."""

    def write_row(self, row: Row, values: Values) -> None:
        """Write these fields of a row."""

    def write_record(self, record: R, values: Values) -> R:
        """Write these fields of a record and return it as stored."""

    def end_row(self, row: Row) -> str:
        """Block the row; returns what was done."""

    def end_record(self, record: R) -> str:
        """Mark the record; returns what was done."""

    def is_gone(self, key: str) -> bool:
        """Tell, by another way than a search, that a row does not exist."""

    def trace(self, side: Side, row: Mapping[str, Any]) -> Trace:
        """Return where our rows may know a record of one side, as it was read."""

    def subject(self, record: R) -> Subject:
        """Return what a record is looked for by."""

    def facts(self, row: Row) -> Mapping[str, Any]:
        """Return what a link remembers of a row."""

    def number_record(self, record: R, key: str, was: str) -> R:
        """Write the row's key into a record whose number is `was`, empty or the old key; returns the record."""
