"""Many remote creates in one call, each exactly once (DESIGN 6.1 "Batches").

As in integration.flows.create every record has its own row in state `sending` before the call. A list that is refused
as a whole is taken apart until the records at fault stand alone; after an unknown outcome every key is looked for, in
sets of 40, before anything is sent again. Uniconta keeps these keys unique itself, so an empty look-up proves itself
once a second look, later, is empty too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from integration.errors import Hold, Refused, RetryableError, UnknownOutcome
from integration.flows.context import Context
from integration.flows.create import EXISTS, MOST_SENDS, unknown_hold
from integration.ports import Document, DocumentKind, DocumentState
from integration.uniconta.replies import ERROR_NAMES
from integration.uniconta.values import text_of

Row = Mapping[str, Any]
DONE = frozenset({DocumentState.SENT, DocumentState.CONFIRMED})


@dataclass(frozen=True, kw_only=True, eq=False)
class NewRecord:
    """One record to be made: `key` is its document's, `number` the key it gets in Uniconta."""

    source_id: str
    key: str
    number: str
    row: Row
    what: str


@dataclass(frozen=True, kw_only=True)
class ListTarget:
    """Where the records are made: `entity` is written and read, `member` is its key there."""

    kind: DocumentKind
    entity: str
    member: str


@dataclass(kw_only=True)
class Created:
    """What became of each record, by source id.

    `made`: it is there by our doing; the row is as Uniconta shows it, empty when it only said yes. `refused`: nothing
    was done; a number that exists already (EXISTS) is somebody else's. `later`: the outcome is unknown, come back then. `held`: a person must look.
    """

    made: dict[str, Row] = field(default_factory=dict)
    refused: dict[str, Refused] = field(default_factory=dict)
    later: dict[str, datetime] = field(default_factory=dict)
    held: dict[str, Hold] = field(default_factory=dict)


def create_list(context: Context, target: ListTarget, records: Sequence[NewRecord]) -> Created:
    """Make records that are not there yet; each number and each key stands in the list once.

    Raises the client's errors, but no Refused and no UnknownOutcome; what was done until then stands in our rows.
    """
    return _Run(context, target).work(records)


class _Run:
    def __init__(self, context: Context, target: ListTarget) -> None:
        self._context, self._target = context, target
        self._documents: dict[str, Document] = {}
        self.created = Created()

    def work(self, records: Sequence[NewRecord]) -> Created:
        keys = [record.key for record in records]
        stored = self._context.documents.list(self._target.kind, *DocumentState, keys=keys)
        self._documents = {document.key: document for document in stored}
        known = [
            record for record in records if self._state(record) not in (None, DocumentState.PLANNED)
        ]
        fresh = [
            record for record in records if self._state(record) in (None, DocumentState.PLANNED)
        ]
        again = self._look_for(known)
        self._send(fresh + again)
        return self.created

    def _state(self, record: NewRecord) -> DocumentState | None:
        document = self._documents.get(record.key)
        return None if document is None else document.state

    def _look_for(self, records: Sequence[NewRecord]) -> list[NewRecord]:
        """Find what an earlier run sent; return what may be sent again."""
        found = self._find(records)
        self._sent({record: found[record.number] for record in records if record.number in found})
        missing = [record for record in records if record.number not in found]
        return [record for record in missing if self._may_send_again(record)]

    def _may_send_again(self, record: NewRecord) -> bool:
        """Tell whether two empty looks, apart in time, prove that a record is not there."""
        document = self._documents[record.key]
        context, first_look = self._context, document.first_look_at
        if document.state is DocumentState.HELD:
            self.created.held[record.source_id] = unknown_hold(record.what, record.number, "")
        elif (
            document.state in DONE
        ):  # somebody deleted it since: what it was is no reason to make it again
            self.created.made[record.source_id] = {}
        elif first_look is None:
            self._wait([record], why="A worker ended while it was sent.")
        elif context.now() < first_look + context.look_again_after:
            self.created.later[record.source_id] = first_look + context.look_again_after
        elif int(document.facts.get("sends", 0)) >= MOST_SENDS:
            why = f"It was sent {MOST_SENDS} times without an answer."
            self.created.held[record.source_id] = unknown_hold(record.what, record.number, why)
        else:
            return True
        return False

    def _send(self, records: Sequence[NewRecord]) -> None:
        """Send one list; a refused one is taken apart."""
        if not records:
            return
        self._intend(records)
        try:
            rows = self._context.uniconta.insert_list(
                self._target.entity, [record.row for record in records]
            )
        except RetryableError:
            self._become(records, DocumentState.PLANNED)
            raise
        except Refused as error:
            self._take_apart(records, error)
        except UnknownOutcome as error:
            self._after_unknown(records, error)
        else:
            self._after_success(records, rows)

    def _intend(self, records: Sequence[NewRecord]) -> None:
        """Write `sending` for each record before the call."""
        by_state: dict[DocumentState | None, list[Document]] = {}
        for record in records:
            old = self._documents.get(record.key)
            sends = int(old.facts.get("sends", 0)) + 1 if old else 1
            fresh = Document(kind=self._target.kind, key=record.key, source_id=record.source_id)
            sending = (old or fresh).become(
                DocumentState.SENDING, number=record.number, first_look_at=None
            )
            was = old.state if old else None
            by_state.setdefault(was, []).append(sending.knowing(sends=sends))
        for was, documents in by_state.items():
            self._save(documents, was=was)

    def _take_apart(self, records: Sequence[NewRecord], error: Refused) -> None:
        """Let each record that is not at fault go through, and the others be told alone."""
        found = self._find([record for record in records if self._may_be_ours(record, error)])
        self._sent({record: found[record.number] for record in records if record.number in found})
        rest = [record for record in records if record.number not in found]
        self._become(rest, DocumentState.PLANNED)
        if len(rest) == 1 and len(records) == 1:
            self.created.refused[rest[0].source_id] = error
            self._context.steps.note(
                f"{rest[0].what}: refused", error=str(error), number=rest[0].number
            )
            return
        for part in _parts(rest, error):
            self._send(part)

    def _may_be_ours(self, record: NewRecord, error: Refused) -> bool:
        """Tell whether the record may be there by our doing: the name proves nothing, or it was sent before."""
        sends = int(self._documents[record.key].facts.get("sends", 0))
        return error.name not in ERROR_NAMES or (error.name in EXISTS and sends > 1)

    def _after_unknown(self, records: Sequence[NewRecord], error: UnknownOutcome) -> None:
        self._context.steps.note(
            f"{len(records)} records: outcome unknown, looking for them",
            **{**error.evidence, "error": str(error)},
        )
        found = self._find(records)
        self._sent({record: found[record.number] for record in records if record.number in found})
        missing = [record for record in records if record.number not in found]
        self._wait(missing, why=str(error))

    def _after_success(self, records: Sequence[NewRecord], rows: Sequence[Row]) -> None:
        """Believe the reply's rows; what it does not tell is looked for, and what is missing is sent alone [A82]."""
        told = {text_of(row.get(self._target.member)): row for row in rows}
        silent = [record for record in records if record.number not in told]
        told |= self._find(silent)
        self._sent({record: told[record.number] for record in records if record.number in told})
        missing = [record for record in silent if record.number not in told]
        self._become(missing, DocumentState.PLANNED)
        for record in missing:
            self._send_alone(record)

    def _send_alone(self, record: NewRecord) -> None:
        """Send one record that a list left out, to hear why."""
        self._intend([record])
        try:
            row = self._context.uniconta.insert(self._target.entity, record.row)
        except RetryableError:
            self._become([record], DocumentState.PLANNED)
            raise
        except Refused as error:
            self._take_apart([record], error)
        except UnknownOutcome as error:
            self._after_unknown([record], error)
        else:
            self._sent({record: row})

    def _find(self, records: Sequence[NewRecord]) -> dict[str, Row]:
        """Return the rows that carry these numbers, in sets of 40 a call."""
        if not records:
            return {}
        member = self._target.member
        numbers = {record.number for record in records}
        rows = self._context.uniconta.find(self._target.entity, member, numbers)
        return {text_of(row.get(member)): row for row in rows}

    def _sent(self, rows: Mapping[NewRecord, Row]) -> None:
        self._become(list(rows), DocumentState.SENT)
        for record, row in rows.items():
            self.created.made[record.source_id] = row

    def _wait(self, records: Sequence[NewRecord], *, why: str) -> None:
        """Remember the first empty look; the second comes later."""
        now = self._context.now()
        looked = [
            self._documents[record.key]
            .become(DocumentState.SENDING, first_look_at=now)
            .knowing(why=why)
            for record in records
        ]
        self._save(looked, was=DocumentState.SENDING)
        for record in records:
            self.created.later[record.source_id] = now + self._context.look_again_after

    def _become(self, records: Sequence[NewRecord], state: DocumentState) -> None:
        documents = [self._documents[record.key] for record in records]
        changed = [
            document.become(state, first_look_at=None)
            for document in documents
            if document.state is DocumentState.SENDING
        ]
        if state is DocumentState.PLANNED:  # nothing was done, so it does not count as sent
            changed = [_unsent(document) for document in changed]
        self._save(changed, was=DocumentState.SENDING)

    def _save(self, documents: Sequence[Document], *, was: DocumentState | None) -> None:
        self._context.documents.save_all(documents, was=was)
        self._documents |= {document.key: document for document in documents}


def _unsent(document: Document) -> Document:
    return document.knowing(sends=int(document.facts.get("sends", 1)) - 1)


def _parts(records: Sequence[NewRecord], error: Refused) -> list[Sequence[NewRecord]]:
    """Return smaller lists: the record that the refusal names alone, else two halves."""
    blamed = [record for record in records if error.value and _names(record, error)]
    if len(blamed) == 1 and len(records) > 1:
        return [blamed, [record for record in records if record is not blamed[0]]]
    middle = (len(records) + 1) // 2
    return [part for part in (records[:middle], records[middle:]) if part]


def _names(record: NewRecord, error: Refused) -> bool:
    value = record.row.get(error.property) if error.property else record.number
    return text_of(value) == error.value
