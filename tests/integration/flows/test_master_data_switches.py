"""Every reading of the vendors' undocumented behaviour: the same records on both sides, and a second pass in silence."""

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from integration.errors import AccessDenied
from integration.flows.customer import customer_to_debtor, debtor_to_customer
from integration.flows.outcome import Done
from integration.flows.product import item_to_product, product_to_item
from sandbox.switches import READINGS
from tests.integration.flows.memory import World

MASTER_DATA = [
    (name, value)
    for name, values in READINGS.items()
    for value in values[1:]
    if name != "c1st.billing"
]


def settled(world: World) -> None:
    """Run every pair in both directions."""
    for link in list(world.links.rows.values()):
        flows = (
            (customer_to_debtor, debtor_to_customer)
            if link.entity == "customer"
            else (product_to_item, item_to_product)
        )
        for flow, source_id in zip(flows, (link.customers1st_id, link.uniconta_key), strict=True):
            assert isinstance(flow(world.context, source_id), Done)


@pytest.mark.parametrize(("name", "value"), [("none", ""), *MASTER_DATA])
def test_both_sides_agree_whatever_the_vendors_do(name: str, value: str) -> None:
    world = World()
    if name != "none":
        world.sandbox.switches.set(name, value)
    if (name, value) == ("c1st.naive_time", "store_local"):
        world.context.naive_zone = ZoneInfo("Europe/Copenhagen")
    world.staff.add("Debtor", Account="D77", Name="Holm", Group="1", City="Ribe", Country=57)
    own = world.shop.add_customer(
        "Anna", city="Nykøbing og hele vejen ud til fyret", vat="87654321"
    )

    customer_to_debtor(world.context, "5001")
    customer_to_debtor(world.context, str(own["id"]))
    debtor_to_customer(world.context, "D77")
    product_to_item(world.context, "1102")
    product_to_item(world.context, "1001")
    item_to_product(world.context, "SLANGE28")
    world.clock.advance(60)
    world.shop.edit_customer(5001, address="Ny vej 1", phone="22334455")
    world.shop.edit_product(1001, price=Decimal("199.97"), color="Blå")
    customer_to_debtor(world.context, "5001")
    product_to_item(world.context, "1001")
    world.clock.advance(60)
    world.staff.edit("Debtor", "D77", City="Skagen", ContactEmail="holm@holm.dk")
    world.staff.edit("InvItem", "NL-HJ24-SO-M", SalesPrice1=Decimal("159.98"), xSize="L")
    debtor_to_customer(world.context, "D77")
    item_to_product(world.context, "NL-HJ24-SO-M")

    mark, before = world.mark(), world.state()
    settled(world)
    assert world.writes(after=mark) == []
    assert world.state() == before
    assert len(world.links.rows) == 6
    debtor, item = world.debtor("K1001"), world.item("NL-LYS-01")
    assert (debtor["Address1"], debtor["Phone"], debtor["Country"]) == ("Ny vej 1", "22334455", 57)
    assert item["xColor"] == "Blå"
    net = (
        Decimal("199.97")
        if value == "0" and name == "c1st.prices_include_vat"
        else Decimal("159.98")
    )
    assert item["SalesPrice1"] == net
    customer = world.customer(int(next(
        link.customers1st_id for link in world.links.rows.values() if link.uniconta_key == "D77"
    )))  # fmt: skip
    assert (customer["city"], customer["email"]) == ("Skagen", "holm@holm.dk")
    assert customer["customerno"] == "D77"
    helmet = world.product(1102)
    gross = (
        Decimal("159.98")
        if value == "0" and name == "c1st.prices_include_vat"
        else Decimal("199.98")
    )
    assert (helmet["price"], helmet["size"]) == (gross, "L")


def test_a_missing_module_stops_the_connection() -> None:
    world = World()
    world.sandbox.switches.set("c1st.billing", "module_missing")

    with pytest.raises(AccessDenied):
        customer_to_debtor(world.context, "5001")
