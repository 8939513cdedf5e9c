"""Made-up days rung up at the till and worked whole: what both vendors hold in the end is what the oracle says.

A few by default; `HYPOTHESIS_PROFILE=thorough` plays many more.
"""

from random import Random

import pytest
from hypothesis import settings

from integration.mapping import proof
from syncjobs.models import DayCloseProof, SyncJob
from syncjobs.proofs import broken_sheets
from tests.journeys import oracle, weeks_at_till
from tests.journeys.oracle import Deal, SettleAt, What
from tests.journeys.shop import ShopWorld, open_shop
from tests.journeys.weeks import CARDS, FLOATS, Maker

pytestmark = pytest.mark.django_db(transaction=True)

COUNT = 40 if settings.get_current_profile_name() == "thorough" else 3
SINGLE = "setup: {gift_card: {kind: single, item: GAVEKORT1}}"


@pytest.mark.parametrize("settle_at", ["sale", "close"])
@pytest.mark.parametrize("seed", range(COUNT))
def test_whatever_happens_at_the_till_is_what_stands_in_the_books(
    monkeypatch: pytest.MonkeyPatch, seed: int, settle_at: SettleAt
) -> None:
    rates: dict[What, int] = {**dict.fromkeys(CARDS, 0), "giftcard": 25 * (seed % 2)}
    events = Maker(Random(seed), rates).week(days=2, deals=9)  # noqa: S311 - repeatable, no secret
    want = oracle.books(events, floats=FLOATS, settle_at=settle_at)
    world = open_shop(monkeypatch)
    world.setup(f"setup: {{settle_at: {settle_at}}}")
    if rates["giftcard"]:
        world.setup(f"{SINGLE[:-1]}, settle_at: {settle_at}}}")
    drawers = iter(want.drawers)

    for event in events:
        if isinstance(event, Deal):
            world.deliver(str(weeks_at_till.ring_up(world.till, event).id))
            if settle_at == "sale":
                world.work()
        else:
            world.deliver_close(weeks_at_till.close(world.till, event, next(drawers)).id)
            world.work()

    assert world.causes() == []
    assert set(SyncJob.objects.values_list("state", flat=True)) == {"DONE"}
    check_books(world, want)
    check_proofs(world, want)
    if settle_at == "close":
        keyed = [row for row in world.uniconta.ledger if row["ReferenceNumber"]]
        journal = {
            row["JournalPostedId"]
            for row in keyed
            if ":settle:" in row["ReferenceNumber"] or ":balance:" in row["ReferenceNumber"]
        }
        assert len(journal) == want.batches
    check_silence(world)


def check_books(world: ShopWorld, want: oracle.Books) -> None:
    """Assert everything that the company holds: ledger, debtors, invoices, open items, no order left."""
    books = world.books()
    assert dict(books.accounts) == want.accounts
    assert dict(books.debtors) == want.debtors
    assert sorted(row["TotalAmount"] for row in world.uniconta.invoices) == want.totals
    assert world.uniconta.orders == []
    vat = sum(row["VatAmount"] for row in world.uniconta.invoices)
    assert vat == want.vat
    receipts = {
        row["InvoiceNumber"]: int(row["OurRef"].rpartition("-")[2])
        for row in world.uniconta.invoices
    }
    for debtor in (oracle.POS, *want.debtors, *want.open_items):
        rows = world.uniconta.open_items(debtor)
        items = sorted((receipts.get(row["Invoice"], 0), row["AmountOpen"]) for row in rows)
        assert (debtor, items) == (debtor, want.open_items.get(debtor, []))


def check_proofs(world: ShopWorld, want: oracle.Books) -> None:
    """Assert a whole proof per close: the counted cash and the tills' cash are the oracle's, every chain ends in 0.00."""
    rows = list(DayCloseProof.objects.order_by("number"))
    assert [row.kind for row in rows] == [DayCloseProof.Kind.CLOSE] * len(want.drawers)
    assert broken_sheets(world.tenant) == []
    by_close = sorted(rows, key=lambda row: int(row.source_id))
    for row, drawer in zip(by_close, want.drawers, strict=True):
        assert proof.open_chains(row.sheet) == {}
        told = {
            (chain["code"], each["code"]): each["amount"]
            for chain in row.sheet["chains"]
            for each in chain["rows"]
        }
        assert row.register_id == drawer.register
        assert told["drawer", "counted"] == f"{-drawer.counted:.2f}"
        assert told.get(("drawer", "cash_taken"), "0.00") == f"{drawer.taken:.2f}"
        assert told["ledger_cash", "left_in_drawer"] == f"{-drawer.left:.2f}"
        assert {each["number"] for each in row.sheet["documents"]} == {
            deal.number for deal in drawer.deals
        }


def check_silence(world: ShopWorld) -> None:
    """Assert that everything told once more writes nothing and changes nothing."""
    before = world.remote()
    world.calls.clear()
    for payment in world.till.store.payments.values():
        world.deliver(str(payment.id))
    for close in world.till.store.closes.values():
        world.deliver_close(close.id)
    world.work()
    assert world.writes() == []
    assert world.remote() == before
    assert world.causes() == []
