"""A sale's whole road: from the till to the posted books, exactly once, whatever happens on the way."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sandbox.customers1st.basket import card, cash, line, mobilepay, returned, tender
from sandbox.customers1st.till_api import add_payment_type
from sandbox.demo_day import BAG, BELL, LIGHTS
from syncjobs import runner
from syncjobs.models import DocumentRow, SyncJob, TenantState
from tests.journeys.world import Build, Killed, World

pytestmark = pytest.mark.django_db(transaction=True)


def sell(world: World, *, price: int = 100) -> str:
    """Sell a bell by card and return the receipt's id."""
    return str(world.till.sell([line(BELL, price=price)], [card()]).id)


def sell_a_day(world: World) -> None:
    till = world.till
    till.sell([line(LIGHTS)], [cash("200.00")])
    till.sell([line(BAG, discount="100.00")], [card()])
    bells = till.sell([line(BELL, 2)], [mobilepay()])
    till.return_(bells, [cash()], lines=[returned(bells.lines[0], 1)])


def test_a_day_of_till_sales_ties_out_to_the_oere(world: World) -> None:
    sell_a_day(world)
    world.catch_up()

    books = world.books()
    assert set(world.states().values()) == {"DONE"}
    assert books.accounts == {
        "1010": Decimal("-979.96"),
        "6510": Decimal("-244.99"),
        "5810": Decimal("75.00"),
        "2920": Decimal("-0.05"),
        "5830": Decimal(900),
        "5831": Decimal(250),
    }
    assert books.debtors == {}
    assert len(world.uniconta.invoices) == 4
    assert not world.uniconta.open_items("POS3000")
    assert set(DocumentRow.objects.values_list("state", flat=True)) <= {"SENT", "CONFIRMED"}


def test_repeated_deliveries_change_nothing(world: World) -> None:
    sell_a_day(world)
    world.catch_up()
    before = world.remote()
    world.calls.clear()

    assert world.repeat_hooks() == 4
    world.catch_up()

    assert world.remote() == before
    assert world.writes() == []


def test_a_sale_that_goes_well_costs_three_calls(world: World) -> None:
    sell_a_day(world)
    world.catch_up()
    sell(world)
    world.deliver_hooks()
    world.calls.clear()

    runner.work_tenant(world.tenant.pk)

    assert world.calls.count("uniconta") == 3


def test_a_held_sale_goes_on_once_its_setup_is_mended(world: World) -> None:
    add_payment_type(world.till.store, {"id": 90, "title": "Vipps", "accountno": "5831"})
    receipt = world.till.sell([line(BELL)], [tender("Vipps")])
    world.catch_up()
    job = SyncJob.objects.get()
    assert job.state == "NEEDS_PERSON"
    assert "Vipps" in job.cause
    assert not world.uniconta.orders

    world.tenant.payment_types.create(title="Vipps", account="5831")
    world.repeat_hooks()
    world.work()

    assert world.states() == {str(receipt.id): "DONE"}
    assert len(world.uniconta.invoices) == 1


def test_a_wrong_total_stops_all_invoicing(world: World) -> None:
    world.switches.set("uni.prices_incl_vat", "ignored")

    sell_a_day(world)
    world.catch_up()

    assert len(world.uniconta.invoices) == 1
    assert set(world.states().values()) == {"NEEDS_PERSON"}
    assert TenantState.objects.get().invoice_stop


def test_a_payment_that_the_payment_term_booked_is_never_posted_again(world: World) -> None:
    world.switches.set("uni.payment_term", "books_cash")
    sell(world)
    world.catch_up()
    books = world.books()
    assert TenantState.objects.get().invoice_stop

    for _ in range(2):
        world.repeat_hooks()
        world.work()
        world.command("retry", "nordlys")  # a person releases the stop without mending anything
        world.work()

    assert set(world.states().values()) == {"NEEDS_PERSON"}
    assert world.books() == books
    assert world.calls.count("uniconta", path="*PostDailyJournal") == 0


@pytest.mark.parametrize("path", ["*DebtorOrderClient", "*OrderLineClient", "*Invoice", "*Journal"])
@pytest.mark.parametrize("fault", ["reset", "lost_reply"])
def test_a_broken_connection_at_any_write_repairs_itself(
    world: World, path: str, fault: str
) -> None:
    sell(world)
    world.catch_up()  # a first sale stands, so that look-ups can be proven
    world.faults.add("uniconta", fault, times=1, method="POST", path=path)

    sell(world)
    world.catch_up()

    assert set(world.states().values()) == {"DONE"}
    assert len(world.uniconta.invoices) == 2
    assert world.uniconta.balances()["5830"] == Decimal(200)
    assert world.uniconta.debtor_balances()["POS3000"] == 0


def test_a_worker_killed_at_any_call_leaves_exactly_one_effect(world: World) -> None:
    sell(world)
    world.catch_up()
    first = world.boundaries()
    sell(world)
    world.catch_up()
    per_sale = world.boundaries() - first
    assert per_sale >= 10

    for number in range(3, 3 + per_sale):
        sell(world)
        world.deliver_hooks()
        world.kill_at = world.boundaries() + number - 2
        kill_and_restart(world)

        assert len(world.uniconta.invoices) == number
        assert world.uniconta.balances()["5830"] == Decimal(100 * number)
        assert world.uniconta.debtor_balances()["POS3000"] == 0
    assert set(world.states().values()) == {"DONE"}


def kill_and_restart(world: World) -> None:
    try:
        world.work()
    except Killed:
        world.bury()
    world.kill_at = None
    world.work()


def test_the_books_of_another_company_stay_untouched(world: World) -> None:
    before: Any = world.uniconta.balances(70124)

    sell_a_day(world)
    world.catch_up()

    assert world.uniconta.balances(70124) == before


def wait_for_bookkeeper(world: World) -> str:
    world.tenant.setup.auto_invoice_pos_sales = False
    world.tenant.setup.save()
    sell(world)
    world.catch_up()
    assert set(world.states().values()) == {"DONE"}
    assert not world.uniconta.invoices
    return str(world.uniconta.orders[0]["OrderNumber"])


def find_invoices(world: World) -> None:
    world.command("sync", "nordlys", "sale_to_order")
    world.work()


def test_the_bookkeepers_invoice_is_found_and_its_payment_settled(world: World) -> None:
    number = wait_for_bookkeeper(world)
    world.staff.invoice(int(number), on=date(2026, 3, 2))

    find_invoices(world)

    assert world.uniconta.balances()["5830"] == 100
    assert world.uniconta.debtor_balances()["POS3000"] == 0


def test_a_bookkeepers_other_amount_needs_a_person_but_stops_nobody(world: World) -> None:
    number = wait_for_bookkeeper(world)
    lines = world.uniconta.company()["DebtorOrderLine"]
    lines.change(next(iter(lines)), Price=Decimal(90))
    world.staff.invoice(int(number), on=date(2026, 3, 2))

    find_invoices(world)

    assert set(world.states().values()) == {"NEEDS_PERSON"}
    assert TenantState.objects.get().invoice_stop == ""
    assert world.uniconta.debtor_balances()["POS3000"] == 90


def test_a_refused_batch_is_not_sent_again_while_look_ups_are_blind(world: World) -> None:
    world.switches.set("uni.postdaily_atomic", "no")
    world.switches.set("uni.reference_on_gltrans", "none")
    for tender_ in (card(), mobilepay()):
        world.till.sell([line(BELL, price=100)], [tender_])
    world.catch_up()
    world.staff.edit("GLAccount", "5831", Blocked=True)

    for tender_ in (card(), card(), mobilepay()):
        world.till.sell([line(BELL, price=100)], [tender_])
    world.catch_up()

    assert world.uniconta.balances()["5830"] <= 300
    assert "NEEDS_PERSON" in world.states().values()


def test_a_stop_that_a_person_releases_during_a_run_stays_released(world: World) -> None:
    sell(world)
    world.catch_up()
    TenantState.objects.update(invoice_stop="Invoice 1 is wrong.")
    sell(world)
    at_call, state = world.at_call, TenantState.objects

    def release(when: str, request: Any) -> None:
        at_call(when, request)
        state.update(invoice_stop="")

    world.at_call = release  # type: ignore[method-assign]  # a person, in the middle of the run
    world.catch_up()

    assert state.get().invoice_stop == ""


def test_lines_that_were_written_are_never_written_twice_because_a_look_at_them_failed(
    build_world: Build,
) -> None:
    world = build_world({"uni.insertlist": "atomic_code"})  # so that a reply alone proves nothing
    world.command("hooks", "nordlys", "--repair")
    world.faults.add("uniconta", "status", status=500, times=3, path="*Get/DebtorOrderLineClient")
    sell(world)
    world.catch_up()

    lines = world.calls.count("uniconta", path="*InsertList/DebtorOrderLineClient")
    assert (lines, len(world.uniconta.invoices)) == (1, 1)
    assert set(world.states().values()) == {"DONE"}
