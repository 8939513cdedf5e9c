"""What every comparison is given, and what it does with what it finds."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from integration.errors import Hold, Refused, RetryableError, UnknownOutcome
from integration.flows.context import Context
from integration.flows.outcome import LookAgain, Skipped
from integration.flows.refusals import hold_for
from integration.flows.registry import Flow
from integration.ports import StaleDocument
from settings_app.models import Tenant
from syncjobs.drift.report import Difference, Report, State
from syncjobs.folding import fold
from syncjobs.holding import hold_record


@dataclass(frozen=True, kw_only=True)
class Work:
    """One comparison under way; `repair` says whether what is found is mended. `queued` waits for its own job."""

    tenant: Tenant
    context: Context
    report: Report
    repair: bool
    now: datetime
    queued: list[Difference] = field(default_factory=list)

    def add(self, difference: Difference) -> Difference:
        """Take a difference that a job of its own can mend: under repair it is queued."""
        if self.repair:
            self.queue(difference)
        return self.report.add(difference)

    def queue(self, difference: Difference, *, due_at: datetime | None = None) -> None:
        """Fold the job that mends a difference, before it is taken into the report."""
        fold(self.tenant, difference.kind, difference.source_id, now=self.now, due_at=due_at)
        difference.state = State.QUEUED
        self.queued.append(difference)

    def hold(self, difference: Difference, hold: Hold) -> Difference:
        """Take a difference that only a person can mend; under repair its record needs a person."""
        difference.state = State.NEEDS_PERSON
        difference.why, difference.cure = hold.cause, hold.cure
        if self.repair:
            hold_record(self.tenant, difference.kind, difference.source_id, hold)
        return self.report.add(difference)

    def run(self, difference: Difference, flow: Flow, context: Context) -> None:
        """Mend a difference now by a record's own flow; what it cannot do now is left to its job, or to a person."""
        try:
            outcome = flow(context, difference.source_id)
        except (Hold, Refused) as error:
            hold = error if isinstance(error, Hold) else hold_for(error, what=difference.name)
            difference.state = State.NEEDS_PERSON
            difference.why, difference.cure = hold.cause, hold.cure
            hold_record(self.tenant, difference.kind, difference.source_id, hold)
        except LookAgain as error:
            self.queue(difference, due_at=error.at)
        except (RetryableError, UnknownOutcome, StaleDocument):
            self.queue(difference)
        else:
            difference.state = (
                State.NEEDS_PERSON if isinstance(outcome, Skipped) else State.REPAIRED
            )
            if isinstance(outcome, Skipped):
                difference.cure = outcome.reason
        self.report.add(difference)

    def comparing_all(self) -> "Work":
        """Return the same work with a context that compares what stands, whatever was seen last."""
        return replace(self, context=replace(self.context, compares_all=True))
