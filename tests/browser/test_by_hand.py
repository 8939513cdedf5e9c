"""A wrong invoice is ended with the mouse: its stop is released and its receipt called booked by hand."""

import os

import pytest
from playwright.sync_api import Page, expect

from sandbox.customers1st.basket import cash, line
from sandbox.demo_day import BAG
from syncjobs.models import DayCloseProof
from tests.browser.conftest import Open
from tests.journeys.shop import ShopWorld

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def shot(page: Page, name: str) -> None:
    """Keep a picture where a person asked for it."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize(
    ("language", "release", "by_hand"),
    [
        ("en", "Release the invoice stop", "I have dealt with it by hand"),
        ("da", "Ophæv faktureringsstoppet", "Jeg har klaret det i hånden"),
    ],
)
def test_a_wrong_invoice_comes_to_its_end(
    world: ShopWorld, person: Open, language: str, release: str, by_hand: str
) -> None:
    world.switches.set("uni.prices_incl_vat", "ignored")
    world.sell([line(BAG)], [cash(1000)])
    world.work()
    world.switches.set("uni.prices_incl_vat", "honoured")
    world.deliver_close(world.till.close(501).id)
    world.work()
    page = person(language=language)

    page.goto("/admin/overview/nordlys/")
    shot(page, f"overview-{language}")
    page.get_by_role("link", name=release).first.click()
    page.locator("textarea").fill("Group mended")
    shot(page, f"release-{language}")
    page.get_by_role("button", name=release).click()
    world.work()

    page.goto("/admin/syncjobs/syncjob/?kind__exact=sale_to_order")
    page.locator("#result_list th a").first.click()
    shot(page, f"story-{language}")
    page.get_by_role("link", name=by_hand).click()
    page.locator("textarea").fill("Invoice 9001")
    shot(page, f"by-hand-{language}")
    page.get_by_role("button", name=by_hand).click()
    expect(page.locator(".story-head")).to_be_visible()
    world.work()

    proof = DayCloseProof.objects.get()
    page.goto(f"/admin/syncjobs/daycloseproof/{proof.pk}/paper/")
    expect(page.get_by_text("Invoice 9001")).to_be_visible()
    shot(page, f"proof-{language}")
