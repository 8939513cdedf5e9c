"""Where a finding is mended: the page of the admin, or the words for a place that is not ours."""

from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from integration.doctor.finding import Place
from settings_app.models import Tenant

# parts of the tenant that have a page of their own -> page, relation
OWN_PAGES = {
    Place.CUSTOMERS1ST_CONNECTION: ("settings_app_customers1stconnection_change", "customers1st"),
    Place.UNICONTA_CONNECTION: ("settings_app_unicontaconnection_change", "uniconta"),
    Place.SETUP: ("settings_app_setup_change", "setup"),
    Place.STATE: ("syncjobs_tenantstate_change", "state"),
}
LISTS = {
    Place.SWITCHES: "settings_app_webhookswitch_changelist",
    Place.SAFETY: "settings_app_safetyinterval_changelist",
}
ELSEWHERE = frozenset({Place.IN_CUSTOMERS1ST, Place.IN_UNICONTA, Place.SERVER})
LABELS: dict[str, Any] = {
    Place.TENANT: _("Tenant"),
    Place.CUSTOMERS1ST_CONNECTION: _("Customers 1st connection"),
    Place.UNICONTA_CONNECTION: _("Uniconta connection"),
    Place.SETUP: _("Setup points"),
    Place.PAYMENT_TYPES: _("Payment types"),
    Place.REGISTERS: _("Registers"),
    Place.SERVICE_ITEMS: _("Service items"),
    Place.VARIANT_FIELDS: _("Variant fields"),
    Place.SWITCHES: _("Webhook switches"),
    Place.SAFETY: _("Safety intervals"),
    Place.STATE: _("Tenant state"),
    Place.IN_CUSTOMERS1ST: _("in Customers 1st"),
    Place.IN_UNICONTA: _("in Uniconta"),
    Place.SERVER: _("on the server"),
}


class Spot(NamedTuple):
    """A place with its address in the admin, empty where it is none of our pages."""

    label: Any
    address: str


def place_of(tenant: Tenant, place: str) -> Spot:
    """Return where a finding of the tenant is mended."""
    return Spot(LABELS[place], _address(tenant, Place(place)))


def _address(tenant: Tenant, place: Place) -> str:
    page = reverse("admin:settings_app_tenant_change", args=[tenant.pk])
    if place in OWN_PAGES:
        name, relation = OWN_PAGES[place]
        row = getattr(tenant, relation, None)
        return page if row is None else reverse(f"admin:{name}", args=[row.pk])
    if place in LISTS:
        return f"{reverse(f'admin:{LISTS[place]}')}?tenant={tenant.pk}"
    return "" if place in ELSEWHERE else page  # rows of lists are added on the tenant's page
