"""Reads of what the consultant chose."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from integration.mapping.rules import CardRule, Rules
from settings_app.models import (
    Customers1stConnection,
    SafetyInterval,
    ServiceItem,
    Setup,
    Tenant,
    UnicontaConnection,
    WebhookSwitch,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet


def live_tenants() -> "QuerySet[Tenant]":
    """Return the tenants that are worked."""
    return Tenant.objects.filter(status=Tenant.Status.LIVE)


def get_customers1st_connection(hook_uuid: UUID) -> Customers1stConnection | None:
    """Return the connection that a Customers 1st webhook address belongs to."""
    return (
        Customers1stConnection.objects.select_related("tenant").filter(hook_uuid=hook_uuid).first()
    )


def get_uniconta_connection(hook_uuid: UUID) -> UnicontaConnection | None:
    """Return the connection that a change URL belongs to."""
    return UnicontaConnection.objects.select_related("tenant").filter(hook_uuid=hook_uuid).first()


def webhook_secrets(connection: Customers1stConnection, now: datetime) -> list[str]:
    """Return the secrets that may have signed a call: the present one, and the previous one for a day [A55]."""
    secrets = [connection.webhook_secret]
    if connection.previous_secret_until is not None and now < connection.previous_secret_until:
        secrets.append(connection.previous_webhook_secret)
    return [secret for secret in secrets if secret]


def is_switched_on(tenant: Tenant, *, system: str, entity: str, event: str) -> bool:
    """Tell whether an event does something for this tenant."""
    return WebhookSwitch.objects.filter(
        tenant=tenant, system=system, entity=entity, event=event, on=True
    ).exists()


def wished_events(tenant: Tenant) -> set[tuple[str, str, str]]:
    """Return (system, entity, event) of everything that is switched on: what the vendors should call us about."""
    rows = WebhookSwitch.objects.filter(tenant=tenant, on=True)
    return set(rows.values_list("system", "entity", "event"))


def safety_hours(tenant: Tenant) -> dict[str, int]:
    """Return the interval of each job kind in hours, 0 = off."""
    return dict(SafetyInterval.objects.filter(tenant=tenant).values_list("kind", "hours"))


def rules_for(tenant: Tenant) -> Rules:
    """Return the tenant's setup and mappings as the value that flows take."""
    setup = Setup.objects.filter(tenant=tenant).first() or Setup(tenant=tenant)
    services = list(ServiceItem.objects.filter(tenant=tenant))
    return replace(
        _rules_of(setup),
        time_zone=tenant.timezone,
        discount_items=_by_rate(services, ServiceItem.Purpose.DISCOUNT),
        misc_items=_by_rate(services, ServiceItem.Purpose.MISC),
        payment_types=dict(tenant.payment_types.values_list("title", "account")),
        registers=dict(tenant.registers.values_list("register_id", "cash_account")),
        variant_fields=dict(
            tenant.variant_fields.values_list("uniconta_field", "customers1st_field")
        ),
        field_masters=dict(tenant.field_masters.values_list("field", "master")),
    )


def _rules_of(setup: Setup) -> Rules:
    return Rules(
        default_debtor_group=setup.default_debtor_group,
        pos_debtor=setup.pos_debtor,
        default_item_group=setup.default_item_group,
        auto_invoice_pos_sales=setup.auto_invoice_pos_sales,
        auto_invoice_debtor_sales=setup.auto_invoice_debtor_sales,
        journal=setup.journal,
        debtor_number=setup.debtor_number,
        settle_at=setup.settle_at,
        cash_account=setup.cash_account,
        cash_difference_account=setup.cash_difference_account,
        rounding_account=setup.rounding_account,
        cash_payment_type=setup.cash_payment_type,
        debtor_payment_type=setup.debtor_payment_type,
        day_close_enabled=setup.day_close_enabled,
        sales_from=setup.sales_from,
        expense_account=setup.expense_account,
        bank_account=setup.bank_account,
        payment_term=setup.payment_term,
        gift_card=_card(setup.gift_card_kind, setup.gift_card_item),
        voucher=_card(setup.voucher_kind, setup.voucher_item),
        deposit=_card(setup.deposit_kind, setup.deposit_item),
    )


def _by_rate(services: list[ServiceItem], purpose: str) -> dict[Decimal, str]:
    return {row.vat_rate.normalize(): row.item for row in services if row.purpose == purpose}


def _card(kind: str, item: str) -> CardRule | None:
    return CardRule(kind=kind, item=item) if kind else None
