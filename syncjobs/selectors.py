"""Reads of what happened and what waits; never a remote call."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.db.models.functions import Coalesce

from integration.customers1st.events import EVENT_KINDS
from integration.ports import DocumentKind, DocumentState
from settings_app.models import Tenant
from settings_app.models.safety import KINDS
from settings_app.selectors import wished_events
from syncjobs import breaker, quota
from syncjobs.models import (
    DocumentRow,
    HookRegistration,
    Issue,
    JobState,
    SafetyRun,
    SyncJob,
    System,
    TenantState,
    WorkerHeartbeat,
)

# entity of a switch -> the table that Uniconta watches for it [A108]
TABLE_OF = {"debtor": "Debtor", "item": "InvItem"}
WELL = frozenset({"ok", "created", "mended"})


def is_due(now: datetime) -> Q:
    """Return the condition of a job that may be worked now."""
    return Q(state=JobState.WAITING) & (
        Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=now)
    )


def count_jobs(tenants: Iterable[Tenant]) -> dict[str, int]:
    """Return the number of jobs by state, all five states named."""
    rows = SyncJob.objects.filter(tenant__in=list(tenants)).order_by()
    counted = dict(rows.values_list("state").annotate(Count("pk")))
    return {state.value: counted.get(state.value, 0) for state in JobState}


def count_settlements_waiting(tenants: Iterable[Tenant]) -> int:
    """Return how many settlements are planned or under way."""
    return DocumentRow.objects.filter(
        tenant__in=list(tenants),
        kind=DocumentKind.SETTLEMENT.value,
        state__in=[DocumentState.PLANNED.value, DocumentState.SENDING.value],
    ).count()


def has_jobs_soon(tenants: Iterable[Tenant], *, now: datetime, within: timedelta) -> bool:
    """Tell whether a job is due, becomes due within that time, or runs at this moment."""
    rows = SyncJob.objects.filter(tenant__in=list(tenants))
    return rows.filter(is_due(now + within) | Q(state=JobState.RUNNING)).exists()


def has_due_jobs(tenant: Tenant, *, now: datetime) -> bool:
    """Tell whether the tenant has a job to work now."""
    return SyncJob.objects.filter(is_due(now), tenant=tenant).exists()


def heartbeat_age(now: datetime) -> timedelta | None:
    """Return how long ago a worker gave a sign of life, None when none ever did.

    A worker that holds a tenant's lease lives, even when all are too busy to beat.
    """
    if TenantState.objects.filter(lease_until__gt=now).exists():
        return timedelta()
    row = WorkerHeartbeat.objects.first()
    return None if row is None else max(now - row.beat_at, timedelta())


def oldest_unattended(now: datetime) -> timedelta | None:
    """Return how long the longest due job of a live tenant waits that no worker is at; None when there is none."""
    jobs = SyncJob.objects.filter(is_due(now), tenant__status=Tenant.Status.LIVE)
    jobs = jobs.exclude(tenant__state__lease_until__gt=now)
    since = jobs.aggregate(since=Min(Coalesce("next_attempt_at", "created_at")))["since"]
    return None if since is None else max(now - since, timedelta())


def status(tenant: Tenant, now: datetime) -> dict[str, Any]:
    """Return the document that `status` prints (DESIGN section 5.3)."""
    return {
        "tenant": tenant.slug,
        "status": tenant.status,
        "jobs": count_jobs([tenant]),
        "kinds": _kinds(tenant),
        "needs_person": needs_person(tenant),
        "issues": issues(tenant),
        "webhooks": {system.value: webhook_health(tenant, system) for system in System},
        "calls_today": quota.calls_of_day(tenant, now),
        "quota": {
            "uniconta": {
                **quota.quota_of(tenant, now).as_json(),
                "forecast": quota.forecast(tenant, now),
            }
        },
        **_stops(tenant),
        "settlements_waiting": count_settlements_waiting([tenant]),
        "calls_stopped": breaker.stopped_systems(tenant, now),
    }


def needs_person(tenant: Tenant) -> list[dict[str, Any]]:
    """Return what a person must look at, the oldest first."""
    rows = SyncJob.objects.filter(tenant=tenant, state=JobState.NEEDS_PERSON).order_by("pk")
    return [
        {
            "kind": row.kind,
            "source_id": row.source_id,
            "cause": row.cause,
            "cure": row.cure,
            "since": to_text(row.finished_at or row.created_at),
        }
        for row in rows.iterator()
    ]


def issues(tenant: Tenant) -> list[dict[str, Any]]:
    """Return the same grouped by cause, the largest group first."""
    held = Count("jobs", filter=Q(jobs__state=JobState.NEEDS_PERSON))
    rows = Issue.objects.filter(tenant=tenant).annotate(held=held).filter(held__gt=0)
    return [
        {
            "kind": row.kind,
            "count": row.held,
            "cause": row.cause,
            "cure": row.cure,
            "first_seen": to_text(row.first_seen_at),
            "last_seen": to_text(row.last_seen_at),
        }
        for row in rows.order_by("-held", "id")
    ]


def webhook_health(tenant: Tenant, system: System) -> str:
    """Return ok, failing, missing or off, from the last comparison of wished and actual registrations."""
    wished = wished_names(tenant, system)
    rows = HookRegistration.objects.filter(tenant=tenant, system=system, name__in=wished)
    return health_of(wished, dict(rows.values_list("name", "state")))


def health_of(wished: Sequence[str], states: Mapping[str, str]) -> str:
    """Return ok, failing, missing or off for one vendor's wished names and the states found."""
    if not wished:
        return "off"
    if any(states.get(name) not in {*WELL, "failing"} for name in wished):
        return "missing"
    return "failing" if any(states[name] == "failing" for name in wished) else "ok"


def wished_names(tenant: Tenant, system: System) -> list[str]:
    """Return the events (Customers 1st) or tables (Uniconta) that should be registered, in a fixed order."""
    return names_of(wished_events(tenant), system)


def names_of(events: Collection[tuple[str, str, str]], system: System) -> list[str]:
    """Return the same of (system, entity, event) that are switched on."""
    wished = {(entity, event) for name, entity, event in events if name == system.value}
    if system == System.CUSTOMERS1ST:
        return [name for name, pair in EVENT_KINDS.items() if pair in wished]
    entities = {entity for entity, _event in wished}
    return [table for entity, table in TABLE_OF.items() if entity in entities]


def to_text(instant: datetime | None) -> str | None:
    """Return an instant as ISO text in UTC."""
    if instant is None:
        return None
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _kinds(tenant: Tenant) -> dict[str, dict[str, Any]]:
    runs = {run.kind: run for run in SafetyRun.objects.filter(tenant=tenant)}
    waiting = SyncJob.objects.filter(tenant=tenant, state=JobState.WAITING).order_by()
    oldest = dict(waiting.values_list("kind").annotate(Min("created_at")))
    return {
        kind: {
            "last_good_run_at": to_text(runs[kind].last_good_run_at) if kind in runs else None,
            "next_run_at": to_text(runs[kind].next_run_at) if kind in runs else None,
            "oldest_waiting_at": to_text(oldest.get(kind)),
        }
        for kind in KINDS
    }


def _stops(tenant: Tenant) -> dict[str, str]:
    """Return why nothing is invoiced, or ended after a deletion; empty where that goes on."""
    names = ("invoice_stop", "delete_stop")
    row = TenantState.objects.filter(tenant=tenant).values(*names).first()
    return row or dict.fromkeys(names, "")
