"""What is old enough is pruned in small batches. Documents, links and what needs a person stay for ever."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from syncjobs.models import CallCount, Delivery, JobState, Problem, Step, SweepRun, SyncJob

BATCH = 1000  # rows in one transaction
BATCHES_A_RUN = 50  # of each class; the next run goes on


def prune(now: datetime) -> dict[str, int]:
    """Delete what has outlived its class, some batches of each; returns how many rows of each class went."""
    return {
        name: _delete(rows(now - timedelta(days=settings.RETENTION_DAYS[name])))
        for name, rows in CLASSES.items()
    }


def _deliveries(before: datetime) -> "QuerySet[Any]":
    rows = Delivery.objects.filter(received_at__lt=before)
    return rows.exclude(job__state__in=UNFINISHED)


def _steps(before: datetime) -> "QuerySet[Any]":
    return Step.objects.filter(at__lt=before).exclude(job__state__in=UNFINISHED)


def _jobs(before: datetime) -> "QuerySet[Any]":
    done = SyncJob.objects.filter(state__in=(JobState.DONE, JobState.SKIPPED))
    return done.filter(finished_at__lt=before, created_at__lt=before)


def _runs(before: datetime) -> "QuerySet[Any]":
    return SweepRun.objects.filter(started_at__lt=before)


def _calls(before: datetime) -> "QuerySet[Any]":
    return CallCount.objects.filter(date__lt=before.date())


def _problems(before: datetime) -> "QuerySet[Any]":
    return Problem.objects.filter(state=Problem.State.RECOVERED, recovered_at__lt=before)


UNFINISHED = (JobState.WAITING, JobState.RUNNING, JobState.NEEDS_PERSON)
CLASSES: dict[str, Callable[[datetime], "QuerySet[Any]"]] = {
    "deliveries": _deliveries,
    "steps": _steps,
    "jobs": _jobs,
    "sweeps": _runs,
    "calls": _calls,
    "problems": _problems,
}


def _delete(rows: "QuerySet[Any]") -> int:
    count = 0
    for _batch in range(BATCHES_A_RUN):
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not keys:
            break
        rows.model._default_manager.filter(pk__in=keys).delete()
        count += len(keys)
    return count
