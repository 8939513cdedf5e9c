"""Which settings move money: a change of them says why."""

from collections.abc import Iterable, Mapping

from django.db.models import Model

from settings_app.models import (
    PaymentType,
    Register,
    ServiceItem,
    Setup,
    Tenant,
    UnicontaConnection,
    WebhookSwitch,
)

# of what is not named, nothing moves money; accounts, journal, groups, VAT, switches, status do
MONEY: Mapping[type[Model], frozenset[str]] = {
    Tenant: frozenset({"status", "timezone"}),
    UnicontaConnection: frozenset({"company_id"}),
    Setup: frozenset(
        field.name for field in Setup._meta.fields if field.name not in {"id", "tenant"}
    ),
    PaymentType: frozenset({"title", "account"}),
    Register: frozenset({"register_id", "cash_account"}),
    ServiceItem: frozenset({"purpose", "vat_rate", "item"}),
    WebhookSwitch: frozenset({"on"}),
}


def needs_reason(row: Model, changed: Iterable[str], *, tenant_id: int | None) -> bool:
    """Tell whether a change of these fields wants a reason: it moves money, and the tenant is no draft any more."""
    if tenant_id is None or not MONEY.get(type(row), frozenset()).intersection(changed):
        return False
    stored = Tenant.objects.filter(pk=tenant_id).values_list("status", flat=True).first()
    return stored not in (None, Tenant.Status.DRAFT)
