"""The guide changes a shop that is no draft any more only with a reason, where the change moves money."""

from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from settings_app.models import Tenant
from tests.syncjobs.wizard.conftest import Guide, Vendors, staff_of, values_of

WHY = "The bank changed the account."


@pytest.fixture(params=["live", "paused"])
def running(request: Any, guide: Guide, shop: Tenant) -> Guide:
    """The guide of a shop that is no draft any more."""
    guide.connect()
    guide.save("cash_account")
    guide.save("payment_types")
    Tenant.objects.filter(pk=shop.pk).update(status=request.param)
    return guide


CHANGES = [
    ("cash_account", {"setup.cash_account": "5811"}),
    ("payment_types", {"row0": ""}),  # a removed row
    ("switches", {"webhooks.customers1st.sale.created": "on"}),
    ("start", {"tenant.timezone": "Atlantic/Faroe"}),
    ("uniconta", {"uniconta.company_id": "70124"}),
]


@pytest.mark.parametrize(("key", "values"), CHANGES, ids=[key for key, _values in CHANGES])
def test_what_moves_money_is_changed_with_a_reason_only(
    running: Guide, shop: Tenant, key: str, values: dict[str, str]
) -> None:
    before = values_of(shop)

    answer = running.post(key, **values)

    assert "This moves money" in str(answer.context["form"].errors["change_reason"])
    assert "This moves money" in answer.content.decode()
    assert values_of(shop) == before
    running.post(key, **values, change_reason=WHY, anyway="1")
    assert values_of(shop) != before


def test_the_reason_stands_in_the_history_after_the_page(running: Guide, shop: Tenant) -> None:
    running.save("cash_account", **{"setup.cash_account": "5811"}, change_reason=WHY)

    version = Tenant.objects.get(pk=shop.pk).setup.history.latest()
    assert version.history_change_reason == f"setup guide: cash_account: {WHY}"
    running.browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = running.browser.get(reverse("admin:settings_app_tenant_changes", args=[shop.pk]))
    assert f"setup guide: 6 · Cash account: {WHY}" in page.content.decode()


def test_what_moves_no_money_or_does_not_change_needs_none(running: Guide, shop: Tenant) -> None:
    running.save("cash_account")
    running.save("variant_fields", row1="xSize")
    running.save("customers1st")

    assert values_of(shop)["variant_fields"]["size"] == "xSize"


def test_nothing_is_made_in_uniconta_before_the_reason_is_told(
    running: Guide, vendors: Vendors, shop: Tenant
) -> None:
    answer = running.post("journal", **{"setup.journal": "KASSE"}, make="1")

    assert "change_reason" in answer.context["form"].errors
    assert vendors.writes() == []
    running.save("journal", **{"setup.journal": "KASSE"}, make="1", change_reason=WHY)
    assert values_of(shop)["setup"]["journal"] == "KASSE"


def test_a_draft_is_not_asked(guide: Guide) -> None:
    guide.connect()

    assert "change_reason" not in guide.open("cash_account").context["form"].fields


def test_a_person_who_may_only_look_takes_the_box_from_nobody_else(
    running: Guide, shop: Tenant
) -> None:
    assert (
        staff_of(shop, "looker", only_look=True).get(running.address("cash_account")).status_code
        == 200
    )

    running.save("cash_account", **{"setup.cash_account": "5811"}, change_reason=WHY)

    assert values_of(shop)["setup"]["cash_account"] == "5811"
