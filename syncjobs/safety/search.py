"""What one sweep is given and what it reports."""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from integration.errors import UnreadableRecord
from integration.flows.bulk_result import Result, Verdict
from integration.flows.context import Context
from integration.flows.outcome import Problem
from integration.flows.refusals import unreadable_hold
from settings_app.models import Tenant
from syncjobs.folding import look_again
from syncjobs.models import SafetyRun
from syncjobs.runner import hold_job

# the zone of naive times, and changes that a list shows late [A1] [A2]
SWEEP_OVERLAP = timedelta(hours=3)


class UnableToSweep(Exception):
    """The sweep cannot run now, for the reason in the message."""


class TenantBusy(UnableToSweep):
    """A worker is at the tenant; nothing is wrong, a later try will do."""


@dataclass(kw_only=True)
class SweepResult:
    """What one sweep found (DESIGN 5.3, `sync`); `missed` of it no webhook had told of, for these `reasons`."""

    kind: str
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    needs_person: int = 0
    queued: int = 0
    dry_run: bool = False
    missed: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    records: list[dict[str, Any]] = field(default_factory=list)  # of a dry run

    @property
    def seen(self) -> int:
        """How many records it looked at."""
        return self.created + self.updated + self.unchanged + self.skipped + self.queued

    def count(self, result: Result) -> None:
        """Count what became of a record; a dry run keeps it by name. What is left to a job is counted as it is queued."""
        if self.dry_run:
            self.records.append(result.as_json())
        if result.verdict is not Verdict.LEFT:
            setattr(self, result.verdict, getattr(self, result.verdict) + 1)
        elif self.dry_run:
            self.queued += 1

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain values; a dry run names its records."""
        values = asdict(self)
        if not self.dry_run:
            del values["records"]
        return values


@dataclass(frozen=True, kw_only=True)
class Search:
    """One sweep under way: of which tenant and kind, how far back, and where it counts what it finds.

    `seen_until` is up to where the last good run had seen changes. `out_of_step` collects the ids of records that were
    not in step and that no job was on its way for, as far as a webhook could have told of them.
    """

    tenant: Tenant
    context: Context
    run: SafetyRun
    result: SweepResult
    now: datetime
    full: bool
    since: datetime | None
    seen_until: datetime | None
    scheduled: bool = False  # nobody asked for this run
    out_of_step: list[str] = field(default_factory=list)

    def changed_after(self) -> datetime | None:
        """Return the instant since which changes are looked for; None looks at everything."""
        if self.full:
            return None
        return self.since if self.since is not None else self._cursor()

    def sees_all_changes(self) -> bool:
        """Tell whether nothing lies between the last good run and what this one looks at."""
        after, cursor = self.changed_after(), self._cursor()
        return after is None or (cursor is not None and after <= cursor)

    def queue(self, source_id: str, *, due_at: datetime | None = None) -> None:
        """Fold a job for a record that is not in step; a dry run only counts it."""
        self.result.queued += 1
        if self.result.dry_run:
            return
        _job, is_new = look_again(
            self.tenant, self.result.kind, source_id, now=self.now, due_at=due_at
        )
        if is_new:
            self.note_out_of_step(source_id)

    def note_out_of_step(self, source_id: str) -> None:
        """Remember a record that was not in step, so that the run can say why no webhook told of it.

        A first or full run looks back to before our webhooks were there, so it proves nothing about them.
        """
        if self.changed_after() is not None:
            self.out_of_step.append(source_id)

    def hold_unreadable(self, error: UnreadableRecord) -> None:
        """Let a person look at a sale that cannot be read; a dry run only counts it."""
        self.result.needs_person += 1
        if not self.result.dry_run:
            hold_job(self.tenant, Problem(error.record_id, unreadable_hold(error)))

    def _cursor(self) -> datetime | None:
        """Return the start of the last good run, less the overlap; both ends count, so equal times are safe."""
        return None if self.seen_until is None else self.seen_until - SWEEP_OVERLAP
