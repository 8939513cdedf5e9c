"""Products become items, items become products, once, and prices cross the VAT line without a drift."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from integration.errors import Hold
from integration.flows.outcome import Done, Skipped
from integration.flows.product import item_to_product, product_to_item
from tests.integration.conftest import example
from tests.integration.flows.memory import ALL_ON, RULES, World

FAMILY = [row["id"] for row in example("customers1st", "product_variant_family")["content"]]


def product_of(world: World, number: str) -> dict[str, Any]:
    """Return the one product with this number."""
    found = [row for row in world.shop.store.products.values() if row["productno"] == number]
    assert len(found) == 1
    return dict(found[0])


def again(world: World, product_id: int, item: str) -> list[str]:
    """Run both directions once more and return the writes."""
    mark, before = world.mark(), world.state()
    assert isinstance(product_to_item(world.context, str(product_id)), Done)
    assert isinstance(item_to_product(world.context, item), Done)
    assert world.state() == before
    return world.writes(after=mark)


def test_a_product_of_a_family_becomes_the_item_of_the_contracts_example() -> None:
    world = World()

    for product_id in FAMILY:
        product_to_item(world.context, str(product_id))

    expected = example("uniconta", "item_user_fields")["insert"]["request"]["body"]
    item = world.item("NL-HJ24-SO-M")
    wanted = {name: value for name, value in expected.items() if value} | {"Group": "1"}
    assert {name: item[name] for name in wanted} == wanted
    assert len([row for row in world.company["InvItem"] if row.get("xStyleNo") == "NL-HJ24"]) == 6
    assert again(world, 1102, "NL-HJ24-SO-M") == []


def test_an_item_becomes_a_product_with_a_gross_price() -> None:
    world = World()

    assert item_to_product(world.context, "SLANGE28") == Done("product 1601 was created")

    product = product_of(world, "SLANGE28")
    assert (product["title"], product["price"], product["costprice"]) == (
        "Slange 28 tommer",
        Decimal("99.00"),
        Decimal("40.00"),
    )
    assert again(world, product["id"], "SLANGE28") == []


def test_a_till_without_vat_in_its_prices_gets_the_net_price() -> None:
    world = World()
    world.sandbox.switches.set("c1st.prices_include_vat", "0")

    item_to_product(world.context, "SLANGE28")

    assert product_of(world, "SLANGE28")["price"] == Decimal("79.20")


def test_gross_199_97_is_net_159_98_and_never_travels_back_as_199_98() -> None:
    world = World()
    world.shop.edit_product(1001, price=Decimal("199.97"))

    product_to_item(world.context, "1001")

    assert world.item("NL-LYS-01")["SalesPrice1"] == Decimal("159.98")
    assert again(world, 1001, "NL-LYS-01") == []
    assert world.product(1001)["price"] == Decimal("199.97")


def test_a_style_field_moves_through_like_any_other_and_nothing_else_is_touched() -> None:
    world = World()
    product_to_item(world.context, "1102")
    world.staff.edit("InvItem", "NL-HJ24-SO-M", SupplierItemId="LEV-7", MinStockLevel=Decimal(3))
    before = world.item("NL-HJ24-SO-M")
    world.clock.advance(60)
    world.shop.edit_product(1102, color="Rød", brand="Ny")

    mark = world.mark()
    assert product_to_item(world.context, "1102") == Done("item NL-HJ24-SO-M: color")

    assert world.writes(after=mark) == ["PUT /Crud/UpdateFieldsModified/InvItemClientUser"]
    after = world.item("NL-HJ24-SO-M")
    assert {name for name in after if after[name] != before[name]} == {"xColor", "UpdatedAt"}
    assert again(world, 1102, "NL-HJ24-SO-M") == []


def test_an_items_change_is_patched_and_the_products_rest_survives() -> None:
    world = World()
    product_to_item(world.context, "1102")
    before = world.product(1102)
    world.clock.advance(60)
    world.staff.edit("InvItem", "NL-HJ24-SO-M", SalesPrice1=Decimal("400.00"), xSize="ML")

    assert item_to_product(world.context, "NL-HJ24-SO-M") == Done("product 1102: price, size")

    after = world.product(1102)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"price", "size", "updated_at"}
    assert after["price"] == Decimal("500.00")
    assert again(world, 1102, "NL-HJ24-SO-M") == []


def test_an_item_is_matched_by_number_and_then_by_barcode() -> None:
    world = World()
    kinds = {"ItemType": "Item", "CostModel": "FIFO", "Group": "1"}
    world.staff.add("InvItem", Item="NL-LYS-01", Name="Lygte", **kinds)
    world.staff.add("InvItem", Item="GAMMEL", Name="Klokke", EAN="2000000010052", **kinds)
    count = len(list(world.company["InvItem"]))

    product_to_item(world.context, "1001")
    product_to_item(world.context, "1005")

    links = {link.customers1st_id: link.uniconta_key for link in world.links.rows.values()}
    assert links == {"1001": "NL-LYS-01", "1005": "GAMMEL"}
    assert len(list(world.company["InvItem"])) == count
    assert world.item("GAMMEL")["xCustomField1"] is None


def test_two_items_with_the_barcode_need_a_person_who_gets_a_choice() -> None:
    world = World()
    kinds = {"ItemType": "Item", "CostModel": "FIFO", "Group": "1", "EAN": "2000000010052"}
    world.staff.add("InvItem", Item="A", Name="Klokke A", **kinds)
    world.staff.add("InvItem", Item="B", Name="Klokke B", **kinds)

    with pytest.raises(Hold, match="A “Klokke A”, B “Klokke B”") as caught:
        product_to_item(world.context, "1005")

    assert caught.value.evidence["candidates"] == [
        {
            "key": key,
            "name": f"Klokke {key}",
            "by": "barcode",
            "customers1st_id": "1005",
            "uniconta_key": key,
        }
        for key in ("A", "B")
    ]
    assert world.writes() == []


def test_what_customers1st_would_refuse_is_held_with_the_items_name() -> None:
    world = World()
    kinds = {"ItemType": "Item", "CostModel": "FIFO", "Group": "1"}
    product_to_item(world.context, "1005")
    world.staff.add("InvItem", Item="N" * 26, Name="For langt", **kinds)
    world.staff.add("InvItem", Item="TVILLING", Name="Tvilling", EAN="2000000010052", **kinds)
    mark = world.mark()

    with pytest.raises(Hold, match="at most 25 characters"):
        item_to_product(world.context, "N" * 26)
    with pytest.raises(Hold, match="Item TVILLING: the barcode 2000000010052 is product 1005"):
        item_to_product(world.context, "TVILLING")
    assert world.writes(after=mark) == []


def test_the_setups_items_stay_at_home_both_ways() -> None:
    world = World()
    own = world.shop.add_product("Gavekort", "GAVEKORT")

    assert isinstance(item_to_product(world.context, "GAVEKORT"), Skipped)
    assert isinstance(product_to_item(world.context, str(own["id"])), Skipped)
    assert world.writes() == []


def test_a_lost_reply_and_the_call_about_our_own_product_make_no_second_one() -> None:
    world = World()
    world.sandbox.faults.add("customers1st", "lost_reply", path="/api/products", method="POST")

    item_to_product(world.context, "SLANGE28")
    product = product_of(world, "SLANGE28")
    product_to_item(world.context, str(product["id"]))

    assert again(world, product["id"], "SLANGE28") == []


@pytest.mark.parametrize("field", ["price", "title"])
def test_the_master_of_a_field_overrules_the_newer_change(field: str) -> None:
    world = World(rules=replace(RULES, field_masters={f"product.{field}": "uniconta"}))
    product_to_item(world.context, "1001")
    before = world.product(1001)
    world.clock.advance(60)
    world.shop.edit_product(1001, price=Decimal("250.00"), title="Ny titel")

    product_to_item(world.context, "1001")

    item, product = world.item("NL-LYS-01"), world.product(1001)
    assert product[field] == before[field]
    if field == "price":
        assert (item["Name"], item["SalesPrice1"]) == ("Ny titel", Decimal("159.96"))
    else:
        assert (item["Name"], item["SalesPrice1"]) == (before["title"], Decimal("200.00"))
    assert again(world, 1001, "NL-LYS-01") == []


def test_a_deleted_product_blocks_its_item_once_and_only_when_switched_on() -> None:
    off = World(switches=ALL_ON - {("customers1st", "product", "deleted")})
    for world in (World(), off):
        product_to_item(world.context, "1001")
        world.shop.delete_product(1001)
        product_to_item(world.context, "1001")

        assert world.item("NL-LYS-01")["Blocked"] is (world is not off)
        mark = world.mark()
        outcome = product_to_item(world.context, "1001")
        assert isinstance(outcome, Skipped)
        assert outcome.nothing_left is (world is not off)
        assert world.writes(after=mark) == []


def test_nothing_is_left_to_be_done_only_where_neither_half_is() -> None:
    world = World(switches=frozenset())
    own = world.shop.add_product("Rabat", "RABAT25")
    outcomes = {
        "no product": product_to_item(world.context, "999999"),
        "no item": item_to_product(world.context, "NO-SUCH"),
        "create off": product_to_item(world.context, "1102"),
        "stays at home": product_to_item(world.context, str(own["id"])),
    }
    told = {name: o.nothing_left for name, o in outcomes.items() if isinstance(o, Skipped)}
    assert told == {
        "no product": True,
        "no item": True,
        "create off": False,
        "stays at home": False,
    }


def test_a_pair_whose_halves_are_both_gone_is_left_alone_for_good() -> None:
    for flow, source_id in ((product_to_item, "1001"), (item_to_product, "NL-LYS-01")):
        world = World()
        product_to_item(world.context, "1001")
        world.shop.delete_product(1001)
        world.staff.remove("InvItem", "NL-LYS-01")

        outcome = flow(world.context, source_id)

        assert isinstance(outcome, Skipped)
        assert outcome.nothing_left


def test_a_deleted_item_marks_its_product() -> None:
    world = World()
    product_to_item(world.context, "1001")
    world.staff.remove("InvItem", "NL-LYS-01")

    item_to_product(world.context, "NL-LYS-01")

    assert world.product(1001)["availabletoorder"] == 0
    assert world.product(1001)["deleted_at"] is None


def test_more_than_twenty_deletes_an_hour_need_a_person() -> None:
    world = World(may_end=lambda: False)
    product_to_item(world.context, "1001")
    world.shop.delete_product(1001)

    with pytest.raises(Hold, match="More than 20"):
        product_to_item(world.context, "1001")
    assert world.item("NL-LYS-01")["Blocked"] is False

    world.context.may_end = lambda: True  # an hour later: it is for a person to say
    with pytest.raises(Hold, match="More than 20"):
        product_to_item(world.context, "1001")
    world.context.gate.delete_stop = ""
    product_to_item(world.context, "1001")
    assert world.item("NL-LYS-01")["Blocked"] is True


def test_copies_with_serial_numbers_share_the_item_of_their_number() -> None:
    world = World()
    first = world.shop.add_product("Stel", "STEL-1", serieno="A1")
    second = world.shop.add_product("Stel", "STEL-1", serieno="A2")

    product_to_item(world.context, str(first["id"]))
    outcome = product_to_item(world.context, str(second["id"]))

    assert isinstance(outcome, Skipped)
    assert "share item STEL-1" in outcome.reason
    assert world.links.get("product", str(second["id"])) is None


def test_a_product_made_anew_with_a_deleted_ones_number_takes_its_item_over() -> None:
    world = World()
    product_to_item(world.context, "1001")
    world.shop.delete_product(1001)
    own = world.shop.add_product("Lygte", "NL-LYS-01")

    product_to_item(world.context, str(own["id"]))

    link = world.links.get_by_key("product", "NL-LYS-01")
    assert link is not None
    assert link.customers1st_id == str(own["id"])


def test_a_number_that_belongs_to_another_living_product_needs_a_person() -> None:
    world = World()
    product_to_item(world.context, "1001")
    world.shop.edit_product(1001, productno="NL-LYS-09")
    own = world.shop.add_product("Anden", "NL-LYS-01")

    with pytest.raises(Hold, match="belongs to product 1001"):
        product_to_item(world.context, str(own["id"]))
