"""Sends the writes of many records in lists, and says what became of each record.

A refused list is taken apart until the records at fault stand alone. What changed meanwhile, and what no list can do, is
left to the record's own job.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from integration.customers1st.client import LIST_LENGTH
from integration.customers1st.master_data import parse_customer
from integration.errors import Hold, Refused, RetryableError, UnknownOutcome
from integration.flows.bulk_result import Rehearsed, Result, Verdict
from integration.flows.context import Context
from integration.flows.create import EXISTS
from integration.flows.create_list import ListTarget, NewRecord, create_list
from integration.flows.matching import is_under_way
from integration.flows.pair import store_hold
from integration.flows.refusals import hold_for
from integration.flows.registry import MasterKind
from integration.flows.rehearsal import Stage
from integration.flows.shelves import Shelf, Shelves
from integration.mapping.fields import Values
from integration.ports import Link
from integration.uniconta.values import number_of, text_of

Row = Mapping[str, Any]
AT_ONCE = 1000  # changes that are read once more together, just before they go out in lists


class Lists:
    """The lists of one kind that are filled now; a full one goes out at once."""

    def __init__(
        self,
        context: Context,
        master: MasterKind,
        *,
        shelves: Shelves,
        stage: Stage,
        report: Callable[[Result], None],
    ) -> None:
        self._context, self._master, self._shelves = context, master, shelves
        self._stage, self._report = stage, report
        self._kind = master.kind(context)
        self._linked: list[Rehearsed] = []  # nothing to write at a vendor, but a link
        self._creates: list[Rehearsed] = []
        self._updates: list[Rehearsed] = []
        self._patches: list[Rehearsed] = []

    def add(self, ready: Rehearsed) -> None:
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
                self.leave(ready, at_hand=not self._is_under_way(ready))

    def link(self, ready: Rehearsed) -> None:
        """Keep the link of a record of which nothing is written to a vendor."""
        self._linked.append(ready)
        if len(self._linked) >= LIST_LENGTH:
            self._link()

    def leave(self, ready: Rehearsed, *, at: datetime | None = None, at_hand: bool = False) -> None:
        """Leave a record to its own job; nothing of it was written."""
        self._stage.undo(ready.told)
        self._report(ready.result(Verdict.LEFT, at=at, at_hand=at_hand))

    def send_all(self) -> None:
        """Send what still waits for a full list."""
        self._link()
        self._create()
        self._update()
        self._patch()

    def _link(self) -> None:
        batch, self._linked = self._linked, []
        self._context.links.save_all([link for ready in batch for link in ready.told.links])
        for ready in batch:
            self._stage.settle(ready.told)
            self._report(ready.as_it_is())

    def _hold(self, ready: Rehearsed, hold: Hold) -> None:
        self._stage.undo(ready.told)
        self._report(ready.result(Verdict.NEEDS_PERSON, hold.cause, hold=hold))

    def _is_under_way(self, ready: Rehearsed) -> bool:
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
        links = [
            link
            for source_id, ready in made.items()
            for link in self._as_made(ready, created.made[source_id])
        ]
        self._context.links.save_all(links)
        for ready in made.values():
            self._end(ready, Verdict.CREATED, f"{self._what(ready)} was created")
        for source_id, error in created.refused.items():
            ready = by_id[source_id]
            if error.name in EXISTS:
                self.leave(ready)
            else:
                self._hold(ready, hold_for(error, what=self._what(ready), sent=[ready.write.after]))
        for source_id, at in created.later.items():
            self.leave(by_id[source_id], at=at)
        for source_id, hold in created.held.items():
            self._hold(by_id[source_id], hold)

    def _new(self, ready: Rehearsed) -> NewRecord:
        document = ready.told.documents[0]
        return NewRecord(
            source_id=document.source_id,
            key=document.key,
            number=document.number,
            row=ready.write.after,
            what=self._what(ready),
        )

    def _as_made(self, ready: Rehearsed, stored: Row) -> list[Link]:
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

    def _end(self, ready: Rehearsed, verdict: Verdict, text: str) -> None:
        """End a record that was written; the number that its customer gets is written here, alone."""
        self._stage.settle(ready.told)
        try:
            self._number(ready)
        except Hold as hold:
            self._report(ready.result(Verdict.NEEDS_PERSON, hold.cause, hold=hold))
        except (RetryableError, UnknownOutcome) as error:
            self._report(ready.result(Verdict.LEFT, str(error)))
        else:
            self._report(ready.result(verdict, text))

    def _number(self, ready: Rehearsed) -> None:
        number = ready.number
        if number is not None:
            record = parse_customer(number.before)
            key = text_of(number.after["customerno"])
            self._kind.number_record(record, key, record.customer_no)  # reads it once more

    def _update(self) -> None:
        batch, self._updates = self._updates, []
        mapping = self._kind.mapping
        fresh = self._unchanged(batch, self._shelves.company, mapping.uniconta_values)
        for part in _lists(fresh):
            self._send_updates(part)

    def _unchanged(
        self, batch: Sequence[Rehearsed], shelf: Shelf, values_of: Callable[[Row], Values]
    ) -> list[Rehearsed]:
        """Return those whose record is as it was when it was compared, by one more look just before the write.

        What somebody edited meanwhile is left to its own job, which compares again.
        """
        keys = [self._key_of(ready.write.before) for ready in batch]
        now = {self._key_of(row): row for row in shelf.again(keys)} if keys else {}
        unchanged = []
        for key, ready in zip(keys, batch, strict=True):
            if key in now and values_of(now[key]) != values_of(ready.write.before):
                self.leave(ready)
                shelf.put(now[key])
            else:
                unchanged.append(ready)
        return unchanged

    def _key_of(self, row: Row) -> str:
        return text_of(row.get(self._kind.key) if self._kind.key in row else row.get("id"))

    def _send_updates(self, batch: Sequence[Rehearsed]) -> None:
        """Send one list of changes; a refused one is halved until the records at fault stand alone."""
        pairs = [(ready.write.before, ready.write.after) for ready in batch]
        try:
            self._context.uniconta.update_fields_list(self._master.entity, pairs)
        except UnknownOutcome as error:  # each is compared again before anything is written
            self._context.steps.note(str(error), **error.evidence)
            for ready in batch:
                self.leave(ready)
        except Refused as error:
            if len(batch) == 1:
                self._hold(batch[0], hold_for(error, what=self._what(batch[0])))
                return
            middle = len(batch) // 2
            self._send_updates(batch[:middle])
            self._send_updates(batch[middle:])
        else:
            self._updated(batch)

    def _updated(self, batch: Sequence[Rehearsed]) -> None:
        self._context.links.save_all([link for ready in batch for link in ready.told.links])
        for ready in batch:
            self._end(ready, Verdict.UPDATED, ready.text)

    def _patch(self) -> None:
        batch, self._patches = self._patches, []
        mapping = self._kind.mapping
        fresh = self._unchanged(batch, self._shelves.store, mapping.customers1st_values)
        for part in _lists(fresh):
            self._send_patches(part)

    def _send_patches(self, batch: Sequence[Rehearsed]) -> None:
        changes = [ready.write.after for ready in batch]
        quiet = all(ready.write.quiet for ready in batch)
        try:
            replies = self._context.customers1st.patch_products(changes, quiet=quiet)
        except UnknownOutcome as error:
            self._context.steps.note(str(error), **error.evidence)
            for ready in batch:
                self.leave(ready)
            return
        done = []
        for ready, reply in zip(batch, replies, strict=True):
            if reply.refused is not None:
                self._hold(ready, store_hold(reply.refused, what=self._what(ready)))
            else:
                done.append(ready)
        self._updated(done)

    def _digests(self, values: Values) -> dict[str, str]:
        fields = self._kind.mapping.fields
        return {each.name: each.digest(values[each.name]) for each in fields if each.name in values}

    def _what(self, ready: Rehearsed) -> str:
        number = ready.told.documents[0].number if ready.told.documents else ""
        key = number or next((link.uniconta_key for link in ready.told.links), ready.source_id)
        return f"{self._kind.remote} {key}"


def _lists(batch: Sequence[Rehearsed]) -> Iterator[Sequence[Rehearsed]]:
    for start in range(0, len(batch), LIST_LENGTH):
        yield batch[start : start + LIST_LENGTH]
