"""GenerateDebtorInvoice: amounts, accounts, numbers, open items, stock, and what it refuses."""

import base64
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sandbox.uniconta.state import UnicontaState
from tests.sandbox.uniconta.api import Api, value_of

GOODS = ("DIV25", "1", "199.95")


def test_an_invoice_posts_revenue_vat_and_the_debtor(uni: UnicontaState, api: Api) -> None:
    invoice = api.sell(GOODS, OurRef="C1ST-3000-1284", ReferenceNumber="c1st:3000:payment:70001")
    assert uni.balances() == {
        "5600": Decimal("199.95"),
        "1010": Decimal("-159.96"),
        "6510": Decimal("-39.99"),
    }
    assert uni.debtor_balances() == {"POS3000": Decimal("199.95")}
    amounts = (invoice["NetAmount"], invoice["VatAmount"], invoice["TotalAmount"])
    assert amounts == (Decimal("159.96"), Decimal("39.99"), Decimal("199.95"))
    assert invoice["OurRef"] == "C1ST-3000-1284"
    assert invoice["ReferenceNumber"] == "c1st:3000:payment:70001"
    assert invoice["PrimaryKeyId"] == invoice["RowId"]


def test_the_answer_is_that_of_the_contract(api: Api) -> None:
    answer = api.invoice(api.order(GOODS))
    assert set(answer) == {
        "InvoiceNumber", "JournalPostedlId", "Err", "ErrorProperty", "ErrorValue",
    }  # fmt: skip
    assert (answer["InvoiceNumber"], answer["JournalPostedlId"], answer["Err"]) == (10001, 5001, 0)


def test_ledger_entries_carry_number_reference_and_debtor(api: Api) -> None:
    invoice = api.sell(GOODS, ReferenceNumber="c1st:3000:payment:70001")
    rows = api.where("GLTransClient", "ReferenceNumber", "c1st:3000:payment:70001")
    assert {row["Invoice"] for row in rows} == {invoice["InvoiceNumber"]}
    assert {row["JournalPostedId"] for row in rows} == {invoice["JournalPostedId"]}
    assert [row["DCAccount"] for row in rows if row["DCType"] == "Debtor"] == ["POS3000"]
    assert sum(row["Amount"] for row in rows) == 0


def test_the_open_item_waits_for_its_payment(api: Api) -> None:
    invoice = api.sell(GOODS, Payment="14D")
    item = api.where("DebtorTransOpenClient", "Account", "POS3000")[0]
    assert (item["Invoice"], item["AmountOpen"]) == (invoice["InvoiceNumber"], Decimal("199.95"))
    assert item["DueDate"] == invoice["DueDate"] == "2026-03-16T00:00:00"
    assert item["PostType"] == "Invoice"


def test_order_and_lines_are_gone_and_the_invoice_has_its_lines(api: Api) -> None:
    invoice = api.sell(GOODS, ("RABAT25", "1", "-20"))
    assert api.rows("DebtorOrderClient") == []
    assert api.rows("DebtorOrderLineClient") == []
    lines = api.where("DebtorInvoiceLines", "InvoiceNumber", str(invoice["InvoiceNumber"]))
    assert [(line["Item"], line["Total"]) for line in lines] == [
        ("DIV25", Decimal("199.95")),
        ("RABAT25", Decimal(-20)),
    ]


def test_orders_stay_when_deleting_is_ignored_and_are_not_invoiced_again(
    uni: UnicontaState, api: Api
) -> None:
    uni.switches.set("uni.delete_order", "ignored")
    number = api.order(GOODS)
    assert api.invoice(number)["Err"] == 0
    assert uni.orders[0]["OrderNumber"] == number
    assert api.invoice(number) == "NoLinesFound"
    assert len(uni.invoices) == 1


@pytest.mark.parametrize(("reading", "invoices"), [("NoLinesFound", 1), ("second_invoice", 2)])
@pytest.mark.parametrize("delete_order", ["honoured", "ignored"])
def test_a_second_call_for_an_order(
    reading: str, invoices: int, delete_order: str, uni: UnicontaState, api: Api
) -> None:
    uni.switches.set("uni.second_invoice", reading)
    uni.switches.set("uni.delete_order", delete_order)
    number = api.order(GOODS)
    api.invoice(number)
    second = api.invoice(number)
    assert (second == "NoLinesFound") == (invoices == 1)
    assert len(uni.invoices) == invoices
    assert uni.balances()["5600"] == Decimal("199.95") * invoices


def test_an_unknown_order_is_argument_missing_in_plain_text(api: Api) -> None:
    body = {"OrderNumber": 20099, "Date": "2026-03-02T00:00:00"}
    reply = api.call("POST", "/Invoice/GenerateDebtorInvoice", body)
    assert reply.content_type.startswith("text/plain")
    assert reply.content() == b"ArgumentMissing"


def test_an_order_that_is_not_stored_is_refused(api: Api) -> None:
    body = {"Order": {"Account": "POS3000"}, "Lines": [], "Date": "2026-03-02T00:00:00"}
    assert api.value("POST", "/Invoice/GenerateDebtorInvoice", body) == "ArgumentMissing"


def test_a_proforma_leaves_no_trace(uni: UnicontaState, api: Api) -> None:
    number = api.order(GOODS)
    before = uni.snapshot()
    body = {"OrderNumber": number, "Date": "2026-03-02T00:00:00", "Simulate": True}
    assert api.value("POST", "/Invoice/GenerateDebtorInvoice", body)["InvoiceNumber"] == 0
    assert uni.snapshot() == before


def test_prices_without_vat_are_net(uni: UnicontaState, api: Api) -> None:
    assert api.sell(("DIV25", "1", "100"), PricesInclVat=False)["TotalAmount"] == 125
    uni.switches.set("uni.prices_incl_vat", "ignored")
    assert api.sell(("DIV25", "1", "100"))["TotalAmount"] == 125


@pytest.mark.parametrize(
    ("reading", "vat"),
    [("per_account_and_code", "0.27"), ("per_invoice", "0.27"), ("per_line", "0.28")],
)
def test_vat_is_rounded_as_the_switch_says(
    reading: str, vat: str, uni: UnicontaState, api: Api
) -> None:
    uni.switches.set("uni.vat_rounding", reading)
    invoice = api.sell(*[("DIV25", "1", "0.34")] * 4)
    assert (invoice["VatAmount"], invoice["TotalAmount"]) == (Decimal(vat), Decimal("1.36"))


def test_vat_of_two_accounts_is_rounded_together_only_per_invoice(
    uni: UnicontaState, api: Api
) -> None:
    lines = (("DIV25", "1", "0.07"), ("GAVEKORT1", "1", "0.07"))
    assert api.sell(*lines)["VatAmount"] == Decimal("0.02")
    uni.switches.set("uni.vat_rounding", "per_invoice")
    invoice = api.sell(*lines)
    assert (invoice["VatAmount"], invoice["TotalAmount"]) == (Decimal("0.03"), Decimal("0.14"))


def test_a_negative_total_is_a_credit_note(uni: UnicontaState, api: Api) -> None:
    note = api.sell(("DIV25", "-1", "125"))
    assert (note["InvoiceNumber"], note["TotalAmount"]) == (10001, -125)
    assert uni.open_items("POS3000")[0]["PostType"] == "Creditnote"
    uni.switches.set("uni.creditnote", "own_series")
    assert api.sell(("DIV25", "-1", "125"))["InvoiceNumber"] == 50001
    uni.switches.set("uni.creditnote", "refused")
    assert api.invoice(api.order(("DIV25", "-1", "125"))) == "CouldNotCreate"


def test_a_total_of_zero_is_invoiced_or_refused(uni: UnicontaState, api: Api) -> None:
    lines = (("DIV25", "-1", "125"), ("TILGODE", "1", "125"))
    assert api.sell(*lines)["TotalAmount"] == 0
    assert uni.balances() == {"1010": Decimal(100), "6510": Decimal(25), "6620": Decimal(-125)}
    assert uni.open_items("POS3000") == []
    uni.switches.set("uni.zero_invoice", "refused")
    assert api.invoice(api.order(*lines)) == "CouldNotCreate"


def test_revenue_goes_where_the_group_says(uni: UnicontaState, api: Api) -> None:
    uni.staff().edit("DebtorGroup", "1", RevenueAccount="1050", RevenueFollowDC="Debtor group")
    api.sell(("DIV25", "1", "125"))
    assert uni.balances()["1050"] == -100


def test_lines_without_do_invoice_wait(uni: UnicontaState, api: Api) -> None:
    uni.switches.set("uni.doinvoice_default", "false")
    order = api.insert("DebtorOrderClient", Account="POS3000", PricesInclVat=True, DeleteOrder=True)
    line = {"OrderNumber": str(order["OrderNumber"]), "Item": "DIV25", "Qty": 1, "Price": 10}
    api.insert("DebtorOrderLineClient", **line)
    assert api.invoice(order["OrderNumber"]) == "NoLinesFound"
    api.insert("DebtorOrderLineClient", **line, DoInvoice=True)
    assert api.invoice(order["OrderNumber"])["Err"] == 0
    assert uni.invoices[0]["TotalAmount"] == 10
    assert len(uni.orders) == 1
    assert len(api.rows("DebtorOrderLineClient")) == 1


def test_free_text_lines_are_invoiced_or_refused(uni: UnicontaState, api: Api) -> None:
    order = api.insert("DebtorOrderClient", Account="POS3000", PricesInclVat=True)
    line = {"OrderNumber": str(order["OrderNumber"]), "Text": "Fri", "Qty": 1, "Price": 10}
    api.insert("DebtorOrderLineClient", **line)
    uni.switches.set("uni.free_text_lines", "ArgumentMissing")
    assert api.invoice(order["OrderNumber"]) == "ArgumentMissing"
    uni.switches.set("uni.free_text_lines", "accepted")
    assert api.invoice(order["OrderNumber"])["Err"] == 0
    assert uni.balances()["1010"] == -10


@pytest.mark.parametrize(
    ("reading", "our_ref", "reference"),
    [("both", "C1ST-1", "key"), ("ourref_only", "C1ST-1", None), ("none", None, None)],
)
def test_references_reach_invoice_and_ledger_as_the_switch_says(
    reading: str, our_ref: Any, reference: Any, uni: UnicontaState, api: Api
) -> None:
    uni.switches.set("uni.reference_flow", reading)
    invoice = api.sell(GOODS, OurRef="C1ST-1", ReferenceNumber="key")
    assert (invoice["OurRef"], invoice["ReferenceNumber"]) == (our_ref, reference)
    assert {row["ReferenceNumber"] for row in api.rows("GLTransClient")} == {reference}
    assert bool(api.where("DebtorInvoiceClient", "ReferenceNumber", "key")) == bool(reference)


@pytest.mark.parametrize("by_term", [True, False])
def test_a_term_that_books_cash_leaves_no_open_item(
    by_term: bool, uni: UnicontaState, api: Api
) -> None:
    if by_term:
        uni.staff().edit("PaymentTerm", "POS", Account="5811")
    else:
        uni.switches.set("uni.payment_term", "books_cash")
    invoice = api.sell(GOODS)
    assert uni.open_items("POS3000") == []
    assert uni.balances()["5811" if by_term else "5810"] == Decimal("199.95")
    assert uni.debtor_balances() == {"POS3000": 0}
    assert invoice["CashPayment"] == Decimal("199.95")


def test_blocked_items_debtors_and_credit_limits_refuse(uni: UnicontaState, api: Api) -> None:
    number = api.order(GOODS)
    before = uni.snapshot()
    for reading, error in (
        ("credit_limit", "CreditLimitExceeded"),
        ("item_on_hold", "ItemIsOnHold"),
    ):
        uni.switches.set("uni.blocks", reading)
        assert api.invoice(number) == error
    assert uni.snapshot() == before
    uni.switches.reset()
    for table, key, member, value, error in (
        ("Debtor", "POS3000", "CreditMax", 100, "CreditLimitExceeded"),
        ("InvItem", "DIV25", "Blocked", True, "ItemIsOnHold"),
        ("Debtor", "POS3000", "Blocked", True, "DebtorIsBlocked"),
    ):
        uni.staff().edit(table, key, **{member: value})
        assert api.invoice(number) == error
        uni.staff().edit(table, key, **{member: type(value)()})
    assert api.invoice(number)["Err"] == 0


def test_a_closed_period_refuses(uni: UnicontaState, api: Api) -> None:
    number = api.order(GOODS)
    uni.close_period(date(2026, 3, 2))
    assert api.invoice(number) == "PeriodIsClosed"
    assert api.invoice(number, date="2026-03-03")["Err"] == 0
    uni.switches.set("uni.period", "closed")
    assert api.invoice(api.order(GOODS), date="2026-04-01") == "PeriodIsClosed"


def test_stock_and_cost_move_with_goods(uni: UnicontaState, api: Api) -> None:
    uni.staff().edit("InvGroup", "1", CostAccount="2750", InvAccount="5820")
    api.sell(("SLANGE28", "2", "99"), ("DIV25", "1", "10"))
    item = api.where("InvItemClient", "Item", "SLANGE28")[0]
    assert (item["QtyOnStock"], item["Available"]) == (-2, -2)
    assert uni.balances()["2750"] == -uni.balances()["5820"] == 80
    uni.switches.set("uni.stock_on_invoice", "no")
    api.sell(("SLANGE28", "2", "99"))
    assert api.where("InvItemClient", "Item", "SLANGE28")[0]["QtyOnStock"] == -2


@pytest.mark.parametrize(("reading", "start"), [("pdf", b"%PDF"), ("text", b"Succes")])
def test_the_reply_may_be_a_pdf_or_text(
    reading: str, start: bytes, uni: UnicontaState, api: Api
) -> None:
    uni.switches.set("uni.invoice_reply", reading)
    body = {"OrderNumber": api.order(GOODS), "Date": "2026-03-02T00:00:00"}
    reply = api.call("POST", "/Invoice/GenerateDebtorInvoice", body)
    assert reply.content().startswith(start)
    assert len(uni.invoices) == 1


def test_the_pdf_of_an_invoice_is_base64_in_a_json_string(api: Api) -> None:
    number = api.sell(GOODS)["InvoiceNumber"]
    path = f"/Invoice/GetInvoicePDF?Account=POS3000&Date=2026-03-02&InvoiceNumber={number}"
    content = base64.b64decode(api.value("GET", path))
    assert content.startswith(b"%PDF")
    assert str(number).encode() in content
    reply = api.call("GET", "/Invoice/GetInvoicePDF?Account=K1001&InvoiceNumber=1")
    assert value_of(reply) == "CouldNotFind"


def test_a_bookkeeper_can_invoice_by_hand(uni: UnicontaState, api: Api) -> None:
    number = api.order(GOODS, ReferenceNumber="key")
    uni.staff().invoice(number, on=date(2026, 3, 2))
    assert api.where("DebtorInvoiceClient", "ReferenceNumber", "key")[0]["OrderNumber"] == number
