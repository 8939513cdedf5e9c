"""What every way of changing a tenant shares: the tenant file and the admin."""

from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from settings_app.models import (
    Customers1stConnection,
    DoctorReport,
    Operation,
    SafetyInterval,
    Setup,
    Tenant,
    UnicontaConnection,
)
from settings_app.models.safety import KINDS
from settings_app.models.webhook_switch import SWITCHES
from settings_app.signals import tenant_changed

OVERLAP_OF_SECRETS = timedelta(hours=24)


def complete_tenant(tenant: Tenant) -> None:
    """Give a tenant the rows that every tenant has: connections, setup, operation, the doctor's report, all switches, off."""
    for model in (Customers1stConnection, UnicontaConnection, Setup, Operation, DoctorReport):
        if not model._default_manager.filter(tenant=tenant).exists():
            model._default_manager.create(tenant=tenant)
    present = set(tenant.webhook_switches.values_list("system", "entity", "event"))
    for system, entity, event in all_switches():
        if (system, entity, event) not in present:
            tenant.webhook_switches.create(system=system, entity=entity, event=event)
    swept = set(tenant.safety_intervals.values_list("kind", flat=True))
    for kind in KINDS:
        if kind not in swept:
            SafetyInterval.objects.create(tenant=tenant, kind=kind)


def all_switches() -> list[tuple[str, str, str]]:
    """Return (system, entity, event) of every webhook switch that exists."""
    return [
        (system, entity, event)
        for system, entities in SWITCHES.items()
        for entity, events in entities.items()
        for event in events
    ]


def keep_previous_secret(store: Customers1stConnection, *, secret: str | None) -> None:
    """Let the old webhook secret be accepted for a day when it is about to be replaced [A55]."""
    if secret and store.pk and store.webhook_secret and store.webhook_secret != secret:
        store.previous_webhook_secret = store.webhook_secret
        store.previous_secret_until = timezone.now() + OVERLAP_OF_SECRETS


def announce_change(tenant_id: int, *, only_status: bool = False) -> None:
    """Send `tenant_changed` once the running transaction is through; nothing when it is rolled back."""
    send = partial(tenant_changed.send, Tenant, tenant_id=tenant_id, only_status=only_status)
    transaction.on_commit(send)
