"""The only door to the queue. A message is a hint that wakes a worker up; the rows are the truth."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django_q.models import OrmQ, Schedule
from django_q.tasks import async_task

# Short name -> dotted path; a string, since a task stands higher in the house than the queue.
TASKS: Mapping[str, str] = {
    "work_tenant": "syncjobs.tasks.work_tenant",
    "finish_tenant": "syncjobs.tasks.finish_tenant",
    "sweep_tenant": "syncjobs.tasks.sweep_tenant",
    "heal_tenant": "syncjobs.tasks.heal_tenant",
    "send_alerts": "syncjobs.tasks.send_alerts",
    "prune": "syncjobs.tasks.prune",
    "tick": "syncjobs.tasks.tick",
    "beat": "syncjobs.tasks.beat",
}
TICK_MINUTES = 1
LOOK_AT = 500  # messages decoded when looking for doubles; with more waiting nothing is added


class QueueFull(Exception):
    """So many messages wait that looking for doubles is not worth its price."""


def enqueue(task: str, *args: int) -> None:
    """Put a message into the queue, inside the running transaction; KeyError for an unknown task."""
    async_task(TASKS[task], *args)


def waiting(task: str, *, now: datetime) -> Collection[tuple[Any, ...]]:
    """Return the arguments of that task's messages that no worker has taken yet; QueueFull when too many wait."""
    rows = list(OrmQ.objects.filter(lock__lte=now).order_by("id")[: LOOK_AT + 1])
    if len(rows) > LOOK_AT:
        raise QueueFull
    return {tuple(row.args() or ()) for row in rows if row.task.get("func") == TASKS[task]}


def depth() -> int:
    """Return how many messages there are, taken ones included."""
    return int(OrmQ.objects.count())


def release_taken(now: datetime) -> int:
    """Hand the messages that dead workers took to whoever comes; returns how many."""
    return int(OrmQ.objects.filter(lock__gt=now).update(lock=now))


def ensure_tick(now: datetime) -> None:
    """Make the one schedule there is, `tick` every minute; mends what somebody changed or doubled."""
    wished: dict[str, Any] = {
        "func": TASKS["tick"],
        "schedule_type": Schedule.MINUTES,
        "minutes": TICK_MINUTES,
        "repeats": -1,
        "args": None,
        "kwargs": None,
        "hook": None,
        "cron": None,
        "cluster": None,
    }
    first = Schedule.objects.filter(name="tick").order_by("id").first()
    if first is None:
        first = Schedule.objects.create(name="tick", next_run=now, **wished)
    else:
        next_run = min(first.next_run, now + timedelta(minutes=TICK_MINUTES))
        Schedule.objects.filter(pk=first.pk).update(next_run=next_run, **wished)
    # one broken row would stop all schedules (django-q2), so no other one may stand beside ours
    Schedule.objects.exclude(pk=first.pk).delete()
