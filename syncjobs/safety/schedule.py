"""Starts the sweeps that are due."""

from datetime import datetime, timedelta

from integration.errors import IntegrationError
from settings_app.models import Tenant
from settings_app.selectors import live_tenants, rules_for, safety_hours
from syncjobs.models import JobKind, SafetyRun
from syncjobs.safety.search import UnableToSweep
from syncjobs.safety.sweep import SWEEPS, sweep

TRY_AGAIN_AFTER = timedelta(minutes=15)


def run_due(now: datetime) -> None:
    """Start the sweeps that are due; one that fails is told and tried again in a quarter of an hour."""
    for tenant in live_tenants():
        for kind, hours in safety_hours(tenant).items():
            if not hours or kind not in SWEEPS or not _is_scheduled(tenant, kind):
                continue
            run, _ = SafetyRun.objects.get_or_create(tenant=tenant, kind=kind)
            if run.next_run_at is not None and now < run.next_run_at:
                continue
            try:
                sweep(tenant, kind, now=now, scheduled=True)
            except (IntegrationError, UnableToSweep) as error:
                run.refresh_from_db()
                run.last_error = str(error)
                run.next_run_at = now + TRY_AGAIN_AFTER
                run.save()


def _is_scheduled(tenant: Tenant, kind: str) -> bool:
    """Tell whether a kind is swept by itself; for day closes the setup decides, command and button always work."""
    return kind != JobKind.DAY_CLOSE_TO_JOURNAL or rules_for(tenant).day_close_enabled
