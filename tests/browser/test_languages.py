"""The switch between English and Danish changes what the pages say, and nothing else."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Picture
from tests.browser.pages import step_address, step_title
from tests.journeys.shop import ShopWorld

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_person_reads_danish_then_english_again(world: ShopWorld, page: Page) -> None:
    page.goto(step_address(world.tenant, "invoicing"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(step_title(page)).to_have_text("4 · Automatic invoices")

    switch(page, "dansk")
    expect(page.locator("html")).to_have_attribute("lang", "da")
    expect(step_title(page)).to_have_text("4 · Automatisk fakturering")
    expect(page.get_by_text("Hvert salg bliver til en ordre.")).to_be_visible()
    expect(page.get_by_role("button", name="Gem og fortsæt")).to_be_visible()
    expect(page.get_by_role("link", name="Synkroniseringsjob")).to_be_visible()
    page.goto("/admin/overview/nordlys/")
    expect(page.get_by_role("heading", name="Det, der kræver en person")).to_be_visible()

    switch(page, "English")
    expect(page.get_by_role("heading", name="What needs a person")).to_be_visible()
    assert not world.writes()


def test_a_danish_browser_is_answered_in_danish(
    world: ShopWorld, person: Open, picture: Picture
) -> None:
    page = person(language="da")
    titles = {
        "customers1st": "Customers 1st",
        "differences": "7 · Differencer og dagsopgørelsen",
        "payment_types": "Betalingstyper",
        "switches": "11 · Kontakter og sikkerhedsintervaller",
        "live": "Kontrollér og gå i drift",
    }
    for key, title in titles.items():
        page.goto(step_address(world.tenant, key))
        expect(step_title(page)).to_have_text(title)
        picture(page, f"da-guide-{key.replace('_', '-')}", navigation=False)


def switch(page: Page, language: str) -> None:
    """Choose a language in the menu of one's own name."""
    page.get_by_text("consultant", exact=True).click()
    page.get_by_role("button", name=language).click()
