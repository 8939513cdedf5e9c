"""Customers and products by the hundred, both ways: equal in the end, silent afterwards, cheap all the while."""

import random
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from integration.http import TokenBucket
from sandbox.customers1st.products import vat_rate
from syncjobs.folding import fold
from syncjobs.models import DocumentRow, LinkRow, SafetyRun, SyncJob
from tests import factories
from tests.journeys.shops import KINDS, Shops, ShopWorld, run

pytestmark = pytest.mark.django_db(transaction=True)

TO_ITEM, TO_PRODUCT = "product_to_item", "item_to_product"
SAME_IN_CUSTOMERS = {
    "name": "Name",
    "phone": "Phone",
    "email": "ContactEmail",
    "address": "Address1",
    "zipcode": "ZipCode",
    "city": "City",
}


@pytest.fixture
def shops(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Shops:
    settings.ALLOWED_API_HOSTS = list(settings.ALLOWED_API_HOSTS)
    shops = Shops()
    monkeypatch.setattr("integration.http._new_session", shops.session)
    free = TokenBucket(10**9, 10**9)
    monkeypatch.setattr("integration.customers1st.client.bucket_for", lambda token: free)
    return shops


def add_products(shop: ShopWorld, count: int, *, prefix: str = "A") -> list[dict[str, Any]]:
    return [
        shop.shop.add_product(
            f"Product {prefix}{number}",
            f"{prefix}{number:05}",
            barcode=f"57{ord(prefix)}{number:08}",
            price=Decimal("100.00") + number,
            costprice=Decimal("40.00"),
        )
        for number in range(count)
    ]


def add_items(shop: ShopWorld, count: int, *, prefix: str = "U") -> None:
    for number in range(count):
        shop.staff.add(
            "InvItem",
            Item=f"{prefix}{number:05}",
            Name=f"Item {number}",
            Group="1",
            ItemType="Item",
            CostModel="FIFO",
            EAN=f"58{number:011}",
            SalesPrice1=Decimal("80.00"),
        )


def test_a_first_sync_of_products_is_lists_and_pages(shops: Shops) -> None:
    nordlys = shops.nordlys
    add_products(nordlys, 450)
    total, mark = len(nordlys.products()), shops.mark()
    document = nordlys.sync(TO_ITEM)
    assert document["created"] >= 450
    assert (document["needs_person"], document["queued"]) == (0, 0)
    assert (document["missed"], document["reasons"]) == (0, {})  # no webhook could have told
    writes, calls = shops.writes(after=mark), shops.calls(after=mark)
    assert writes == {"POST /Crud/InsertList/InvItemClientUser": -(-document["created"] // 100)}
    assert calls["GET /api/products"] == -(-total // 200)
    assert calls["POST /Query/Get/InvItemClientUser"] == 1
    assert sum(calls.values()) - sum(writes.values()) <= total / 200 + 10
    assert nordlys.items()["A00007"]["SalesPrice1"] == Decimal("85.60")
    assert LinkRow.objects.filter(tenant=nordlys.tenant, entity="product").count() >= 450


@pytest.mark.parametrize("count", [50, 400])
def test_nothing_changed_costs_the_same_at_any_size_and_writes_nothing(
    shops: Shops, count: int
) -> None:
    nordlys = shops.nordlys
    add_products(nordlys, count)
    nordlys.settle()
    before, mark = nordlys.state(), shops.mark()
    for kind in KINDS:
        document = nordlys.sync(kind)
        assert [document[name] for name in ("created", "updated", "queued")] == [0, 0, 0], kind
    assert shops.writes(after=mark) == {}
    assert sum(shops.calls(after=mark).values()) <= 8
    assert nordlys.state() == before


def test_a_dry_run_names_every_change_and_writes_nothing(shops: Shops) -> None:
    nordlys = shops.nordlys
    nordlys.settle()
    product = add_products(nordlys, 1)[0]
    other = next(row for row in nordlys.products().values() if row["productno"] == "NL-LYS-01")
    nordlys.shop.edit_product(other["id"], title="Lygte")
    before, mark, rows = nordlys.state(), shops.mark(), list(LinkRow.objects.values())
    runs = list(SafetyRun.objects.filter(tenant=nordlys.tenant).values())
    document = nordlys.sync(TO_ITEM, "--dry-run")
    assert (document["created"], document["updated"], document["dry_run"]) == (1, 1, True)
    records = {row["source_id"]: row for row in document["records"]}
    assert records[str(product["id"])]["changes"]["Item"] == [None, "A00000"]
    assert records[str(other["id"])]["changes"] == {"Name": ["Lygtesæt LED Nordlys", "Lygte"]}
    assert shops.writes(after=mark) == {}
    assert nordlys.state() == before
    assert list(LinkRow.objects.values()) == rows
    assert list(SafetyRun.objects.filter(tenant=nordlys.tenant).values()) == runs


def messy(shop: ShopWorld, count: int, rng: random.Random) -> None:
    """Fill both sides: half of it exists on both, under keys that people typed."""
    for number in range(count):
        phone = f"{20000000 + number}"
        customer = {
            "customerno": f"M{number}" if number % 3 else None,
            "phone": f"+45{phone}",
            "email": f"m{number}@kunde.dk",
            "address": f"Vej {number}",
            "zipcode": "8000",
            "city": "Aarhus C",
            "note": f"note {number}",
        }
        if rng.random() < 0.7:
            shop.shop.add_customer(f"Kunde {number}", **customer)
        if rng.random() < 0.7:
            shop.staff.add(
                "Debtor",
                Account=f"M{number}" if number % 3 else f"UNI{number}",
                Name=f"KUNDE {number}",
                Group="1",
                Phone=rng.choice([phone, f"+45 {phone}", f"  {phone} "]),
                ContactEmail=f"M{number}@Kunde.DK",
                CreditMax=Decimal(1000 + number),
            )
    add_products(shop, count, prefix="P")
    add_items(shop, count // 2, prefix="P")
    add_items(shop, count // 2, prefix="X")


def assert_equal(shop: ShopWorld) -> None:
    """Assert that every linked pair says the same on both sides."""
    debtors, items = shop.debtors(), shop.items()
    customers, products = shop.customers(), shop.products()
    links = LinkRow.objects.filter(tenant=shop.tenant)
    for link in links.filter(entity="customer"):
        customer, debtor = customers[int(link.customers1st_id)], debtors[link.uniconta_key]
        for ours, theirs in SAME_IN_CUSTOMERS.items():
            left, right = str(customer[ours] or ""), str(debtor[theirs] or "")
            plain = ["".join(text.split()).lower().removeprefix("+45") for text in (left, right)]
            assert plain[0] == plain[1], (link, ours)
        assert customer["customerno"] == debtor["Account"]
    for link in links.filter(entity="product"):
        product, item = products[int(link.customers1st_id)], items[link.uniconta_key]
        assert product["title"] == item["Name"]
        net = (product["price"] or 0) / (1 + vat_rate(product) / 100)
        assert abs(net - (item["SalesPrice1"] or 0)) <= Decimal("0.00501"), link
        assert product["productno"] == item["Item"]


def test_two_messy_shops_come_in_step_and_fall_silent(shops: Shops) -> None:
    rng = random.Random(7)  # noqa: S311 - the same mess each time
    for shop in (shops.nordlys, shops.fjord):
        messy(shop, 60, rng)
    limits = {account: row["CreditMax"] for account, row in shops.nordlys.debtors().items()}
    notes = {number: row["note"] for number, row in shops.nordlys.customers().items()}
    fjord = shops.fjord.state()
    for _ in range(2):
        shops.nordlys.settle()
    assert shops.fjord.state() == fjord
    nameless = {str(number) for number, row in shops.nordlys.customers().items() if not row["name"]}
    held = SyncJob.objects.filter(state="NEEDS_PERSON")
    assert set(held.values_list("source_id", flat=True)) == nameless
    linked = LinkRow.objects.filter(tenant=shops.nordlys.tenant)
    ready = [row for row in shops.nordlys.customers().values() if row["name"] and not row["draft"]]
    assert linked.filter(entity="customer").count() == len(ready)
    assert_equal(shops.nordlys)
    after = shops.nordlys
    assert {a: after.debtors()[a]["CreditMax"] for a in limits} == limits
    assert {n: after.customers()[n]["note"] for n in notes} == notes

    before, mark = shops.nordlys.state(), shops.mark()
    shops.nordlys.settle()
    for kind in KINDS:
        assert shops.nordlys.sync(kind, "--full")["queued"] == 0, kind
    assert shops.writes(after=mark) == {}
    assert shops.nordlys.state() == before

    shops.clock.advance(3600)
    for number, row in list(shops.nordlys.customers().items())[:20]:
        shops.nordlys.shop.edit_customer(number, city=f"By {row['id']}")
    for account in list(shops.nordlys.debtors())[-20:]:
        if account.startswith("M"):
            shops.nordlys.staff.edit("Debtor", account, Address1=f"Ny vej {account}")
    for number in list(shops.nordlys.products())[:30]:
        shops.nordlys.shop.edit_product(number, price=Decimal("99.95"))
    shops.clock.advance(3600)
    shops.nordlys.settle()
    assert_equal(shops.nordlys)
    mark = shops.mark()
    shops.nordlys.settle()
    assert shops.writes(after=mark) == {}


@pytest.mark.parametrize(
    ("form", "error_form"),
    [("atomic_objects", "json_string"), ("atomic_code", "err_object"), ("partial", "plain_text")],
)
def test_bad_records_need_a_person_and_keep_no_good_one_out(
    shops: Shops, form: str, error_form: str
) -> None:
    shops.sandbox.switches.set("uni.insertlist", form)
    shops.sandbox.switches.set("uni.error_form", error_form)
    nordlys = shops.nordlys
    add_products(nordlys, 150)
    twin = nordlys.shop.add_product("Twin", "TWIN-1", serieno="S1")
    copy = nordlys.shop.add_product("Copy", "TWIN-1", serieno="S2")
    long = nordlys.shop.add_product("Long", "L1")
    nordlys.shop.store.products[long["id"]]["productno"] = "L" * 41
    document = nordlys.sync(TO_ITEM)
    assert document["created"] >= 151
    assert document["needs_person"] == 1
    job = SyncJob.objects.get(state="NEEDS_PERSON")
    assert job.source_id == str(long["id"])
    assert "L" * 41 in job.cause
    assert {"A00000", "A00149", "TWIN-1"} <= set(nordlys.items())
    assert twin["id"] != copy["id"]
    nordlys.shop.edit_product(long["id"], productno="L1")
    nordlys.settle(TO_ITEM)
    assert "L1" in nordlys.items()
    assert not SyncJob.objects.filter(state="NEEDS_PERSON").exists()


@pytest.mark.parametrize("fault", ["lost_reply", "reset"])
def test_a_list_whose_outcome_is_unknown_is_made_once(shops: Shops, fault: str) -> None:
    nordlys = shops.nordlys
    add_products(nordlys, 120)
    shops.sandbox.faults.add("uniconta", fault, path="/Crud/InsertList/*", times=1)
    document = nordlys.sync(TO_ITEM)
    lost = 100 if fault == "reset" else 0
    assert document["queued"] == lost
    nordlys.drain()
    assert not DocumentRow.objects.exclude(state="SENT").exists()
    numbers = [row["Item"] for row in nordlys.company["InvItem"] if row["Item"].startswith("A0")]
    assert len(numbers) == len(set(numbers)) == 120
    assert not SyncJob.objects.exclude(state="DONE").exists()


def test_waiting_jobs_of_one_kind_are_worked_as_lists(shops: Shops) -> None:
    nordlys = shops.nordlys
    nordlys.settle()
    now = datetime.now(UTC)
    for row in add_products(nordlys, 220):
        fold(nordlys.tenant, TO_ITEM, str(row["id"]), now=now)
    fold(nordlys.tenant, TO_ITEM, "999999", now=now)
    mark = shops.mark()
    assert run("drain", "--tenant", "nordlys")["worked"] == 221
    writes = shops.writes(after=mark)
    assert writes == {"POST /Crud/InsertList/InvItemClientUser": 3}
    assert sum(shops.calls(after=mark).values()) <= 60
    jobs = SyncJob.objects.filter(kind=TO_ITEM, created_at=now)
    states = dict(jobs.values_list("source_id", "state"))
    assert len(states) == 221
    assert states.pop("999999") == "SKIPPED"
    assert set(states.values()) == {"DONE"}
    for number in range(220):
        fold(nordlys.tenant, TO_PRODUCT, f"A{number:05}", now=now)
    before, mark = nordlys.state(), shops.mark()
    run("drain", "--tenant", "nordlys")
    assert shops.writes(after=mark) == {}
    assert sum(shops.calls(after=mark).values()) <= 8
    assert nordlys.state() == before


@pytest.mark.parametrize(
    "switch", [("uni.updated_at_filter", "error"), ("uni.base_members", "absent")]
)
def test_changes_that_uniconta_cannot_tell_are_found_all_the_same(
    shops: Shops, switch: tuple[str, str]
) -> None:
    shops.sandbox.switches.set(*switch)
    nordlys = shops.nordlys
    add_products(nordlys, 5)
    nordlys.settle()
    shops.clock.advance(3600)
    nordlys.staff.edit("InvItem", "A00003", Name="Renamed")
    nordlys.settle(TO_PRODUCT)
    product = next(row for row in nordlys.products().values() if row["productno"] == "A00003")
    assert product["title"] == "Renamed"


def test_switches_decide_for_sync_too(shops: Shops) -> None:
    nordlys = shops.nordlys
    for event in ("created", "updated"):
        nordlys.tenant.webhook_switches.filter(entity="item", event=event).update(on=False)
    nordlys.tenant.webhook_switches.filter(entity="product", event="created").update(on=False)
    add_products(nordlys, 3)
    document = nordlys.sync(TO_ITEM)
    assert document["created"] == 0
    assert document["skipped"] >= 3
    before = nordlys.state()
    assert nordlys.sync(TO_PRODUCT)["created"] == 0
    assert nordlys.state() == before


def test_a_record_that_a_switch_passes_over_still_needs_its_person(shops: Shops) -> None:
    nordlys = shops.nordlys
    (good,) = add_products(nordlys, 1)
    factories.held_job(nordlys.tenant, str(good["id"]), kind=TO_ITEM)
    nordlys.tenant.webhook_switches.filter(entity="product", event="created").update(on=False)
    assert nordlys.sync(TO_ITEM)["created"] == 0
    assert SyncJob.objects.get(source_id=str(good["id"])).state == "NEEDS_PERSON"

    nordlys.tenant.webhook_switches.filter(entity="product", event="created").update(on=True)
    nordlys.sync(TO_ITEM, "--full")
    assert SyncJob.objects.get(source_id=str(good["id"])).state == "SKIPPED"
