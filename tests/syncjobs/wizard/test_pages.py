"""The guide's pages as three people, in two tabs, and with systems that do not answer."""

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from settings_app.models import Membership, PaymentType, Tenant
from settings_app.services import apply_file, complete_tenant
from settings_app.services.roles import grant_roles
from syncjobs.models import WizardLists, WizardStep
from syncjobs.wizard.steps import STEPS
from tests.syncjobs.wizard.conftest import (
    CUSTOMERS1ST,
    UNICONTA,
    Guide,
    Vendors,
    browser_of,
    staff_of,
    texts,
    values_of,
)

KEYS = [step.key for step in STEPS]
PAGES = ["wizard_start", "wizard_grid", "wizard_search"]


def fjord_staff() -> Client:
    fjord = Tenant.objects.create(slug="fjord", name="Fjord Sport")
    complete_tenant(fjord)
    return staff_of(fjord, "fjord-staff")


def test_another_tenants_staff_sees_and_does_nothing(
    guide: Guide, vendors: Vendors, shop: Tenant
) -> None:
    guide.connect()
    vendors.sandbox.calls.clear()
    browser = fjord_staff()
    before = WizardStep.objects.count()

    addresses = [guide.address(key) for key in KEYS]
    addresses += [reverse(f"admin:{name}", args=["nordlys"]) for name in PAGES]
    for address in addresses:
        for answer in (browser.get(address), browser.post(address, {"save": "1", "live": "1"})):
            assert answer.status_code == 404
    page = browser.get(reverse("admin:settings_app_tenant_changelist")).content.decode()
    assert "nordlys" not in page
    steps = browser.get(reverse("admin:syncjobs_wizardstep_changelist")).content.decode()
    assert "nordlys" not in steps.lower()
    assert WizardStep.objects.count() == before
    assert vendors.sandbox.calls.count() == 0


def test_a_superuser_and_own_staff_open_every_page(guide: Guide, shop: Tenant) -> None:
    guide.connect()
    operator = Guide(browser_of(User.objects.create_superuser("operator")), "nordlys")
    for someone in (guide, operator):
        for key in KEYS:
            page = someone.open(key).content.decode()
            assert "Nordlys Cykler ApS" in page


def test_who_may_only_look_changes_nothing(guide: Guide, vendors: Vendors, shop: Tenant) -> None:
    guide.connect()
    looker = Guide(staff_of(shop, "looker", only_look=True), "nordlys")
    before = values_of(shop)

    for key in KEYS:
        page = looker.open(key).content.decode()
        assert "Save and continue" not in page
        assert 'name="live"' not in page
        answer = looker.browser.post(looker.address(key), {"save": "1", "live": "1", "again": "1"})
        assert answer.status_code == 403
    assert values_of(shop) == before
    assert looker.browser.get(reverse("admin:wizard_new")).status_code == 403


@pytest.mark.parametrize(
    ("role", "saves"),
    [("consultant", True), ("operator", False), ("bookkeeper", False), ("auditor", False)],
)
def test_the_guide_is_saved_by_who_sets_shops_up(
    role: str, saves: bool, guide: Guide, vendors: Vendors, shop: Tenant
) -> None:
    guide.connect()
    user = User.objects.create_user(role, is_staff=True)
    grant_roles(apps)
    user.groups.add(Group.objects.get(name=role))
    Membership.objects.create(tenant=shop, user=user)
    someone = Guide(browser_of(user), "nordlys")

    for key in KEYS:
        page = someone.open(key)
        assert page.context["may_save"] is saves, key
        assert ("You may look here, not save" in page.content.decode()) is (
            not saves and key != "live"
        )
        if not saves:
            assert someone.browser.post(someone.address(key), {"save": "1"}).status_code == 403


def test_nobody_gets_in_without_logging_in(guide: Guide, vendors: Vendors) -> None:
    answer = Client().get(guide.address("journal"))

    assert answer.status_code == 302
    assert "/admin/login/" in answer["Location"]


def test_a_consultant_makes_a_shop_and_sees_it(db: None, vendors: Vendors) -> None:
    user = User.objects.create_user("consultant", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="settings_app"))
    browser = browser_of(user)

    page = browser.get(reverse("admin:settings_app_tenant_changelist")).content.decode()
    assert "New shop" in page
    answer = browser.get(reverse("admin:settings_app_tenant_new_shop"), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("admin:wizard_new")
    browser.post(reverse("admin:wizard_new"), {"name": "Klit Outdoor", "slug": "klit"})

    tenant = Tenant.objects.get(slug="klit")
    assert tenant.status == "draft"
    assert Membership.objects.filter(tenant=tenant, user=user).count() == 1
    assert tenant.history.latest().history_change_reason == "setup guide: new shop"
    assert tenant.history.latest().history_user == user
    assert tenant.webhook_switches.count() == 14
    page = browser.get(reverse("admin:settings_app_tenant_changelist")).content.decode()
    assert reverse("admin:wizard_start", args=["klit"]) in page


def test_a_slug_that_is_taken_is_refused_and_nothing_changes(guide: Guide, shop: Tenant) -> None:
    answer = guide.browser.post(reverse("admin:wizard_new"), {"name": "Other", "slug": "nordlys"})

    assert answer.status_code == 200
    assert "already exists" in answer.content.decode()
    assert Tenant.objects.get(slug="nordlys").name == "Nordlys Cykler ApS"


def test_secrets_are_typed_and_never_shown(guide: Guide, vendors: Vendors) -> None:
    guide.connect()

    for key in ("customers1st", "uniconta"):
        page = guide.open(key).content.decode()
        assert "sandbox-" not in page.replace("customers1st.sandbox", "").replace(
            "uniconta.sandbox", ""
        )
        assert "leave empty to keep it" in page
    guide.save("customers1st", **CUSTOMERS1ST | {"customers1st.api_token": ""})
    assert Tenant.objects.get(slug="nordlys").customers1st.api_token == "sandbox-token"


def test_a_connection_that_does_not_work_stays_and_says_why(guide: Guide, vendors: Vendors) -> None:
    answer = guide.post("customers1st", **CUSTOMERS1ST | {"customers1st.api_token": "wrong"})

    assert answer["Location"] == guide.address("customers1st")
    assert "Enter the API token" in guide.open("customers1st").content.decode()
    guide.save("customers1st", **CUSTOMERS1ST)
    assert "Connected to “Nordlys Cykler ApS”" in guide.open("customers1st").content.decode()


def test_an_address_that_may_not_be_called_is_refused_at_its_field(
    guide: Guide, vendors: Vendors
) -> None:
    values = CUSTOMERS1ST | {"customers1st.base_url": "https://evil.example/api"}
    answer = guide.post("customers1st", **values)

    assert "customers1st.base_url" in answer.context["form"].errors
    assert vendors.sandbox.calls.count() == 0


def test_lists_show_names_and_store_codes(guide: Guide, vendors: Vendors, shop: Tenant) -> None:
    guide.connect()

    page = guide.open("cash_account").content.decode()
    assert '<option value="5810" selected>5810 · Kasse 1</option>' in page
    assert "1010 · Varesalg" not in page  # an account of income holds no money
    assert "5600 ·" not in page  # nor does the debtors' control account
    guide.save("cash_account", **{"setup.cash_account": "5811"})
    assert values_of(shop)["setup"]["cash_account"] == "5811"


def test_lists_are_read_once_for_all_pages_and_again_when_asked(
    guide: Guide, vendors: Vendors
) -> None:
    guide.connect()
    guide.open("debtor_group")
    vendors.sandbox.calls.clear()

    for key in KEYS:
        guide.open(key)
    assert vendors.sandbox.calls.count() == 0

    vendors.company["DebtorGroup"].change(
        vendors.company.row("DebtorGroup", "1"), Name="Privatkunder"
    )
    guide.browser.post(guide.address("debtor_group"), {"again": "1"})
    assert "1 · Privatkunder" in guide.open("debtor_group").content.decode()
    assert 0 < vendors.sandbox.calls.count() < 45


def test_what_the_doctor_would_refuse_is_not_saved_unless_it_is_meant(
    guide: Guide, vendors: Vendors, shop: Tenant
) -> None:
    guide.connect()
    wrong = {"setup.cash_account": "1000"}

    answer = guide.post("cash_account", **wrong)

    assert answer.status_code == 200
    assert texts(answer)[0].startswith("GL account 1000 “Omsætning” is of type “Header”")
    assert "Save all the same" in answer.content.decode()
    assert values_of(shop)["setup"]["cash_account"] == ""
    assert not WizardStep.objects.filter(step="cash_account").exists()

    guide.save("cash_account", **wrong, anyway="1")

    assert values_of(shop)["setup"]["cash_account"] == "1000"
    entries = [
        entry for _group, rows in guide.open("journal").context["rail"].groups for entry in rows
    ]
    assert {entry.step.key: entry.state for entry in entries}["cash_account"] == "wrong"
    assert guide.open("journal").context["rail"].done == 2  # what is wrong is not done


@pytest.mark.parametrize(
    "key", ["debtor_group", "pos_debtor", "journal", "payment_types", "registers"]
)
def test_an_unreachable_system_leaves_boxes_to_type_in(
    guide: Guide, vendors: Vendors, shop: Tenant, key: str
) -> None:
    guide.connect()
    vendors.down = {"uniconta", "customers1st"}
    WizardLists.objects.all().delete()

    page = guide.open(key).content.decode()

    assert "Codes can be typed meanwhile" in page
    assert (
        "<select"
        not in page.split('id="wizard-form"')[1]
        .split("</form>")[0]
        .replace('class="wizard-folded"', "")
        or key == "debtor_group"
    )
    if key in ("payment_types", "registers"):
        assert page.count(', row 1"') == 2  # both boxes of a typed row are named
    typed = {
        "debtor_group": {"setup.default_debtor_group": "1"},
        "pos_debtor": {"setup.pos_debtor": "POS3000"},
        "journal": {"setup.journal": "C1ST"},
        "payment_types": {"row0-key": "Dankort", "row0": "5830"},
        "registers": {"row0-key": "501", "row0": "5810"},
    }[key]
    guide.save(key, **typed)
    stored = values_of(shop)
    told = {
        "payment_types": stored["payment_types"] == {"Dankort": "5830"},
        "registers": stored["registers"] == {"501": "5810"},
    }.get(key, stored["setup"] | {name.split(".")[-1]: code for name, code in typed.items()} == stored["setup"])  # fmt: skip
    assert told


@pytest.mark.parametrize(
    ("key", "name"), [("payment_types", "Dankort"), ("registers", "501")], ids=str
)
def test_what_is_typed_twice_is_refused_by_its_name(
    key: str, name: str, guide: Guide, vendors: Vendors, shop: Tenant
) -> None:
    guide.connect()
    vendors.down = {"uniconta", "customers1st"}
    WizardLists.objects.all().delete()
    rows = {"row0-key": name, "row0": "5830", "row1-key": name, "row1": "5831"}

    answer = guide.post(key, **rows)

    assert f"“{name}” is here twice" in answer.content.decode()
    assert values_of(shop)[key] == {}


def test_one_system_down_keeps_the_other_ones_lists(guide: Guide, vendors: Vendors) -> None:
    guide.connect()
    vendors.down = {"customers1st"}
    WizardLists.objects.all().delete()

    page = guide.open("payment_types").content.decode()

    assert "Customers 1st:" in page
    assert "5830 · Dankort i transit" in page


def test_two_tabs_do_not_overwrite_each_other(guide: Guide, shop: Tenant) -> None:
    guide.connect()
    stale = guide.filled_in("cash_account")
    guide.save("cash_account", **{"setup.cash_account": "5810"})

    answer = guide.browser.post(
        guide.address("cash_account"), stale | {"setup.cash_account": "5811"}, follow=True
    )

    assert "Somebody changed this page meanwhile" in answer.content.decode()
    assert values_of(shop)["setup"]["cash_account"] == "5810"


def test_the_guide_goes_on_where_it_was_left_in_any_browser(guide: Guide, shop: Tenant) -> None:
    guide.connect()
    guide.save("debtor_group")
    other = Guide(staff_of(shop, "colleague"), "nordlys")

    answer = other.browser.get(reverse("admin:wizard_start", args=["nordlys"]))

    assert answer["Location"] == other.address("pos_debtor")
    assert other.open("pos_debtor").context["rail"].done == 3


def test_saving_leaves_who_and_why_in_the_history(guide: Guide, shop: Tenant) -> None:
    guide.connect()
    guide.save("cash_account")
    guide.save("payment_types")

    newest = Tenant.objects.get(pk=shop.pk).setup.history.latest()
    assert newest.history_change_reason == "setup guide: cash_account"
    assert newest.history_user.username == "nordlys-staff"
    row = PaymentType.objects.filter(tenant=shop).first()
    assert row is not None
    assert row.history.latest().history_change_reason == "setup guide: payment_types"


@pytest.mark.parametrize(
    ("language", "point", "table"),
    [
        ("en", "setup guide: 6 · Cash account", "setup guide: Payment types"),
        ("da", "opsætningsguide: 6 · Kassekonto", "opsætningsguide: Betalingstyper"),
    ],
)
def test_the_history_names_the_page_of_the_guide(
    guide: Guide, shop: Tenant, language: str, point: str, table: str
) -> None:
    guide.connect()
    guide.save("cash_account")
    guide.save("payment_types")
    version = Tenant.objects.get(pk=shop.pk).setup.history.latest()
    addresses = [
        reverse("admin:settings_app_tenant_changes", args=[shop.pk]),
        reverse("admin:settings_app_tenant_changes_export", args=[shop.pk, "csv"]),
    ]
    guide.browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    for stored in ("setup guide: cash_account", "setup guide: 6"):  # as now, and as once
        version.history_change_reason = stored
        version.save()
        for address in addresses:
            answer = guide.browser.get(address)
            told = b"".join(answer) if answer.streaming else answer.content
            assert point in told.decode()
            assert table in told.decode()


def test_a_live_shop_is_shown_as_it_is_and_not_as_we_would_have_it(
    guide: Guide, vendors: Vendors, shop: Tenant
) -> None:
    guide.connect()
    apply_file(
        "tenant: {slug: nordlys, name: Nordlys Cykler ApS, status: live}\n"
        "setup: {auto_invoice_pos_sales: false}\nwebhooks: {customers1st: {sale: {created: true}}}\n"
    )

    form = guide.open("invoicing").context["form"]
    assert form["setup.auto_invoice_pos_sales"].value() is False
    form = guide.open("switches").context["form"]
    assert form["webhooks.customers1st.sale.created"].value() is True
    assert form["webhooks.customers1st.customer.created"].value() is False
    form = guide.open("switches", "?recommended=1").context["form"]
    assert form["webhooks.customers1st.customer.created"].value() is True
    assert form["webhooks.customers1st.customer.deleted"].value() is False
    assert values_of(shop)["webhooks"]["customers1st"]["customer"]["created"] is False


def test_the_grid_stands_by_itself_with_its_warning(guide: Guide, shop: Tenant) -> None:
    address = reverse("admin:wizard_grid", args=["nordlys"])
    page = guide.browser.get(address)
    values = {
        "seen": page.context["seen"],
        "webhooks.customers1st.sale.created": "on",
        "safety.sale_to_order": "3",
    }

    answer = guide.browser.post(address, values, follow=True)

    assert "Leave “Deleted” off" in page.content.decode()
    assert page.context["rail"] is None
    assert answer.redirect_chain == [(address, 302)]
    stored = values_of(shop)
    assert stored["webhooks"]["customers1st"]["sale"] == {"created": True}
    assert stored["webhooks"]["customers1st"]["customer"]["created"] is False
    assert stored["safety"]["sale_to_order"] == 3
    assert stored["safety"]["item_to_product"] == "off"


def test_a_chosen_user_field_serves_one_field_of_the_till(guide: Guide) -> None:
    guide.connect()
    answer = guide.post("variant_fields", row0="xSize")

    assert "This field is chosen twice." in answer.content.decode()


def test_a_card_is_taken_away_by_emptying_it(guide: Guide, shop: Tenant) -> None:
    guide.connect()
    card = {f"setup.{name}.kind": "multi" for name in ("gift_card", "voucher")}
    guide.save("items", **card, **{"setup.deposit.kind": "", "setup.deposit.item": ""})
    assert values_of(shop)["setup"]["voucher"] == {"kind": "multi", "item": "TILGODE"}

    guide.save("items", **{"setup.voucher.kind": "", "setup.voucher.item": ""})

    assert "voucher" not in values_of(shop)["setup"]
    assert "deposit" not in values_of(shop)["setup"]


def test_debtors_are_searched_by_name_and_by_account(guide: Guide, vendors: Vendors) -> None:
    guide.connect()
    address = reverse("admin:wizard_search", args=["nordlys"])

    found = guide.browser.get(address, {"list": "debtors", "q": "klubben"}).json()
    assert found == {"results": [{"id": "K1001", "text": "K1001 · Cykelklubben Fjorden"}]}
    found = guide.browser.get(address, {"list": "debtors", "q": "POS*"}).json()
    assert [row["id"] for row in found["results"]] == ["POS3000"]
    assert guide.browser.get(address, {"list": "secrets", "q": "x"}).status_code == 404
    vendors.down = {"uniconta"}
    assert guide.browser.get(address, {"list": "items", "q": "x"}).json()["error"]


def test_a_long_list_is_searched_and_a_typed_code_is_looked_up(
    guide: Guide, vendors: Vendors, shop: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("syncjobs.wizard.live.MOST_ROWS", 1)
    guide.connect()

    page = guide.open("pos_debtor").content.decode()

    assert "list=debtors" in page
    assert "POS3000 ·" not in page
    guide.save("pos_debtor", **{"setup.pos_debtor": "POS3000"})
    answer = guide.post("pos_debtor", **{"setup.pos_debtor": "NOBODY"})
    assert texts(answer)[0] == "Debtor NOBODY does not exist in Uniconta."


def test_uniconta_alone_can_be_connected_last(guide: Guide, vendors: Vendors) -> None:
    page = guide.open("journal").content.decode()
    assert "Not connected yet: Customers 1st, Uniconta" in page

    guide.save("uniconta", **UNICONTA)

    assert "C1ST · Kasseafstemning" in guide.open("journal").content.decode()


def test_a_typed_name_that_the_till_does_not_have_is_saved_with_a_warning(
    guide: Guide, vendors: Vendors, shop: Tenant
) -> None:
    for register in vendors.store.registers.values():
        shown = register["pospaymentmethodrelations"]
        register["pospaymentmethodrelations"] = [
            each for each in shown if each["paymentprovidertype"] != "invoice"
        ]
    guide.connect()
    values = guide.filled_in("debtor_payment_type") | {"setup.debtor_payment_type": "Debitr"}

    answer = guide.browser.post(guide.address("debtor_payment_type"), values, follow=True)

    page = answer.content.decode()
    assert "Saved: Debtor payment type." in page
    assert "“Debitr”, and no payment type of the till has this name" in page
    assert values_of(shop)["setup"]["debtor_payment_type"] == "Debitr"
    again = guide.open("debtor_payment_type").content.decode()
    assert "Debitr · as typed, not on the list" in again


def test_a_bookkeeper_is_led_from_the_guide_to_what_is_theirs(
    guide: Guide, vendors: Vendors, shop: Tenant
) -> None:
    guide.connect()
    user = User.objects.create_user("bookkeeper", is_staff=True)
    grant_roles(apps)
    user.groups.add(Group.objects.get(name="bookkeeper"))
    Membership.objects.create(tenant=shop, user=user)
    someone = Guide(browser_of(user), "nordlys")
    own = f"/admin/settings_app/tenant/{shop.pk}/change/#"

    page = someone.open("payment_types").content.decode()
    assert f"{own}payment_types-group" in page
    assert own not in someone.open("journal").content.decode()


def test_a_chosen_account_that_was_blocked_keeps_its_name_and_says_what_is_wrong(
    guide: Guide, vendors: Vendors, shop: Tenant
) -> None:
    guide.connect()
    guide.save("cash_account")
    company = vendors.company
    company["GLAccount"].change(company.row("GLAccount", "5810"), Blocked=True)
    WizardLists.objects.all().delete()

    page = guide.open("cash_account").content.decode()

    assert '<option value="5810" selected>5810 · Kasse 1</option>' in page
    assert "GL account 5810 is blocked." in page


def test_a_running_shop_that_was_set_up_by_a_file_shows_what_is_wrong_on_each_page(
    guide: Guide, vendors: Vendors, shop: Tenant
) -> None:
    guide.connect()
    apply_file(
        "tenant: {slug: nordlys, name: Nordlys Cykler ApS, status: live}\n"
        "setup: {cash_account: '1000'}\n"
    )

    assert "is of type “Header”" in guide.open("cash_account").content.decode()
