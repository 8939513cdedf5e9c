"""Folds what is to be done with a record into its one waiting job."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from settings_app.models import Tenant
from syncjobs.models import JobKind, JobState, MendedBy, SyncJob

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


def look_again(
    tenant: Tenant, kind: str, source_id: str, *, now: datetime, due_at: datetime | None = None
) -> tuple[SyncJob, bool]:
    """Return the waiting job of a record that no call came in about, and whether it is new; due at once without `due_at`.

    A job that needs a person runs again in its own row: nothing is new, so the log does not grow.
    """
    rows = SyncJob.objects.filter(tenant=tenant, kind=kind, source_id=source_id)
    states = set(rows.values_list("state", flat=True))
    if JobState.NEEDS_PERSON in states and JobState.WAITING not in states:
        make_due(Q(pk__in=rows.values("pk"), state=JobState.NEEDS_PERSON), now)
        rows.filter(state=JobState.WAITING).update(next_attempt_at=due_at)
    return fold_once(tenant, kind, source_id, now=now, due_at=due_at)


def make_due(chosen: Q, now: datetime) -> int:
    """Make chosen jobs due, one of each record."""
    chosen &= ~Q(kind=JobKind.UNKNOWN)  # there is no record to read again
    for _try in range(TRIES):
        try:
            with transaction.atomic():
                SyncJob.objects.filter(chosen & _superseded()).update(
                    state=JobState.SKIPPED,
                    reason="Superseded: a newer job of this record runs instead.",
                    finished_at=now,
                )
                return _set_due(SyncJob.objects.filter(chosen))
        except IntegrityError:  # a call came in between and made a waiting job of the same record
            continue
    raise IntegrityError("Jobs changed hands again and again.")


def _brought_forward(job: SyncJob, due_at: datetime) -> SyncJob:
    """Let a job that was put off, but never tried, start earlier; one that backs off keeps its time."""
    if job.attempts == 0 and job.next_attempt_at is not None and job.next_attempt_at > due_at:
        job.next_attempt_at = due_at
        job.save(update_fields=["next_attempt_at"])
    return job


def _superseded() -> Q:
    """Return the condition of a job whose record has a waiting job, or a newer one that needs a person."""
    same = SyncJob.objects.filter(
        tenant=OuterRef("tenant"), kind=OuterRef("kind"), source_id=OuterRef("source_id")
    )
    return Q(
        Exists(same.filter(state=JobState.WAITING))
        | Exists(same.filter(state=JobState.NEEDS_PERSON, pk__gt=OuterRef("pk")))
    )


def _set_due(jobs: QuerySet[SyncJob]) -> int:
    return jobs.update(
        state=JobState.WAITING,
        next_attempt_at=None,
        finished_at=None,
        attempts=0,
        crashes=0,
        cause="",
        cure="",
        candidates=[],
        mended_by=MendedBy.NOTHING,
        reason="Runs again.",
    )


def wait_again(job: SyncJob, *, at: datetime | None, reason: str) -> None:
    """Let a job wait; when a newer delivery made a waiting row meanwhile, that row goes on instead."""
    for _try in range(TRIES):
        try:
            with transaction.atomic():
                _wait_or_fold(job, at=at, reason=reason)
        except IntegrityError:  # that delivery came between two of our statements
            continue
        return
    raise IntegrityError("The job of this record changed hands again and again.")


def _wait_or_fold(job: SyncJob, *, at: datetime | None, reason: str) -> None:
    newer = SyncJob.objects.filter(
        tenant=job.tenant, kind=job.kind, source_id=job.source_id, state=JobState.WAITING
    ).exclude(pk=job.pk)
    if newer.update(next_attempt_at=at, attempts=job.attempts):
        job.state, job.reason = JobState.SKIPPED, "folded into a newer job"
        job.finished_at = timezone.now()
    else:
        job.state, job.reason, job.next_attempt_at = JobState.WAITING, reason, at
    job.save()
