"""Begins the receipts that wait in line together, so that a busy shop costs fewer calls (integration.flows.orders_ahead)."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from integration.customers1st.payloads import Payment
from integration.errors import IntegrationError
from integration.flows.orders_ahead import Ahead, orders_ahead
from integration.ports import StaleDocument, Subject
from syncjobs.breaker import CallsPaused
from syncjobs.context import Chosen, open_context
from syncjobs.lease import Lease, LeaseLost
from syncjobs.models import JobKind, JobState, SyncJob
from syncjobs.selectors import is_due
from syncjobs.steps import StepTable

logger = logging.getLogger(__name__)

ENOUGH = 5  # receipts in line: fewer are worked one by one
KEPT = timedelta(seconds=5)  # older, a receipt is read again when its turn comes


@dataclass(frozen=True)
class Begun:
    """The receipts that were read for some jobs, by the jobs' ids, for a few seconds."""

    receipts: dict[int, Payment]
    read_at: datetime

    def take(self, job: SyncJob) -> dict[str, Payment]:
        """Return a job's receipt by its source id, once; nothing when it is not there or too old."""
        found = self.receipts.pop(job.pk, None)
        is_old = timezone.now() - self.read_at > KEPT
        return {} if found is None or is_old else {job.source_id: found}


NOTHING = Begun({}, datetime.min.replace(tzinfo=UTC))


def claim_in_line(due: Sequence[SyncJob]) -> list[SyncJob]:
    """Claim the receipts among these due jobs that wait for their first attempt; none where they are not enough.

    All before the first is read: a call that comes in later makes a job of its own, and the death of a worker counts for
    each, so that what kills it is worked alone.
    """
    fresh = [
        job.pk
        for job in due
        if job.kind == JobKind.SALE_TO_ORDER and not job.attempts and not job.crashes
    ]
    if len(fresh) < ENOUGH:
        return []
    now = timezone.now()
    SyncJob.objects.filter(is_due(now), pk__in=fresh, attempts=0, crashes=0).update(
        state=JobState.RUNNING, attempts=1, started_at=now, next_attempt_at=None
    )
    claimed = SyncJob.objects.filter(pk__in=fresh, state=JobState.RUNNING, started_at=now)
    return list(claimed.order_by("id"))


def begin(jobs: Sequence[SyncJob], lease: Lease, chosen: Chosen) -> Begun:
    """Make the orders of these claimed receipts.

    What goes wrong is in the tenant's log; the jobs themselves meet it again, and say whose it is.
    """
    fresh = {job.source_id: job for job in jobs}
    steps, read_at = StepTable(chosen.tenant), timezone.now()
    try:
        with open_context(chosen.tenant, lease=lease, steps=steps, chosen=chosen) as context:
            done = orders_ahead(context, list(fresh))
    except (CallsPaused, LeaseLost, StaleDocument):
        return NOTHING
    except IntegrationError as error:
        steps.note(str(error), **{**error.evidence, "error": type(error).__name__})
        return NOTHING
    except Exception:  # its jobs shall be worked all the same
        logger.exception("tenant %s: receipts in line", chosen.tenant.pk)
        return NOTHING
    finally:
        steps.write()
    _tell(fresh, done)
    return Begun({fresh[each].pk: receipt for each, receipt in done.receipts.items()}, read_at)


def _tell(jobs: dict[str, SyncJob], done: Ahead) -> None:
    """Write into each job's log what was made for it."""
    for source_id, number in done.orders.items():
        steps = StepTable(jobs[source_id].tenant, jobs[source_id])
        steps.note(f"Order {number}: made together with {len(done.orders) - 1} others")
        steps.about(Subject(others=(number,)))
        steps.write()
