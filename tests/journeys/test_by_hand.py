"""A held receipt that a person booked by hand: it ends, is never booked by us, and its day close goes on without doubling."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from integration.flows.by_hand import UnableToTakeOver
from integration.flows.reversal import CannotReverse
from sandbox.customers1st.basket import card, cash, line
from syncjobs import closes, reversals
from syncjobs.again import release_invoice_stop
from syncjobs.lease import tenant_lease
from syncjobs.models import DayCloseProof, DocumentRow, Step, SyncJob
from tests.journeys.shop import ShopWorld, open_shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> ShopWorld:
    world = open_shop(monkeypatch)
    world.tenant.webhook_switches.filter(entity__in=["sale", "day_close"]).update(on=True)
    return world


def by_hand(job: SyncJob, reason: str = "Credited and booked as 9001") -> None:
    reversals.take_over(job, reason=reason, person="anna", now=datetime.now(UTC))


def held(world: ShopWorld, source_id: object) -> SyncJob:
    world.work()
    return SyncJob.objects.get(source_id=str(source_id), state="NEEDS_PERSON")


def wrong_invoice(world: ShopWorld) -> SyncJob:
    """Sell something that Uniconta invoices wrongly; return its held job, the stop is set."""
    world.switches.set("uni.prices_incl_vat", "ignored")
    sale = world.sell([line(1001)], [cash(200)])
    job = held(world, sale.id)
    world.switches.set("uni.prices_incl_vat", "honoured")
    return job


def release(world: ShopWorld) -> None:
    release_invoice_stop(world.tenant, now=datetime.now(UTC))
    world.work()


def chain(sheet: dict[str, Any], code: str) -> dict[str, str]:
    rows = next(each["rows"] for each in sheet["chains"] if each["code"] == code)
    return {row["code"]: row["amount"] for row in rows}


def test_a_wrong_invoice_ends_by_hand_and_its_close_goes_on(world: ShopWorld) -> None:
    job = wrong_invoice(world)
    close = world.till.close(501)
    world.deliver_close(close.id)
    world.work()
    assert not DayCloseProof.objects.exists()
    release(world)  # does not end it: the invoice is still wrong
    job.refresh_from_db()
    assert job.state == "NEEDS_PERSON"
    assert "I have dealt with it by hand" in job.cure
    ledger = world.uniconta.snapshot()

    by_hand(job)
    world.work()

    job.refresh_from_db()
    assert job.state == "DONE"
    assert job.summary == "Booked by hand by anna: Credited and booked as 9001"
    assert world.causes() == []
    assert world.uniconta.snapshot() == ledger  # nothing more is posted, its payment neither
    proof = DayCloseProof.objects.get()
    told = proof.sheet["by_hand"][0]
    assert (told["number"], told["amount"], told["word"]) == (
        int(job.number),
        "199.95",
        "anna: Credited and booked as 9001",
    )
    assert told["invoice"]
    assert proof.sheet["documents"] == []
    assert chain(proof.sheet, "ledger_cash")["cash_by_hand"] == "200.00"
    assert Step.objects.filter(job=job, text__contains="anna has dealt with it by hand").exists()


def test_what_a_person_booked_is_never_booked_again(world: ShopWorld) -> None:
    job = wrong_invoice(world)
    by_hand(job)
    release(world)
    ledger = world.uniconta.snapshot()

    world.command("sync", "nordlys", "sale_to_order", "--full")
    world.command("retry", "nordlys")
    world.command("drift", "nordlys", "--repair")
    world.deliver(job.source_id)
    world.work()

    assert world.uniconta.snapshot() == ledger
    assert world.causes() == []
    swept = world.command("sync", "nordlys", "sale_to_order", "--full")
    assert (swept["queued"], swept["unchanged"]) == (0, 1)


def test_a_receipt_without_any_document_is_booked_by_hand_too(world: ShopWorld) -> None:
    """Nothing of ours exists yet: neither it alone nor many in line are made afterwards."""
    world.staff.edit("Debtor", "POS3000", Blocked=True)
    sales = [world.sell([line(1005)], [card()]) for _ in range(6)]
    world.work()
    jobs = [SyncJob.objects.get(source_id=str(sale.id)) for sale in sales]
    assert {job.state for job in jobs} == {"NEEDS_PERSON"}
    by_hand(jobs[0])
    world.staff.edit("Debtor", "POS3000", Blocked=False)

    world.command("retry", "nordlys")
    world.deliver_close(world.till.close(501).id)
    world.work()

    assert world.causes() == []
    assert DocumentRow.objects.filter(kind="INVOICE", state="CONFIRMED").count() == 5
    assert not DocumentRow.objects.filter(kind="ORDER", source_id=jobs[0].source_id).exists()
    sheet = DayCloseProof.objects.get().sheet
    assert [row["id"] for row in sheet["by_hand"]] == [sales[0].id]
    assert len(sheet["documents"]) == 5


def test_a_payment_that_may_be_under_way_is_not_sent_again(world: ShopWorld) -> None:
    sale = world.sell([line(1001)], [cash(200)])
    world.work()
    payment = DocumentRow.objects.get(kind="SETTLEMENT")
    payment.state = "SENDING"
    payment.facts["held"] = True
    payment.save()
    job = SyncJob.objects.get(source_id=str(sale.id))
    SyncJob.objects.filter(pk=job.pk).update(
        state="NEEDS_PERSON", cause="unknown", mended_by="unknown"
    )
    before = world.balances()

    by_hand(job, "It stands in Uniconta")
    world.work()

    payment.refresh_from_db()
    assert payment.state == "HELD"
    assert world.balances() == before


def test_a_receipt_whose_figures_cannot_be_told_leaves_the_close_to_a_person(
    world: ShopWorld,
) -> None:
    world.tenant.payment_types.filter(title="Dankort").delete()  # no account to tell it by
    sale = world.sell([line(1001)], [card()])
    job = held(world, sale.id)
    close = world.till.close(501)
    world.deliver_close(close.id)
    by_hand(job)
    world.work()

    held_close = SyncJob.objects.get(kind="day_close_to_journal")
    assert held_close.state == "NEEDS_PERSON"  # it does not tie out, and nothing is made up
    assert "199.95" in held_close.cause
    reversals.accept_close(
        world.tenant,
        key=f"c1st:3000:balance:{close.id}",
        source_id=str(close.id),
        causes=_causes(world, close.id),
        reason="Booked by hand",
        person="anna",
        now=datetime.now(UTC),
    )
    world.work()
    sheet = DayCloseProof.objects.get().sheet
    assert sheet["by_hand"][0]["code"] == "by_hand_untold"
    assert any(note["code"] == "accepted" for note in sheet["notes"])


def _causes(world: ShopWorld, close_id: int) -> list[str]:
    told = closes.preview_one(world.tenant, str(close_id))
    assert told is not None
    return list(told.waivable)


def test_a_receipt_that_changes_after_it_was_booked_by_hand_is_told(world: ShopWorld) -> None:
    job = wrong_invoice(world)
    by_hand(job)
    world.work()
    sale = world.customers1st.stores[3000].payments[int(job.source_id)]
    sale.tenders[0].title = "MobilePay"
    world.deliver(job.source_id)
    world.work()
    assert "was changed in Customers 1st after it was booked" in world.causes()[0]

    word = DocumentRow.objects.get(kind="BY_HAND")
    reversals.see_change(word, reason="Moved", person="anna", now=datetime.now(UTC))
    world.work()

    assert world.causes() == []


def test_a_reversed_receipt_lets_its_close_go_on_once_a_person_booked_it(world: ShopWorld) -> None:
    sale = world.sell([line(1001)], [cash(200)])
    world.work()
    invoice = DocumentRow.objects.get(kind="INVOICE")
    now = datetime.now(UTC)
    reversals.reverse(invoice, reason="wrong", person="anna", on=now.date(), now=now)
    world.work()
    world.deliver_close(world.till.close(501).id)
    world.work()
    assert "It was reversed" in world.causes()[0]
    assert "I have dealt with it by hand" in world.causes()[0]
    before = world.balances()

    by_hand(SyncJob.objects.filter(source_id=str(sale.id)).latest("id"))
    world.work()

    assert world.causes() == []
    assert world.balances() == before
    sheet = DayCloseProof.objects.get(kind="close").sheet
    assert chain(sheet, "ledger_cash")["cash_by_hand"] == "200.00"


def test_a_receipt_booked_by_hand_after_its_close_is_named_as_late(world: ShopWorld) -> None:
    world.setup("setup: {auto_invoice_pos_sales: false}")
    sale = world.sell([line(1001)], [cash(200)])
    world.work()
    world.deliver_close(world.till.close(501).id)
    world.work()
    assert DayCloseProof.objects.get().sheet["waiting"]
    job = SyncJob.objects.get(source_id=str(sale.id), kind="sale_to_order")
    SyncJob.objects.filter(pk=job.pk).update(state="NEEDS_PERSON", cause="looked at")

    by_hand(job)
    world.work()

    late = DayCloseProof.objects.get(kind="late").sheet["late"]
    assert [(row["code"], row["id"], row["amount"]) for row in late] == [
        ("by_hand", sale.id, "199.95")
    ]
    assert Decimal(late[0]["amount"]) == sale.sum


def test_it_is_said_once_and_only_of_what_needs_a_person(world: ShopWorld) -> None:
    sale = world.sell([line(1001)], [card()])
    world.work()
    with pytest.raises(UnableToTakeOver):
        by_hand(SyncJob.objects.get(source_id=str(sale.id)))
    job = wrong_invoice(world)
    with tenant_lease(world.tenant.pk) as lease:
        assert lease is not None
        with pytest.raises(UnableToTakeOver, match="worker"):
            by_hand(job)
    assert not DocumentRow.objects.filter(kind="BY_HAND").exists()
    by_hand(job)
    with pytest.raises(UnableToTakeOver):
        by_hand(job)
    with pytest.raises(CannotReverse):
        reversals.reverse(
            DocumentRow.objects.get(kind="INVOICE", source_id=job.source_id),
            reason="x",
            person="anna",
            on=datetime.now(UTC).date(),
            now=datetime.now(UTC),
        )
