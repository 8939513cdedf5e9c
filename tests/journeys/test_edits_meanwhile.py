"""Somebody edits while lists of thousands are on their way, or while hooks are lost: nothing is overwritten, nothing is missed."""

from collections.abc import Callable
from typing import Any

import pytest

from integration.flows.bulk_lists import Lists
from integration.http import TokenBucket
from syncjobs.catalogue.sides import FEWEST_QUESTIONS
from syncjobs.models import SyncJob
from tests.journeys.shops import Shops

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 50


@pytest.fixture
def shops(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Shops:
    settings.ALLOWED_API_HOSTS = list(settings.ALLOWED_API_HOSTS)
    shops = Shops()
    monkeypatch.setattr("integration.http._new_session", shops.session)
    free = TokenBucket(10**9, 10**9)
    monkeypatch.setattr("integration.customers1st.client.bucket_for", lambda token: free)
    return shops


def before(monkeypatch: pytest.MonkeyPatch, name: str, act: Callable[[], object]) -> None:
    """Let something happen once, after the comparison and before a list of writes."""
    real, acts = getattr(Lists, name), [act]

    def edited(lists: Lists) -> None:
        if acts and getattr(lists, {"_update": "_updates", "_patch": "_patches"}[name]):
            acts.pop()()
        real(lists)

    monkeypatch.setattr(Lists, name, edited)


@pytest.mark.parametrize("changed", [3, MANY])
def test_a_foreign_edit_of_an_item_before_the_list_is_merged(
    shops: Shops, monkeypatch: pytest.MonkeyPatch, changed: int
) -> None:
    nordlys = shops.nordlys
    ids = [nordlys.shop.add_product(f"Vare {n}", f"P{n:03}")["id"] for n in range(MANY)]
    nordlys.settle()
    shops.clock.advance(60)
    for product in ids[:changed]:
        nordlys.shop.edit_product(product, title=f"Ny {product}")
    shops.clock.advance(60)
    before(
        monkeypatch, "_update", lambda: nordlys.staff.edit("InvItem", "P001", Name="Bogholderens")
    )
    nordlys.sync("product_to_item")
    nordlys.drain()
    nordlys.settle()
    names = [nordlys.items()[f"P{n:03}"]["Name"] for n in range(changed)]
    assert names == [
        "Bogholderens" if n == 1 else f"Ny {ids[n]}" for n in range(changed)
    ]  # the newer
    assert nordlys.products()[ids[1]]["title"] == "Bogholderens"


@pytest.mark.parametrize("changed", [3, MANY])
def test_a_foreign_edit_of_a_product_before_the_list_is_merged(
    shops: Shops, monkeypatch: pytest.MonkeyPatch, changed: int
) -> None:
    nordlys = shops.nordlys
    ids = [nordlys.shop.add_product(f"Vare {n}", f"P{n:03}")["id"] for n in range(MANY)]
    nordlys.settle()
    shops.clock.advance(60)
    for number in range(changed):
        nordlys.staff.edit("InvItem", f"P{number:03}", Name=f"Ny {number}")
    shops.clock.advance(60)
    before(monkeypatch, "_patch", lambda: nordlys.shop.edit_product(ids[1], title="Kassens"))
    nordlys.sync("item_to_product")
    nordlys.drain()
    nordlys.settle()
    titles = [nordlys.products()[product]["title"] for product in ids[:changed]]
    assert titles == ["Kassens" if n == 1 else f"Ny {n}" for n in range(changed)]
    assert nordlys.items()["P001"]["Name"] == "Kassens"


def test_many_changes_cost_one_more_look_for_all_of_them(shops: Shops) -> None:
    nordlys = shops.nordlys
    ids = [nordlys.shop.add_product(f"Vare {n}", f"P{n:03}")["id"] for n in range(250)]
    nordlys.settle()
    shops.clock.advance(60)
    for product in ids:
        nordlys.shop.edit_product(product, title=f"Ny {product}")
    mark = shops.mark()
    nordlys.sync("product_to_item")
    calls = shops.calls(after=mark)
    assert calls["PUT /Crud/UpdateFieldsModifiedList/InvItemClientUser"] == 3
    # asked for one by one, until all of them are read; and one more look before the writes
    assert calls["POST /Query/Get/InvItemClientUser"] == FEWEST_QUESTIONS + 1 + 1
    mark = shops.mark()
    nordlys.settle()
    assert shops.writes(after=mark) == {}


@pytest.mark.parametrize("kind", ["product_to_item", "item_to_product"])
def test_a_full_sync_sees_what_changed_on_the_side_it_does_not_start_from(
    shops: Shops, kind: str
) -> None:
    nordlys = shops.nordlys
    product = nordlys.shop.add_product("Lygte", "P1")["id"]
    nordlys.settle()
    shops.clock.advance(3600)
    if kind == "product_to_item":
        nordlys.staff.edit("InvItem", "P1", Name="Ny")
    else:
        nordlys.shop.edit_product(product, title="Ny")
    SyncJob.objects.all().delete()  # its call was lost
    nordlys.sync(kind, "--full")
    nordlys.drain()
    assert (nordlys.items()["P1"]["Name"], nordlys.products()[product]["title"]) == ("Ny", "Ny")


@pytest.mark.parametrize("kind", ["customer_to_debtor", "debtor_to_customer"])
def test_a_full_sync_of_customers_sees_the_other_side_too(shops: Shops, kind: str) -> None:
    nordlys = shops.nordlys
    customer = nordlys.shop.add_customer("Anna", customerno="A1")["id"]
    nordlys.settle()
    shops.clock.advance(3600)
    if kind == "customer_to_debtor":
        nordlys.staff.edit("Debtor", "A1", City="Ribe")
    else:
        nordlys.shop.edit_customer(customer, city="Ribe")
    nordlys.sync(kind, "--full")
    nordlys.drain()
    assert (nordlys.debtors()["A1"]["City"], nordlys.customers()[customer]["city"]) == (
        "Ribe",
        "Ribe",
    )
    mark = shops.mark()
    nordlys.settle()
    assert shops.writes(after=mark) == {}
