"""Many receipts in line: their orders go out together, and everything else stays as if each had come alone."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from integration.mapping.product import PRODUCT
from sandbox.customers1st.basket import card, line, on_account
from sandbox.demo_day import BAG, BELL
from syncjobs import ahead
from syncjobs.models import LinkRow, Step, SyncJob, TenantState
from tests.journeys import shop_day
from tests.journeys.test_sale_road import kill_and_restart
from tests.journeys.world import World

pytestmark = pytest.mark.django_db(transaction=True)

ORDERS, LINES = "*InsertList/DebtorOrderClient", "*InsertList/DebtorOrderLineClient"
ALONE = "*Insert/DebtorOrderClient"
LINE = 6  # receipts


def sell(world: World, count: int = 1, *, item: int = BELL) -> list[str]:
    """Sell by card and return the receipts' ids."""
    sales = [world.till.sell([line(item, price=100)], [card()]) for _ in range(count)]
    return [str(sale.id) for sale in sales]


@pytest.fixture
def warm(world: World) -> World:
    """A shop whose first sale stands."""
    sell(world)
    world.catch_up()
    world.calls.clear()
    return world


def check(world: World, count: int) -> None:
    """Assert that each of so many sales is in the books once."""
    assert set(world.states().values()) == {"DONE"}, world.causes()
    assert len(world.uniconta.invoices) == count
    assert world.uniconta.orders == []
    assert world.uniconta.balances()["5830"] == Decimal(100 * count)
    assert world.uniconta.debtor_balances()["POS3000"] == 0


def test_receipts_in_line_cost_one_call_each_and_two_for_all(warm: World) -> None:
    sell(warm, LINE)
    warm.deliver_hooks()
    warm.calls.clear()

    warm.work()

    calls = [
        warm.calls.count("uniconta", path=path)
        for path in (ORDERS, LINES, ALONE, "*GenerateDebtorInvoice")
    ]
    assert calls == [1, 1, 0, LINE]
    assert warm.calls.count("customers1st") == LINE
    check(warm, 1 + LINE)
    job = SyncJob.objects.latest("id")
    texts = Step.objects.filter(job=job).values_list("text", flat=True)
    assert any("made together with 5 others" in text for text in texts)


def test_few_receipts_are_worked_one_by_one(warm: World) -> None:
    sell(warm, ahead.ENOUGH - 1)
    warm.catch_up()

    assert warm.calls.count("uniconta", path=ORDERS) == 0
    check(warm, ahead.ENOUGH)


def test_a_day_in_one_heap_gives_the_same_books_and_changes_nothing_when_told_again(
    world: World,
) -> None:
    shop_day.morning(world)
    world.catch_up()
    shop_day.morning(world)
    shop_day.afternoon(world)
    world.catch_up()

    assert world.calls.count("uniconta", path=ORDERS) > 0
    assert set(world.states().values()) == {"DONE"}, world.causes()
    assert world.books() == shop_day.expected_books(shop_day.receipts(world))
    before = world.remote()
    world.calls.clear()
    world.repeat_hooks()
    world.catch_up()
    assert world.remote() == before
    assert world.writes() == []


def test_what_is_no_plain_sale_is_left_to_its_own_job(warm: World) -> None:
    customer = warm.till.add_customer("Kunde")["id"]
    warm.till.sell([line(BELL, price=100)], [on_account("100.00")], customer=customer)
    sell(warm, LINE)
    sell(warm, item=BAG)  # an item that no link names yet
    warm.catch_up()

    assert warm.calls.count("uniconta", path=ORDERS) == 1
    assert warm.calls.count("uniconta", path=ALONE) == 2
    assert set(warm.states().values()) == {"DONE"}
    assert len(warm.uniconta.invoices) == 1 + LINE + 2


@pytest.mark.parametrize("insertlist", ["atomic_objects", "atomic_code", "partial"])
@pytest.mark.parametrize("path", [ORDERS, LINES])
@pytest.mark.parametrize(
    ("fault", "facts"),
    [
        ("reset", {}),
        ("lost_reply", {}),
        ("status", {"status": 429}),
        ("status", {"status": 500}),
        ("status", {"status": 200, "body": '"NoSucces"'}),  # which says nothing
        ("status", {"status": 200, "body": '"CouldNotCreate"'}),  # which says that nothing was done
    ],
)
def test_a_list_that_goes_wrong_repairs_itself(
    warm: World, insertlist: str, path: str, fault: str, facts: dict[str, Any]
) -> None:
    warm.switches.set("uni.insertlist", insertlist)
    warm.faults.add("uniconta", fault, times=1, path=path, **facts)
    sell(warm, LINE)
    warm.catch_up()

    assert warm.calls.count("uniconta", path=path) > 0
    check(warm, 1 + LINE)


@pytest.mark.parametrize("insertlist", ["atomic_objects", "partial"])
def test_a_line_that_is_refused_holds_its_own_receipt_only(warm: World, insertlist: str) -> None:
    warm.switches.set("uni.insertlist", insertlist)
    LinkRow.objects.create(
        tenant=warm.tenant, entity=PRODUCT, customers1st_id=str(BAG), uniconta_key="NL-GONE"
    )

    ids = [*sell(warm, LINE), *sell(warm, item=BAG)]
    warm.catch_up()

    states = warm.states()
    assert states[ids[-1]] == "NEEDS_PERSON"
    assert {states[each] for each in ids[:-1]} == {"DONE"}
    assert "lines of order" in warm.causes()[0].lower()
    assert len(warm.uniconta.invoices) == 1 + LINE

    if insertlist == "partial":
        return  # Uniconta says nothing: a person has to look
    like = next(iter(warm.company["InvItem"]))
    warm.staff.add("InvItem", **{**like, "Item": "NL-GONE", "EAN": ""})
    warm.command("retry", "nordlys")
    warm.work()
    check(warm, 2 + LINE)


def test_nothing_is_made_ahead_while_invoicing_is_stopped(warm: World) -> None:
    TenantState.objects.update(invoice_stop="Invoice 1 is wrong.")
    sell(warm, LINE)
    warm.catch_up()

    assert warm.calls.count("uniconta", path=ORDERS) == 0


def test_a_receipt_that_was_read_too_long_ago_is_read_again(
    warm: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "KEPT", timedelta(seconds=-1))
    sell(warm, LINE)
    warm.catch_up()

    assert warm.calls.count("customers1st") == 2 * LINE
    check(warm, 1 + LINE)


def test_a_worker_killed_around_a_list_leaves_every_effect_exactly_once(warm: World) -> None:
    count = 1
    for call in range(2 * LINE + 1, 2 * LINE + 9):  # after the receipts are read
        sell(warm, LINE)
        count += LINE
        warm.deliver_hooks()
        warm.kill_at = warm.boundaries() + call
        kill_and_restart(warm)
        check(warm, count)
