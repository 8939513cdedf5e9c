"""The proof of a day close, read on the screen and put on paper."""

import pytest
from playwright.sync_api import Page, expect

from sandbox.customers1st.basket import card, cash, line
from syncjobs.models import DayCloseProof
from tests.browser.conftest import Picture
from tests.journeys.shop import ShopWorld

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_proof_is_opened_and_printed(world: ShopWorld, page: Page, picture: Picture) -> None:
    world.sell([line(1001)], [cash(200)])
    world.sell([line(1002, discount=100)], [card()])
    world.deliver_close(world.till.close(501, counted=1195, to_bank=120).id)
    world.work()
    proof = DayCloseProof.objects.get()
    before = world.remote()

    page.goto("/admin/syncjobs/daycloseproof/")
    page.get_by_role("link", name="read or print").click()
    expect(page.get_by_text("The seal is whole")).to_be_visible()
    expect(page.get_by_text("Account 5820: Z 118 til bank")).to_be_visible()
    assert (
        page.locator("tfoot .amount").all_inner_texts() == ["0.00"] * page.locator("tfoot").count()
    )
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    picture(page, "proof")

    page.emulate_media(media="print")
    expect(page.get_by_text("The seal is whole")).to_be_visible()
    for gone in ("nav", "button", "form"):
        assert page.locator(gone).filter(visible=True).count() == 0
    paper = page.pdf(format="A4")
    assert paper.startswith(b"%PDF-")
    assert len(paper) > 10_000  # the sheet, not an empty page

    assert world.remote() == before
    assert list(DayCloseProof.objects.values_list("hash", flat=True)) == [proof.hash]
