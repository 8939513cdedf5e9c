"""A worker takes one turn at a tenant, then passes on to what is due there next, behind the other tenants' messages.

So a tenant with much to do, or one whose vendor is slow, holds one worker for one turn at a time; and its payments and
sweeps come between its jobs however many there are.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from syncjobs import desk, finishing, lease, queue, runner
from syncjobs.hooks import healing
from syncjobs.safety import schedule

# short, so that a waiting tenant never waits long; jobs take a fraction of a second each, or next to nothing
JOBS_A_TURN, SECONDS_A_TURN = 50, 2.0
# while jobs keep a tenant busy: a batch costs five calls however many receipts are in it
BATCH_GROWS = timedelta(seconds=10)  # times RETRY_TIME_SCALE

Look = Callable[[int, datetime], bool]


def work(tenant_id: int) -> None:
    """Work the tenant's due jobs, for one turn."""
    runner.work_tenant(tenant_id, share=runner.Share(jobs=JOBS_A_TURN, seconds=SECONDS_A_TURN))
    _pass_on(tenant_id, done="work_tenant")


def finish(tenant_id: int) -> None:
    """Do the tenant's batched work that is due."""
    finishing.finish_tenant(tenant_id)
    _pass_on(tenant_id, done="finish_tenant")


def look(tenant_id: int) -> None:
    """Run the tenant's sweeps that are due."""
    schedule.sweep_tenant(tenant_id)
    _pass_on(tenant_id, done="sweep_tenant")


def heal(tenant_id: int) -> None:
    """Compare and mend the tenant's webhook registrations, when that is due."""
    healing.heal_tenant(tenant_id)
    _pass_on(tenant_id, done="heal_tenant")


def _jobs_due(tenant_id: int, now: datetime) -> bool:
    return desk.due_jobs(now).filter(tenant_id=tenant_id).exists()


def _batches_due(tenant_id: int, now: datetime) -> bool:
    since = now - BATCH_GROWS * settings.RETRY_TIME_SCALE
    return finishing.waits_since(tenant_id, since) and finishing.finishing_due([tenant_id], now)


# the next turn is the first that is due in the order that begins behind the one just done; batches and sweeps need
# a worker's turn only while jobs keep the tenant busy: otherwise `tick` gives it to them
TURNS: Mapping[str, Look] = {
    "work_tenant": _jobs_due,
    "finish_tenant": _batches_due,
    "sweep_tenant": schedule.is_due,
    "heal_tenant": healing.is_due,
}


def _pass_on(tenant_id: int, *, done: str) -> None:
    """Queue the tenant's next turn, when it has jobs left and no other worker is at it."""
    now = timezone.now()
    if not _jobs_due(tenant_id, now) or lease.is_held(tenant_id):
        return
    names = list(TURNS)
    start = names.index(done) + 1
    for name in [*names[start:], *names[:start]]:
        if TURNS[name](tenant_id, now):
            queue.enqueue(name, tenant_id)
            return
