"""What lies before a worker that runs job after job of a tenant: the jobs that are due, claimed by row count."""

import time
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from settings_app.models import Tenant
from syncjobs import ahead, breaker
from syncjobs.breaker import Pause
from syncjobs.context import Chosen
from syncjobs.folding import wait_again
from syncjobs.lease import Lease
from syncjobs.models import JobState, SyncJob
from syncjobs.selectors import is_due

# seconds: so late at most a change of the setup reaches a worker that goes from job to job
SETUP_KEPT = 1.0
# due jobs; each is claimed when its turn comes, receipts that are begun together are claimed together
READ_AT_ONCE = 10


def due_jobs(now: datetime) -> "QuerySet[SyncJob]":
    """Return the jobs that may be worked now, oldest first."""
    return SyncJob.objects.filter(is_due(now), tenant__status=Tenant.Status.LIVE).order_by("id")


class Desk:
    """What lies before a worker that runs job after job of a tenant: the setup, read again once it is a second old,
    and the jobs that are due, read some at a time; `begun` is what was begun of those."""

    def __init__(self, tenant_id: int, lease: Lease) -> None:
        self._tenant_id = tenant_id
        self._lease = lease
        self.begun = ahead.NOTHING
        self._chosen: Chosen | None = None
        self._read_at = 0.0
        self._due: list[SyncJob] = []

    def chosen(self) -> Chosen:
        """Return the setup."""
        now = time.monotonic()
        if self._chosen is None or now - self._read_at > SETUP_KEPT:
            self._chosen = Chosen.of(Tenant.objects.get(pk=self._tenant_id))
            self._read_at = now
        return self._chosen

    def clear(self) -> None:
        """Forget what was read of the setup, because a run may have changed what the next one must mind."""
        tenant, self._chosen = self.chosen().tenant, None
        pause = breaker.pause_of(tenant, timezone.now())
        if pause is not None:
            self.put_back(pause)

    def claim(self) -> SyncJob | None:
        """Take the oldest due job by row count; the attempt is counted before it is made."""
        job = self._claim_next()
        if job is None:
            self.put_back()
            due = due_jobs(timezone.now()).filter(tenant_id=self._tenant_id)
            self._due = list(due[:READ_AT_ONCE])
            self._begin()
            job = self._claim_next()
        return job

    def put_back(self, pause: Pause | None = None) -> None:
        """Let what was claimed together and not run wait again, without having lost an attempt."""
        for job in self._due:
            if job.state == JobState.RUNNING and _is_still_ours(job):
                job.attempts -= 1
                at, reason = (pause.until, pause.reason) if pause else (None, job.reason)
                wait_again(job, at=at, reason=reason)
        self._due = []

    def _begin(self) -> None:
        if not self._due or self.chosen().tenant.status != Tenant.Status.LIVE:
            return
        claimed = {job.pk: job for job in ahead.claim_in_line(self._due)}
        if claimed:
            self._due = [claimed.get(job.pk, job) for job in self._due]
            self.begun = ahead.begin(list(claimed.values()), self._lease, self.chosen())

    def _claim_next(self) -> SyncJob | None:
        """Take the first of those read that is still as it was read, and still due."""
        while self._due and self.chosen().tenant.status == Tenant.Status.LIVE:
            job, now = self._due.pop(0), timezone.now()
            job.tenant = self.chosen().tenant
            if job.state == JobState.RUNNING:  # claimed together with others
                if _is_still_ours(job):
                    return job
                continue
            attempts = job.attempts + 1
            same = SyncJob.objects.filter(
                is_due(now), pk=job.pk, attempts=job.attempts, crashes=job.crashes
            )
            if same.update(
                state=JobState.RUNNING, attempts=attempts, started_at=now, next_attempt_at=None
            ):
                job.state, job.attempts = JobState.RUNNING, attempts
                job.started_at, job.next_attempt_at = now, None
                return job
        return None


def _is_still_ours(job: SyncJob) -> bool:
    """Tell whether a job that was claimed a while ago is not another worker's since; it starts now."""
    now = timezone.now()
    rows = SyncJob.objects.filter(pk=job.pk, state=JobState.RUNNING, started_at=job.started_at)
    job.started_at = now
    return bool(rows.update(started_at=now))
