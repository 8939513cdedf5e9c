"""Only one worker works a tenant at a time: it holds the tenant's lease and renews it while it lives.

So whoever holds the lease knows that every RUNNING job of the tenant is a dead worker's, and that nobody else sends.
"""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from syncjobs import gaps, tally
from syncjobs.models import JobState, SyncJob, TenantState

LENGTH, RENEWED_EVERY = 20.0, 5.0  # seconds, times RETRY_TIME_SCALE
SHORTEST = 2.0  # seconds: a lease must outlive a slow disk, whatever the scale


class LeaseLost(Exception):
    """Another worker took the tenant over; nothing more may be sent from here."""


class Lease:
    """A held lease."""

    def __init__(self, tenant_id: int, holder: str) -> None:
        self.tenant_id = tenant_id
        self._holder = holder
        self._ended = threading.Event()
        self.is_lost = False  # as far as it was noticed

    def check(self) -> None:
        """Raise LeaseLost unless the lease is still ours; called before anything is sent."""
        if not TenantState.objects.filter(tenant_id=self.tenant_id, holder=self._holder).exists():
            self.is_lost = True
            raise LeaseLost(f"tenant {self.tenant_id}")

    def renew(self) -> None:
        """Move the end of the lease."""
        renewed = TenantState.objects.filter(tenant_id=self.tenant_id, holder=self._holder).update(
            lease_until=timezone.now() + length()
        )
        self.is_lost = not renewed

    def keep_renewing(self) -> None:
        """Renew until the lease is given back; runs in a thread of its own."""
        pause = length().total_seconds() * RENEWED_EVERY / LENGTH
        while not self._ended.wait(pause):
            try:
                self.renew()
            except DatabaseError:  # the next renewal, or the lost lease, will tell
                continue
            finally:
                connection.close()

    def give_back(self) -> None:
        """End the lease."""
        self._ended.set()
        TenantState.objects.filter(tenant_id=self.tenant_id, holder=self._holder).update(
            holder="", lease_until=None
        )


def length() -> timedelta:
    """Return how long a lease lasts without renewal."""
    return timedelta(seconds=max(LENGTH * settings.RETRY_TIME_SCALE, SHORTEST))


@contextmanager
def tenant_lease(tenant_id: int) -> Iterator[Lease | None]:
    """Hold the tenant's lease for the block; None when another worker holds it."""
    now = timezone.now()
    gaps.mark(now)  # before anything is sent
    TenantState.objects.get_or_create(tenant_id=tenant_id)
    holder = uuid.uuid4().hex
    taken = TenantState.objects.filter(
        Q(holder="") | Q(lease_until__isnull=True) | Q(lease_until__lte=now), tenant_id=tenant_id
    ).update(holder=holder, lease_until=now + length())
    if not taken:
        yield None
        return
    lease = Lease(tenant_id, holder)
    renewer = threading.Thread(target=lease.keep_renewing, daemon=True)
    renewer.start()
    try:
        yield lease
    finally:
        lease.give_back()
        tally.write()


def release_dead(now: datetime) -> int:
    """Let the RUNNING jobs of workers whose lease has ended wait again; returns how many."""
    dead = SyncJob.objects.filter(state=JobState.RUNNING).exclude(
        tenant__state__lease_until__gt=now
    )
    tenants = set(dead.values_list("tenant_id", flat=True))
    count = 0
    for tenant_id in tenants:
        with tenant_lease(tenant_id) as lease:
            if lease is not None:
                count += free_dead_jobs(tenant_id)
    return count


def free_dead_jobs(tenant_id: int) -> int:
    """Let every RUNNING job of the tenant wait again; the caller holds its lease, so they are a dead worker's."""
    count = 0
    for job in SyncJob.objects.filter(tenant_id=tenant_id, state=JobState.RUNNING):
        with transaction.atomic():
            newer = SyncJob.objects.filter(
                tenant_id=tenant_id, kind=job.kind, source_id=job.source_id, state=JobState.WAITING
            )
            job.crashes += 1
            if newer.update(crashes=job.crashes, attempts=job.attempts):
                job.state, job.reason = JobState.SKIPPED, "folded into a newer job"
            else:
                job.state, job.reason = (
                    JobState.WAITING,
                    "The worker ended while it worked on this.",
                )
            job.save()
        count += 1
    return count


def is_held(tenant_id: int) -> bool:
    """Tell whether a worker is at this tenant, or died there less than a lease ago."""
    return TenantState.objects.filter(tenant_id=tenant_id, lease_until__gt=timezone.now()).exists()
