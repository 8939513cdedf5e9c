"""How the jobs of receipts stand, for the day close that waits for them; and the closes that are woken when they end."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.utils import timezone

from integration.ports import Stand
from settings_app.models import Tenant
from settings_app.selectors import is_switched_on
from syncjobs.folding import fold, look_again
from syncjobs.models import JobKind, JobState, MendedBy, SyncJob, System

CHUNK = 500  # ids in one query
STANDS: Mapping[str, Stand] = {
    JobState.WAITING: Stand.UNDER_WAY,
    JobState.RUNNING: Stand.UNDER_WAY,
    JobState.NEEDS_PERSON: Stand.NEEDS_PERSON,
    JobState.DONE: Stand.ENDED,
    JobState.SKIPPED: Stand.ENDED,
}
# which of several rows of a record tells: what a person must look at, then what is under way
FIRST = (Stand.NEEDS_PERSON, Stand.UNDER_WAY, Stand.ENDED)


class SaleJobTable:
    """integration.ports.SaleJobs on SyncJob."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._jobs = SyncJob.objects.filter(tenant=tenant, kind=JobKind.SALE_TO_ORDER)

    def stands(self, source_ids: Sequence[str]) -> dict[str, tuple[Stand, str]]:
        """Return how the job of each receipt stands, with the cause where a person is needed."""
        found: dict[str, tuple[Stand, str]] = {}
        for ids in _chunks(source_ids):
            rows = self._jobs.filter(source_id__in=ids).order_by("id")
            for source_id, state, cause in rows.values_list("source_id", "state", "cause"):
                stand = STANDS[state]
                before = found.get(source_id)
                if before is None or FIRST.index(stand) <= FIRST.index(before[0]):
                    found[source_id] = (stand, cause)
        return found

    def start(self, source_ids: Sequence[str]) -> bool:
        """Let these receipts be worked now; False when the switch of sales is off and nothing was started."""
        if not is_switched_on(
            self._tenant, system=System.CUSTOMERS1ST, entity="sale", event="created"
        ):
            return False
        for source_id in source_ids:
            fold(self._tenant, JobKind.SALE_TO_ORDER, source_id, now=timezone.now())
        return True


def wake_closes(tenant_id: int, *, now: datetime) -> int:
    """Let the day closes that wait for receipts be looked at again, because work on receipts has ended."""
    closes = SyncJob.objects.filter(tenant_id=tenant_id, kind=JobKind.DAY_CLOSE_TO_JOURNAL)
    waiting = closes.filter(state=JobState.WAITING, attempts=0, next_attempt_at__gt=now)
    woken = waiting.update(next_attempt_at=None)
    for job in closes.filter(state=JobState.NEEDS_PERSON, mended_by=MendedBy.RECEIPT):
        look_again(job.tenant, job.kind, job.source_id, now=now)
        woken += 1
    return woken


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
