"""Many records of master data at once: each is rehearsed by its own flow, its writes go out in lists (DESIGN 6.1 "Batches").

What no list can do, such as a write to a customer, is left to the record's own job. Nothing is decided here that the flow
of a single record would decide otherwise.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from integration.customers1st.client import LIST_LENGTH
from integration.customers1st.master_data import parse_customer
from integration.errors import Hold, IntegrationError, Refused, RetryableError, UnknownOutcome
from integration.flows.context import Context
from integration.flows.create import EXISTS
from integration.flows.create_list import ListTarget, NewRecord, create_list
from integration.flows.matching import is_under_way
from integration.flows.outcome import Done, LookAgain, Outcome, Skipped
from integration.flows.pair import store_hold
from integration.flows.refusals import hold_for
from integration.flows.registry import Flow, MasterKind
from integration.flows.rehearsal import CREATE, NUMBER, Rehearsal, Stage, Write
from integration.flows.shelves import Shelf, Shelves
from integration.mapping.fields import Side, Values
from integration.ports import Link, Subject
from integration.uniconta.values import number_of, text_of

Row = Mapping[str, Any]
AT_ONCE = 1000  # changes that are read once more together, just before they go out in lists


class Verdict(StrEnum):
    """What became of one record, in the words of `sync`."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    NEEDS_PERSON = "needs_person"
    LEFT = "left"  # to its own job


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of one record: `text` says it to people, `at` when its own job is due, `changes` what is written.

    `at_hand`: it is left to its own job, and nothing was tried yet, so that the job may begin with what was read here.
    `made`: what is, or would be, written is a new record.

    A rehearsal alone gives CREATED and UPDATED for what would be done, by whichever way.
    """

    source_id: str
    verdict: Verdict
    text: str = ""
    hold: Hold | None = None
    at: datetime | None = None
    at_hand: bool = False
    made: bool = False
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    notes: Sequence[tuple[str, Mapping[str, Any]]] = ()
    subject: Subject | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values, amounts as text."""
        changes = {name: [_plain(each) for each in pair] for name, pair in self.changes.items()}
        return {
            "source_id": self.source_id,
            "verdict": self.verdict.value,
            "text": self.text,
            "changes": changes,
        }


@dataclass(frozen=True)
class _Ready:
    source_id: str
    told: Rehearsal

    @property
    def write(self) -> Write:
        """The write that goes out in a list; a customer's number beside it is written alone."""
        return next(write for write in self.told.writes if write.action != NUMBER)

    @property
    def number(self) -> Write | None:
        """The write that gives a customer its number."""
        return next((write for write in self.told.writes if write.action == NUMBER), None)


class Bulk:
    """Works records of one kind, one after the other; `report` is told of each exactly once, at the latest by `finish`.

    With `dry_run` nothing is written anywhere. `shelves` is what was read, for the jobs of the records that are left.
    Raises the errors of reading and of connections; what was not reported then was not done, or will be found done.
    """

    def __init__(
        self,
        context: Context,
        master: MasterKind,
        *,
        source: Shelf,
        target: Shelf,
        report: Callable[[Result], None],
        dry_run: bool = False,
    ) -> None:
        self._context, self._master, self._report, self._dry_run = context, master, report, dry_run
        self._kind = master.kind(context)
        from_store = master.source is Side.CUSTOMERS1ST
        store, company = (source, target) if from_store else (target, source)
        self.shelves = Shelves(
            store=store, company=company, entity=master.entity, key=self._kind.key
        )
        self._stage = Stage(context, self.shelves)
        self._creates: list[_Ready] = []
        self._updates: list[_Ready] = []
        self._patches: list[_Ready] = []

    def work(self, source_id: str, *, flow: Flow | None = None) -> None:
        """Rehearse one record; its writes follow with the next full list. `flow` is the one of the other direction."""
        told = self._stage.rehearse(flow or self._master.flow, source_id)
        if told.error is not None:
            self._after_error(source_id, told)
        elif not told.writes and told.cut_short:
            self._leave(_Ready(source_id, told))
        elif not told.writes:
            self._save(told.links)
            self._stage.settle(told)
            self._tell(source_id, _verdict(told.outcome), _text(told.outcome), told)
        elif self._dry_run:
            self._would_write(source_id, told)
        else:
            self._line_up(_Ready(source_id, told))

    def link_of(self, key: str, row_id: int) -> Link | None:
        """Return the link of a Uniconta record, as it is or as it was rehearsed."""
        return self._stage.link_of(self._kind.entity, key, row_id)

    def finish(self) -> None:
        """Send what still waits for a full list."""
        self._create()
        self._update()
        self._patch()

    def _after_error(self, source_id: str, told: Rehearsal) -> None:
        error = told.error
        if isinstance(error, Hold):
            self._tell(source_id, Verdict.NEEDS_PERSON, error.cause, told, hold=error)
        elif isinstance(error, LookAgain):
            self._tell(source_id, Verdict.LEFT, str(error), told, at=error.at)
        elif isinstance(error, IntegrationError):
            raise error
        else:  # its own job will meet the same error, and tell it
            self._tell(source_id, Verdict.LEFT, f"{type(error).__name__}", told)

    def _would_write(self, source_id: str, told: Rehearsal) -> None:
        made = _makes(told)
        changes: dict[str, tuple[Any, Any]] = {}
        for write in told.writes:
            changes |= write.changes()
        self._report(
            Result(
                source_id=source_id,
                verdict=Verdict.CREATED if made else Verdict.UPDATED,
                text=_text(told.outcome),
                made=made,
                changes=changes,
                notes=told.notes,
                subject=told.subject,
            )
        )

    def _line_up(self, ready: _Ready) -> None:
        """Put a record into the list of its writing call, or leave it to its own job."""
        match [(write.system, write.action) for write in ready.told.writes]:
            case [("uniconta", "create")] | [("uniconta", "create"), ("customers1st", "number")]:
                self._creates.append(ready)
                if len(self._creates) >= LIST_LENGTH:
                    self._create()
            case [("uniconta", "update")] | [("customers1st", "number"), ("uniconta", "update")]:
                self._updates.append(ready)
                if len(self._updates) >= AT_ONCE:
                    self._update()
            case [("customers1st", "update")]:
                self._patches.append(ready)
                if len(self._patches) >= AT_ONCE:
                    self._patch()
            case _:
                self._leave(ready, at_hand=not self._is_under_way(ready))

    def _is_under_way(self, ready: _Ready) -> bool:
        """Tell whether one of its creates may have been sent before: whoever looks for that asks the vendor."""
        stored = (self._context.documents.get(d.kind, d.key) for d in ready.told.documents)
        return any(is_under_way(document) for document in stored)

    def _create(self) -> None:
        batch, self._creates = self._creates, []
        if not batch:
            return
        by_id = {ready.told.documents[0].source_id: ready for ready in batch}
        target = ListTarget(
            kind=self._master.document, entity=self._master.entity, member=self._kind.key
        )
        created = create_list(self._context, target, [self._new(ready) for ready in batch])
        made = {source_id: by_id[source_id] for source_id in created.made}
        self._save(
            link
            for source_id, ready in made.items()
            for link in self._as_made(ready, created.made[source_id])
        )
        for ready in made.values():
            self._end(ready, Verdict.CREATED, f"{self._what(ready)} created")
        for source_id, error in created.refused.items():
            ready = by_id[source_id]
            if error.name in EXISTS:
                self._leave(ready)
            else:
                self._hold(ready, hold_for(error, what=self._what(ready), sent=[ready.write.after]))
        for source_id, at in created.later.items():
            self._leave(by_id[source_id], at=at)
        for source_id, hold in created.held.items():
            self._hold(by_id[source_id], hold)

    def _new(self, ready: _Ready) -> NewRecord:
        document = ready.told.documents[0]
        return NewRecord(
            source_id=document.source_id,
            key=document.key,
            number=document.number,
            row=ready.write.after,
            what=self._what(ready),
        )

    def _as_made(self, ready: _Ready, stored: Row) -> list[Link]:
        """Return the record's link as the company's answer shows the new row."""
        row = {**ready.write.after, **stored}
        seen = self._digests(self._kind.mapping.uniconta_values(row))
        return [
            replace(
                link,
                row_id=number_of(row.get("RowId")),
                facts={**link.facts, **self._kind.facts(row)},
                seen_uniconta=seen,
            )
            for link in ready.told.links
        ]

    def _end(self, ready: _Ready, verdict: Verdict, text: str) -> None:
        """End a record that was written; the number that its customer gets is written here, alone."""
        self._stage.settle(ready.told)
        try:
            self._number(ready)
        except Hold as hold:
            self._tell(ready.source_id, Verdict.NEEDS_PERSON, hold.cause, ready.told, hold=hold)
        except (RetryableError, UnknownOutcome) as error:
            self._tell(ready.source_id, Verdict.LEFT, str(error), ready.told)
        else:
            self._tell(ready.source_id, verdict, text, ready.told)

    def _number(self, ready: _Ready) -> None:
        number = ready.number
        if number is not None:
            record = parse_customer(number.before)
            key = text_of(number.after["customerno"])
            self._kind.number_record(record, key, record.customer_no)  # reads it once more

    def _update(self) -> None:
        batch, self._updates = self._updates, []
        mapping = self._kind.mapping
        fresh = self._unchanged(batch, self.shelves.company, mapping.uniconta_values)
        for part in _lists(fresh):
            self._send_updates(part)

    def _unchanged(
        self, batch: Sequence[_Ready], shelf: Shelf, values_of: Callable[[Row], Values]
    ) -> list[_Ready]:
        """Return those whose record is as it was when it was compared, by one more look just before the write.

        What somebody edited meanwhile is left to its own job, which compares again.
        """
        keys = [self._key_of(ready.write.before) for ready in batch]
        now = {self._key_of(row): row for row in shelf.again(keys)} if keys else {}
        unchanged = []
        for key, ready in zip(keys, batch, strict=True):
            if key in now and values_of(now[key]) != values_of(ready.write.before):
                self._leave(ready)
                shelf.put(now[key])
            else:
                unchanged.append(ready)
        return unchanged

    def _key_of(self, row: Row) -> str:
        return text_of(row.get(self._kind.key) if self._kind.key in row else row.get("id"))

    def _send_updates(self, batch: Sequence[_Ready]) -> None:
        """Send one list of changes; a refused one is halved until the records at fault stand alone."""
        pairs = [(ready.write.before, ready.write.after) for ready in batch]
        try:
            self._context.uniconta.update_fields_list(self._master.entity, pairs)
        except UnknownOutcome as error:  # each is compared again before anything is written
            self._context.steps.note(str(error), **error.evidence)
            for ready in batch:
                self._leave(ready)
        except Refused as error:
            if len(batch) == 1:
                self._hold(batch[0], hold_for(error, what=self._what(batch[0])))
                return
            middle = len(batch) // 2
            self._send_updates(batch[:middle])
            self._send_updates(batch[middle:])
        else:
            self._updated(batch)

    def _updated(self, batch: Sequence[_Ready]) -> None:
        self._save(link for ready in batch for link in ready.told.links)
        for ready in batch:
            self._end(ready, Verdict.UPDATED, _text(ready.told.outcome))

    def _patch(self) -> None:
        batch, self._patches = self._patches, []
        mapping = self._kind.mapping
        fresh = self._unchanged(batch, self.shelves.store, mapping.customers1st_values)
        for part in _lists(fresh):
            self._send_patches(part)

    def _send_patches(self, batch: Sequence[_Ready]) -> None:
        changes = [ready.write.after for ready in batch]
        quiet = all(ready.write.quiet for ready in batch)
        try:
            replies = self._context.customers1st.patch_products(changes, quiet=quiet)
        except UnknownOutcome as error:
            self._context.steps.note(str(error), **error.evidence)
            for ready in batch:
                self._leave(ready)
            return
        done = []
        for ready, reply in zip(batch, replies, strict=True):
            if reply.refused is not None:
                self._hold(ready, store_hold(reply.refused, what=self._what(ready)))
            else:
                done.append(ready)
        self._updated(done)

    def _leave(self, ready: _Ready, *, at: datetime | None = None, at_hand: bool = False) -> None:
        self._stage.undo(ready.told)
        self._tell(ready.source_id, Verdict.LEFT, "", ready.told, at=at, at_hand=at_hand)

    def _hold(self, ready: _Ready, hold: Hold) -> None:
        self._stage.undo(ready.told)
        self._tell(ready.source_id, Verdict.NEEDS_PERSON, hold.cause, ready.told, hold=hold)

    def _save(self, links: Iterable[Link]) -> None:
        if not self._dry_run:
            self._context.links.save_all(list(links))

    def _digests(self, values: Values) -> dict[str, str]:
        fields = self._kind.mapping.fields
        return {each.name: each.digest(values[each.name]) for each in fields if each.name in values}

    def _what(self, ready: _Ready) -> str:
        number = ready.told.documents[0].number if ready.told.documents else ""
        key = number or next((link.uniconta_key for link in ready.told.links), ready.source_id)
        return f"{self._kind.remote} {key}"

    def _tell(
        self,
        source_id: str,
        verdict: Verdict,
        text: str,
        told: Rehearsal,
        *,
        hold: Hold | None = None,
        at: datetime | None = None,
        at_hand: bool = False,
    ) -> None:
        self._report(
            Result(
                source_id=source_id,
                verdict=verdict,
                text=text,
                hold=hold,
                at=at,
                at_hand=at_hand,
                made=_makes(told),
                notes=told.notes,
                subject=told.subject,
            )
        )


def _lists(batch: Sequence[_Ready]) -> Iterator[Sequence[_Ready]]:
    for start in range(0, len(batch), LIST_LENGTH):
        yield batch[start : start + LIST_LENGTH]


def _makes(told: Rehearsal) -> bool:
    return any(write.action == CREATE for write in told.writes)


def _verdict(outcome: Outcome | None) -> Verdict:
    return Verdict.SKIPPED if isinstance(outcome, Skipped) else Verdict.UNCHANGED


def _text(outcome: Outcome | None) -> str:
    if isinstance(outcome, Done):
        return outcome.summary
    return outcome.reason if isinstance(outcome, Skipped) else ""


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int) else str(value)
