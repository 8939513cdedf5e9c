"""Many records of master data at once: each is rehearsed by its own flow, its writes go out in lists (DESIGN 6.1 "Batches").

What no list can do, such as a write to a customer, is left to the record's own job. Nothing is decided here that the flow
of a single record would decide otherwise.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from integration.customers1st.client import LIST_LENGTH
from integration.errors import Hold, IntegrationError, Refused, RetryableError, UnknownOutcome
from integration.flows.context import Context
from integration.flows.create import EXISTS
from integration.flows.create_list import ListTarget, NewRecord, create_list
from integration.flows.outcome import Done, LookAgain, Outcome, Skipped
from integration.flows.pair import store_hold
from integration.flows.refusals import hold_for
from integration.flows.registry import MasterKind
from integration.flows.rehearsal import CREATE, Rehearsal, Shelf, Stage, Write
from integration.mapping.fields import Side, Values
from integration.ports import Link, Subject
from integration.uniconta.values import number_of

Row = Mapping[str, Any]


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

    A rehearsal alone gives CREATED and UPDATED for what would be done, by whichever way.
    """

    source_id: str
    verdict: Verdict
    text: str = ""
    hold: Hold | None = None
    at: datetime | None = None
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
        return self.told.writes[0]


class Bulk:
    """Works records of one kind, one after the other; `report` is told of each exactly once, at the latest by `finish`.

    With `dry_run` nothing is written anywhere. Raises the errors of reading and of connections; what was not reported
    then was not done, or will be found done.
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
        self._stage = Stage(
            context, store=store, company=company, entity=master.entity, key=self._kind.key
        )
        self._creates: list[_Ready] = []
        self._updates: list[_Ready] = []
        self._patches: list[_Ready] = []

    def work(self, source_id: str) -> None:
        """Rehearse one record; its writes follow with the next full list."""
        told = self._stage.rehearse(self._master.flow, source_id)
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
        made = any(write.action == CREATE for write in told.writes)
        changes: dict[str, tuple[Any, Any]] = {}
        for write in told.writes:
            changes |= write.changes()
        self._report(
            Result(
                source_id=source_id,
                verdict=Verdict.CREATED if made else Verdict.UPDATED,
                text=_text(told.outcome),
                changes=changes,
                notes=told.notes,
                subject=told.subject,
            )
        )

    def _line_up(self, ready: _Ready) -> None:
        """Put a record into the list of its writing call, or leave it to its own job."""
        writes = ready.told.writes
        systems = {write.system for write in writes}
        first = writes[0]
        is_numbered_only = len(writes) == 2 and writes[1].system == "customers1st"
        if first.system == "uniconta" and first.action == CREATE:
            if len(writes) == 1 or is_numbered_only:
                self._creates.append(ready)
                if len(self._creates) >= LIST_LENGTH:
                    self._create()
                return
        elif systems == {"uniconta"} and len(writes) == 1:
            self._updates.append(ready)
            if len(self._updates) >= LIST_LENGTH:
                self._update()
            return
        elif len(writes) == 1 and not ready.told.cut_short:
            self._patches.append(ready)
            if len(self._patches) >= LIST_LENGTH:
                self._patch()
            return
        self._leave(ready)

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
            self._stage.settle(ready.told)
            self._after_create(ready)
        for source_id, error in created.refused.items():
            ready = by_id[source_id]
            if error.name in EXISTS:
                self._leave(ready)
            else:
                self._hold(ready, hold_for(error, what=self._what(ready)))
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

    def _after_create(self, ready: _Ready) -> None:
        """Write the new number back where the record has none; a customer is written alone."""
        try:
            self._number(ready)
        except Hold as hold:
            self._tell(ready.source_id, Verdict.NEEDS_PERSON, hold.cause, ready.told, hold=hold)
        except (RetryableError, UnknownOutcome) as error:
            self._tell(ready.source_id, Verdict.LEFT, str(error), ready.told)
        else:
            text = f"{self._what(ready)} created"
            self._tell(ready.source_id, Verdict.CREATED, text, ready.told)

    def _number(self, ready: _Ready) -> None:
        if len(ready.told.writes) > 1:
            document = ready.told.documents[0]
            record = self._kind.get(document.source_id)
            if record is not None:
                self._kind.number_record(record, document.number, "")

    def _update(self) -> None:
        batch, self._updates = self._updates, []
        if batch:
            self._send_updates(batch)

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
            self._stage.settle(ready.told)
            self._tell(ready.source_id, Verdict.UPDATED, _text(ready.told.outcome), ready.told)

    def _patch(self) -> None:
        batch, self._patches = self._patches, []
        if not batch:
            return
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

    def _leave(self, ready: _Ready, *, at: datetime | None = None) -> None:
        self._stage.undo(ready.told)
        self._tell(ready.source_id, Verdict.LEFT, "", ready.told, at=at)

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
    ) -> None:
        self._report(
            Result(
                source_id=source_id,
                verdict=verdict,
                text=text,
                hold=hold,
                at=at,
                notes=told.notes,
                subject=told.subject,
            )
        )


def _verdict(outcome: Outcome | None) -> Verdict:
    return Verdict.SKIPPED if isinstance(outcome, Skipped) else Verdict.UNCHANGED


def _text(outcome: Outcome | None) -> str:
    if isinstance(outcome, Done):
        return outcome.summary
    return outcome.reason if isinstance(outcome, Skipped) else ""


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int) else str(value)
