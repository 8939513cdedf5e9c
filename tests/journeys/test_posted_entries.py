"""What is found in the ledger after an unknown outcome is compared entry by entry: one øre more is no posting of ours."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from integration.ports import DocumentKind, DocumentState
from sandbox.customers1st.basket import card, cash, line
from sandbox.uniconta.table import Row
from syncjobs.again import retry_jobs
from syncjobs.models import DayCloseProof, DocumentRow, SyncJob
from tests.journeys.shop import ShopWorld, open_shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> ShopWorld:
    return open_shop(monkeypatch)


def posted(world: ShopWorld) -> tuple[str, list[Row]]:
    """Post a close with every line it can have; returns its id and its ledger entries."""
    world.setup("setup: {settle_at: close}")
    world.sell([line(1001)], [cash(200)])
    world.sell([line(1002)], [card()])
    close = world.till.close(501, counted=1100, to_bank=120, expense=50)
    world.deliver_close(close.id)
    world.work()
    assert world.causes() == []
    journal = [row for row in world.uniconta.ledger if row["ReferenceNumber"] and row["Amount"]]
    own = [row for row in journal if ":payment:" not in row["ReferenceNumber"]]
    assert {row["ReferenceNumber"].split(":")[2] for row in own} == {"settle", "balance"}
    return str(close.id), own


def forget_the_answer(world: ShopWorld) -> None:
    """Make every posting's outcome unknown again, as if the answer had been lost."""
    past = datetime.now(UTC) - timedelta(minutes=5)
    for row in DocumentRow.objects.filter(kind__in=[DocumentKind.SETTLEMENT, DocumentKind.CLOSE]):
        row.state, row.number, row.first_look_at = DocumentState.SENDING, "", past
        row.facts.pop("held", None)
        row.save()
    DayCloseProof.objects.all().delete()
    SyncJob.objects.all().delete()


def test_each_entry_changed_by_an_oere_is_noticed_and_nothing_is_posted_again(
    world: ShopWorld,
) -> None:
    close_id, entries = posted(world)
    ledger = world.company["GLTrans"]
    for entry in entries:
        row = ledger.change(entry, Amount=entry["Amount"] + Decimal("0.01"))
        forget_the_answer(world)
        before = world.uniconta.snapshot()

        world.deliver_close(int(close_id))
        world.work()

        assert world.uniconta.snapshot() == before
        assert "is posted in part only" in " ".join(world.causes()), entry
        assert str(row["Amount"]) in " ".join(world.causes())
        assert not DayCloseProof.objects.exists()
        ledger.change(row, Amount=entry["Amount"])
    assert len(entries) > 8


def test_a_close_is_not_proven_before_its_payments_are_certain(world: ShopWorld) -> None:
    close_id, entries = posted(world)
    payment = next(row for row in entries if ":settle:" in row["ReferenceNumber"])
    changed = world.company["GLTrans"].change(payment, Amount=payment["Amount"] + Decimal("0.01"))
    forget_the_answer(world)
    world.deliver_close(int(close_id))
    world.work()  # the close is found whole, its payment is not

    world.deliver_close(int(close_id))
    world.work()
    assert not DayCloseProof.objects.exists()
    assert "1 of its payments are not certain" in " ".join(world.causes())

    world.company["GLTrans"].change(changed, Amount=payment["Amount"])
    retry_jobs(world.tenant, now=datetime.now(UTC))
    world.work()
    assert world.causes() == []
    assert DayCloseProof.objects.count() == 1


def test_unchanged_it_is_found_and_proven(world: ShopWorld) -> None:
    close_id, _entries = posted(world)
    forget_the_answer(world)
    before = world.uniconta.snapshot()
    world.deliver_close(int(close_id))
    world.work()
    assert world.uniconta.snapshot() == before
    assert world.causes() == []
    assert DayCloseProof.objects.count() == 1
