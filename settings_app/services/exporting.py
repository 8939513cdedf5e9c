"""Writes the tenant file of a tenant, without secrets."""

from typing import Any

import yaml

from settings_app.models import (
    Customers1stConnection,
    ServiceItem,
    Setup,
    Tenant,
    UnicontaConnection,
)
from settings_app.services.applying import CARDS


def export_file(tenant: Tenant) -> str:
    """Return the tenant file of a tenant, without secrets; applying it again changes nothing."""
    content: dict[str, Any] = {
        "tenant": {
            name: _plain(getattr(tenant, name)) for name in ("slug", "name", "timezone", "status")
        },
        "customers1st": _connection(
            tenant, Customers1stConnection, "base_url", "naive_time", "hook_uuid"
        ),
        "uniconta": _connection(
            tenant, UnicontaConnection, "base_url", "company_id", "username", "hook_uuid"
        ),
        "setup": _setup(tenant),
        "payment_types": list(tenant.payment_types.values("title", "account")),
        "registers": list(tenant.registers.values("register_id", "cash_account")),
        "variant_fields": dict(
            tenant.variant_fields.values_list("uniconta_field", "customers1st_field")
        ),
        "field_masters": dict(tenant.field_masters.values_list("field", "master")),
        "webhooks": _webhooks(tenant),
        "safety": {row.kind: row.hours or "off" for row in tenant.safety_intervals.all()},
    }
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)


def _connection(tenant: Tenant, model: type[Any], *names: str) -> dict[str, Any]:
    """Return a connection's plain values; no secret is even read."""
    row = model._default_manager.filter(tenant=tenant).values(*names).first() or {}
    return {name: str(value) if name == "hook_uuid" else value for name, value in row.items()}


def _setup(tenant: Tenant) -> dict[str, Any]:
    setup = Setup.objects.filter(tenant=tenant).first() or Setup(tenant=tenant)
    cards = {f"{card}_{part}" for card in CARDS for part in ("kind", "item")}
    values: dict[str, Any] = {
        field.name: _plain(getattr(setup, field.name))
        for field in Setup._meta.concrete_fields
        if field.name not in {"id", "tenant", *cards}
    }
    services = list(tenant.service_items.all())
    for purpose in ServiceItem.Purpose:
        values[f"{purpose.value}_items"] = {
            f"{row.vat_rate.normalize():f}": row.item for row in services if row.purpose == purpose
        }
    for card in CARDS:
        if kind := getattr(setup, f"{card}_kind"):
            values[card] = {"kind": kind, "item": getattr(setup, f"{card}_item")}
    return values


def _webhooks(tenant: Tenant) -> dict[str, Any]:
    systems: dict[str, Any] = {}
    for row in tenant.webhook_switches.all():
        systems.setdefault(row.system, {}).setdefault(row.entity, {})[row.event] = row.on
    return systems


def _plain(value: Any) -> Any:
    """Return a choice as its word; a row that was never read still holds the choice itself."""
    return str(value) if isinstance(value, str) else value
