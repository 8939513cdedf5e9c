"""How each of many tenants stands, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q, Sum

from settings_app.models import Operation, Tenant, WebhookSwitch
from syncjobs.models import (
    Breaker,
    CallCount,
    DayCloseProof,
    HookRegistration,
    JobCount,
    JobState,
    Problem,
    SyncJob,
    System,
    TenantState,
)
from syncjobs.selectors import health_of, names_of

UNFINISHED = (JobState.WAITING, JobState.RUNNING, JobState.NEEDS_PERSON)
WELL = ("ok", "off")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One tenant at a glance. `today` counts the jobs that ended today, `calls` this day's (UTC) by vendor."""

    tenant: Tenant
    day: date
    jobs: Mapping[str, int]
    causes: int
    today: Mapping[str, int]
    webhooks: Mapping[str, str]
    calls: Mapping[str, int]
    limit: int
    invoice_stop: str
    delete_stop: str
    stopped: Sequence[Breaker]
    problems: Sequence[Problem]
    last_close: date | None

    @property
    def needs_person(self) -> int:
        """How many records wait for a person."""
        return self.jobs.get(JobState.NEEDS_PERSON, 0)

    @property
    def under_way(self) -> int:
        """How many records wait for a worker or are being worked."""
        return self.jobs.get(JobState.WAITING, 0) + self.jobs.get(JobState.RUNNING, 0)

    @property
    def done_today(self) -> int:
        """How many records were brought in step today."""
        return self.today.get(JobState.DONE, 0)

    @property
    def is_live(self) -> bool:
        """Whether the tenant is worked at all."""
        return self.tenant.status == Tenant.Status.LIVE

    @property
    def is_well(self) -> bool:
        """Whether nothing waits for a person and nothing is wrong; work under way is no trouble."""
        is_heard = all(health in WELL for health in self.webhooks.values())
        troubled = (
            self.needs_person
            or self.invoice_stop
            or self.delete_stop
            or self.stopped
            or self.problems
        )
        return self.is_live and is_heard and not troubled

    @property
    def used_percent(self) -> int:
        """What part of the day's Uniconta calls is used."""
        return round(100 * self.calls.get(System.UNICONTA, 0) / self.limit) if self.limit else 0


def day_of(tenant: Tenant, now: datetime) -> date:
    """Return what day it is at the tenant's."""
    return now.astimezone(ZoneInfo(tenant.timezone)).date()


def standings(tenants: Sequence[Tenant], now: datetime) -> list[Standing]:
    """Return how each of these tenants stands, in their order."""
    days = {tenant.pk: day_of(tenant, now) for tenant in tenants}
    jobs, causes = _unfinished(tenants)
    today = _ended(tenants, set(days.values()))
    webhooks, calls = _webhooks(tenants), _calls(tenants, now)
    limits = dict(_of(Operation, tenants).values_list("tenant_id", "uniconta_calls"))
    stops = {
        tenant_id: told
        for tenant_id, *told in _of(TenantState, tenants).values_list(
            "tenant_id", "invoice_stop", "delete_stop"
        )
    }
    closes = dict(
        _of(DayCloseProof, tenants).order_by().values_list("tenant_id").annotate(Max("day"))
    )
    stopped = _grouped(_of(Breaker, tenants).filter(Q(denied=True) | Q(open_until__gt=now)))
    problems = _grouped(_of(Problem, tenants).filter(state=Problem.State.OPEN).order_by("id"))
    standard = Operation._meta.get_field("uniconta_calls").default
    return [
        Standing(
            tenant=tenant,
            day=days[tenant.pk],
            jobs=jobs[tenant.pk],
            causes=causes[tenant.pk],
            today=today[tenant.pk, days[tenant.pk]],
            webhooks=webhooks[tenant.pk],
            calls=calls[tenant.pk],
            limit=limits.get(tenant.pk, standard),
            invoice_stop=stops.get(tenant.pk, ("", ""))[0],
            delete_stop=stops.get(tenant.pk, ("", ""))[1],
            stopped=stopped[tenant.pk],
            problems=problems[tenant.pk],
            last_close=closes.get(tenant.pk),
        )
        for tenant in tenants
    ]


def _of(model: Any, tenants: Sequence[Tenant]) -> Any:
    return model.objects.filter(tenant__in=[tenant.pk for tenant in tenants])


def _grouped(rows: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.tenant_id].append(row)
    return found


def _unfinished(tenants: Sequence[Tenant]) -> tuple[dict[int, dict[str, int]], dict[int, int]]:
    """Return the unfinished jobs by state, and how many causes hold some up; finished ones are never counted."""
    jobs: dict[int, dict[str, int]] = defaultdict(dict)
    causes: dict[int, int] = defaultdict(int)
    rows = _of(SyncJob, tenants).filter(state__in=UNFINISHED).order_by()
    counted = rows.values_list("tenant_id", "state").annotate(
        Count("pk"), Count("issue", distinct=True)
    )
    for tenant_id, state, count, issues in counted:
        jobs[tenant_id][state] = count
        if state == JobState.NEEDS_PERSON:
            causes[tenant_id] = issues
    return jobs, causes


def _ended(tenants: Sequence[Tenant], days: set[date]) -> dict[tuple[int, date], dict[str, int]]:
    found: dict[tuple[int, date], dict[str, int]] = defaultdict(dict)
    rows = _of(JobCount, tenants).filter(day__in=days).order_by()
    for tenant_id, day, state, count in rows.values_list("tenant_id", "day", "state").annotate(
        Sum("count")
    ):
        found[tenant_id, day][state] = count
    return found


def _webhooks(tenants: Sequence[Tenant]) -> dict[int, dict[str, str]]:
    wished: dict[int, set[tuple[str, str, str]]] = defaultdict(set)
    switches = _of(WebhookSwitch, tenants).filter(on=True)
    for tenant_id, *event in switches.values_list("tenant_id", "system", "entity", "event"):
        wished[tenant_id].add((event[0], event[1], event[2]))
    states: dict[int, dict[tuple[str, str], str]] = defaultdict(dict)
    rows = _of(HookRegistration, tenants).values_list("tenant_id", "system", "name", "state")
    for tenant_id, system, name, state in rows:
        states[tenant_id][system, name] = state
    return {
        tenant.pk: {
            system.value: health_of(
                names_of(wished[tenant.pk], system),
                {
                    name: state
                    for (where, name), state in states[tenant.pk].items()
                    if where == system
                },
            )
            for system in System
        }
        for tenant in tenants
    }


def _calls(tenants: Sequence[Tenant], now: datetime) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = _of(CallCount, tenants).filter(date=now.astimezone(UTC).date()).order_by()
    for tenant_id, system, count in rows.values_list("tenant_id", "system").annotate(Sum("count")):
        found[tenant_id][system] = count
    return found
