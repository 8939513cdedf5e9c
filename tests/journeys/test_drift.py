"""Receipts, invoices and postings drift apart in every way; `drift` names each, books what is missing, and doubles nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from sandbox.customers1st.basket import card, line, on_account
from sandbox.customers1st.models import Payment
from sandbox.demo_day import BELL, CLUB
from settings_app.models import PaymentType, Setup
from syncjobs.models import DocumentRow, SyncJob
from tests.journeys.tenant_files import FULL_FILE
from tests.journeys.world import Build, World
from tests.syncjobs.drift.told import brief, drift

pytestmark = pytest.mark.django_db(transaction=True)

SALE, CLOSE = "sale_to_order", "day_close_to_journal"
# what a comparison of receipts costs while nothing differs: every list is one page
PAGES = {
    ("GET", "/api/pospayments"): 1,
    ("POST", "/Query/Get/DebtorInvoiceClient"): 1,
    ("POST", "/Query/Get/DebtorOrderClient"): 1,
    ("POST", "/Query/Get/GLTransClient"): 1,
}


def sell(world: World, *, price: int = 100) -> Payment:
    return world.till.sell([line(BELL, price=price)], [card()])


def day(world: World, *, sales: int = 3) -> list[Payment]:
    """Sell, and let everything be booked."""
    receipts = [sell(world, price=100 + number) for number in range(sales)]
    world.catch_up()
    world.calls.clear()
    return receipts


def calls(world: World) -> dict[tuple[str, str], int]:
    counted: dict[tuple[str, str], int] = {}
    for call in world.calls.find():
        counted[call.method, call.path] = counted.get((call.method, call.path), 0) + 1
    return counted


def key(receipt: Payment) -> str:
    return f"c1st:3000:payment:{receipt.id}"


def rows(world: World, table: str, reference: str) -> list[Mapping[str, Any]]:
    return [row for row in world.company[table] if row.get("ReferenceNumber") == reference]


def lose_invoice(world: World, receipt: Payment) -> None:
    """Take an invoice and all that it posted out of the company."""
    (invoice,) = rows(world, "DebtorInvoice", key(receipt))
    for table in ("GLTrans", "DebtorTransOpen", "DebtorInvoiceLine"):
        for row in list(world.company[table]):
            number = row.get("Invoice", row.get("InvoiceNumber"))
            if str(number) == str(invoice["InvoiceNumber"]) and not row.get("ReferenceNumber"):
                world.company[table].remove(row)
    world.company["DebtorInvoice"].remove(invoice)


def lose_posting(world: World, receipt: Payment) -> None:
    for row in rows(world, "GLTrans", f"c1st:3000:settle:{receipt.id}"):
        world.company["GLTrans"].remove(row)


def double(world: World, table: str, reference: str) -> None:
    for row in rows(world, table, reference):
        values = {name: value for name, value in row.items() if name != "RowId"}
        if table == "DebtorInvoice":
            values["InvoiceNumber"] = 90000 + int(row["RowId"])
        world.company[table].add(values)


def test_nothing_differs_for_a_constant_and_no_write(world: World) -> None:
    day(world)
    before, jobs = world.remote(), SyncJob.objects.count()
    for options in ((), ("--repair",)):
        world.calls.clear()
        document, code = drift("nordlys", "--kind", SALE, *options)
        assert (code, document["found"], document["compared"]) == (0, 0, {SALE: 3})
        assert calls(world) == PAGES
    assert world.remote() == before
    assert SyncJob.objects.count() == jobs


def test_a_sale_that_no_hook_told_of_is_missing_and_booked_once(world: World) -> None:
    day(world)
    receipt = sell(world)
    before = world.remote()
    document, _code = drift("nordlys", "--kind", SALE)
    assert brief(document) == {("missing", SALE, str(receipt.id), "customers1st", "found")}
    assert world.remote() == before
    assert not SyncJob.objects.filter(state="WAITING").exists()

    document, code = drift("nordlys", "--kind", SALE, "--repair")
    assert brief(document) == {("missing", SALE, str(receipt.id), "customers1st", "repaired")}
    assert code == 0
    assert len(world.uniconta.invoices) == 4
    assert drift("nordlys", "--kind", SALE)[0]["found"] == 0


def test_an_invoice_that_is_gone_is_looked_for_twice_and_made_again(world: World) -> None:
    receipts = day(world)
    lose_invoice(world, receipts[1])
    document, _code = drift("nordlys", "--kind", SALE)
    assert brief(document) == {("missing", SALE, str(receipts[1].id), "customers1st", "found")}
    assert "is gone" in document["differences"][0]["why"]

    document, _code = drift("nordlys", "--kind", SALE, "--repair")
    assert brief(document) == {("missing", SALE, str(receipts[1].id), "customers1st", "queued")}
    assert len(world.uniconta.invoices) == 2  # the second look comes later
    world.work()
    assert len(rows(world, "DebtorInvoice", key(receipts[1]))) == 1
    assert set(world.states().values()) == {"DONE"}
    assert drift("nordlys", "--kind", SALE)[0]["found"] == 0
    assert not world.uniconta.orders


def test_an_order_that_was_never_invoiced_is_invoiced(world: World) -> None:
    receipts = day(world)
    lose_invoice(world, receipts[1])
    world.company["DebtorOrder"].add(
        {
            "OrderNumber": int(DocumentRow.objects.get(kind="ORDER", key=key(receipts[1])).number),
            "Account": "POS3000",
            "ReferenceNumber": key(receipts[1]),
            "OurRef": "",
            "PricesInclVat": True,
        }
    )
    document, _code = drift("nordlys", "--kind", SALE)
    (row,) = document["differences"]
    assert (row["class"], "is not invoiced" in row["why"]) == ("missing", True)


def test_a_posting_that_is_gone_is_posted_again(world: World) -> None:
    receipts = day(world)
    lose_posting(world, receipts[0])
    document, _code = drift("nordlys", "--kind", SALE, "--repair")
    assert brief(document) == {("missing", SALE, str(receipts[0].id), "customers1st", "queued")}
    world.work()
    assert len(rows(world, "GLTrans", f"c1st:3000:settle:{receipts[0].id}")) == 2
    assert drift("nordlys", "--kind", SALE)[0]["found"] == 0
    assert world.books().debtors == {}


@dataclass(frozen=True)
class Wrong:
    """One way in which the books are wrong that only a person may mend: how it comes, and what is told."""

    name: str
    spoil: Callable[[World, Payment], None]
    sort: str
    cause: str


def wrong_total(world: World, receipt: Payment) -> None:
    (row,) = rows(world, "DebtorInvoice", key(receipt))
    world.company["DebtorInvoice"].change(row, TotalAmount=Decimal("99.00"))


def wrong_vat(world: World, receipt: Payment) -> None:
    (row,) = rows(world, "DebtorInvoice", key(receipt))
    world.company["DebtorInvoice"].change(row, VatAmount=Decimal("1.00"))


def wrong_posting(world: World, receipt: Payment) -> None:
    row = rows(world, "GLTrans", f"c1st:3000:settle:{receipt.id}")[0]
    world.company["GLTrans"].change(row, Amount=Decimal("1.00"))


def delete_receipt(world: World, receipt: Payment) -> None:
    del world.till.store.payments[receipt.id]


def second_order(world: World, receipt: Payment) -> None:
    values = {"OrderNumber": 77777, "Account": "POS3000", "ReferenceNumber": key(receipt)}
    world.company["DebtorOrder"].add(values)


WRONG = [
    Wrong("total", wrong_total, "different", "comes to 99.00, receipt"),
    Wrong("vat", wrong_vat, "different", "has VAT 1.00"),
    Wrong(
        "second invoice",
        lambda world, receipt: double(world, "DebtorInvoice", key(receipt)),
        "double",
        "stands as 2 invoices",
    ),
    Wrong("second order", second_order, "double", "stands as order 77777 too"),
    Wrong(
        "second posting",
        lambda world, receipt: double(world, "GLTrans", f"c1st:3000:settle:{receipt.id}"),
        "double",
        "posted more than once",
    ),
    Wrong("posting", wrong_posting, "different", "not posted as it was made"),
    Wrong(
        "receipt deleted",
        delete_receipt,
        "orphaned",
        "does not exist in Customers 1st",
    ),
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_what_only_a_person_may_mend_is_told_and_not_touched(world: World, wrong: Wrong) -> None:
    receipts = day(world)
    wrong.spoil(world, receipts[1])
    before = world.remote()
    document, _code = drift("nordlys", "--kind", SALE)
    assert brief(document) == {(wrong.sort, SALE, str(receipts[1].id), "", "needs_person")}
    assert wrong.cause in document["differences"][0]["why"]
    assert not SyncJob.objects.filter(state="NEEDS_PERSON").exists()

    document, code = drift("nordlys", "--kind", SALE, "--repair")
    assert (code, document["remaining"]) == (1, 1)
    job = SyncJob.objects.get(state="NEEDS_PERSON")
    assert (job.source_id, job.cause) == (str(receipts[1].id), document["differences"][0]["why"])
    assert job.cure
    assert world.remote() == before


@pytest.mark.parametrize("also_paid", [True, False])
def test_what_our_rows_forgot_is_taken_in_and_not_made_again(world: World, also_paid: bool) -> None:
    receipts = day(world)
    DocumentRow.objects.filter(source_id=str(receipts[2].id)).delete()
    if not also_paid:
        DocumentRow.objects.filter(source_id=str(receipts[2].id), kind="SETTLEMENT").delete()
    document, _code = drift("nordlys", "--kind", SALE)
    assert brief(document) == {("orphaned", SALE, str(receipts[2].id), "uniconta", "found")}
    before = world.remote()
    document, code = drift("nordlys", "--kind", SALE, "--repair")
    assert (code, document["repaired"]) == (0, 1)
    world.work()
    assert world.remote() == before
    assert drift("nordlys", "--kind", SALE)[0]["found"] == 0


@pytest.mark.parametrize("form", ["none", "account_side"])
def test_a_ledger_that_shows_no_keys_is_no_drift(build_world: Build, form: str) -> None:
    world = build_world({"uni.reference_on_gltrans": form})
    world.command("hooks", "nordlys", "--repair")
    day(world)
    document, code = drift("nordlys", "--kind", SALE)
    assert (code, document["found"]) == (0, 0)
    assert bool(document["notes"]) == (form == "none")


def test_day_closes_are_compared_with_their_postings(build_world: Build) -> None:
    world = build_world(tenant_file=FULL_FILE)
    world.command("hooks", "nordlys", "--repair")
    sell(world)
    first = world.till.close(counted=Decimal("490.00"))
    world.catch_up()
    assert world.states(CLOSE) == {str(first.id): "DONE"}
    assert drift("nordlys", "--kind", CLOSE)[0]["compared"] == {CLOSE: 1}

    world.web_up = False
    sell(world)
    second = world.till.close(counted=Decimal("480.00"))
    world.deliver_hooks()
    world.web_up = True
    document, _code = drift("nordlys", "--kind", CLOSE)
    assert brief(document) == {("missing", CLOSE, str(second.id), "customers1st", "found")}
    drift("nordlys", "--repair")
    world.work()
    assert drift("nordlys", "--kind", CLOSE)[0]["found"] == 0

    balance = f"c1st:3000:balance:{first.id}"
    double(world, "GLTrans", balance)
    document, _code = drift("nordlys", "--kind", CLOSE, "--repair")
    assert brief(document) == {("double", CLOSE, str(first.id), "", "needs_person")}


def test_a_sale_that_stands_on_another_debtor_is_not_booked_a_second_time(world: World) -> None:
    receipts = day(world)
    (row,) = rows(world, "DebtorInvoice", key(receipts[1]))
    world.company["DebtorInvoice"].change(row, Account="K1001")
    DocumentRow.objects.filter(source_id=str(receipts[1].id)).delete()
    before = world.remote()
    document, _code = drift("nordlys", "--kind", SALE, "--repair")
    world.work()
    assert world.remote() == before
    assert "on debtor K1001" in document["differences"][0]["why"]
    assert document["remaining"] == 1


def test_what_was_taken_in_and_is_wrong_needs_a_person(world: World) -> None:
    receipts = day(world)
    DocumentRow.objects.filter(source_id=str(receipts[1].id)).delete()
    wrong_posting(world, receipts[1])
    document, code = drift("nordlys", "--kind", SALE, "--repair")
    assert (code, document["remaining"]) == (1, 1)
    job = SyncJob.objects.get(source_id=str(receipts[1].id), state="NEEDS_PERSON")
    assert "posted in part" in job.cause


def test_an_order_that_waited_for_the_bookkeeper_and_is_gone_is_not_made_again(
    build_world: Build,
) -> None:
    world = build_world()
    world.command("hooks", "nordlys", "--repair")
    Setup.objects.update(auto_invoice_pos_sales=False)
    receipts = day(world)
    (row,) = rows(world, "DebtorOrder", key(receipts[1]))
    world.company["DebtorOrder"].remove(row)
    before = world.remote()
    document, _code = drift("nordlys", "--kind", SALE, "--repair")
    world.work()
    assert world.remote() == before
    assert (document["remaining"], document["repaired"]) == (1, 0)


def lose_row_of_payment(receipt: Payment) -> None:
    DocumentRow.objects.filter(source_id=str(receipt.id), kind="SETTLEMENT").delete()


def test_a_payment_that_our_rows_forgot_is_taken_in(world: World) -> None:
    receipts = day(world)
    lose_row_of_payment(receipts[1])
    before = world.remote()
    document, _code = drift("nordlys", "--kind", SALE)
    assert brief(document) == {("orphaned", SALE, str(receipts[1].id), "uniconta", "found")}

    document, _code = drift("nordlys", "--kind", SALE, "--repair")
    assert document["repaired"] == 1
    row = DocumentRow.objects.get(source_id=str(receipts[1].id), kind="SETTLEMENT")
    assert row.state == "CONFIRMED"
    assert drift("nordlys", "--kind", SALE)[0]["found"] == 0
    world.work()
    assert world.remote() == before


def test_a_payment_that_our_rows_forgot_and_that_was_never_posted_is_posted_once(
    world: World,
) -> None:
    receipts = day(world)
    lose_row_of_payment(receipts[1])
    lose_posting(world, receipts[1])
    document, _code = drift("nordlys", "--kind", SALE)
    assert brief(document) == {("missing", SALE, str(receipts[1].id), "customers1st", "found")}

    drift("nordlys", "--kind", SALE, "--repair")
    world.work()
    assert len(rows(world, "GLTrans", f"c1st:3000:settle:{receipts[1].id}")) == 2
    assert drift("nordlys", "--kind", SALE)[0]["found"] == 0
    assert world.books().debtors == {}


def test_a_sale_wholly_on_account_has_no_payment_to_miss(world: World) -> None:
    world.till.sell([line(BELL)], [on_account()], customer=CLUB)
    world.catch_up()
    assert not DocumentRow.objects.filter(kind="SETTLEMENT").exists()
    assert drift("nordlys", "--kind", SALE)[0]["found"] == 0


def test_a_payment_that_cannot_be_taken_in_is_no_repair(world: World) -> None:
    receipts = day(world)
    lose_row_of_payment(receipts[1])
    PaymentType.objects.all().delete()
    document, code = drift("nordlys", "--kind", SALE, "--repair")
    assert (code, document["repaired"], document["remaining"]) == (1, 0, 1)
    assert brief(document) == {("orphaned", SALE, str(receipts[1].id), "uniconta", "needs_person")}
    assert "Dankort" in document["differences"][0]["why"]
    assert drift("nordlys", "--kind", SALE)[0]["found"] == 1


@pytest.mark.parametrize("lost", ["everything", "payment"])
def test_what_was_only_half_taken_in_is_not_posted_a_second_time(
    world: World, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    receipts = day(world)
    forgotten = DocumentRow.objects.filter(source_id=str(receipts[2].id))
    (forgotten if lost == "everything" else forgotten.filter(kind="SETTLEMENT")).delete()
    before = world.remote()

    def die(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("syncjobs.drift.forgotten.settle", die)
        with pytest.raises(KeyboardInterrupt):
            drift("nordlys", "--kind", SALE, "--repair")
    world.work()
    assert world.remote() == before
