"""A booking that cannot be made is repaired where its issue leads to, and then runs by itself."""

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from sandbox.customers1st.basket import line, mobilepay
from sandbox.demo_day import BAG
from settings_app.models import PaymentType
from syncjobs.models import Issue
from tests.browser.conftest import Picture
from tests.browser.pages import choose, save_and_continue, step_title
from tests.journeys.shop import ShopWorld

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_unmapped_payment_type_is_mapped_and_the_invoice_stands(
    world: ShopWorld, page: Page, picture: Picture
) -> None:
    PaymentType.objects.get(title="MobilePay").delete()
    sale = world.sell([line(BAG)], [mobilepay()])
    world.work()
    assert world.states() == {str(sale.id): "NEEDS_PERSON"}
    assert not world.uniconta.invoices

    page.goto("/admin/overview/nordlys/")
    expect(page.get_by_text("Payment type “MobilePay” has no account.").first).to_be_visible()
    picture(page, "overview-tenant")
    page.get_by_role("link", name="1 record", exact=True).click()
    expect(page.get_by_text("Add “MobilePay” to the payment types")).to_be_visible()
    expect(page.get_by_role("link", name=str(sale.id))).to_be_visible()
    picture(page, "issue")
    page.get_by_role("link", name="a change of the setup").click()

    expect(step_title(page)).to_have_text("Payment types")
    row = page.locator("tr:target")
    expect(row).to_contain_text("MobilePay")
    choose(page, row.locator("select").get_attribute("name") or "", find="5831", option="5831 ·")
    page.get_by_label("Reason for this change").fill("The till got MobilePay yesterday.")
    save_and_continue(page)
    expect(page.get_by_text("Saved: Payment types.")).to_be_visible()

    mapped = PaymentType.objects.get(title="MobilePay")
    assert mapped.account == "5831"
    assert mapped.history.get().history_change_reason == (
        "setup guide: payment_types: The till got MobilePay yesterday."
    )
    world.work()
    assert world.states() == {str(sale.id): "DONE"}
    assert [row["TotalAmount"] for row in world.uniconta.invoices] == [Decimal("1000.00")]
    assert world.balances()["5831"] == Decimal("1000.00")
    assert not Issue.objects.filter(jobs__state="NEEDS_PERSON").exists()

    page.goto("/admin/overview/nordlys/")
    expect(page.get_by_text("Nothing waits for a person")).to_be_visible()
    page.get_by_role("link", name=str(sale.number), exact=True).click()
    expect(page.locator(".story-head")).to_contain_text("done")
    picture(page, "story")
    before = world.remote()
    world.work()
    assert world.remote() == before
