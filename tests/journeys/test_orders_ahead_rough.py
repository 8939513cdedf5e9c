"""Receipts in line when the shop, a person, the vendor or the worker's death comes between the list and the jobs."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from integration.flows import orders_ahead
from integration.mapping.product import PRODUCT
from integration.uniconta.client import UnicontaClient
from sandbox.customers1st.basket import card, line
from sandbox.demo_day import BELL
from settings_app.services import apply_file
from syncjobs import ahead, desk, runner
from syncjobs.models import LinkRow, SyncJob, TenantState
from tests.journeys.tenant_files import TENANT_FILE
from tests.journeys.test_orders_ahead import ALONE, LINE, LINES, ORDERS, check, sell
from tests.journeys.world import Killed, World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def warm(world: World) -> World:
    """A shop whose first sale stands."""
    sell(world)
    world.catch_up()
    world.calls.clear()
    return world


def meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch, path: str, act: Callable[[], object]
) -> None:
    """Let something happen once, just before the first call of a path."""
    waiting, at_call = [act], world.at_call

    def stand(when: str, request: requests.PreparedRequest) -> None:
        if waiting and str(request.url).endswith(path.removeprefix("*")):
            waiting.pop()()
        at_call(when, request)

    monkeypatch.setattr(world, "at_call", stand)


def test_a_call_about_a_receipt_that_was_read_just_before_it_is_not_lost(
    warm: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    parked = warm.till.park([line(BELL, price=100)])
    sell(warm, LINE)
    warm.deliver_hooks()
    warm.fold("sale_to_order", parked.id)

    def complete() -> None:
        warm.till.complete(parked.id, [card()])
        assert warm.deliver_hooks()

    meanwhile(warm, monkeypatch, ORDERS, complete)
    warm.work()

    assert warm.states()[str(parked.id)] == "DONE"
    check(warm, 2 + LINE)


def test_a_worker_that_always_dies_over_a_list_works_its_receipts_one_by_one(
    warm: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*args: object) -> None:
        raise Killed

    monkeypatch.setattr(ahead, "orders_ahead", die)
    sell(warm, LINE)
    warm.deliver_hooks()
    for _death in range(3):
        try:
            warm.work()
        except Killed:
            warm.bury()

    check(warm, 1 + LINE)


def test_a_turn_that_ends_early_leaves_nothing_running_and_reads_nothing_twice_over(
    warm: World,
) -> None:
    sell(warm, LINE)
    warm.deliver_hooks()
    warm.calls.clear()
    for _turn in range(LINE):
        runner.work_tenant(warm.tenant.pk, share=runner.Share(jobs=1, seconds=100))
        assert not SyncJob.objects.filter(state="RUNNING").exists()

    assert warm.calls.count("customers1st") < 2 * LINE
    assert warm.calls.count("uniconta", path=ORDERS) == 1
    warm.work()
    check(warm, 1 + LINE)
    assert set(SyncJob.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.parametrize(("path", "done"), [(LINES, 0), ("*GenerateDebtorInvoice", 1)])
def test_a_tenant_that_is_paused_meanwhile_goes_on_later(
    warm: World, monkeypatch: pytest.MonkeyPatch, path: str, done: int
) -> None:
    def pause() -> None:
        type(warm.tenant).objects.update(status="paused")

    monkeypatch.setattr(desk, "SETUP_KEPT", 0.0)
    meanwhile(warm, monkeypatch, path, pause)
    sell(warm, LINE)
    warm.deliver_hooks()
    runner.work_tenant(warm.tenant.pk)

    jobs = SyncJob.objects.order_by("-id")[: LINE - done]
    assert {(job.state, job.attempts) for job in jobs} == {("WAITING", 0)}
    assert len(warm.uniconta.invoices) == 1 + done
    type(warm.tenant).objects.update(status="live")
    warm.work()
    check(warm, 1 + LINE)


@pytest.mark.parametrize("path", [ORDERS, LINES])
def test_a_tenant_taken_over_meanwhile_is_worked_by_the_other_worker_alone(
    warm: World, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    def take_over() -> None:
        until = datetime.now(UTC) + timedelta(seconds=60)
        TenantState.objects.update(holder="another", lease_until=until)

    meanwhile(warm, monkeypatch, path, take_over)
    sell(warm, LINE)
    warm.deliver_hooks()
    runner.work_tenant(warm.tenant.pk)

    assert len(warm.uniconta.invoices) == 1
    warm.bury()
    warm.work()
    check(warm, 1 + LINE)


@pytest.mark.parametrize("path", [ORDERS, LINES, "*GenerateDebtorInvoice"])
def test_a_vendor_that_falls_silent_meanwhile_costs_no_attempt(warm: World, path: str) -> None:
    warm.faults.add("uniconta", "status", times=100, path=path, status=429)
    sell(warm, LINE)
    warm.deliver_hooks()
    for _round in range(5):
        warm.work_once()
    assert not SyncJob.objects.filter(state__in=("RUNNING", "NEEDS_PERSON")).exists()
    warm.faults.clear()
    warm.work()

    check(warm, 1 + LINE)


@pytest.mark.parametrize("answer", [(400, "No lists here"), (404, ""), (405, ""), (403, "")])
def test_a_vendor_that_takes_no_lists_of_orders_gets_one_after_another_at_once(
    warm: World, answer: tuple[int, str]
) -> None:
    status, body = answer
    warm.faults.add("uniconta", "status", times=1000, path=ORDERS, status=status, body=body)
    sell(warm, LINE)
    warm.deliver_hooks()
    runner.work_tenant(warm.tenant.pk)

    assert warm.calls.count("uniconta", path=ALONE) == LINE
    assert set(warm.states().values()) == {"DONE"}
    warm.work()
    check(warm, 1 + LINE)


def test_a_list_refused_for_a_reason_that_nobody_knows_is_looked_for_twice(warm: World) -> None:
    odd: dict[str, Any] = {"status": 200, "body": '"SomethingOdd"'}
    warm.faults.add("uniconta", "status", times=1, path=ORDERS, **odd)
    sell(warm, LINE)
    warm.deliver_hooks()
    runner.work_tenant(warm.tenant.pk)

    assert warm.calls.count("uniconta", path=ALONE) == 0
    warm.work()
    check(warm, 1 + LINE)


def test_the_first_sales_of_a_shop_go_out_alone(world: World) -> None:
    like = next(iter(world.company["InvItem"]))
    world.staff.add("InvItem", **{**like, "Item": "NL-KLO-01", "EAN": ""})
    link = {"entity": PRODUCT, "customers1st_id": str(BELL), "uniconta_key": "NL-KLO-01"}
    LinkRow.objects.create(tenant=world.tenant, **link)
    world.faults.add("uniconta", "reset", times=1, path="*DebtorOrderClient")
    sell(world, LINE)
    world.catch_up()

    assert world.calls.count("uniconta", path=ORDERS) == 0
    check(world, LINE)


def test_each_order_keeps_its_own_lines_when_the_reply_tells_no_references(
    warm: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert_list = UnicontaClient.insert_list

    def reply(
        self: UnicontaClient, entity: str, rows: Sequence[Mapping[str, Any]]
    ) -> list[dict[str, Any]]:
        told = insert_list(self, entity, rows)
        if entity != orders_ahead.ORDERS:
            return told
        return [
            {name: value for name, value in row.items() if name not in orders_ahead.REFERENCES}
            for row in reversed(told)
        ]

    monkeypatch.setattr(UnicontaClient, "insert_list", reply)
    prices = range(101, 101 + LINE)
    sales = [warm.till.sell([line(BELL, price=price)], [card()]) for price in prices]
    warm.catch_up()

    booked = {row["ReferenceNumber"]: row["TotalAmount"] for row in warm.uniconta.invoices}
    for sale, price in zip(sales, prices, strict=True):
        assert booked[f"c1st:{warm.till.store.id}:payment:{sale.id}"] == price


def test_a_pos_debtor_changed_meanwhile_changes_the_next_receipts_only(
    warm: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    like = next(row for row in warm.company["Debtor"] if row["Account"] == "POS3000")
    warm.staff.add("Debtor", **{**like, "Account": "POS4000", "Name": "Another"})

    def change() -> None:
        apply_file(TENANT_FILE.replace("POS3000", "POS4000"))

    monkeypatch.setattr(desk, "SETUP_KEPT", 0.0)
    meanwhile(warm, monkeypatch, LINES, change)
    sell(warm, LINE)
    warm.catch_up()
    sell(warm, 2)
    warm.catch_up()

    check(warm, 1 + LINE + 2)
    assert warm.uniconta.debtor_balances().get("POS4000", 0) == 0


def test_receipts_that_a_slow_till_gives_too_late_are_left_to_their_own_jobs(
    warm: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders_ahead, "READING", timedelta(seconds=-1))
    sell(warm, LINE)
    warm.catch_up()

    assert warm.calls.count("uniconta", path=ORDERS) == 0
    assert warm.calls.count("customers1st") == LINE
    check(warm, 1 + LINE)
