"""Many customers and debtors at once end as one by one would, in far fewer calls."""

from collections.abc import Mapping
from typing import Any, cast

import pytest

from integration.flows.bulk import Bulk
from integration.flows.bulk_result import Result, Verdict
from sandbox.customers1st.customers import create_customer
from syncjobs.catalogue.sides import sides_of
from tests.integration.flows.memory import World

TO_DEBTOR, TO_CUSTOMER = "customer_to_debtor", "debtor_to_customer"
TO_ITEM, TO_PRODUCT = "product_to_item", "item_to_product"


def work(
    world: World, kind: str = TO_DEBTOR, *, dry_run: bool = False, known: int | None = None
) -> dict[str, Result]:
    """Work all records of one side and return what became of them."""
    told: dict[str, Result] = {}

    def report(result: Result) -> None:
        assert result.source_id not in told
        told[result.source_id] = result

    sides = sides_of(world.context, kind)
    source = sides.source.shelf(known=0)
    target = sides.target.shelf(known=known or 0, at_once=known is None)
    bulk = Bulk(
        world.context, sides.master, source=source, target=target, report=report, dry_run=dry_run
    )
    rows = list(sides.source.read_all())
    source.turn(rows)
    bulk.turn(rows)
    for row in rows:
        bulk.work(sides.source.id_of(row))
    bulk.finish()
    return told


def counts(told: Mapping[str, Result]) -> dict[str, int]:
    return {
        verdict.value: sum(result.verdict is verdict for result in told.values())
        for verdict in Verdict
        if any(result.verdict is verdict for result in told.values())
    }


@pytest.fixture
def world() -> World:
    """A shop whose customers are all new, some of them odd."""
    world = World()
    world.shop.store.customers.clear()
    for number in range(1, 251):
        create_customer(
            world.shop,
            {
                "name": f"Customer {number}",
                "customerno": f"K{number}",
                "phone": f"+45{20000000 + number}",
                "email": f"c{number}@shop.dk",
                "note": "stays",
            },
            quiet=True,
        )
    return world


def test_new_customers_are_lists_of_100(world: World) -> None:
    mark = world.mark()
    told = work(world)
    assert counts(told) == {"created": 250}
    assert world.writes(after=mark) == ["POST /Crud/InsertList/DebtorClient"] * 3
    assert world.debtor("K7")["Phone"] == "+4520000007"
    assert len(world.links.rows) == 250
    assert {result.text for result in told.values()} >= {
        "debtor K1 was created",
        "debtor K250 was created",
    }


def test_a_second_pass_writes_nothing(world: World) -> None:
    work(world)
    before, mark, saves = world.state(), world.mark(), world.links.saves
    assert counts(work(world)) == {"unchanged": 250}
    told = work(world, TO_CUSTOMER)
    assert {told[f"K{number}"].verdict for number in range(1, 251)} == {Verdict.UNCHANGED}
    assert told["POS3000"].verdict is Verdict.SKIPPED
    assert world.writes(after=mark) == []
    assert (world.state(), world.links.saves) == (before, saves)


def test_a_rehearsal_writes_nothing_and_tells_field_by_field(world: World) -> None:
    work(world)
    account = "K9"
    customer = next(c for c in world.shop.store.customers.values() if c["customerno"] == account)
    world.shop.edit_customer(customer["id"], city="Aarhus")
    before, mark, links = world.state(), world.mark(), dict(world.links.rows)
    told = work(world, dry_run=True)
    assert counts(told) == {"updated": 1, "unchanged": 249}
    assert told[str(customer["id"])].changes == {"City": (None, "Aarhus")}
    assert world.writes(after=mark) == []
    assert (world.state(), world.links.rows) == (before, links)


def move_to_aarhus(world: World, *accounts: str) -> list[str]:
    """Edit customers at the till; returns their ids."""
    by_number = {each["customerno"]: each["id"] for each in world.shop.store.customers.values()}
    for account in accounts:
        world.shop.edit_customer(by_number[account], city="Aarhus")
    return [str(by_number[account]) for account in accounts]


def test_a_change_that_is_refused_keeps_no_other_out(world: World) -> None:
    work(world)
    *good, bad = move_to_aarhus(world, "K1", "K2", "K4", "K3")
    row = cast("dict[str, Any]", world.company.row("Debtor", "K3"))
    row["Group"] = "77"  # which the company does not know, so that it refuses any change

    told = work(world)

    assert [told[source_id].verdict for source_id in good] == [Verdict.UPDATED] * 3
    assert told[bad].verdict is Verdict.NEEDS_PERSON
    assert told[bad].hold is not None
    assert "K3" in told[bad].text
    assert [world.debtor(f"K{n}").get("City") for n in (1, 2, 4)] == ["Aarhus"] * 3
    assert not world.debtor("K3").get("City")


@pytest.mark.parametrize("fault", ["lost_reply", "reset"])
def test_changes_whose_outcome_is_unknown_are_left_and_then_compared_again(
    world: World, fault: str
) -> None:
    work(world)
    ids = move_to_aarhus(world, "K1", "K2")
    world.sandbox.faults.add("uniconta", fault, path="/Crud/UpdateFields*", times=1)

    told = work(world)

    assert {told[source_id].verdict for source_id in ids} == {Verdict.LEFT}
    mark = world.mark()
    work(world)
    assert [world.debtor(f"K{n}").get("City") for n in (1, 2)] == ["Aarhus", "Aarhus"]
    assert len(world.writes(after=mark)) == (fault == "reset")
