"""What our rows know of a page is asked at once, and is never older than what the page itself wrote."""

from dataclasses import replace

import pytest

from integration.flows.bulk_result import Verdict
from integration.flows.near import Near, NearDocuments, NearLinks
from integration.flows.registry import MASTER_DATA
from integration.mapping.fields import Side
from integration.ports import Document, DocumentKind, Link
from sandbox.customers1st.customers import create_customer
from tests.integration.flows.memory import MemoryDocuments, MemoryLinks, World
from tests.integration.flows.test_bulk import counts, work

ONE = Link(entity="product", customers1st_id="1", uniconta_key="I1", row_id=11)
ITEM = Document(kind=DocumentKind.ITEM, key="c1st:3000:product:1", source_id="1", number="I1")


class AskedLinks(MemoryLinks):
    """Links that are not to be asked one by one."""

    asked = 0

    def get(self, entity: str, customers1st_id: str) -> Link | None:
        self.asked += 1
        return super().get(entity, customers1st_id)

    def get_by_key(self, entity: str, uniconta_key: str) -> Link | None:
        self.asked += 1
        return super().get_by_key(entity, uniconta_key)


def test_links_that_were_read_and_those_that_are_not_there_are_asked_no_more() -> None:
    real = AskedLinks()
    real.save(ONE)
    real.asked = 0
    near = NearLinks(real)
    near.read("product", ids=["1", "2"], keys=["I2"], row_ids=[12])
    assert (near.get("product", "1"), near.get("product", "2")) == (ONE, None)
    assert (near.get_by_key("product", "I1"), near.get_by_key("product", "I2")) == (ONE, None)
    assert (near.get_by_row("product", 11), near.get_by_row("product", 12)) == (ONE, None)
    assert real.asked == 0
    assert near.get("customer", "1") is None
    assert real.asked == 1


def test_a_link_that_was_written_is_read_anew_by_all_that_it_was_found_by() -> None:
    real = MemoryLinks()
    real.save(ONE)
    near = NearLinks(real)
    near.read("product", ids=["1"], keys=["I9"])
    renamed = replace(ONE, uniconta_key="I9", row_id=12)
    real.save(renamed)
    near.forget(renamed)
    assert near.get("product", "1") == renamed
    assert (near.get_by_key("product", "I1"), near.get_by_key("product", "I9")) == (None, renamed)
    assert (near.get_by_row("product", 11), near.get_by_row("product", 12)) == (None, renamed)


def test_a_document_that_was_written_is_read_anew() -> None:
    real = MemoryDocuments()
    near = NearDocuments(real)
    near.read(DocumentKind.ITEM, keys=[ITEM.key], numbers=["I1"])
    real.save(ITEM, was=None)
    assert near.get(DocumentKind.ITEM, ITEM.key) is None
    assert near.with_number(DocumentKind.ITEM, "I1") is None
    near.forget(ITEM)
    assert near.get(DocumentKind.ITEM, ITEM.key) == ITEM
    assert near.with_number(DocumentKind.ITEM, "I1") == ITEM


@pytest.mark.parametrize("side", list(Side))
def test_a_page_asks_for_links_and_creates_of_its_records(side: Side) -> None:
    world = World()
    (product,) = [p for p in world.shop.store.products.values() if p["productno"] == "NL-LYS-01"]
    rows = {Side.CUSTOMERS1ST: product, Side.UNICONTA: {"Item": "NL-LYS-01", "RowId": 11}}
    kind, key = {
        Side.CUSTOMERS1ST: (DocumentKind.ITEM, f"c1st:3000:product:{product['id']}"),
        Side.UNICONTA: (DocumentKind.PRODUCT, "uniconta:item:NL-LYS-01"),
    }[side]
    document = Document(kind=kind, key=key, source_id="1", number="NL-LYS-01")
    world.documents.save(document, was=None)
    near = Near(world.links, world.documents)
    near.turn(world.context, MASTER_DATA["product_to_item"], side, [rows[side]])
    world.documents.rows.clear()
    assert near.documents.get(kind, key) == document
    assert near.links.get_by_key("product", "NL-LYS-01") is None


def test_a_number_that_an_earlier_list_of_the_page_used_is_taken() -> None:
    world = World()
    world.shop.store.customers.clear()
    for number in range(150):
        create_customer(
            world.shop, {"name": f"Customer {number}", "customerno": f"K{number}"}, quiet=True
        )
    last = create_customer(world.shop, {"name": "Twin", "customerno": "K999"}, quiet=True)
    last["customerno"] = "K0"
    told = work(world, "customer_to_debtor")
    assert counts(told) == {"created": 150, "needs_person": 1}
    assert told[str(last["id"])].verdict is Verdict.NEEDS_PERSON
