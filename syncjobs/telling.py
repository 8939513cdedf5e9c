"""Writes down what makes a job easy to find and to count."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from integration.mapping.subject import merged, words_of
from integration.ports import Subject
from syncjobs import counting
from syncjobs.models import JobCount, JobWord, SyncJob

LONGEST_NUMBER, LONGEST_NAME = 60, 200


def tell_subject(job: SyncJob, subject: Subject) -> list[JobWord]:
    """Note what a job is about on `job`, which its runner saves; returns the words that it is found by."""
    known = Subject(number=job.number, name=job.name, amount=job.amount, day=job.day)
    told = merged(known, subject)
    job.number, job.name = told.number[:LONGEST_NUMBER], told.name[:LONGEST_NAME]
    job.amount, job.day = told.amount, told.day
    return [
        JobWord(tenant_id=job.tenant_id, job=job, word=each) for each in sorted(words_of(subject))
    ]


def write_words(words: Sequence[JobWord]) -> None:
    """Write words, also those that are there already."""
    JobWord.objects.bulk_create(words, ignore_conflicts=True)


def count_ended(job: SyncJob, *, now: datetime) -> None:
    """Count a job that has just ended, on the day that it is at the tenant's; exact, for it is written with the job."""
    day = now.astimezone(ZoneInfo(job.tenant.timezone)).date()
    row = {"tenant": job.tenant, "day": day, "kind": job.kind, "state": job.state}
    counting.add(JobCount, row, count=1)
