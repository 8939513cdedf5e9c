"""Finds jobs by what people know of them: receipt number, customer, item, amount, day, the record's id."""

from collections.abc import Collection

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull

from integration.mapping.subject import readings
from syncjobs.models import JobWord, SyncJob

COMMON = 10_000  # jobs; a word that more of them have is met soon on the walk from the newest one


def find_jobs(jobs: "QuerySet[SyncJob]", typed: str) -> "QuerySet[SyncJob]":
    """Return those of `jobs` that have every word that was typed, each in one of its meanings; all when none was."""
    for meanings in readings(typed):
        jobs = _with_word(jobs, meanings)
    return jobs


def _with_word(jobs: "QuerySet[SyncJob]", meanings: Collection[str]) -> "QuerySet[SyncJob]":
    """Start from the word where few jobs have it, and from the jobs where many have it."""
    words = JobWord.objects.filter(word__in=meanings)
    if words[COMMON:].exists():
        # not EXISTS: a database may answer that by reading all that have the word; this is one look into the words' index for each job
        its_word = words.filter(tenant=OuterRef("tenant"), job=OuterRef("pk")).values("job_id")
        has_it = IsNull(Subquery(its_word[:1]), rhs=False)
        return jobs.filter(Q(has_it) | Q(source_id__in=meanings))
    by_id = SyncJob.objects.filter(source_id__in=meanings).order_by().values("pk")
    return jobs.filter(pk__in=words.values("job_id").union(by_id, all=True))
