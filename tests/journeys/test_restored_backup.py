"""A backup is restored: the rows forget, Uniconta does not, and every receipt and close still has exactly one effect."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core import serializers
from django.core.management import call_command
from django.db import models, transaction

from sandbox.customers1st.basket import card, cash, line, on_account
from sandbox.demo_day import BELL
from settings_app.models import Setup
from syncjobs import gaps, reversals, runner
from syncjobs.models import (
    DayCloseProof,
    DocumentRow,
    Gap,
    HookRegistration,
    Presence,
    UnicontaSession,
)
from syncjobs.proofs import broken_sheets
from syncjobs.safety.sweep import sweep
from tests.journeys.tenant_files import SHOP
from tests.journeys.world import Build, Killed, World

pytestmark = pytest.mark.django_db(transaction=True)

TILL_AND_CLOSES = f"""{SHOP}
webhooks:
  customers1st:
    sale: {{created: true}}
    day_close: {{created: true}}
"""
KEPT = {Presence, Gap, HookRegistration, UnicontaSession}  # not what a test is about
FORGETFUL = [model for model in apps.get_app_config("syncjobs").get_models() if model not in KEPT]
Act = Callable[[World], object]


@pytest.fixture
def shop(build_world: Build) -> World:
    """A shop whose closes are posted too."""
    world = build_world(tenant_file=TILL_AND_CLOSES)
    world.command("hooks", "nordlys", "--repair")
    world.calls.clear()
    return world


def ring_up(world: World, *, at: datetime | None = None) -> None:
    world.till.sell([line(BELL, price=100)], [card()], at=at)


def sell(world: World, count: int = 1) -> None:
    for _ in range(count):
        ring_up(world)
    world.catch_up()


def sell_for_the_bookkeeper(world: World) -> None:
    """Sell where only orders are made; a person makes the invoice."""
    Setup.objects.filter(tenant=world.tenant).update(auto_invoice_pos_sales=False)
    ring_up(world)


def sell_on_account(world: World) -> None:
    """Sell to a customer who was never here before."""
    customer = world.till.add_customer("Ny kunde")
    world.till.sell([line(BELL, price=100)], [on_account("60"), cash()], customer=customer["id"])


def receive_payment(world: World) -> None:
    world.till.customer_payment(5001, [card("123.00")])


def close_day(world: World) -> None:
    """Close a register with a sale of it, a shortage and money to the bank."""
    world.till.sell([line(BELL, price=100)], [cash()], register=502)
    world.till.close(502, counted=90, to_bank=90)


def undo_sale(world: World) -> None:
    """Let a person undo the sale that was made last."""
    row = DocumentRow.objects.filter(kind="INVOICE").exclude(key__endswith=":reversal").latest("id")
    reversals.reverse(
        row, reason="Wrong", person="anna", on=date(2026, 3, 3), now=datetime.now(UTC)
    )


ACTS: dict[str, Act] = {
    "till sale": ring_up,
    "sale for the bookkeeper": sell_for_the_bookkeeper,
    "sale on account": sell_on_account,
    "payment on account": receive_payment,
    "day close": close_day,
}


def backup() -> str:
    rows: list[models.Model] = []
    for model in FORGETFUL:
        rows += model._base_manager.all()
    return str(serializers.serialize("json", rows))


def restore(dump: str) -> None:
    """Bring the rows of a backup back and forget what came after."""
    with transaction.atomic():
        for model in reversed(FORGETFUL):
            everything = model._base_manager.all()
            everything._raw_delete(everything.db)  # sealed sheets too: the disk was exchanged
        for row in serializers.deserialize("json", dump):
            row.save()


def stand_still(hours: int = 8) -> None:
    """Let the rows have been asleep until now."""
    Presence.objects.update(at=datetime.now(UTC) - timedelta(hours=hours))


def come_again(world: World) -> None:
    """Let the hooks come once more, and the safety job look."""
    world.repeat_hooks()
    sweep(world.tenant, "sale_to_order", now=datetime.now(UTC))
    world.catch_up()


def assert_one_effect_each(world: World, count: int) -> None:
    assert len(world.uniconta.invoices) == count
    assert not world.uniconta.orders
    assert world.uniconta.balances()["5830"] == 100 * count
    assert world.uniconta.debtor_balances()["POS3000"] == 0
    assert set(world.states().values()) == {"DONE"}
    assert DocumentRow.objects.filter(kind="SETTLEMENT", state="CONFIRMED").count() == count


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize("name", ACTS)
def test_what_the_rows_forgot_is_found_and_never_made_twice(
    shop: World, name: str, declared: bool
) -> None:
    act = ACTS[name]
    act(shop)
    shop.catch_up()
    rows = backup()
    act(shop)
    act(shop)
    shop.catch_up()
    before = shop.remote()

    restore(rows)
    if declared:
        call_command("restored", stdout=StringIO())
    else:
        stand_still()
    shop.calls.clear()
    come_again(shop)

    assert shop.writes() == []
    assert shop.remote() == before
    assert shop.causes() == []
    act(shop)
    shop.catch_up()
    assert shop.causes() == []
    assert broken_sheets(shop.tenant) == []
    assert shop.remote() != before


def test_till_sales_that_were_forgotten_have_one_effect_each(world: World) -> None:
    sell(world)
    rows = backup()
    sell(world, 2)
    restore(rows)
    stand_still()
    come_again(world)

    assert_one_effect_each(world, 3)
    sell(world)
    assert_one_effect_each(world, 4)


@pytest.mark.parametrize("name", ACTS)
def test_what_was_never_sent_is_sent_once_after_two_looks(shop: World, name: str) -> None:
    act = ACTS[name]
    act(shop)
    shop.catch_up()
    made = Counter(_made(shop))
    act(shop)
    call_command("restored", stdout=StringIO())

    shop.catch_up()

    assert shop.causes() == []
    assert Counter(_made(shop)) == made + made
    assert DocumentRow.objects.filter(facts__has_key="looked_for").exists()


def _made(world: World) -> list[str]:
    """Return the table of each row that a receipt or a close may leave in the company."""
    company = world.uniconta.company()
    tables = ("DebtorOrder", "DebtorOrderLine", "DebtorInvoice", "GLTrans")
    return [table for table in tables for _ in company[table]]


def test_an_order_in_the_backup_is_invoiced_after_two_looks(world: World) -> None:
    sell(world)
    world.faults.add("uniconta", "status", status=429, path="/Invoice/*")
    ring_up(world)
    world.deliver_hooks()
    runner.work_tenant(world.tenant.pk)
    assert len(world.uniconta.orders) == 1
    call_command("restored", stdout=StringIO())

    world.catch_up()

    assert_one_effect_each(world, 2)
    invoice = DocumentRow.objects.filter(kind="INVOICE").latest("id")
    assert "looked_for" in invoice.facts


@pytest.mark.parametrize("name", ACTS)
def test_a_backup_from_the_middle_makes_nothing_twice(shop: World, name: str) -> None:
    act = ACTS[name]
    for _ in range(2):  # the second finds everything warm
        act(shop)
        start = shop.boundaries()
        shop.deliver_hooks()
        shop.work()
        calls = shop.boundaries() - start
    for number in range(1, calls + 1):
        shop.received.clear()
        act(shop)
        shop.deliver_hooks()
        shop.kill_at = shop.boundaries() + number
        try:
            shop.work()
        except Killed:
            shop.bury()
        rows = backup()
        shop.kill_at = None
        shop.work()
        before = shop.remote()

        restore(rows)
        stand_still()
        shop.bury()
        shop.calls.clear()
        come_again(shop)

        assert shop.remote() == before
        assert shop.writes() == []
        assert shop.causes() == []
    closes = len(shop.till.store.closes)
    assert DayCloseProof.objects.filter(kind="close").count() == closes


def test_a_reversal_asked_for_again_is_found_and_never_made_twice(shop: World) -> None:
    ring_up(shop)
    shop.catch_up()
    rows = backup()
    undo_sale(shop)
    shop.work()
    before = shop.remote()
    assert len(shop.uniconta.invoices) == 2

    restore(rows)
    call_command("restored", stdout=StringIO())
    shop.calls.clear()
    undo_sale(shop)
    shop.work()

    assert shop.writes() == []
    assert shop.remote() == before
    assert shop.causes() == []
    assert DayCloseProof.objects.filter(kind="reversal").count() == 1


def test_a_night_without_the_service_costs_one_look_per_sale_and_no_person(world: World) -> None:
    sell(world)
    stand_still()
    world.calls.clear()
    sell(world)

    assert_one_effect_each(world, 2)
    assert Gap.objects.get().restored is False
    looks = world.calls.find("uniconta", path="*/Query/Get/Debtor[OI]*")
    assert len(looks) == 5  # order and invoice by two anchors each, and the read-back
    assert len(world.calls.find("uniconta", path="*/Query/Get/GLTransClient")) == 2


def test_a_night_without_the_service_costs_a_close_one_look(shop: World) -> None:
    for _ in range(2):
        shop.till.close(502, counted=100, to_bank=100)
        stand_still()
        shop.calls.clear()
        shop.catch_up()

    assert shop.causes() == []
    assert not Gap.objects.filter(restored=True).exists()
    assert len(shop.calls.find("uniconta", path="*/Query/Get/GLTransClient")) == 2


def test_what_happens_after_the_gap_is_a_first_attempt_again(world: World) -> None:
    sell(world)
    stand_still()
    gaps.mark(datetime.now(UTC))
    ring_up(world, at=datetime.now(UTC) + timedelta(hours=1))
    world.deliver_hooks()
    world.calls.clear()

    runner.work_tenant(world.tenant.pk)

    assert world.calls.count("uniconta") == 3


def test_the_first_sales_of_a_new_tenant_need_no_person_after_a_stop(world: World) -> None:
    world.switches.set("uni.reference_flow", "none")
    gaps.mark(datetime.now(UTC))
    stand_still()
    sell(world, 2)

    assert_one_effect_each(world, 2)


def test_blind_look_ups_after_a_restored_backup_need_a_person(world: World) -> None:
    world.switches.set("uni.reference_flow", "none")
    sell(world)
    rows = backup()
    sell(world)
    restore(rows)
    call_command("restored", stdout=StringIO())
    come_again(world)

    assert len(world.uniconta.invoices) == 2
    assert "NEEDS_PERSON" in world.states().values()
    assert "A backup was restored." in world.causes()[0]


@pytest.mark.parametrize("name", ["payment on account", "day close"])
def test_a_blind_ledger_after_a_restored_backup_needs_a_person(shop: World, name: str) -> None:
    shop.switches.set("uni.reference_on_gltrans", "none")
    act = ACTS[name]
    act(shop)
    shop.catch_up()
    rows = backup()
    act(shop)
    shop.catch_up()
    ledger = shop.uniconta.balances()
    restore(rows)
    call_command("restored", stdout=StringIO())
    come_again(shop)

    assert shop.uniconta.balances() == ledger
    assert "The look-up finds no earlier posting either" in shop.causes()[0]


def test_short_pauses_and_a_new_installation_are_no_gap() -> None:
    now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    for minutes in (0, 1, 6, 11):
        gaps.mark(now + timedelta(minutes=minutes))
    assert not Gap.objects.exists()
    gaps.mark(now + timedelta(minutes=17))
    assert Gap.objects.get().began_at == now + timedelta(minutes=11)
