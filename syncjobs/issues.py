"""Groups what needs a person by its cause, so that one mended setting is one line, not a hundred."""

import re
from datetime import datetime
from hashlib import sha1

from syncjobs.models import Issue, JobState, SyncJob

OWN = "…"  # stands for what only one record has
ADOPTED_AT_ONCE = 500

_KEY = re.compile(r"\bc1st:[\w:.-]+")
_AMOUNT = re.compile(r"(?<![\w.,])-?\d+(?:[.,]\d+)*[.,]\d{2}(?!\d)")
_NUMBERED = re.compile(
    r"\b(receipt|sale|order|invoice|payment|close|delivery|customer)(\s+)[\w:/.-]*\d[\w:/-]*",
    re.IGNORECASE,
)


def common_text(cause: str, source_id: str) -> str:
    """Return a cause without the record's own numbers: keys, amounts, receipt and document numbers, its id.

    Names in quotes and the numbers of accounts, groups and items stay: they are what has to be mended.
    """
    text = _KEY.sub(OWN, cause)
    text = _AMOUNT.sub(OWN, text)
    text = _NUMBERED.sub(rf"\1\2{OWN}", text)
    if source_id:
        text = re.sub(rf"(?<!\w){re.escape(source_id)}(?!\w)", OWN, text)
    return text


def issue_of(job: SyncJob, *, now: datetime, code: str = "") -> Issue:
    """Return the issue of a job that needs a person; `code` groups better than its text where a hold has one."""
    text = code or common_text(job.cause, job.source_id)
    told = {"cause": job.cause, "cure": job.cure, "mended_by": job.mended_by, "last_seen_at": now}
    issue, is_new = Issue.objects.update_or_create(
        tenant=job.tenant,
        kind=job.kind,
        key=sha1(text.encode(), usedforsecurity=False).hexdigest(),
        defaults=told,
        create_defaults={**told, "first_seen_at": now},
    )
    held = SyncJob.objects.filter(issue=issue, state=JobState.NEEDS_PERSON)
    if not is_new and not held.exists():  # it was mended once and is back
        issue.first_seen_at = now
        issue.save(update_fields=["first_seen_at"])
    return issue


def adopt(now: datetime) -> int:
    """Give every job that needs a person and has no issue its own; returns how many, some at a time."""
    rows = SyncJob.objects.filter(state=JobState.NEEDS_PERSON, issue=None).select_related("tenant")
    jobs = list(rows.order_by("id")[:ADOPTED_AT_ONCE])
    for job in jobs:
        issue = issue_of(job, now=job.finished_at or now)
        SyncJob.objects.filter(pk=job.pk, issue=None).update(issue=issue)
    return len(jobs)
