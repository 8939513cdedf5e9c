"""Payments and a day close in one posting: the close waits for every payment, and nothing is posted twice."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from integration.flows import posting
from integration.flows.context import Context
from integration.flows.posting import Result
from integration.flows.settlement import settle, waiting_payments
from integration.ports import Document, DocumentKind, DocumentState
from sandbox.customers1st.basket import card, cash, line, mobilepay, on_account
from sandbox.demo_day import BAG, BELL, CLUB
from syncjobs.context import open_context
from syncjobs.lease import tenant_lease
from syncjobs.models import DocumentRow
from tests.journeys.shop import ShopWorld, open_shop

pytestmark = pytest.mark.django_db(transaction=True)

KEY = "c1st:3000:balance:9001"
POSTED = "*PostDailyJournal"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> ShopWorld:
    """A shop that settles with its closes, after a day of two sales and a payment on account."""
    world = open_shop(monkeypatch)
    world.setup("setup: {settle_at: close}")
    world.sell([line(BAG)], [card()])
    world.sell([line(BELL)], [mobilepay()])
    world.deliver(str(world.till.customer_payment(CLUB, [cash("600")]).id))
    world.work()
    world.calls.clear()
    return world


def close() -> Document:
    """Return a day close of register 1: 5.00 is missing, 120.00 goes to the bank."""
    lines = [("2910", "-5.00", "Z 118 kassedifference"), ("5820", "-120.00", "Z 118 til bank")]
    return Document(
        kind=DocumentKind.CLOSE,
        key=KEY,
        source_id="9001",
        facts={
            "date": "2026-03-02",
            "lines": [
                {
                    "debtor": False,
                    "account": account,
                    "offset_account": "5810",
                    "credit": credit,
                    "text": text,
                }
                for account, credit, text in lines
            ],
        },
    )


def in_context(world: ShopWorld, work: Callable[[Context], Result], *, later: int = 0) -> Result:
    """Work as a worker does, so many seconds later."""
    with tenant_lease(world.tenant.pk) as lease:
        assert lease is not None
        with open_context(world.tenant, lease=lease) as context:
            now = context.now
            context.now = lambda: now() + timedelta(seconds=later)
            return work(context)


def post_all(context: Context) -> Result:
    """Post what waits, and the close with it."""
    document = context.documents.get(DocumentKind.CLOSE, KEY)
    if document is None:
        document = close()
        context.documents.save(document, was=None)
    return settle(context, waiting_payments(context.documents), with_document=document)


def state(world: ShopWorld) -> str:
    row = world.tenant.documents.get(kind="CLOSE", key=KEY)
    return str(row.state)


def test_payments_and_close_go_in_one_call(world: ShopWorld) -> None:
    result = in_context(world, post_all)

    assert result.is_clean
    assert len(result.posted) == 4
    assert world.calls.count("uniconta", path=POSTED) == 1
    assert state(world) == DocumentState.CONFIRMED
    moves = {name: world.balances()[name] for name in ("5810", "5820", "2910", "5830", "5831")}
    assert moves == {
        "5810": Decimal(475),
        "5820": Decimal(120),
        "2910": Decimal(5),
        "5830": Decimal(1000),
        "5831": Decimal(125),
    }
    assert world.debtors() == {"K1001": Decimal(-600)}
    before = world.uniconta.snapshot()

    assert in_context(world, post_all).posted == []
    assert world.uniconta.snapshot() == before


def test_a_close_waits_for_the_payment_that_is_refused(world: ShopWorld) -> None:
    world.staff.edit("GLAccount", "5831", Blocked=True)

    result = in_context(world, post_all)

    assert [problem.job_kind for problem in result.problems] == ["sale_to_order"]
    assert "5831" in result.problems[0].hold.cause
    assert state(world) == DocumentState.PLANNED
    assert world.balances().get("5820") is None
    assert world.balances()["5830"] == 1000

    world.staff.edit("GLAccount", "5831", Blocked=False)
    world.deliver(result.problems[0].source_id)
    world.work()
    assert in_context(world, post_all).is_clean
    assert state(world) == DocumentState.CONFIRMED
    assert world.balances()["5831"] == 125
    assert world.balances()["5820"] == 120


def test_a_close_that_is_refused_holds_no_payment(world: ShopWorld) -> None:
    world.staff.edit("GLAccount", "2910", Blocked=True)

    result = in_context(world, post_all)

    (problem,) = result.problems
    assert (problem.job_kind, problem.source_id) == ("day_close_to_journal", "9001")
    assert "2910" in problem.hold.cause
    assert state(world) == DocumentState.HELD
    assert world.balances()["5831"] == 125


@pytest.mark.parametrize("fault", ["reset", "lost_reply"])
def test_an_unknown_outcome_is_looked_for_and_ends_in_one_posting(
    world: ShopWorld, fault: str
) -> None:
    world.sell([line(BAG)], [card()])
    world.work()
    first = in_context(
        world, lambda context: settle(context, waiting_payments(context.documents)[:1])
    )
    assert first.is_clean  # a posting stands, so that look-ups can be proven
    world.faults.add("uniconta", fault, times=1, method="POST", path=POSTED)

    result = in_context(world, post_all)
    while result.look_again_at is not None:
        result = in_context(world, post_all, later=60)

    assert result.problems == []
    assert state(world) == DocumentState.CONFIRMED
    assert world.balances()["5830"] == 2000
    assert world.balances()["5820"] == 120


def test_a_long_day_goes_in_batches_but_with_its_close_in_one_call(
    world: ShopWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        world.sell([line(BAG)], [card()])
    world.work()
    monkeypatch.setattr(posting, "DOCUMENTS_PER_POSTING", 3)
    world.calls.clear()

    assert in_context(world, post_all).is_clean

    assert world.calls.count("uniconta", path=POSTED) == 1  # accounting.md section 2
    assert state(world) == DocumentState.CONFIRMED

    for _ in range(4):
        world.sell([line(BAG)], [card()])
    world.work()
    world.calls.clear()
    assert in_context(world, lambda c: settle(c, waiting_payments(c.documents))).is_clean
    assert world.calls.count("uniconta", path=POSTED) == 2


def test_a_customers_payment_looks_at_open_items_as_the_same_posting_leaves_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = open_shop(monkeypatch)
    world.setup("setup: {settle_at: close}")
    world.sell([line(BAG)], [on_account("750"), cash()], customer=CLUB)
    world.deliver(str(world.till.customer_payment(CLUB, [card("750")]).id))

    world.deliver_close(world.till.close(501).id)
    world.work()

    assert world.causes() == []
    assert world.debtors() == {}
    assert world.uniconta.open_items("K1001") == []


@pytest.mark.parametrize("few", [1, 40])
def test_what_settling_left_open_is_listed_of_many_as_of_few(
    monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr("integration.flows.settlement.FEW_INVOICES", few)
    world = open_shop(monkeypatch, {"uni.settle_by": "not_at_all"})
    world.setup("setup: {settle_at: close}")
    for _ in range(3):
        world.sell([line(BAG)], [card()])
    world.sell([line(BAG)], [on_account("750"), cash()], customer=CLUB)
    world.work()
    world.deliver_close(world.till.close(501).id)
    world.work()

    rows = DocumentRow.objects.filter(kind="SETTLEMENT", facts__has_key="left_open")
    left = sorted(sorted(row.facts["left_open"].split(", ")) for row in rows)
    assert left == [["-1000.00", "1000.00"]] * 3 + [["-250.00", "1000.00"]]
    assert world.causes() == []
