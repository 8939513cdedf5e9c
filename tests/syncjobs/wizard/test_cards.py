"""Gift card, voucher and deposit in the guide: what is shown is what is stored, and half a card is refused."""

from typing import Any

import pytest

from settings_app.models import Tenant
from tests.syncjobs.wizard.conftest import Guide, Vendors, values_of

CARDS = {"gift_card": "GAVEKORT", "voucher": "TILGODE", "deposit": "DEPOSIT"}


def is_marked_as_found(page: Any, name: str) -> bool:
    return any(row.proposed for row in page.context["questions"] if row.path == name)


def test_a_card_that_is_found_is_stored_with_the_kind_of_its_group(
    guide: Guide, shop: Tenant
) -> None:
    guide.connect()
    assert is_marked_as_found(guide.open("items"), "setup.gift_card.kind")

    guide.save("items")

    setup = values_of(shop)["setup"]
    assert {card: setup[card] for card in CARDS} == {
        card: {"kind": "multi", "item": item} for card, item in CARDS.items()
    }


def test_an_item_of_a_group_with_vat_is_a_single_purpose_card(
    guide: Guide, vendors: Vendors, shop: Tenant
) -> None:
    company = vendors.company
    company["InvItem"].change(company.row("InvItem", "GAVEKORT"), Group="GAVE1")
    guide.connect()

    guide.save("items")

    assert values_of(shop)["setup"]["gift_card"] == {"kind": "single", "item": "GAVEKORT"}


@pytest.mark.parametrize(
    ("kind", "item", "field", "text"),
    [
        ("", "GAVEKORT", "kind", "Choose its kind, or empty the item"),
        ("multi", "", "item", "Kind and item belong together"),
    ],
    ids=["no kind", "no item"],
)
def test_half_a_card_is_refused_at_its_field(
    guide: Guide, shop: Tenant, kind: str, item: str, field: str, text: str
) -> None:
    guide.connect()
    guide.save("items")

    answer = guide.post("items", **{"setup.gift_card.kind": kind, "setup.gift_card.item": item})

    assert answer.status_code == 200
    assert text in str(answer.context["form"].errors[f"setup.gift_card.{field}"])
    assert values_of(shop)["setup"]["gift_card"] == {"kind": "multi", "item": "GAVEKORT"}


def test_a_found_item_whose_group_does_not_tell_its_kind_is_not_dropped(
    guide: Guide, vendors: Vendors, shop: Tenant
) -> None:
    company = vendors.company
    company["InvItem"].change(company.row("InvItem", "GAVEKORT"), Group="0")  # booked as income
    guide.connect()

    answer = guide.post("items")

    assert "setup.gift_card.kind" in answer.context["form"].errors
    assert "gift_card" not in values_of(shop)["setup"]


def test_a_missing_card_is_asked_for_by_its_kind_alone_and_then_offered_to_be_made(
    guide: Guide, vendors: Vendors, shop: Tenant
) -> None:
    vendors.company["InvItem"].remove(vendors.company.row("InvItem", "DEPOSIT"))
    guide.connect()
    assert guide.open("items").context["form"]["setup.deposit.item"].value() in ("", None)

    answer = guide.post("items", **{"setup.deposit.kind": "multi"})

    assert "DEPOSIT" in answer.content.decode()
    assert answer.context["lack"].records[0].row["Item"] == "DEPOSIT"
    guide.save("items", **{"setup.deposit.kind": "multi"}, make="1")
    assert values_of(shop)["setup"]["deposit"] == {"kind": "multi", "item": "DEPOSIT"}


def test_a_shop_without_a_card_leaves_it_empty(
    guide: Guide, vendors: Vendors, shop: Tenant
) -> None:
    vendors.company["InvItem"].remove(vendors.company.row("InvItem", "DEPOSIT"))
    guide.connect()

    guide.save("items")

    assert "deposit" not in values_of(shop)["setup"]
