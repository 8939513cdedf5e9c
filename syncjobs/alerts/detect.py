"""What is wrong at this moment: a few queries over all tenants, no remote call."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Min, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from settings_app.models import SafetyInterval, Tenant
from syncjobs import problems, queue, quota, selectors
from syncjobs.models import (
    Breaker,
    CallCount,
    HookCheck,
    HookRegistration,
    SafetyRun,
    SyncJob,
    System,
)
from syncjobs.problems import Found
from syncjobs.quota import Value
from syncjobs.safety.sweep import SWEEPS

_SINCE = Min(Coalesce("next_attempt_at", "created_at"))
GRACE = timedelta(hours=2)  # beside the interval of a safety job
LONG_DUE = timedelta(minutes=30)
SILENT = timedelta(minutes=3)
FAILURES = 3
MANY_MESSAGES = 2000
FEW_CALLS = 50  # the smallest limit there is begins to count here


def look(now: datetime) -> None:
    """Notice what is wrong now, and what no longer is."""
    found = [item for part in PARTS for item in part(now)]
    problems.observe(found, now)


def _silent_sweeps(now: datetime) -> Iterator[Found]:
    """Dead-man's switch: no good run within the interval and the grace."""
    runs = {(run.tenant_id, run.kind): run for run in SafetyRun.objects.all()}
    rows = SafetyInterval.objects.filter(
        hours__gt=0, kind__in=list(SWEEPS), tenant__status=Tenant.Status.LIVE
    )
    for tenant_id, kind, hours in rows.values_list("tenant_id", "kind", "hours"):
        run = runs.get((tenant_id, kind))
        good = run.last_good_run_at if run else None
        if good is None and not (run and run.failures >= FAILURES):
            continue  # it never ran: it is new
        # one that keeps its slots without a good run waits for something that is told by itself, or its switch is off
        late = run is None or run.next_run_at is None or run.next_run_at < now - GRACE
        silent = good is None or now - good > timedelta(hours=hours) + GRACE
        if silent and (late or (run and run.failures)):
            yield Found(
                tenant_id=tenant_id,
                key=f"sweep:{kind}",
                cause=_("The safety job of %(kind)s has not gone well since %(since)s. %(error)s")
                % {
                    "kind": kind,
                    "since": selectors.to_text(good) or _("its start"),
                    "error": run.last_error if run else "",
                },
                cure=_("Look at its last run under Sweeps; mend what it names."),
            )


def _old_jobs(now: datetime) -> Iterator[Found]:
    due = SyncJob.objects.filter(selectors.is_due(now), tenant__status=Tenant.Status.LIVE)
    rows = due.order_by().values_list("tenant_id")
    for tenant_id, since in rows.annotate(since=_SINCE):
        if now - since > LONG_DUE:
            yield Found(
                tenant_id=tenant_id,
                key="queue",
                cause=_("Work has been waiting for a worker since %(since)s.")
                % {"since": selectors.to_text(since)},
                cure=_("See whether the workers run and are enough (docs/operator.md)."),
            )


def _breakers(now: datetime) -> Iterator[Found]:
    for row in Breaker.objects.filter(Q(denied=True) | Q(open_until__isnull=False)):
        yield Found(
            tenant_id=row.tenant_id,
            key=f"calls:{row.system}",
            cause=_("%(system)s is not called: %(reason)s")
            % {"system": System(row.system).label, "reason": row.reason},
            cure=_("Check user and password or token of the connection.")
            if row.denied
            else _("It is tried again by itself. Jobs wait and lose nothing."),
        )


def _webhooks(now: datetime) -> Iterator[Found]:
    live = Q(tenant__status=Tenant.Status.LIVE)
    for row in HookRegistration.objects.filter(live, state__in=["failing", "missing", "disabled"]):
        yield Found(
            tenant_id=row.tenant_id,
            key=f"hook:{row.system}:{row.name}",
            cause=_("The webhook %(name)s of %(system)s is %(state)s.")
            % {"name": row.name, "system": System(row.system).label, "state": row.state},
            cure=_(
                "Check that PUBLIC_BASE_URL can be reached; the safety job finds what is missed."
            ),
        )
    for check in HookCheck.objects.filter(live, failures__gte=FAILURES):
        yield Found(
            tenant_id=check.tenant_id,
            key="hooks",
            cause=_("The webhook registrations cannot be checked: %(error)s")
            % {"error": check.last_error},
            cure=_("See whether the API user may manage webhooks."),
        )


def _quotas(now: datetime) -> Iterator[Found]:
    rows = CallCount.objects.filter(system=System.UNICONTA, date=now.date()).order_by()
    busy = rows.values_list("tenant_id").annotate(calls=Sum("count"))
    tenants = Tenant.objects.filter(pk__in=[pk for pk, calls in busy if calls >= FEW_CALLS])
    for tenant in tenants:  # the others are far from every limit
        day = quota.quota_of(tenant, now)
        if not day.allows(Value.LOW):
            yield Found(
                tenant_id=tenant.pk,
                key="quota",
                cause=_("%(used)d of today's %(limit)d Uniconta calls are used.")
                % {"used": day.used, "limit": day.limit},
                cure=_(
                    "Sales and day closes go on. Ask Uniconta for more calls if it happens often."
                ),
            )


def _workers(now: datetime) -> Iterator[Found]:
    age = selectors.heartbeat_age(now)
    if age is None or age > SILENT * max(settings.RETRY_TIME_SCALE, 1.0):
        yield Found(
            tenant_id=None,
            key="worker",
            cause=_("No worker gives a sign of life."),
            cure=_("Start `manage.py worker`; see its log."),
        )
    depth = queue.depth()
    if depth > MANY_MESSAGES:
        yield Found(
            tenant_id=None,
            key="messages",
            cause=_("%(count)d messages wait in the queue.") % {"count": depth},
            cure=_("See whether the workers run and are enough (docs/operator.md)."),
        )


PARTS: Sequence[Callable[[datetime], Iterator[Found]]] = (
    _silent_sweeps,
    _old_jobs,
    _breakers,
    _webhooks,
    _quotas,
    _workers,
)
