"""Finds jobs by what people know of them: receipt number, customer, item, amount, day, the record's id."""

from django.db.models import QuerySet

from integration.mapping.subject import readings
from syncjobs.models import JobWord, SyncJob


def find_jobs(jobs: "QuerySet[SyncJob]", typed: str) -> "QuerySet[SyncJob]":
    """Return those of `jobs` that have every word that was typed, each in one of its meanings; all when none was."""
    for meanings in readings(typed):
        by_word = JobWord.objects.filter(word__in=meanings).values("job_id")
        by_id = SyncJob.objects.filter(source_id__in=meanings).order_by().values("pk")
        jobs = jobs.filter(pk__in=by_word.union(by_id, all=True))
    return jobs
