"""Runs jobs: claim, build the context, call the flow, write down how it ended."""

import logging
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from integration.customers1st.payloads import Payment
from integration.errors import Hold, IntegrationError, Refused, UnreadableRecord
from integration.flows.at_hand import lend
from integration.flows.bulk_result import Result, Verdict
from integration.flows.outcome import (
    DAY_CLOSE,
    Done,
    LookAgain,
    Outcome,
    Problem,
    Skipped,
    WaitForOthers,
)
from integration.flows.refusals import hold_for, unreadable_hold
from integration.flows.registry import FLOWS
from integration.flows.shelves import Shelves
from integration.ports import StaleDocument
from settings_app.models import Tenant
from settings_app.services import changing
from syncjobs import breaker, lists, quota, retry, tally
from syncjobs.breaker import CallsPaused, Pause
from syncjobs.context import Chosen, open_context
from syncjobs.desk import Desk, due_jobs
from syncjobs.folding import wait_again
from syncjobs.holding import needs_person, supersede
from syncjobs.lease import Lease, LeaseLost, free_dead_jobs, tenant_lease
from syncjobs.models import JobState, SyncJob
from syncjobs.quota import VALUE_OF, Value
from syncjobs.retry import Policy
from syncjobs.sale_jobs import wake_closes
from syncjobs.steps import StepTable
from syncjobs.telling import count_ended

logger = logging.getLogger(__name__)

MOST_STALE = 3  # attempts at once after another worker's change; then there is another cause
MOST_ROUNDS = 5  # receipts, then the closes that waited for them, which may start receipts


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
        desk = Desk(tenant_id, lease)
        for _round in range(MOST_ROUNDS):
            receipts = 0
            while not lease.is_lost and (
                share is None or (worked < share.jobs and clock() - started < share.seconds)
            ):
                job = desk.claim()
                if job is None:
                    break
                together = lists.claim_with(job)
                if together:
                    _run_list([job, *together], lease)
                    desk.clear()
                elif not _run(job, lease, desk.chosen(), receipts=desk.begun.take(job)):
                    desk.clear()
                worked += 1 + len(together)
                receipts += job.kind != DAY_CLOSE
            if lease.is_lost or not receipts or not wake_closes(tenant_id, now=timezone.now()):
                break
        desk.put_back()
    return worked


def _run(
    job: SyncJob,
    lease: Lease,
    chosen: Chosen | None = None,
    *,
    at_hand: Shelves | None = None,
    receipts: dict[str, Payment] | None = None,
) -> bool:
    """Run one claimed job and write down how it ended; `at_hand` and `receipts` are what was read for it a moment ago.

    False when it was not worked to its end.
    """
    flow, steps = FLOWS.get(job.kind), StepTable(job.tenant, job)
    if flow is None:
        text = "This version does not sync this kind yet; its safety job will bring it in step."
        _finish(job, Skipped(text), steps)
        return True
    if job.crashes >= retry.MOST_CRASHES:
        needs_person(job, _crash_hold(job))
        return False
    if _calls_are_kept([job]):
        return False
    signature = changing(f"job {job.pk} ({job.kind} {job.source_id})")
    try:
        opened = open_context(job.tenant, lease=lease, steps=steps, chosen=chosen)
        with signature, opened as context:
            context.receipts.update(receipts or {})
            try:
                outcome = flow(lend(at_hand, context) if at_hand else context, job.source_id)
            finally:
                for problem in context.problems:
                    hold_job(job.tenant, problem)
    except Exception as error:
        steps.write()
        _after_error(job, error, steps)
        return False
    _finish(job, outcome, steps)
    return True


def _calls_are_kept(jobs: Sequence[SyncJob]) -> bool:
    """Let jobs of one kind wait, without losing an attempt, while the calls they need are kept for what matters more."""
    value = VALUE_OF.get(jobs[0].kind, Value.MIDDLE)
    wait = quota.wait_of(jobs[0].tenant, value, timezone.now())
    if wait is None:
        return False
    for job in jobs:
        job.attempts -= 1
        wait_again(job, at=wait.until, reason=wait.reason)
    return True


def _run_list(jobs: Sequence[SyncJob], lease: Lease) -> None:
    """Run claimed jobs of one kind together, and those alone that a list cannot do."""
    if _calls_are_kept(jobs):
        return
    tenant, worked = jobs[0].tenant, lists.Worked()
    error: Exception | None = None
    try:
        with open_context(tenant, lease=lease) as context:
            lists.work_list(context, jobs, worked)
    except Exception as caught:
        error = caught
    for job in jobs:
        result = worked.ended(job)
        if result is not None:
            _finish_from_list(job, result, length=len(jobs))
        elif error is not None:
            _after_error(job, error, StepTable(tenant, job))
        else:
            _run(job, lease, at_hand=worked.at_hand(job))


def _finish_from_list(job: SyncJob, result: Result, *, length: int) -> None:
    steps = StepTable(job.tenant, job)
    steps.note(f"Worked in a list of {length}")
    for text, evidence in result.notes:
        steps.note(text, **evidence)
    if result.subject is not None:
        steps.about(result.subject)
    if result.hold is not None:
        steps.write()
        needs_person(job, result.hold)
    elif result.verdict is Verdict.LEFT:
        steps.write()
        wait_again(job, at=result.at, reason=result.text)
    elif result.verdict is Verdict.SKIPPED:
        _finish(job, Skipped(result.text), steps)
    else:
        _finish(job, Done(result.text), steps)


def _crash_hold(job: SyncJob) -> Hold:
    return Hold(
        f"The worker ended {job.crashes} times while it worked on this.",
        "Ask the operator for the worker's log, then run the job again.",
    )


def _after_error(job: SyncJob, error: Exception, steps: StepTable) -> None:
    """Turn whatever a flow raised into a state with its cause."""
    if _came_too_early(job, error):
        return
    if isinstance(error, IntegrationError):
        steps.note(str(error), **{**error.evidence, "error": type(error).__name__})
    else:
        logger.error("job %s failed", job.pk, exc_info=error)
        steps.note("Unforeseen error", error=type(error).__name__)
    steps.write()
    policy = retry.policy_of(error)
    if policy in {Policy.PERSON, Policy.CONNECTION}:
        needs_person(job, _as_hold(error))
        return
    foreseen = policy is not Policy.SURPRISE
    pause = breaker.pause_of(job.tenant, timezone.now()) if foreseen else None
    if pause is not None:
        _put_off(job, pause, tried=True)
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
        wait_again(job, at=verdict.at, reason=str(error) if foreseen else "Unforeseen error")
    else:
        needs_person(
            job,
            Hold(
                f"{verdict.reason} Last: {error if foreseen else type(error).__name__}",
                "See the steps of the job; run it again when the reason is gone.",
            ),
        )


def _came_too_early(job: SyncJob, error: Exception) -> bool:
    """Let a job wait for which it only was not the time; False when something went wrong."""
    if isinstance(error, WaitForOthers):
        job.attempts = 0  # it was worked well; what it waits for has attempts of its own
    if isinstance(error, LookAgain):
        wait_again(job, at=error.at, reason=str(error))
    elif isinstance(error, LeaseLost) or (
        isinstance(error, StaleDocument) and job.attempts < MOST_STALE
    ):
        wait_again(job, at=None, reason="Another worker took over.")
    elif isinstance(error, CallsPaused):
        _put_off(job, Pause(reason=str(error), until=error.until))
    else:
        return False
    return True


def _put_off(job: SyncJob, pause: Pause, *, tried: bool = False) -> None:
    """Let the job, and all others of its tenant that are due, wait for a silent vendor; no attempt is lost.

    One that was `tried` comes after the others: where it alone is to blame, the next probe is not its own again.
    """
    now = timezone.now()
    others = due_jobs(now).filter(tenant=job.tenant)
    count = others.update(next_attempt_at=pause.until, reason=pause.reason)
    claimed = SyncJob.objects.filter(tenant=job.tenant, state=JobState.RUNNING).exclude(pk=job.pk)
    job.attempts -= 1
    comes_last = tried and (count or claimed.exists())
    at = pause.until + (pause.until - now) if comes_last else pause.until
    wait_again(job, at=at, reason=pause.reason)


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


def hold_job(tenant: Tenant, problem: Problem) -> None:
    """Put the job of a record into NEEDS_PERSON after a read-back or a posting found something wrong."""
    with transaction.atomic():
        jobs = SyncJob.objects.filter(
            tenant=tenant, kind=problem.job_kind, source_id=problem.source_id
        )
        if jobs.filter(state__in=(JobState.WAITING, JobState.RUNNING)).exists():
            return  # that run will meet the same document
        job = jobs.order_by("-id").first()
        if job is None:
            job = SyncJob(
                tenant=tenant,
                kind=problem.job_kind,
                source_id=problem.source_id,
                created_at=timezone.now(),
            )
        needs_person(job, problem.hold)


def _finish(job: SyncJob, outcome: Outcome, steps: StepTable) -> None:
    """Write DONE or SKIPPED, the rest of the log and the counts.

    Unless something may still be left to be done, an older row of the record that needed a person is superseded.
    """
    job.finished_at = timezone.now()
    job.cause = job.cure = job.mended_by = job.reason = ""
    job.candidates = []
    if isinstance(outcome, Done):
        job.state, job.summary = JobState.DONE, outcome.summary
    else:
        job.state, job.reason = JobState.SKIPPED, outcome.reason
    with transaction.atomic():
        steps.write()
        job.save()
        if isinstance(outcome, Done) or outcome.nothing_left:
            supersede(job)
        count_ended(job, now=job.finished_at)
    tally.later(tally.JOBS, job.kind, job.state)
