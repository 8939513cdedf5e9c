"""From an empty shop to posted books with nothing but the admin's pages: set up, live, and the first sale booked."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from sandbox.customers1st.basket import card, cash, line
from sandbox.demo_day import BAG, LIGHTS
from settings_app.models import Tenant
from syncjobs.wizard.steps import STEPS
from tests.journeys.world import Build
from tests.syncjobs.wizard.conftest import CUSTOMERS1ST, UNICONTA, Guide, browser_of

pytestmark = pytest.mark.django_db(transaction=True)
EMPTY = "tenant: {slug: nordlys, name: Nordlys Cykler ApS, status: draft}"
CARDS = {f"setup.{name}.kind": "multi" for name in ("gift_card", "voucher", "deposit")}
MORE = {
    "customers1st": CUSTOMERS1ST | {"customers1st.base_url": "http://127.0.0.1:8700/api"},
    "uniconta": UNICONTA | {"uniconta.base_url": "http://127.0.0.1:8701"},
    "items": CARDS,
}
# what a company that never saw a till lacks, and the guide makes
LACKING = ("TableFields", "GLDailyJournal", "InvItem")


@pytest.mark.parametrize(
    "switches", [{}, {"uni.enum_form": "label_da"}, {"uni.enum_form": "number"}]
)
def test_a_bare_company_is_set_up_by_the_guide_and_books_its_first_day(
    build_world: Build, switches: dict[str, str]
) -> None:
    world = build_world(switches, tenant_file=EMPTY)
    for table in LACKING:
        for row in list(world.company[table]):
            world.company[table].remove(row)
    guide = Guide(browser_of(User.objects.create_superuser("consultant")), "nordlys")

    for step in STEPS[:-1]:
        answer = guide.post(step.key, **MORE.get(step.key, {}))
        if answer.status_code == 200:  # something is missing in Uniconta
            answer = guide.post(step.key, **MORE.get(step.key, {}), make="1")
        assert answer.status_code == 302, (step.key, answer.context)
    guide.browser.post(guide.address("live"), {"live": "1"})

    assert Tenant.objects.get(slug="nordlys").status == "live"
    world.tenant = Tenant.objects.get(slug="nordlys")
    world.calls.clear()
    world.till.sell([line(LIGHTS)], [cash("200.00")])
    world.till.sell([line(BAG, discount="100.00")], [card()])
    world.catch_up()

    assert world.causes() == []
    assert set(world.states().values()) == {"DONE"}
    assert world.books().accounts == {
        "1010": Decimal("-879.96"),
        "6510": Decimal("-219.99"),
        "5810": Decimal("200.00"),
        "2920": Decimal("-0.05"),
        "5830": Decimal("900.00"),
    }
    assert world.books().debtors == {}
    before = world.remote()
    world.catch_up()
    assert world.remote() == before


def test_the_new_shop_button_leads_into_the_guide(build_world: Build) -> None:
    build_world({}, tenant_file=EMPTY)
    browser = browser_of(User.objects.create_superuser("consultant"))

    answer = browser.post(
        reverse("admin:wizard_new"), {"name": "Klit Outdoor", "slug": "klit"}, follow=True
    )

    assert answer.redirect_chain[-1][0] == reverse(
        "admin:wizard_step", args=["klit", "customers1st"]
    )
