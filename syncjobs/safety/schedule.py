"""Which sweeps are due, and running those of one tenant."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from integration.errors import IntegrationError
from settings_app.models import SafetyInterval, Tenant
from syncjobs import quota
from syncjobs.breaker import CallsPaused
from syncjobs.models import JobKind, SafetyRun, SweepRun
from syncjobs.quota import VALUE_OF, Value
from syncjobs.safety.next_run import slot_of
from syncjobs.safety.search import TenantBusy, UnableToSweep
from syncjobs.safety.sweep import SWEEPS, sweep

logger = logging.getLogger(__name__)

# day closes are posted on schedule only where the setup says so; command and button always work
_BY_HAND = Q(kind=JobKind.DAY_CLOSE_TO_JOURNAL) & ~Q(tenant__setup__day_close_enabled=True)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=2)  # after a failed run


def tenants_due(now: datetime) -> set[int]:
    """Return the live tenants that have a sweep due; one query, whatever the number of tenants."""
    return set(_due(now).values_list("tenant_id", flat=True))


def is_due(tenant_id: int, now: datetime) -> bool:
    """Tell whether this tenant has a sweep due."""
    return _due(now).filter(tenant=tenant_id).exists()


def sweep_tenant(tenant_id: int) -> int:
    """Run the tenant's sweeps that are due, one after the other; returns how many were started.

    A failed one is told and tried again later, and keeps no other from running.
    """
    tenant = Tenant.objects.get(pk=tenant_id)
    kinds = list(_due(timezone.now()).filter(tenant=tenant).values_list("kind", flat=True))
    return sum(_run(tenant, kind) for kind in kinds)


def sweep_soon(tenant: Tenant, kind: str, now: datetime) -> bool:
    """Let a kind be swept now rather than at its slot; False when its safety job is off."""
    on = SafetyInterval.objects.filter(tenant=tenant, kind=kind, hours__gt=0).exists()
    if on:
        SafetyRun.objects.update_or_create(tenant=tenant, kind=kind, defaults={"next_run_at": now})
    return on


def _due(now: datetime) -> "QuerySet[SafetyInterval]":
    run = SafetyRun.objects.filter(tenant=OuterRef("tenant"), kind=OuterRef("kind"))
    rows = (
        SafetyInterval.objects.filter(
            hours__gt=0, kind__in=list(SWEEPS), tenant__status=Tenant.Status.LIVE
        )
        .exclude(_BY_HAND)
        .annotate(next_run_at=Subquery(run.values("next_run_at")[:1]))
    )
    return rows.filter(Q(next_run_at__isnull=True) | Q(next_run_at__lte=now)).order_by("id")


def _run(tenant: Tenant, kind: str) -> bool:
    now = timezone.now()
    if not _due(now).filter(tenant=tenant, kind=kind).exists():  # another worker was faster
        return False
    run, _ = SafetyRun.objects.get_or_create(tenant=tenant, kind=kind)
    value = Value.HIGH if VALUE_OF.get(kind) is Value.HIGH else Value.LOW
    wait = quota.wait_of(tenant, value, now)
    if wait is not None:
        _wait(run, wait.until, wait.reason)
        return False
    slot: datetime | None = slot_of(tenant, kind, now)
    rows = SweepRun.objects.filter(tenant=tenant, kind=kind, slot=slot)
    if rows.filter(outcome=SweepRun.Outcome.GOOD).exists():
        slot = None  # asked for out of turn
    try:
        sweep(tenant, kind, now=now, slot=slot, scheduled=True)
    except TenantBusy:
        return False  # it stays due
    except CallsPaused as error:
        _wait(run, error.until, str(error))
        return False
    except Exception as error:
        foreseen = isinstance(error, IntegrationError | UnableToSweep)
        if not foreseen:
            logger.exception("The sweep of %s for tenant %s failed.", kind, tenant.pk)
        _try_later(run.pk, now, reason=str(error) if foreseen else type(error).__name__)
    return True


def _wait(run: SafetyRun, until: datetime, reason: str) -> None:
    run.next_run_at, run.last_error = until, reason
    run.save(update_fields=["next_run_at", "last_error"])


def _try_later(run_pk: int, now: datetime, *, reason: str) -> None:
    run = SafetyRun.objects.get(pk=run_pk)
    wait = min(FIRST_WAIT * 2 ** min(run.failures, 8), LONGEST_WAIT)
    run.failures += 1
    run.last_error = reason
    run.next_run_at = now + wait * settings.RETRY_TIME_SCALE
    run.save(update_fields=["failures", "last_error", "next_run_at"])
