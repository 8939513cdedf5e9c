"""An empty shop goes live through the guide, by what it proposes itself, and everything stands as it should."""

from django.contrib.auth.models import User
from django.urls import reverse

from settings_app.models import Tenant
from syncjobs.models import HookRegistration
from syncjobs.wizard.steps import STEPS
from tests.syncjobs.wizard.conftest import (
    CUSTOMERS1ST,
    UNICONTA,
    Guide,
    Vendors,
    browser_of,
    values_of,
)

STEPS_BETWEEN = [step.key for step in STEPS if step.key not in ("customers1st", "uniconta", "live")]


def test_a_new_shop_goes_live_with_what_the_guide_proposes(db: None, vendors: Vendors) -> None:
    browser = browser_of(User.objects.create_superuser("operator"))
    answer = browser.post(
        reverse("admin:wizard_new"), {"name": "Nordlys Cykler ApS", "slug": "nordlys"}, follow=True
    )
    assert answer.redirect_chain[-1][0] == reverse(
        "admin:wizard_step", args=["nordlys", "customers1st"]
    )
    guide = Guide(browser, "nordlys")
    guide.save("customers1st", **CUSTOMERS1ST)
    guide.save("uniconta", **UNICONTA)

    for key in STEPS_BETWEEN:
        more = {}
        if key == "items":
            more = {f"setup.{card}.kind": "multi" for card in ("gift_card", "voucher", "deposit")}
        guide.save(key, **more)

    tenant = Tenant.objects.get(slug="nordlys")
    stored = values_of(tenant)
    assert stored["setup"] == EXPECTED_SETUP | {"sales_from": stored["setup"]["sales_from"]}
    assert stored["payment_types"] == {"Dankort": "5830", "MobilePay": "5831", "EUR": "5815"}
    assert stored["registers"] == {"501": "5810", "502": "5811"}
    assert stored["variant_fields"]["alternativebarcode"] == "xBarcode"
    assert len(stored["variant_fields"]) == 8
    assert stored["webhooks"]["customers1st"]["customer"] == {
        "created": True,
        "updated": True,
        "deleted": False,
    }
    assert vendors.writes() == []  # nothing was missing

    answer = browser.post(guide.address("live"), {"live": "1"}, follow=True)

    assert Tenant.objects.get(slug="nordlys").status == "live", answer.content.decode()[-6000:]
    page = answer.content.decode()
    assert "Nordlys Cykler ApS is live." in page
    assert "pospayment.created (created)" in page
    assert "InvItem (created)" in page
    newest = tenant.history.latest()
    assert newest.history_change_reason.startswith("went live: the doctor of")
    assert newest.history_user.username == "operator"
    assert HookRegistration.objects.filter(tenant=tenant).count() == 8
    assert guide.open("live").context["rail"].done == len(STEPS)


EXPECTED_SETUP = {
    "default_debtor_group": "1",
    "pos_debtor": "POS3000",
    "default_item_group": "1",
    "auto_invoice_pos_sales": True,
    "auto_invoice_debtor_sales": True,
    "journal": "C1ST",
    "debtor_number": "customerno",
    "settle_at": "sale",
    "cash_account": "5810",
    "cash_difference_account": "2910",
    "rounding_account": "2920",
    "cash_payment_type": "Kontant",
    "debtor_payment_type": "Debitor",
    "day_close_enabled": True,
    "expense_account": "2750",
    "bank_account": "5820",
    "payment_term": "",
    "discount_items": {"25": "RABAT25", "0": "RABAT0"},
    "misc_items": {"25": "DIV25", "0": "DIV0"},
    "gift_card": {"kind": "multi", "item": "GAVEKORT"},
    "voucher": {"kind": "multi", "item": "TILGODE"},
    "deposit": {"kind": "multi", "item": "DEPOSIT"},
}


def test_the_doctor_is_green_before_going_live_and_refused_webhooks_hold_it_up(
    db: None, vendors: Vendors
) -> None:
    browser = browser_of(User.objects.create_superuser("operator"))
    browser.post(reverse("admin:wizard_new"), {"name": "Nordlys Cykler ApS", "slug": "nordlys"})
    guide = Guide(browser, "nordlys")
    guide.connect()
    for key in STEPS_BETWEEN:
        guide.save(key)

    page = browser.post(guide.address("live"), {"examine": "1"}, follow=True).content.decode()

    assert "The doctor is green." in page
    assert "going live registers it" in page
    assert "I take responsibility" not in page

    vendors.sandbox.faults.add("customers1st", "status", path="*/hooks", times=50, status=400)
    page = browser.post(guide.address("live"), {"live": "1"}, follow=True).content.decode()

    assert Tenant.objects.get(slug="nordlys").status == "draft"
    assert "I take responsibility" in page
