"""Runs jobs: claim, build the context, call the flow, write down how it ended."""

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from integration.errors import Hold, IntegrationError, Refused, UnreadableRecord
from integration.flows.outcome import Done, LookAgain, Outcome, Problem, Skipped
from integration.flows.refusals import hold_for, unreadable_hold
from integration.flows.registry import FLOWS
from integration.ports import StaleDocument
from settings_app.models import Tenant
from syncjobs import breaker, quota, retry, tally
from syncjobs.breaker import CallsPaused, Pause
from syncjobs.context import StepTable, open_context
from syncjobs.issues import issue_of
from syncjobs.lease import Lease, LeaseLost, free_dead_jobs, tenant_lease
from syncjobs.models import JobState, SyncJob
from syncjobs.quota import VALUE_OF, Value
from syncjobs.retry import Policy

logger = logging.getLogger(__name__)


def due_jobs(now: datetime) -> "QuerySet[SyncJob]":
    """Return the jobs that may be worked now, oldest first."""
    return SyncJob.objects.filter(
        Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=now),
        state=JobState.WAITING,
        tenant__status=Tenant.Status.LIVE,
    ).order_by("id")


@dataclass(frozen=True, kw_only=True)
class Share:
    """How much of a worker one tenant gets before the others have their turn."""

    jobs: int
    seconds: float


def work_tenant(
    tenant_id: int,
    *,
    share: Share | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> int:
    """Work due jobs of a tenant, all of them unless there is a `share`; returns how many.

    0 when another worker is at it: it will see them.
    """
    worked, started = 0, clock()
    with tenant_lease(tenant_id) as lease:
        if lease is None:
            return 0
        free_dead_jobs(tenant_id)
        while share is None or (worked < share.jobs and clock() - started < share.seconds):
            job = _claim(tenant_id)
            if job is None:
                break
            _run(job, lease)
            worked += 1
    return worked


def _claim(tenant_id: int) -> SyncJob | None:
    """Take the oldest due job by row count; the attempt is counted before it is made."""
    now = timezone.now()
    for job in due_jobs(now).filter(tenant_id=tenant_id)[:5]:
        attempts = job.attempts + 1
        claimed = SyncJob.objects.filter(pk=job.pk, state=JobState.WAITING).update(
            state=JobState.RUNNING, attempts=attempts, started_at=now, next_attempt_at=None
        )
        if claimed == 1:
            job.state, job.attempts = JobState.RUNNING, attempts
            job.started_at, job.next_attempt_at = now, None
            return job
    return None


def _run(job: SyncJob, lease: Lease) -> None:
    """Run one claimed job and write down how it ended."""
    flow = FLOWS.get(job.kind)
    if flow is None:
        _finish(
            job,
            Skipped(
                "This version does not sync this kind yet; its safety job will bring it in step."
            ),
        )
        return
    if job.crashes >= retry.MOST_CRASHES:
        _needs_person(job, _crash_hold(job))
        return
    wait = quota.wait_of(job.tenant, VALUE_OF.get(job.kind, Value.MIDDLE), timezone.now())
    if wait is not None:
        job.attempts -= 1
        _wait_again(job, at=wait.until, reason=wait.reason)
        return
    steps = StepTable(job.tenant, job)
    try:
        with open_context(job.tenant, lease=lease, job=job) as context:
            try:
                outcome = flow(context, job.source_id)
            finally:
                for problem in context.problems:
                    hold_sale(job.tenant, problem)
    except Exception as error:
        _after_error(job, error, steps)
    else:
        _finish(job, outcome)


def _crash_hold(job: SyncJob) -> Hold:
    return Hold(
        f"The worker ended {job.crashes} times while it worked on this.",
        "Ask the operator for the worker's log, then run the job again.",
    )


def _after_error(job: SyncJob, error: Exception, steps: StepTable) -> None:
    """Turn whatever a flow raised into a state with its cause."""
    if isinstance(error, LookAgain):
        _wait_again(job, at=error.at, reason=str(error))
        return
    if isinstance(error, StaleDocument | LeaseLost):
        _wait_again(job, at=None, reason="Another worker took over.")
        return
    if isinstance(error, CallsPaused):
        _put_off(job, Pause(reason=str(error), until=error.until))
        return
    if isinstance(error, IntegrationError):
        steps.note(str(error), **{**error.evidence, "error": type(error).__name__})
    else:
        logger.error("job %s failed", job.pk, exc_info=error)
        steps.note("Unforeseen error", error=type(error).__name__)
    policy = retry.policy_of(error)
    if policy in {Policy.PERSON, Policy.CONNECTION}:
        _needs_person(job, _as_hold(error))
        return
    foreseen = policy is not Policy.SURPRISE
    pause = breaker.pause_of(job.tenant, timezone.now()) if foreseen else None
    if pause is not None:
        _put_off(job, pause)
        return
    verdict = retry.next_attempt(
        attempts=job.attempts,
        now=timezone.now(),
        scale=settings.RETRY_TIME_SCALE,
        jitter=random.random(),  # noqa: S311 - spreads load, guards nothing
        retry_after=getattr(error, "retry_after", None),
        most=retry.MOST[policy],
    )
    if isinstance(verdict, retry.Again):
        _wait_again(job, at=verdict.at, reason=str(error) if foreseen else "Unforeseen error")
    else:
        _needs_person(
            job,
            Hold(
                f"{verdict.reason} Last: {error if foreseen else type(error).__name__}",
                "See the steps of the job; run it again when the reason is gone.",
            ),
        )


def _put_off(job: SyncJob, pause: Pause) -> None:
    """Let the job, and all others of its tenant that are due, wait for a silent vendor; no attempt is lost."""
    job.attempts -= 1
    _wait_again(job, at=pause.until, reason=pause.reason)
    others = due_jobs(timezone.now()).filter(tenant=job.tenant)
    others.update(next_attempt_at=pause.until, reason=pause.reason)


def _as_hold(error: Exception) -> Hold:
    """Return what a person is told of an error that cannot heal by itself."""
    if isinstance(error, Hold):
        return error
    if isinstance(error, Refused):
        return hold_for(error, what="the call")
    if isinstance(error, UnreadableRecord):
        return unreadable_hold(error)
    return Hold(
        str(error),
        "Check the tenant's connection: address, user, password or token.",
        mended_by="setup",
    )


def hold_sale(tenant: Tenant, problem: Problem) -> None:
    """Put the job of a sale into NEEDS_PERSON after a read-back or a settlement found something wrong."""
    with transaction.atomic():
        jobs = SyncJob.objects.filter(
            tenant=tenant, kind="sale_to_order", source_id=problem.source_id
        )
        if jobs.filter(state__in=(JobState.WAITING, JobState.RUNNING)).exists():
            return  # that run will meet the same document
        job = jobs.order_by("-id").first()
        if job is None:
            job = SyncJob(
                tenant=tenant,
                kind="sale_to_order",
                source_id=problem.source_id,
                created_at=timezone.now(),
            )
        _needs_person(job, problem.hold)


def _finish(job: SyncJob, outcome: Outcome) -> None:
    """Write DONE or SKIPPED; an older row of the record that needed a person is superseded by it."""
    with transaction.atomic():
        job.finished_at = timezone.now()
        job.cause = job.cure = job.mended_by = job.reason = ""
        if isinstance(outcome, Done):
            job.state, job.summary = JobState.DONE, outcome.summary
        else:
            job.state, job.reason = JobState.SKIPPED, outcome.reason
        job.save()
        if isinstance(outcome, Done):
            supersede(job)
    tally.count(tally.JOBS, job.kind, job.state)


def _needs_person(job: SyncJob, hold: Hold) -> None:
    with transaction.atomic():
        job.state = JobState.NEEDS_PERSON
        job.cause, job.cure, job.mended_by = hold.cause, hold.cure, hold.mended_by
        job.reason, job.finished_at = "", timezone.now()
        job.issue = issue_of(job, now=job.finished_at, code=hold.code)
        job.save()
        supersede(job)
    tally.count(tally.JOBS, job.kind, job.state)


def supersede(job: SyncJob) -> None:
    """Close older rows of the same record that needed a person: this one tells the present state."""
    older = SyncJob.objects.filter(
        tenant=job.tenant, kind=job.kind, source_id=job.source_id, state=JobState.NEEDS_PERSON
    ).exclude(pk=job.pk)
    older.update(state=JobState.SKIPPED, reason=f"superseded by job {job.pk}")


def _wait_again(job: SyncJob, *, at: datetime | None, reason: str) -> None:
    """Let a job wait; when a newer delivery made a waiting row meanwhile, that row goes on instead."""
    with transaction.atomic():
        newer = SyncJob.objects.filter(
            tenant=job.tenant, kind=job.kind, source_id=job.source_id, state=JobState.WAITING
        ).exclude(pk=job.pk)
        if newer.exists():
            newer.update(next_attempt_at=at, attempts=job.attempts)
            job.state, job.reason = JobState.SKIPPED, "folded into a newer job"
            job.finished_at = timezone.now()
        else:
            job.state, job.reason, job.next_attempt_at = JobState.WAITING, reason, at
        job.save()
