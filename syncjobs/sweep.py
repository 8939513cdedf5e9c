"""Wakes up what is due, whatever became of the messages, and keeps the workers' heartbeat."""

import logging
from collections.abc import Collection
from datetime import datetime

from settings_app.models import Tenant
from syncjobs import finishing, gaps, lease, queue
from syncjobs.hooks import healing
from syncjobs.models import SyncJob, TenantState, WorkerHeartbeat
from syncjobs.safety import schedule
from syncjobs.selectors import is_due

logger = logging.getLogger(__name__)


def beat(now: datetime) -> None:
    """Write the workers' sign of life."""
    gaps.mark(now)
    WorkerHeartbeat.objects.update_or_create(pk=1, defaults={"beat_at": now})


def sweep_due(now: datetime) -> int:
    """Free what dead workers held and queue every tenant with due jobs again; returns the messages sent."""
    lease.release_dead(now)
    return _queue_up("work_tenant", tenants_with_due_jobs(now), now)


def sweep_batches(now: datetime) -> int:
    """Queue every tenant whose read-backs or settlements are due; returns the messages sent.

    Done once a minute only, so that several sales share one posting.
    """
    return _queue_up("finish_tenant", finishing.tenants_to_finish(now), now)


def sweep_safety(now: datetime) -> int:
    """Queue every tenant whose safety jobs are due; returns the messages sent."""
    return _queue_up("sweep_tenant", schedule.tenants_due(now), now)


def sweep_hooks(now: datetime) -> int:
    """Queue every tenant whose webhook registrations are to be compared; returns the messages sent."""
    return _queue_up("heal_tenant", healing.tenants_due(now), now)


def tenants_with_due_jobs(now: datetime) -> set[int]:
    """Return the live tenants that have a job to work now."""
    due = SyncJob.objects.filter(is_due(now), tenant__status=Tenant.Status.LIVE)
    return set(due.order_by().values_list("tenant_id", flat=True).distinct())


def _queue_up(task: str, tenant_ids: Collection[int], now: datetime) -> int:
    """Send a message for each tenant that nobody works now and that has none waiting."""
    if not tenant_ids:
        return 0
    try:
        queued = {args[0] for args in queue.waiting(task, now=now) if args}
    except queue.QueueFull:
        logger.warning("The queue is long; nothing is added to it.")
        return 0
    held = TenantState.objects.filter(tenant__in=tenant_ids, lease_until__gt=now)
    wanted = set(tenant_ids) - queued - set(held.values_list("tenant_id", flat=True))
    for tenant_id in sorted(wanted):
        queue.enqueue(task, tenant_id)
    return len(wanted)
