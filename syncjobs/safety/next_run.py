"""When a safety job is due next."""

from datetime import datetime, timedelta

from settings_app.models import Tenant
from settings_app.selectors import safety_hours


def next_run(tenant: Tenant, kind: str, now: datetime) -> datetime | None:
    """Return when a kind is swept next; None while its safety job is off."""
    hours = safety_hours(tenant).get(kind, 0)
    return now + timedelta(hours=hours) if hours else None
