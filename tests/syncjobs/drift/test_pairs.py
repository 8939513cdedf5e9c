"""Customers and products drift apart in every way, on either side; `drift` names each, and mends it once."""

from decimal import Decimal
from typing import Any

import pytest

from integration.mapping.product import FIELDS
from syncjobs.models import DocumentRow, LinkRow, SyncJob
from tests.journeys.shops import Shops, ShopWorld
from tests.syncjobs.drift.told import brief, drift

pytestmark = pytest.mark.django_db(transaction=True)

C2D, D2C = "customer_to_debtor", "debtor_to_customer"
P2I, I2P = "product_to_item", "item_to_product"
LAMP, BAG, SEAT, BELL = 1001, 1002, 1004, 1005
IDLE = {
    "GET /api/customers": 1,
    "GET /api/products": 1,
    "POST /Query/Get/DebtorClient": 1,
    "POST /Query/Get/InvItemClientUser": 1,
}


def item_of(shop: ShopWorld, product: int) -> str:
    link = LinkRow.objects.get(tenant=shop.tenant, entity="product", customers1st_id=str(product))
    return link.uniconta_key


def account_of(shop: ShopWorld, customer: int) -> str:
    link = LinkRow.objects.get(tenant=shop.tenant, entity="customer", customers1st_id=str(customer))
    return link.uniconta_key


def own_rows() -> list[Any]:
    models = (LinkRow, DocumentRow, SyncJob)
    return [list(model.objects.order_by("id").values()) for model in models]


def test_in_step_costs_the_pages_and_writes_nothing(shops: Shops) -> None:
    before, rows, mark = shops.nordlys.state(), own_rows(), shops.mark()
    for options in ((), ("--repair",)):
        document, code = drift("nordlys", *options)
        assert (code, document["found"], document["differences"]) == (0, 0, [])
    assert shops.calls(after=mark) == {name: 2 * count for name, count in IDLE.items()}
    assert (shops.nordlys.state(), own_rows()) == (before, rows)


def spoil(shop: ShopWorld, clock: Any) -> set[tuple[str, str, str, str]]:
    """Let both sides drift apart in every way that mends itself; returns what must be told: class, kind, id, winner."""
    clock.advance(3600)
    till, staff = shop.shop, shop.staff
    debtor, bell = account_of(shop, 5001), item_of(shop, BELL)
    till.edit_product(LAMP, title="Lygte", price=Decimal("123.45"))
    staff.edit("InvItem", item_of(shop, BAG), Name="Taske", EAN="5799999999990")
    staff.edit("Debtor", debtor, Address1="Ny vej 7")
    till.edit_customer(5002, phone="87654321")
    made_product = till.add_product("Ny i kassen", "NY-1", price=Decimal("10.00"))
    made_customer = till.add_customer("Ny kunde")
    staff.add(
        "InvItem", Item="NY-2", Name="Ny i Uniconta", Group="1", ItemType="Item", CostModel="FIFO"
    )
    staff.add("Debtor", Account="NY-3", Name="Ny debitor", Group="1")
    staff.remove("InvItem", bell)
    till.delete_product(SEAT)
    seat = item_of(shop, SEAT)
    staff.remove("Debtor", account_of(shop, 5003))
    till.delete_customer(5004)
    gone = account_of(shop, 5004)
    LinkRow.objects.create(
        tenant=shop.tenant, entity="product", customers1st_id="999999", uniconta_key="GONE"
    )
    return {
        ("different", P2I, str(LAMP), "customers1st"),
        ("different", P2I, str(BAG), "uniconta"),
        ("different", C2D, "5001", "uniconta"),
        ("different", C2D, "5002", "customers1st"),
        ("missing", P2I, str(made_product["id"]), "customers1st"),
        ("missing", C2D, str(made_customer["id"]), "customers1st"),
        ("missing", I2P, "NY-2", "uniconta"),
        ("missing", D2C, "NY-3", "uniconta"),
        ("missing", P2I, str(BELL), "customers1st"),
        ("missing", I2P, seat, "uniconta"),
        ("missing", C2D, "5003", "customers1st"),
        ("missing", D2C, gone, "uniconta"),
        ("orphaned", P2I, "999999", ""),
    }


def test_every_way_to_drift_is_named_and_mended_once(shops: Shops) -> None:
    nordlys = shops.nordlys
    expected = spoil(nordlys, shops.clock)
    fjord = shops.fjord.state()
    before, rows, mark = nordlys.state(), own_rows(), shops.mark()
    document, code = drift("nordlys")
    assert code == 1
    assert brief(document) == {(*row, "found") for row in expected}
    assert shops.writes(after=mark) == {}
    assert (nordlys.state(), own_rows()) == (before, rows)

    document, code = drift("nordlys", "--repair")
    assert brief(document) == {(*row, "repaired") for row in expected}
    assert (code, document["remaining"]) == (0, 0)
    assert_equal(nordlys)

    before, rows, mark = nordlys.state(), own_rows(), shops.mark()
    document, code = drift("nordlys", "--repair")
    assert (code, document["found"]) == (0, 0)
    assert shops.calls(after=mark) == IDLE
    assert nordlys.state() == before
    assert own_rows()[1:] == rows[1:]
    assert shops.fjord.state() == fjord


def assert_equal(shop: ShopWorld) -> None:
    """Every living product and item, customer and debtor, is one half of exactly one pair of equals."""
    products = {k: v for k, v in shop.products().items() if v["deleted_at"] is None}
    customers = {
        k: v for k, v in shop.customers().items() if v["deleted_at"] is None and not v.get("draft")
    }
    items, debtors = shop.items(), shop.debtors()
    debtors.pop("POS3000")
    links = LinkRow.objects.filter(tenant=shop.tenant)
    pairs = {
        entity: dict(links.filter(entity=entity).values_list("customers1st_id", "uniconta_key"))
        for entity in ("product", "customer")
    }
    assert set(pairs["product"]) == {str(number) for number in products}
    assert set(pairs["product"].values()) == set(items)
    assert set(pairs["customer"]) == {str(number) for number in customers}
    assert set(pairs["customer"].values()) == set(debtors)
    for number, item in pairs["product"].items():
        assert products[int(number)]["title"] == items[item]["Name"]
    for number, account in pairs["customer"].items():
        assert customers[int(number)]["name"] == debtors[account]["Name"]
        assert (customers[int(number)]["address"] or "") == (debtors[account]["Address1"] or "")


def test_fields_are_told_with_both_values_the_winner_and_why(shops: Shops) -> None:
    nordlys = shops.nordlys
    shops.clock.advance(3600)
    nordlys.staff.edit("InvItem", item_of(nordlys, BAG), Name="Taske")
    document, _code = drift("nordlys")
    (row,) = document["differences"]
    assert (row["where"], row["winner"], row["name"]) == (
        "customers1st",
        "uniconta",
        "Taske",
    )
    assert row["fields"] == [
        {
            "field": "title",
            "customers1st": "Cykeltaske sæt 2 x 20 l",
            "uniconta": "Taske",
            "winner": "uniconta",
            "why": "it was changed in Uniconta",
        }
    ]


def test_what_stands_counts_and_not_what_was_seen(shops: Shops) -> None:
    """Both sides differ, and our fingerprints say that both are as last seen: a sweep finds nothing, drift does."""
    nordlys = shops.nordlys
    shops.clock.advance(3600)
    nordlys.staff.edit("InvItem", item_of(nordlys, LAMP), Name="Ny lygte")
    shops.clock.advance(3600)
    nordlys.sync(I2P, "--dry-run")
    link = LinkRow.objects.get(tenant=nordlys.tenant, entity="product", customers1st_id=str(LAMP))
    link.seen_uniconta["title"] = FIELDS[0].digest("Ny lygte")
    link.save()
    assert nordlys.sync(P2I, "--dry-run")["updated"] == 0
    assert nordlys.sync(I2P, "--dry-run")["updated"] == 0
    document, _code = drift("nordlys")
    (row,) = document["differences"]
    assert row["fields"][0]["why"] == "Uniconta was changed last"
    drift("nordlys", "--repair")
    assert nordlys.products()[LAMP]["title"] == "Ny lygte"
    assert drift("nordlys")[0]["found"] == 0


def test_an_item_with_another_number_is_followed(shops: Shops) -> None:
    nordlys = shops.nordlys
    old = item_of(nordlys, LAMP)
    nordlys.staff.edit("InvItem", old, Item="LYGTE-9")
    document, _code = drift("nordlys")
    (row,) = document["differences"]
    assert (row["class"], row["fields"][0]["field"]) == ("different", "Item")
    assert drift("nordlys", "--repair")[1] == 0
    assert item_of(nordlys, LAMP) == "LYGTE-9"
    assert old not in nordlys.items()
    assert drift("nordlys")[0]["found"] == 0


def test_a_double_number_needs_a_person_and_nothing_is_destroyed(shops: Shops) -> None:
    nordlys = shops.nordlys
    twin = nordlys.shop.add_product("Tvilling", "T", price=Decimal("1.00"))
    nordlys.shop.store.products[twin["id"]]["productno"] = item_of(nordlys, LAMP)
    second = nordlys.shop.add_customer("Tvilling")
    nordlys.shop.store.customers[second["id"]]["customerno"] = account_of(nordlys, 5001)
    before = nordlys.state()
    document, code = drift("nordlys", "--repair")
    assert brief(document) == {
        ("double", P2I, str(twin["id"]), "customers1st", "needs_person"),
        ("double", C2D, str(second["id"]), "customers1st", "needs_person"),
    }
    assert code == 1
    assert all(row["cure"] for row in document["differences"])
    assert nordlys.state() == before
    held = SyncJob.objects.filter(tenant=nordlys.tenant, state="NEEDS_PERSON")
    assert set(held.values_list("source_id", flat=True)) == {str(twin["id"]), str(second["id"])}

    nordlys.shop.edit_product(twin["id"], productno="TVILLING")
    nordlys.shop.edit_customer(second["id"], customerno="TV-1")
    assert drift("nordlys", "--repair")[1] == 0
    assert {"TVILLING"} <= set(nordlys.items())
    assert {"TV-1"} <= set(nordlys.debtors())
    assert not held.exists()
    assert drift("nordlys")[0]["found"] == 0


def test_the_switches_say_what_is_a_difference(shops: Shops) -> None:
    nordlys = shops.nordlys
    nordlys.tenant.webhook_switches.update(on=False)
    spoil(nordlys, shops.clock)
    before = nordlys.state()
    document, code = drift("nordlys", "--repair")
    assert (code, brief(document)) == (0, {("orphaned", P2I, "999999", "", "repaired")})
    assert document["left_alone"]["count"] >= 12
    assert nordlys.state() == before


def test_deletions_that_are_switched_on_end_the_other_half(shops: Shops) -> None:
    nordlys = shops.nordlys
    for system, entity in (("customers1st", "product"), ("uniconta", "debtor")):
        nordlys.tenant.webhook_switches.update_or_create(
            system=system, entity=entity, event="deleted", defaults={"on": True}
        )
    account = account_of(nordlys, 5002)
    nordlys.shop.delete_product(LAMP)
    nordlys.staff.remove("Debtor", account)
    document, _code = drift("nordlys")
    assert brief(document) == {
        ("orphaned", P2I, str(LAMP), "customers1st", "found"),
        ("orphaned", D2C, account, "uniconta", "found"),
    }
    assert drift("nordlys", "--repair")[1] == 0
    assert nordlys.items()[item_of(nordlys, LAMP)]["Blocked"]
    assert account not in nordlys.debtors()
    assert drift("nordlys")[0]["found"] == 0


@pytest.mark.parametrize("kind", [P2I, I2P])
def test_one_kind_alone_reads_and_writes_nothing_else(shops: Shops, kind: str) -> None:
    nordlys = shops.nordlys
    expected = spoil(nordlys, shops.clock)
    mark = shops.mark()
    document, _code = drift("nordlys", "--kind", kind, "--repair")
    assert {row["kind"] for row in document["differences"]} == {kind}
    missing = {row[2] for row in expected if row[:2] == ("missing", kind)}
    assert missing <= {row["source_id"] for row in document["differences"]}
    assert not [name for name in shops.calls(after=mark) if "ustomer" in name or "Debtor" in name]


def test_many_differences_cost_lists_and_pages(shops: Shops) -> None:
    nordlys = shops.nordlys
    for number in range(250):
        nordlys.shop.add_product(f"P{number}", f"P{number:04}", price=Decimal("10.00"))
    mark = shops.mark()
    document, _code = drift("nordlys", "--repair")
    assert document["repaired"] == 250
    calls = shops.calls(after=mark)
    assert calls["POST /Crud/InsertList/InvItemClientUser"] == 3
    assert sum(calls.values()) <= 12
