"""From nothing to a shop that books its sales, with the mouse alone: only the access and the names are typed."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from sandbox.customers1st.basket import card, line
from sandbox.demo_day import BAG
from settings_app.models import PaymentType, Tenant
from syncjobs.models import HookRegistration, LinkRow
from syncjobs.wizard.steps import STEPS
from tests.browser.conftest import Open, Picture
from tests.browser.pages import choose, save_and_continue, step_address, step_title
from tests.journeys.shop import ShopWorld

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LACKING = ("TableFields", "GLDailyJournal", "InvItem")
SLUG = "nordlys-cykler-aps"


def test_a_shop_is_made_and_taken_live_with_the_mouse(
    quiet_world: ShopWorld, page: Page, picture: Picture
) -> None:
    world = quiet_world
    LinkRow.objects.all().delete()
    world.tenant.delete()
    for table in LACKING:  # what a company that never saw a till lacks, and the guide makes
        for row in list(world.company[table]):
            world.company[table].remove(row)
    world.calls.clear()

    page.goto("/admin/settings_app/tenant/")
    page.get_by_role("link", name="New shop").click()
    page.get_by_label("Name", exact=True).fill("Nordlys Cykler ApS")
    expect(page.locator("#id_slug")).to_have_value(SLUG)
    page.get_by_role("button", name="Make the shop and set it up").click()
    connect(page, picture)
    assert not world.writes()
    points(page, picture)
    the_till(page, picture)
    expect(step_title(page)).to_have_text("Start")
    save_and_continue(page)

    go_live(page, picture)

    world.tenant = Tenant.objects.get(slug=SLUG)
    assert world.tenant.status == "live"
    assert str(world.tenant.history.latest().history_user) == "consultant"
    assert world.tenant.setup.pos_debtor == "POS3000"
    assert world.tenant.setup.journal == "C1ST"
    assert dict(PaymentType.objects.values_list("title", "account")) == {
        "Dankort": "5830",
        "MobilePay": "5831",
        "EUR": "5815",
    }
    assert {row.state for row in HookRegistration.objects.all()} <= {"ok", "created"}
    made = [row["Item"] for row in world.company["InvItem"]]
    assert len(made) == len(set(made)) == 7
    the_first_sale_is_booked(world)


def connect(page: Page, picture: Picture) -> None:
    """Type the access to both systems; the address is the sandbox's."""
    expect(step_title(page)).to_have_text("Customers 1st")
    unfold_address(page, "http://127.0.0.1:8700/api")
    page.get_by_label("API token").fill("sandbox-token")
    page.get_by_label("Webhook secret").fill("sandbox-secret")
    save_and_continue(page)

    expect(step_title(page)).to_have_text("Uniconta")
    expect(page.get_by_text("Saved: Customers 1st.")).to_be_visible()
    picture(page, "guide-connection", navigation=False)
    unfold_address(page, "http://127.0.0.1:8701")
    page.get_by_label("Company id").fill("70123")
    page.get_by_label("User", exact=True).fill("c1st")
    page.get_by_label("Password", exact=True).fill("wrong")
    save_and_continue(page)
    expect(page.get_by_role("alert").first).to_contain_text("password")
    expect(step_title(page)).to_have_text("Uniconta")
    page.get_by_label("Password", exact=True).fill("sandbox-password")
    save_and_continue(page)


def points(page: Page, picture: Picture) -> None:
    """Take what was found for the eleven points; pick one account from its list; make what is lacking."""
    for step in STEPS[2:13]:
        expect(step_title(page)).to_have_text(f"{step.point} · {step.title}")
        if step.key == "differences":
            choose(page, "setup.bank_account", find="5820", option="5820 ·")
            picture(page, "guide-step", navigation=False)
        if step.key == "switches":
            expect(page.get_by_text("recommended: on").first).to_be_visible()
            grid = page.locator(".wizard-scroll")
            assert grid.evaluate("it => it.scrollWidth - it.clientWidth") <= 0  # all of it is seen
            picture(page, "switches", navigation=False)
        save_and_continue(page)
        if step.key in {"journal", "variant_fields"}:
            expect(step_title(page)).to_have_text("Missing in Uniconta")
            if step.key == "journal":
                picture(page, "guide-make-journal", navigation=False)
            page.get_by_role("button", name="Make it in Uniconta and continue").click()


def the_till(page: Page, picture: Picture) -> None:
    """Map the till's buttons and registers; say what a gift card is."""
    expect(step_title(page)).to_have_text("Payment types")
    picture(page, "guide-payment-types", navigation=False)
    save_and_continue(page)
    save_and_continue(page)
    expect(step_title(page)).to_have_text("Service items")
    for one in ("gift_card", "voucher", "deposit"):
        page.locator(f"[name='setup.{one}.kind']").select_option("multi")
    save_and_continue(page)
    page.get_by_role("button", name="Make it in Uniconta and continue").click()
    expect(page.get_by_text(re.compile("Made in Uniconta: .*GAVEKORT"))).to_be_visible()


def go_live(page: Page, picture: Picture) -> None:
    """Look at what would be registered, then press the button."""
    expect(step_title(page)).to_have_text("Check and go live")
    page.get_by_role("link", name="Show what will be registered").click()
    expect(page.get_by_text("POST /hooks: event pospayment.created")).to_be_visible()
    page.get_by_role("button", name="Go live").click()
    expect(page.get_by_text("Nordlys Cykler ApS is live.").first).to_be_visible()
    expect(page.get_by_role("button", name="Go live")).to_have_count(0)
    picture(page, "guide-live", navigation=False)
    page.get_by_role("link", name="Done", exact=True).click()
    expect(page).to_have_url(re.compile("/admin/settings_app/tenant/$"))


def the_first_sale_is_booked(world: ShopWorld) -> None:
    """Sell a bag; the hook that going live registered brings it into the books."""
    world.till.sell([line(BAG, discount="100.00")], [card()])
    world.catch_up()
    assert world.causes() == []
    assert dict(world.books().accounts) == {
        "1010": Decimal("-720.00"),
        "6510": Decimal("-180.00"),
        "5830": Decimal("900.00"),
    }


def unfold_address(page: Page, address: str) -> None:
    """Type a base URL, which is folded away since it is right for nearly everybody."""
    page.locator("summary:has(+ * [name$=base_url])").click()
    page.locator("[name$=base_url]").fill(address)


def test_a_step_is_walked_and_saved_by_the_keyboard(world: ShopWorld, page: Page) -> None:
    page.goto(step_address(world.tenant, "start"))
    focused = page.locator(":focus")
    page.locator("[name='setup.day_close_enabled']").focus()
    assert world.tenant.setup.day_close_enabled is True

    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(focused).to_have_attribute("name", "tenant.timezone")
    page.keyboard.press("Tab")
    expect(focused).to_have_attribute("name", "change_reason")  # the shop is live
    page.keyboard.type("The bookkeeper posts the closes herself.")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(focused).to_have_attribute("name", "setup.day_close_enabled")
    page.keyboard.press("Enter")

    expect(step_title(page)).to_have_text("Check and go live")
    world.tenant.setup.refresh_from_db()
    assert world.tenant.setup.day_close_enabled is False


def test_the_tab_key_reaches_every_question_and_then_the_button(
    world: ShopWorld, page: Page
) -> None:
    page.goto(step_address(world.tenant, "differences"))
    page.locator("#wizard-form .select2-selection").first.focus()
    reached = []
    for _press in range(12):
        reached.append(
            page.evaluate(
                "document.activeElement.name || document.activeElement.closest('.wizard-question')"
                "?.querySelector('select')?.name || document.activeElement.textContent.trim()"
            )
        )
        page.keyboard.press("Tab")
    assert [name for name in reached if name.startswith("setup.")] == [
        "setup.cash_difference_account",
        "setup.rounding_account",
        "setup.expense_account",
        "setup.bank_account",
    ]
    assert reached.index("setup.bank_account") < reached.index("save")


@pytest.mark.parametrize("key", ["differences", "switches", "payment_types", "live"])
def test_the_guide_fits_a_tablet(world: ShopWorld, person: Open, key: str) -> None:
    page = person(width=820, height=1180)
    page.goto(step_address(world.tenant, key))
    assert page.evaluate("document.documentElement.scrollWidth") <= 820


def test_a_list_offers_what_it_has_first_and_what_was_typed_last(
    world: ShopWorld, page: Page
) -> None:
    page.goto(step_address(world.tenant, "differences"))
    box = page.locator(".select2-container--open .select2-search__field")
    rows = page.locator(".select2-container--open .select2-results__option")
    opener = page.locator("select[name='setup.bank_account'] + .select2 .select2-selection")

    opener.click()
    box.press_sequentially("bank")
    expect(rows.first).to_have_text("5820 · Bank")
    expect(rows.last).to_have_text("use “bank” as typed")
    page.keyboard.press("Enter")
    expect(page.locator("[name='setup.bank_account']")).to_have_value("5820")

    opener.click()
    box.press_sequentially("5999")
    expect(rows).to_have_text(["use “5999” as typed"])
    page.keyboard.press("Enter")
    expect(page.locator("[name='setup.bank_account']")).to_have_value("5999")
    expect(opener).to_contain_text("5999")
    expect(opener).not_to_contain_text("as typed")

    opener.click()
    box.press_sequentially("5820")
    expect(rows).to_have_text(["5820 · Bank"])
