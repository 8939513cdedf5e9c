"""Who changed what: two versions of a setting, made by a person on the pages, beside each other."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.conftest import Picture
from tests.journeys.shop import ShopWorld

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WHY = "The accountant opened an account of its own for the drawer."


def test_two_versions_are_compared(world: ShopWorld, page: Page, picture: Picture) -> None:
    setup = world.tenant.setup
    page.goto(reverse("admin:settings_app_setup_change", args=[setup.pk]))
    page.get_by_label("Cash account", exact=False).first.fill("5811")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("This moves money: say why").first).to_be_visible()
    setup.refresh_from_db()
    assert setup.cash_account == "5810"

    page.get_by_label("Reason for this change").fill(WHY)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    setup.refresh_from_db()
    assert setup.cash_account == "5811"
    version = setup.history.latest()
    assert (str(version.history_user), version.history_change_reason) == ("consultant", WHY)

    page.goto(reverse("admin:settings_app_setup_history", args=[setup.pk]))
    expect(page.get_by_text(WHY)).to_be_visible()
    page.get_by_role("button", name="Compare the two chosen versions").click()
    changed = page.get_by_role("row").filter(has_text="(changed)")
    expect(changed).to_have_count(1)
    expect(changed).to_contain_text("5810")
    expect(changed).to_contain_text("5811")
    picture(page, "history")


def test_a_deleted_payment_type_is_restored(world: ShopWorld, page: Page) -> None:
    gone = world.tenant.payment_types.get(title="MobilePay")
    page.goto(reverse("admin:settings_app_paymenttype_delete", args=[gone.pk]))
    page.get_by_label("Reason for this change").fill("It is not used any more.")
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("was deleted successfully")).to_be_visible()

    page.goto(reverse("admin:settings_app_tenant_changes", args=[world.tenant.pk]))
    row = page.get_by_role("row").filter(has_text="MobilePay").first
    row.get_by_role("link", name="Restore").click()
    expect(page.get_by_role("row").filter(has_text="5831")).to_be_visible()
    page.get_by_label("Reason for this change").fill(WHY)
    page.get_by_role("button", name="Restore").click()

    expect(page.get_by_text("It is there again")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text=WHY)).to_contain_text("consultant")
    expect(page.get_by_role("link", name="Restore")).to_have_count(0)
    assert world.tenant.payment_types.get(title="MobilePay").pk == gone.pk
