"""Folds what is to be done with a record into its one waiting job."""

from datetime import datetime

from django.db import IntegrityError, transaction

from settings_app.models import Tenant
from syncjobs.models import JobState, SyncJob

TRIES = 3


def fold(
    tenant: Tenant, kind: str, source_id: str, *, now: datetime, due_at: datetime | None = None
) -> SyncJob:
    """Return the one waiting job of this record, making it when there is none; due at once unless `due_at` is given."""
    return fold_once(tenant, kind, source_id, now=now, due_at=due_at)[0]


def fold_once(
    tenant: Tenant, kind: str, source_id: str, *, now: datetime, due_at: datetime | None = None
) -> tuple[SyncJob, bool]:
    """Return the one waiting job of this record, and whether it was made just now."""
    waiting = {
        "tenant": tenant,
        "kind": kind,
        "source_id": source_id,
        "state": JobState.WAITING,
    }
    for _try in range(TRIES):  # a waiting job can be claimed between two of our statements
        job = SyncJob.objects.filter(**waiting).first()
        if job is not None:
            return _brought_forward(job, due_at or now), False
        try:
            with transaction.atomic():
                return SyncJob.objects.create(
                    **waiting, created_at=now, next_attempt_at=due_at
                ), True
        except IntegrityError:
            continue
    raise IntegrityError("The job of this record changed hands again and again.")


def _brought_forward(job: SyncJob, due_at: datetime) -> SyncJob:
    """Let a job that was put off, but never tried, start earlier; one that backs off keeps its time."""
    if job.attempts == 0 and job.next_attempt_at is not None and job.next_attempt_at > due_at:
        job.next_attempt_at = due_at
        job.save(update_fields=["next_attempt_at"])
    return job
