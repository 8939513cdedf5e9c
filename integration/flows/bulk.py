"""Many records of master data at once: each is rehearsed by its own flow, its writes go out in lists (DESIGN 6.1 "Batches").

What no list can do, such as a write to a customer, is left to the record's own job. Nothing is decided here that the flow
of a single record would decide otherwise.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from integration.errors import Hold, IntegrationError
from integration.flows.bulk_lists import Lists
from integration.flows.bulk_result import Rehearsed, Result, Verdict
from integration.flows.context import Context
from integration.flows.outcome import LookAgain
from integration.flows.registry import Flow, MasterKind
from integration.flows.rehearsal import Stage
from integration.flows.shelves import Shelf, Shelves
from integration.mapping.fields import Side
from integration.ports import Link


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
        self._lists = Lists(context, master, shelves=self.shelves, stage=self._stage, report=report)

    def turn(self, rows: Sequence[Mapping[str, Any]], *, side: Side | None = None) -> None:
        """Ask our rows about the records that are worked next, all at once; `side` is theirs, if not the source."""
        self._stage.turn(self._master, side or self._master.source, rows)

    def work(self, source_id: str, *, flow: Flow | None = None) -> None:
        """Rehearse one record; its writes follow with the next full list. `flow` is the one of the other direction."""
        told = self._stage.rehearse(flow or self._master.flow, source_id)
        record = Rehearsed(source_id, told)
        if told.error is not None:
            self._after_error(record, told.error)
        elif not told.writes and told.cut_short:
            self._lists.leave(record)
        elif not told.writes and told.links and not self._dry_run:
            self._lists.link(record)
        elif not told.writes:
            self._stage.settle(told)
            self._report(record.as_it_is())
        elif self._dry_run:
            self._would_write(record)
        else:
            self._lists.add(record)

    def link_of(self, key: str, row_id: int) -> Link | None:
        """Return the link of a Uniconta record, as it is or as it was rehearsed."""
        return self._stage.link_of(self._kind.entity, key, row_id)

    def finish(self) -> None:
        """Send what still waits for a full list."""
        self._lists.send_all()

    def _after_error(self, record: Rehearsed, error: Exception) -> None:
        if isinstance(error, Hold):
            result = record.result(Verdict.NEEDS_PERSON, error.cause, hold=error)
        elif isinstance(error, LookAgain):
            result = record.result(Verdict.LEFT, str(error), at=error.at)
        elif isinstance(error, IntegrationError):
            raise error
        else:  # its own job will meet the same error, and tell it
            result = record.result(Verdict.LEFT, type(error).__name__)
        self._report(result)

    def _would_write(self, record: Rehearsed) -> None:
        changes: dict[str, tuple[Any, Any]] = {}
        for write in record.told.writes:
            changes |= write.changes()
        verdict = Verdict.CREATED if record.makes else Verdict.UPDATED
        self._report(record.result(verdict, record.text, changes=changes))
