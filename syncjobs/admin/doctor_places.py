"""Where a finding is mended: the page of the setup guide that asks it, another page of ours, or the words for a place elsewhere."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from integration.doctor.finding import Place
from settings_app.models import Tenant
from syncjobs.wizard.checking import Spot, mending_spot
from syncjobs.wizard.step import Step

# parts of the tenant that have a page of their own, and no step of the guide -> page, relation
OWN_PAGES = {Place.STATE: ("syncjobs_tenantstate_change", "state")}
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


class Where(NamedTuple):
    """Where something is mended: the page of the setup guide, or else another page of ours or a place elsewhere.

    `label` is empty where the guide alone says it; `address` is empty where the place is none of our pages.
    """

    label: Any
    address: str
    step: Step | None = None
    step_address: str = ""


def place_of(tenant: Tenant, finding: Mapping[str, Any]) -> Where:
    """Return where a finding (as plain values) of the tenant is mended; one at a vendor is shown with the page that chose it."""
    place = Place(finding["place"])
    spot = None if place == Place.SERVER else mending_spot(finding)
    if spot is None:
        return Where(LABELS[place], _address(tenant, place))
    label = LABELS[place] if place in ELSEWHERE else ""
    return Where(label, "", spot.step, address_of(tenant, spot))


def address_of(tenant: Tenant, spot: Spot) -> str:
    """Return the address of a question in the guide."""
    page = reverse("admin:wizard_step", args=[tenant.slug, spot.step.key])
    return f"{page}#at-{quote(spot.path)}" if spot.path else page


def _address(tenant: Tenant, place: Place) -> str:
    page = reverse("admin:settings_app_tenant_change", args=[tenant.pk])
    if place in OWN_PAGES:
        name, relation = OWN_PAGES[place]
        row = getattr(tenant, relation, None)
        return page if row is None else reverse(f"admin:{name}", args=[row.pk])
    return "" if place in ELSEWHERE else page  # what no step of the guide holds
