"""When a safety job is due: its slots, and the runs that a change of the settings brings forward."""

from datetime import datetime
from zoneinfo import ZoneInfo

from settings_app.models import Tenant
from settings_app.selectors import safety_hours
from syncjobs.models import SafetyRun
from syncjobs.safety.slots import last_slot, next_slot, offset_of


def next_run(tenant: Tenant, kind: str, after: datetime) -> datetime | None:
    """Return the first slot of a kind later than an instant; None while its safety job is off."""
    hours = safety_hours(tenant).get(kind, 0)
    if not hours:
        return None
    zone, offset = ZoneInfo(tenant.timezone), offset_of(tenant.pk, kind)
    return next_slot(after, zone=zone, hours=hours, offset=offset)


def slot_of(tenant: Tenant, kind: str, now: datetime) -> datetime:
    """Return the slot that a run at this moment belongs to; that of a day for a safety job that is off."""
    hours = safety_hours(tenant).get(kind, 0) or 24
    zone, offset = ZoneInfo(tenant.timezone), offset_of(tenant.pk, kind)
    return last_slot(now, zone=zone, hours=hours, offset=offset)


def plan_again(tenant: Tenant, now: datetime) -> None:
    """Move the tenant's runs to where its changed settings put them; what failed is tried at once."""
    for run in SafetyRun.objects.filter(tenant=tenant):
        if run.failures:
            run.next_run_at = now
        elif run.last_good_run_at is not None:
            run.next_run_at = next_run(tenant, run.kind, run.last_good_run_at)
        else:
            run.next_run_at = None
        run.save(update_fields=["next_run_at"])
