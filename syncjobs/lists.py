"""Works many waiting jobs of one kind of master data together: thousands of webhooks become lists of 100 (DESIGN 6.1)."""

from collections.abc import Collection, Iterable, MutableMapping, Sequence
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from integration.flows.bulk import Bulk, Result, Verdict
from integration.flows.context import Context
from integration.flows.registry import MASTER_DATA
from integration.mapping.fields import Side
from syncjobs.catalogue.sides import PAGE, Records, Row, sides_of
from syncjobs.models import JobState, LinkRow, SyncJob

HANDFUL = 10  # so few are worked one by one
MOST = 1000  # claimed at a time
CLOCKS_APART = timedelta(days=1)  # ours and the vendor's, whatever its zone [A1]


def claim_with(job: SyncJob) -> list[SyncJob]:
    """Claim the due jobs that can be worked together with a claimed one; none while no more than a handful wait.

    Only first attempts: what failed once is worked alone, so that its cause is its own.
    """
    if job.kind not in MASTER_DATA or job.attempts > 1 or job.crashes:
        return []
    now = timezone.now()
    fresh = SyncJob.objects.filter(
        tenant_id=job.tenant_id,
        kind=job.kind,
        state=JobState.WAITING,
        attempts=0,
        crashes=0,
        next_attempt_at__isnull=True,
    ).order_by("id")
    ids = list(fresh.values_list("pk", flat=True)[:MOST])
    if len(ids) < HANDFUL:
        return []
    SyncJob.objects.filter(pk__in=ids, state=JobState.WAITING).update(
        state=JobState.RUNNING, attempts=1, started_at=now
    )
    return list(SyncJob.objects.filter(pk__in=ids, state=JobState.RUNNING, started_at=now))


def work_list(context: Context, jobs: Sequence[SyncJob], told: MutableMapping[str, Result]) -> None:
    """Work claimed jobs of one kind and tell what became of each record; what is not told must be worked alone.

    A record that is not there any more is worked alone too: nothing is ever ended from a list.
    """
    sides = sides_of(context, jobs[0].kind)
    known = LinkRow.objects.filter(tenant=jobs[0].tenant_id).count()
    rows = _rows(sides.source, jobs, known=known)
    shelf = sides.source.shelf(known=known)
    shelf.turn(rows.values())

    def report(result: Result) -> None:
        if result.verdict is not Verdict.LEFT or result.at is not None:
            told[result.source_id] = result

    bulk = Bulk(
        context,
        sides.master,
        source=shelf,
        target=sides.target.shelf(known=known),
        report=report,
    )
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
