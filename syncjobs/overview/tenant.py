"""Everything that the overview of one tenant shows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Min, Q, Sum

from settings_app.models import DoctorReport, Tenant
from settings_app.models.safety import KINDS
from settings_app.selectors import safety_hours
from syncjobs import quota
from syncjobs.models import (
    HookRegistration,
    Issue,
    JobCount,
    JobKind,
    JobState,
    SafetyRun,
    SyncJob,
    System,
)
from syncjobs.overview.chart import Chart, chart_of
from syncjobs.overview.standing import Standing, standings
from syncjobs.overview.today import Today, today_of
from syncjobs.selectors import WELL

DAYS, ISSUES_SHOWN = 14, 10


@dataclass(frozen=True, kw_only=True)
class KindRow:
    """How one kind of work stands; `hours` is its safety interval, 0 for off."""

    kind: str
    title: str
    waiting: int
    held: int
    oldest: datetime | None
    hours: int
    last_good: datetime | None
    next_run: datetime | None
    error: str

    @property
    def is_well(self) -> bool:
        """Whether nothing of this kind needs a look."""
        return not (self.held or self.error)


@dataclass(frozen=True, kw_only=True)
class WebhookRow:
    """The webhooks of one vendor: their health, when they were last compared, and those that are not well."""

    system: str
    health: str
    checked_at: datetime | None
    unwell: Sequence[HookRegistration]


@dataclass(frozen=True, kw_only=True)
class TenantOverview:
    """One tenant's overview; `forecast` says how many Uniconta calls this day will come to."""

    standing: Standing
    today: Today
    kinds: Sequence[KindRow]
    issues: Sequence[Issue]
    webhooks: Sequence[WebhookRow]
    forecast: int | None
    chart: Chart
    doctor: DoctorReport | None


def overview_of(tenant: Tenant, now: datetime) -> TenantOverview:
    """Return the overview of a tenant."""
    standing = standings([tenant], now)[0]
    held = Count("jobs", filter=Q(jobs__state=JobState.NEEDS_PERSON))
    issues = Issue.objects.select_related("tenant").filter(
        tenant=tenant, jobs__state=JobState.NEEDS_PERSON
    )
    return TenantOverview(
        standing=standing,
        today=today_of(tenant, standing.day),
        kinds=_kinds(tenant),
        issues=list(issues.annotate(held=held).order_by("-held", "id")[:ISSUES_SHOWN]),
        webhooks=_webhooks(tenant, standing),
        forecast=quota.forecast(tenant, now),
        chart=_chart(tenant, standing.day),
        doctor=DoctorReport.objects.filter(tenant=tenant).first(),
    )


def _kinds(tenant: Tenant) -> list[KindRow]:
    runs = {run.kind: run for run in SafetyRun.objects.filter(tenant=tenant)}
    hours = safety_hours(tenant)
    jobs: Mapping[tuple[str, str], tuple[int, datetime]] = {
        (kind, state): (count, oldest)
        for kind, state, count, oldest in SyncJob.objects.filter(
            tenant=tenant, state__in=(JobState.WAITING, JobState.NEEDS_PERSON)
        )
        .order_by()
        .values_list("kind", "state")
        .annotate(Count("pk"), Min("created_at"))
    }
    return [
        KindRow(
            kind=kind,
            title=str(JobKind(kind).label),
            waiting=jobs.get((kind, JobState.WAITING), (0, None))[0],
            oldest=jobs.get((kind, JobState.WAITING), (0, None))[1],
            held=jobs.get((kind, JobState.NEEDS_PERSON), (0, None))[0],
            hours=hours.get(kind, 0),
            last_good=runs[kind].last_good_run_at if kind in runs else None,
            next_run=runs[kind].next_run_at if kind in runs else None,
            error=runs[kind].last_error if kind in runs else "",
        )
        for kind in KINDS
    ]


def _webhooks(tenant: Tenant, standing: Standing) -> list[WebhookRow]:
    rows = HookRegistration.objects.filter(tenant=tenant)
    checked = dict(rows.order_by().values_list("system").annotate(Max("checked_at")))
    unwell = list(rows.exclude(state__in=[*WELL, "foreign", "removed"]).order_by("name"))
    return [
        WebhookRow(
            system=str(system.label),
            health=standing.webhooks[system],
            checked_at=checked.get(system),
            unwell=[row for row in unwell if row.system == system],
        )
        for system in System
    ]


def _chart(tenant: Tenant, today: date) -> Chart:
    counts: dict[str, dict[date, int]] = defaultdict(dict)
    rows = JobCount.objects.filter(tenant=tenant, day__gt=today - timedelta(days=DAYS))
    for state, day, count in rows.order_by().values_list("state", "day").annotate(Sum("count")):
        counts[state][day] = count
    return chart_of(counts[JobState.DONE], counts[JobState.NEEDS_PERSON], until=today, days=DAYS)
