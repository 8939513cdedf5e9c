"""Products become items, once, and both stay in step."""

from decimal import Decimal

from integration.flows.product import item_to_product, product_to_item
from tests.integration.flows.memory import World


def test_x() -> None:
    w = World()
    print(product_to_item(w.context, "1102"))
    print({k: v for k, v in w.item("NL-HJ24-SO-M").items() if v})
    print(w.sandbox.calls.by_path())
    m = w.mark()
    print(
        item_to_product(w.context, "NL-HJ24-SO-M"),
        product_to_item(w.context, "1102"),
        w.writes(after=m),
    )
    print(
        item_to_product(w.context, "SLANGE28"),
        item_to_product(w.context, "GAVEKORT"),
        w.writes(after=m),
    )
    p = [x for x in w.shop.store.products.values() if x["productno"] == "SLANGE28"][0]
    print({k: v for k, v in p.items() if v})
    m = w.mark()
    print(
        item_to_product(w.context, "SLANGE28"),
        product_to_item(w.context, str(p["id"])),
        w.writes(after=m),
    )
    w.clock.advance(100)
    w.staff.edit("InvItem", "SLANGE28", SalesPrice1=Decimal("159.98"), xColor="Blå")
    print(
        item_to_product(w.context, "SLANGE28"),
        w.product(p["id"])["price"],
        w.product(p["id"])["color"],
    )
    w.clock.advance(100)
    w.shop.edit_product(p["id"], price=Decimal("199.97"), title="Slange")
    print(product_to_item(w.context, str(p["id"])), w.item("SLANGE28")["SalesPrice1"])
    print(w.steps.lines)
