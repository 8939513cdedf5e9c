"""Works many waiting jobs of one kind of master data together: thousands of webhooks become lists of 100 (DESIGN 6.1)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from integration.flows.bulk import Bulk
from integration.flows.bulk_result import Result, Verdict
from integration.flows.context import Context
from integration.flows.registry import MASTER_DATA
from integration.flows.shelves import Shelves
from integration.mapping.fields import Side
from syncjobs.catalogue.sides import PAGE, Records, Row, sides_of
from syncjobs.models import JobState, LinkRow, SyncJob

HANDFUL = 10  # so few are worked one by one
# claimed at a time. What goes to Customers 1st may be written one by one: so few that what was read stays fresh
MOST_TO_UNICONTA, MOST_TO_CUSTOMERS1ST = 1000, 80
CLOCKS_APART = timedelta(days=1)  # ours and the vendor's, whatever its zone [A1]


def claim_with(job: SyncJob) -> list[SyncJob]:
    """Claim the due jobs that can be worked together with a claimed one; none while no more than a handful wait.

    Only first attempts: what failed once is worked alone, so that its cause is its own.
    """
    if job.kind not in MASTER_DATA or job.attempts > 1 or job.crashes:
        return []
    now = timezone.now()
    fresh = SyncJob.objects.filter(
        Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=now),  # what waited for a vendor
        tenant_id=job.tenant_id,
        kind=job.kind,
        state=JobState.WAITING,
        attempts=0,
        crashes=0,
    ).order_by("id")
    to_store = MASTER_DATA[job.kind].source is Side.UNICONTA
    most = MOST_TO_CUSTOMERS1ST if to_store else MOST_TO_UNICONTA
    ids = list(fresh.values_list("pk", flat=True)[: most - 1])
    if len(ids) < HANDFUL:
        return []
    SyncJob.objects.filter(pk__in=ids, state=JobState.WAITING).update(
        state=JobState.RUNNING, attempts=1, started_at=now, next_attempt_at=None
    )
    return list(SyncJob.objects.filter(pk__in=ids, state=JobState.RUNNING, started_at=now))


@dataclass(kw_only=True)
class Worked:
    """What a list came to: `told` is what became of each record, `shelves` what was read of both sides.

    What is not told, or told to be left, must be worked alone.
    """

    told: dict[str, Result] = field(default_factory=dict)
    shelves: Shelves | None = None

    def ended(self, job: SyncJob) -> Result | None:
        """Return what became of a job's record, None when the job must be worked alone."""
        result = self.told.get(job.source_id)
        is_left = result is not None and result.verdict is Verdict.LEFT and result.at is None
        return None if is_left else result

    def at_hand(self, job: SyncJob) -> Shelves | None:
        """Return what a job that is worked alone may begin with, None when it must read everything by itself."""
        result = self.told.get(job.source_id)
        return self.shelves if result is not None and result.at_hand else None


def work_list(context: Context, jobs: Sequence[SyncJob], worked: Worked) -> None:
    """Work claimed jobs of one kind; `worked` is filled on the way, so that it tells what was done before an error.

    A record that is not there any more is worked alone: nothing is ever ended from a list.
    """
    sides = sides_of(context, jobs[0].kind)
    known = LinkRow.objects.filter(tenant=jobs[0].tenant_id).count()
    rows = _rows(sides.source, jobs, known=known)
    shelf = sides.source.shelf(known=known)
    shelf.turn(rows.values())

    def report(result: Result) -> None:
        worked.told[result.source_id] = result

    bulk = Bulk(
        context,
        sides.master,
        source=shelf,
        target=sides.target.shelf(known=known, questions=len(rows)),
        report=report,
    )
    worked.shelves = bulk.shelves
    bulk.turn(list(rows.values()))
    for source_id in rows:
        bulk.work(source_id)
    bulk.finish()


def _rows(source: Records, jobs: Sequence[SyncJob], *, known: int) -> dict[str, Row]:
    """Return the records of these jobs as they are now, those that are there."""
    wanted = {job.source_id for job in jobs}
    if source.side is Side.UNICONTA:
        return _chosen(source, source.fetch(source.key, wanted), wanted)
    oldest = min(job.created_at for job in jobs)
    found = _chosen(source, source.read_changed(_naive(oldest) - CLOCKS_APART), wanted)
    if len(wanted) - len(found) > max(HANDFUL, known // PAGE):  # the vendor's clock is another
        found = _chosen(source, source.read_all(), wanted)
    return found


def _chosen(source: Records, rows: Iterable[Row], wanted: Collection[str]) -> dict[str, Row]:
    return {source.id_of(row): row for row in rows if source.id_of(row) in wanted}


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
