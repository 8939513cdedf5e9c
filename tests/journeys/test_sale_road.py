"""A sale's whole road: from the till to the posted books, exactly once, whatever happens on the way."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from syncjobs import runner
from syncjobs.models import DocumentRow, SyncJob, TenantState
from syncjobs.safety.sweep import sweep
from tests.journeys.world import Killed, World

pytestmark = pytest.mark.django_db(transaction=True)

CARD = {"title": "Dankort", "amount": Decimal("100.00")}
CASH = {"title": "Kontant", "cash": 1}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    monkeypatch.setattr("integration.http._new_session", world.session)
    return world


def sell_a_day(world: World) -> None:
    till = world.till
    for source_id in (
        till.sell(1, [{"price": "199.95"}], [{**CASH, "amount": 200, "unroundedcash": "199.95"}]),
        till.sell(
            2,
            [{"price": "1000", "discount_ppm_id": 22}, {"price": "-100", "productid": None}],
            [{"title": "Dankort", "amount": 900}],
        ),
        till.sell(3, [{"price": "250"}], [{"title": "MobilePay", "amount": 250}]),
        till.sell(
            4,
            [{"price": "125", "quantity": -1}],
            [{**CASH, "amount": -125, "unroundedcash": -125}],
        ),
    ):
        world.deliver(source_id)


def test_a_day_of_till_sales_ties_out_to_the_oere(world: World) -> None:
    before = world.uniconta.balances()

    sell_a_day(world)
    world.drain()

    after = world.uniconta.balances()
    moved = {
        account: after[account] - before.get(account, Decimal(0))
        for account in after
        if after[account] != before.get(account, Decimal(0))
    }
    assert set(world.states().values()) == {"DONE"}
    assert moved["1010"] == Decimal("-979.96")
    assert moved["6510"] == Decimal("-244.99")
    assert moved["5810"] == Decimal("75.00")
    assert moved["2920"] == Decimal("-0.05")
    assert moved["5830"] == Decimal(900)
    assert moved["5831"] == Decimal(250)
    assert world.uniconta.debtor_balances().get("POS3000", Decimal(0)) == 0
    assert len(world.uniconta.invoices) == 4
    assert not world.uniconta.open_items("POS3000")
    assert set(DocumentRow.objects.values_list("state", flat=True)) <= {"SENT", "CONFIRMED"}


def test_repeated_deliveries_change_nothing(world: World) -> None:
    sell_a_day(world)
    world.drain()
    before = world.uniconta.snapshot()

    for source_id in ("4", "2", "1", "3", "1"):
        world.deliver(source_id)
    world.drain()

    assert world.uniconta.snapshot() == before


def test_a_sale_that_goes_well_costs_three_calls(world: World) -> None:
    sell_a_day(world)
    world.drain()
    world.calls.clear()

    world.deliver(world.till.sell(5, [{"price": "100"}], [CARD]))
    runner.work_tenant(world.tenant.pk)

    assert world.calls.count("uniconta") == 3


def test_a_held_sale_goes_on_once_its_setup_is_mended(world: World) -> None:
    world.deliver(world.till.sell(1, [{"price": "100"}], [{"title": "Vipps", "amount": 100}]))
    world.drain()
    job = SyncJob.objects.get()
    assert job.state == "NEEDS_PERSON"
    assert "Vipps" in job.cause
    assert not world.uniconta.orders

    world.tenant.payment_types.create(title="Vipps", account="5831")
    world.deliver("1")
    world.drain()

    assert world.states() == {"1": "DONE"}
    assert len(world.uniconta.invoices) == 1


def test_a_wrong_total_stops_all_invoicing(world: World) -> None:
    world.switches.set("uni.prices_incl_vat", "ignored")

    sell_a_day(world)
    world.drain()

    assert len(world.uniconta.invoices) == 1
    assert set(world.states().values()) == {"NEEDS_PERSON"}
    assert TenantState.objects.get().invoice_stop


@pytest.mark.parametrize(
    ("switch", "value"),
    [
        ("uni.insert_reply", "code_only"),
        ("uni.insertlist", "atomic_code"),
        ("uni.invoice_reply", "pdf"),
        ("uni.invoice_reply", "text"),
        ("uni.postdaily_reply", "code_only"),
        ("uni.reference_on_gltrans", "account_side"),
        ("uni.reference_on_gltrans", "none"),
        ("uni.reference_flow", "none"),
        ("uni.delete_order", "ignored"),
        ("uni.creditnote", "own_series"),
        ("uni.nulls", "omitted"),
        ("uni.base_members", "absent"),
        ("uni.unknown_filter", "ignored"),
        ("uni.login_refusal", "401"),
        ("uni.company_after_refresh", "default_company"),
        ("uni.parallel_sessions", "oldest_dropped"),
        ("uni.enum_form", "label_da"),
        ("uni.label_set", "danish"),
        ("uni.doinvoice_default", "false"),
        ("uni.order_defaults", "from_debtor"),
        ("uni.vat_rounding", "per_line"),
        ("uni.error_form", "err_object"),
    ],
)
def test_any_reading_of_the_vendor_gives_the_same_books_or_a_person(
    world: World, switch: str, value: str
) -> None:
    world.switches.set(switch, value)

    sell_a_day(world)
    world.drain()

    states = set(world.states().values())
    balances = world.uniconta.balances()
    if states == {"DONE"}:
        assert balances["1010"] == Decimal("-979.96")
        assert balances["5830"] == Decimal(900)
        assert world.uniconta.debtor_balances().get("POS3000", Decimal(0)) == 0
    else:
        assert states <= {"DONE", "NEEDS_PERSON"}
    assert len(world.uniconta.invoices) <= 4


@pytest.mark.parametrize("path", ["*DebtorOrderClient", "*OrderLineClient", "*Invoice", "*Journal"])
@pytest.mark.parametrize("fault", ["reset", "lost_reply"])
def test_a_broken_connection_at_any_write_repairs_itself(
    world: World, path: str, fault: str
) -> None:
    world.deliver(world.till.sell(1, [{"price": "100"}], [CARD]))
    world.drain()  # a first sale stands, so that look-ups can be proven
    world.faults.add("uniconta", fault, times=1, method="POST", path=path)

    world.deliver(world.till.sell(2, [{"price": "100"}], [CARD]))
    world.drain()

    assert world.states() == {"1": "DONE", "2": "DONE"}
    assert len(world.uniconta.invoices) == 2
    assert world.uniconta.balances()["5830"] == Decimal(200)
    assert world.uniconta.debtor_balances()["POS3000"] == 0


def test_a_worker_killed_at_any_call_leaves_exactly_one_effect(world: World) -> None:
    world.deliver(world.till.sell(1, [{"price": "100"}], [CARD]))
    world.drain()
    first = world.boundaries()
    world.deliver(world.till.sell(2, [{"price": "100"}], [CARD]))
    world.drain()
    per_sale = world.boundaries() - first
    assert per_sale >= 10

    for number in range(3, 3 + per_sale):
        world.deliver(world.till.sell(number, [{"price": "100"}], [CARD]))
        world.kill_at = world.boundaries() + number - 2
        kill_and_restart(world)

        assert len(world.uniconta.invoices) == number
        assert world.uniconta.balances()["5830"] == Decimal(100 * number)
        assert world.uniconta.debtor_balances()["POS3000"] == 0
    assert set(world.states().values()) == {"DONE"}


def kill_and_restart(world: World) -> None:
    try:
        world.drain()
    except Killed:
        world.bury()
    world.kill_at = None
    world.drain()


def test_the_books_of_another_company_stay_untouched(world: World) -> None:
    before: Any = world.uniconta.balances(70124)

    sell_a_day(world)
    world.drain()

    assert world.uniconta.balances(70124) == before


def wait_for_bookkeeper(world: World) -> str:
    world.tenant.setup.auto_invoice_pos_sales = False
    world.tenant.setup.save()
    world.deliver(world.till.sell(1, [{"price": "100"}], [CARD]))
    world.drain()
    assert world.states() == {"1": "DONE"}
    assert not world.uniconta.invoices
    return str(world.uniconta.orders[0]["OrderNumber"])


def find_invoices(world: World) -> None:
    world.tenant.webhook_switches.filter(entity="sale").update(on=True)
    sweep(world.tenant, "sale_to_order", now=datetime.now(UTC))
    world.drain()


def test_the_bookkeepers_invoice_is_found_and_its_payment_settled(world: World) -> None:
    number = wait_for_bookkeeper(world)
    world.uniconta.staff().invoice(int(number), on=date(2026, 3, 2))

    find_invoices(world)

    assert world.uniconta.balances()["5830"] == 100
    assert world.uniconta.debtor_balances()["POS3000"] == 0


def test_a_bookkeepers_other_amount_needs_a_person_but_stops_nobody(world: World) -> None:
    number = wait_for_bookkeeper(world)
    lines = world.uniconta.company()["DebtorOrderLine"]
    lines.change(next(iter(lines)), Price=Decimal(90))
    world.uniconta.staff().invoice(int(number), on=date(2026, 3, 2))

    find_invoices(world)

    assert world.states() == {"1": "NEEDS_PERSON"}
    assert TenantState.objects.get().invoice_stop == ""
    assert world.uniconta.debtor_balances()["POS3000"] == 90


def test_a_refused_batch_is_not_sent_again_while_look_ups_are_blind(world: World) -> None:
    world.switches.set("uni.postdaily_atomic", "no")
    world.switches.set("uni.reference_on_gltrans", "none")
    paid = {"title": "MobilePay", "amount": 100}
    for number, tender in ((1, CARD), (2, paid)):
        world.deliver(world.till.sell(number, [{"price": "100"}], [tender]))
    world.drain()
    world.uniconta.staff().edit("GLAccount", "5831", Blocked=True)

    for number, tender in ((3, CARD), (4, CARD), (5, paid)):
        world.deliver(world.till.sell(number, [{"price": "100"}], [tender]))
    world.drain()

    assert world.uniconta.balances()["5830"] <= 300
    assert "NEEDS_PERSON" in world.states().values()


def test_a_stop_that_a_person_releases_during_a_run_stays_released(world: World) -> None:
    world.deliver(world.till.sell(1, [{"price": "100"}], [CARD]))
    world.drain()
    TenantState.objects.update(invoice_stop="Invoice 1 is wrong.")
    world.deliver(world.till.sell(2, [{"price": "100"}], [CARD]))
    at_call, state = world.at_call, TenantState.objects

    def release(when: str, name: str, request: Any) -> None:
        at_call(when, name, request)
        state.update(invoice_stop="")

    world.at_call = release  # type: ignore[method-assign]  # a person, in the middle of the run
    world.drain()

    assert state.get().invoice_stop == ""
