"""Every hold of a day close that is not told elsewhere, with its numbers and its cure; nothing of it is posted."""

from decimal import Decimal

import pytest

from integration.flows import close_plan
from integration.flows.close_receipts import Gathered
from integration.mapping.close_checks import Finding
from sandbox.customers1st.basket import card, cash, line
from syncjobs.models import DayCloseProof, DocumentRow, SyncJob
from tests.journeys.shop import ShopWorld, open_shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> ShopWorld:
    return open_shop(monkeypatch)


def held(world: ShopWorld) -> SyncJob:
    """Work, and return the held job of the only close; nothing of it stands in the ledger."""
    world.work()
    job = SyncJob.objects.get(kind="day_close_to_journal", state="NEEDS_PERSON")
    refs = {row["ReferenceNumber"] for row in world.uniconta.ledger}
    assert f"c1st:3000:balance:{job.source_id}" not in refs
    assert not DayCloseProof.objects.exists()
    return job


def test_h5_a_means_of_payment_that_the_close_states_otherwise(world: ShopWorld) -> None:
    world.sell([line(1001)], [card()])
    close = world.till.close(501)
    row = next(each for each in close.tender_rows if each.title == "Dankort")
    row.amount += Decimal(10)
    world.deliver_close(close.id)

    job = held(world)

    assert "says 209.95 for “Dankort”, its receipts come to 199.95 (difference 10.00)" in job.cause
    assert "Compare the close with its receipts in Customers 1st" in job.cure


def test_h6_cash_that_the_receipts_did_not_take(world: ShopWorld) -> None:
    world.sell([line(1001)], [cash(200)])
    close = world.till.close(501)
    close.cash_revenue += Decimal(30)
    world.deliver_close(close.id)

    job = held(world)

    assert "says that 230.00 was taken in cash, its receipts 200.00" in job.cause


def test_h2_a_close_that_needs_an_account_which_is_not_set(world: ShopWorld) -> None:
    world.setup('setup: {bank_account: ""}')
    world.deliver_close(world.till.close(501, to_bank=100).id)

    job = held(world)

    assert "No bank account is set" in job.cause
    assert "bank account" in job.cure
    world.setup()
    world.fold("day_close_to_journal", job.source_id)
    world.work()
    assert world.causes() == []
    assert world.balances()["5820"] == Decimal(100)


def test_h1_fewer_receipts_than_the_close_says(world: ShopWorld) -> None:
    sale = world.sell([line(1001)], [card()])
    world.sell([line(1005)], [card()])
    close = world.till.close(501)
    sale.status = "cancelled"
    world.deliver_close(close.id)

    job = held(world)

    assert "says 2 receipts" in job.cause
    assert "Customers 1st lists 1 completed ones of the register" in job.cause


def test_h3_a_chain_left_open_is_never_posted(
    world: ShopWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No figures lead here: every check before it speaks first. So the last door is tried alone."""

    def left_open(sheet: dict[str, object], gathered: Gathered) -> list[Finding]:
        return real(
            {**sheet, "chains": [{"code": "drawer", "rows": [{"amount": "0.01"}]}]}, gathered
        )

    real = close_plan._open
    monkeypatch.setattr(close_plan, "_open", left_open)
    world.deliver_close(world.till.close(501, counted=990).id)

    job = held(world)

    assert "The proof's chain “drawer” ends in 0.01, not in 0.00" in job.cause


def test_h12_an_answer_that_is_lost_where_nothing_can_be_searched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = open_shop(monkeypatch, {"uni.reference_on_gltrans": "none"})
    world.deliver_close(world.till.close(501, counted=990).id)  # known to exist
    world.work()
    DayCloseProof.objects.all().delete()
    before = world.uniconta.snapshot()
    world.faults.add(system="uniconta", kind="lost_reply", path="*PostDailyJournal")
    world.deliver_close(world.till.close(501, counted=980).id)

    world.work()

    job = SyncJob.objects.get(state="NEEDS_PERSON")
    assert "it is not known whether it is in Uniconta" in job.cause
    assert "send again" in job.cure
    assert len(world.uniconta.ledger) > len(before[70123]["GLTrans"])  # it was posted, once
    posted = world.uniconta.snapshot()
    world.deliver_close(int(job.source_id))
    world.work()
    assert world.uniconta.snapshot() == posted
    assert DocumentRow.objects.get(source_id=job.source_id, kind="CLOSE").state == "SENDING"
