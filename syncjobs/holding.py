"""Puts a record's job into NEEDS_PERSON when something wrong is found outside of its own run."""

from django.db import transaction
from django.utils import timezone

from integration.errors import Hold
from settings_app.models import Tenant
from syncjobs import tally
from syncjobs.issues import issue_of
from syncjobs.models import JobState, SyncJob
from syncjobs.telling import count_ended


def needs_person(job: SyncJob, hold: Hold) -> None:
    """Write down what a person must decide; older rows of the record are superseded."""
    with transaction.atomic():
        job.state = JobState.NEEDS_PERSON
        job.cause, job.cure, job.mended_by = hold.cause, hold.cure, hold.mended_by
        job.candidates = list(hold.evidence.get("candidates", []))  # type: ignore[call-overload]  # evidence is loose
        job.reason, job.finished_at = "", timezone.now()
        job.issue = issue_of(job, now=job.finished_at, code=hold.code)
        job.save()
        supersede(job)
    count_ended(job, now=job.finished_at)
    tally.later(tally.JOBS, job.kind, job.state)


def hold_record(tenant: Tenant, kind: str, source_id: str, hold: Hold) -> None:
    """Let a record need a person, unless a run that will meet the same is under way or it says so already."""
    with transaction.atomic():
        jobs = SyncJob.objects.filter(tenant=tenant, kind=kind, source_id=source_id)
        if jobs.filter(state__in=(JobState.WAITING, JobState.RUNNING)).exists():
            return
        job = jobs.order_by("-id").first()
        if job is None or job.state != JobState.NEEDS_PERSON:
            job = SyncJob(tenant=tenant, kind=kind, source_id=source_id, created_at=timezone.now())
        elif job.cause == hold.cause and job.cure == hold.cure:
            return
        needs_person(job, hold)


def supersede(job: SyncJob) -> None:
    """Close older rows of the same record that needed a person: this one tells the present state."""
    older = SyncJob.objects.filter(
        tenant=job.tenant, kind=job.kind, source_id=job.source_id, state=JobState.NEEDS_PERSON
    ).exclude(pk=job.pk)
    older.update(state=JobState.SKIPPED, reason=f"superseded by job {job.pk}")


def held_records(tenant: Tenant, kind: str) -> set[str]:
    """Return the source ids of that kind that need a person."""
    held = SyncJob.objects.filter(tenant=tenant, kind=kind, state=JobState.NEEDS_PERSON)
    return set(held.values_list("source_id", flat=True))


def close_held(tenant: Tenant, kind: str, source_id: str) -> None:
    """Close what needed a person about a record that is in step now."""
    SyncJob.objects.filter(
        tenant=tenant, kind=kind, source_id=source_id, state=JobState.NEEDS_PERSON
    ).update(state=JobState.SKIPPED, reason="Superseded: the safety job brought it in step.")
