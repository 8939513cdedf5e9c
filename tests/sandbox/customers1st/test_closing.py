"""Day closes: per register, chained by their cash, readable in every way the switches allow."""

from contextlib import nullcontext
from decimal import Decimal
from typing import Any

import pytest

from sandbox.customers1st.basket import (
    TillError,
    card,
    cash,
    foreign,
    free_text,
    issue_card,
    line,
    on_account,
    use_card,
)
from sandbox.customers1st.shop import Shop
from sandbox.server import Sandbox
from tests.sandbox.contracts import example
from tests.sandbox.customers1st.api import Api
from tests.sandbox.customers1st.identities import check_chain, check_close
from tests.sandbox.customers1st.moments import at


def _closes(api: Api) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = api.get("/posbalances", paginationPageLength=200).content
    return rows


def _busy_day(shop: Shop) -> None:
    shop.sell([line(1001)], [cash()])
    shop.sell([line(1002, discount=100), line(1006)], [card()])
    shop.sell([line(1004)], [on_account()], customer=5001)
    shop.sell([issue_card(500, number="G1")], [card()])
    shop.sell([line(1102), use_card("G1", 300)], [cash()])
    shop.sell([line(1005, -1)], [cash()])
    shop.customer_payment(5001, [cash(100)])
    shop.sell([free_text("Brugt", 500, cost=300, second_hand=True)], [foreign(100)])


@pytest.mark.parametrize("number", [0, 1])
def test_the_two_registers_of_example_a_close_as_in_the_contract(
    number: int, shop: Shop, api: Api
) -> None:
    want = example("accounting/example_a_two_registers")
    shop.sell([free_text("Vare", "149.70")], [cash()], register=501)
    shop.sell([free_text("Vare", "89.95")], [cash()], register=502)
    shop.sell([free_text("Vare", 1299)], [card()], register=501)
    shop.sell([free_text("Vare", 450)], [card()], register=502)
    shop.sell([free_text("Vare", 249, quantity=-1)], [cash()], register=501)
    shop.sell([free_text("Vare", 620)], [cash()], register=502)
    shop.close(501, counted="845.50", to_bank="-154.50", expense=35)
    shop.close(502, counted=1215, to_bank=715)
    close, expected = _closes(api)[number], want["day_closes"][number]
    names = {"cashrevenue", "cashdifference", "cashrounding", "expense", "cashstart"}
    assert {name: close[name] for name in names} == {name: expected[name] for name in names}
    check_close(close, api.get("/pospayments").content)
    next_close = shop.close([501, 502][number])
    assert next_close.cash_start == expected["next_cashstart"]


def test_a_busy_day_keeps_every_identity(shop: Shop, api: Api) -> None:
    _busy_day(shop)
    shop.close(501, counted=1400, to_bank=250, expense=20)
    _busy_day_two(shop)
    shop.close(501, to_bank=100)
    closes = _closes(api)
    receipts = api.get("/pospayments", paginationPageLength=200).content
    for close in closes:
        check_close(close, receipts)
    check_chain(closes)
    assert [(c["startpaymentno"], c["endpaymentno"]) for c in closes] == [
        (1284, 1291),
        (1292, 1292),
    ]
    assert closes[1]["startdate"] == closes[0]["enddate"]


def _busy_day_two(shop: Shop) -> None:
    shop.sell([line(1005)], [cash()])


def test_only_completed_receipts_of_the_register_belong_to_its_close(shop: Shop) -> None:
    parked = shop.park([line(1001)])
    shop.cancel(shop.park([line(1001)]).id)
    mine = shop.sell([line(1001)])
    shop.sell([line(1001)], register=502)
    close = shop.close(501)
    assert close.payments == [mine]
    late = shop.complete(parked.id)
    assert shop.close(501).payments == [late]


def test_an_empty_day_closes_with_zeros(shop: Shop, api: Api) -> None:
    shop.close(501)
    (close,) = _closes(api)
    assert (close["numpayments"], close["startpaymentno"], close["paymenttypes"]) == (0, None, [])
    check_close(close, [])


def test_a_shop_without_registers_can_close(shop: Shop, api: Api) -> None:
    shop.sell([line(1001)], register=None)
    shop.close(None)
    (close,) = _closes(api)
    assert (close["cashregisterid"], close["numpayments"]) == (None, 1)
    with pytest.raises(TillError, match="no register 9"):
        shop.close(9)


def test_closes_are_listed_by_window_register_and_order(shop: Shop, api: Api) -> None:
    shop.close(501, at=at("2026-03-02T16:00:00"))
    shop.close(502, at=at("2026-03-03T16:00:00"))
    window = {"fromDate": "2026-03-03 00:00:00", "toDate": "2026-03-03 23:59:59"}
    assert [row["id"] for row in api.get("/posbalances", **window).content] == [9002]
    assert [row["id"] for row in api.get("/posbalances", cashRegisterId=501).content] == [9001]
    assert [row["id"] for row in api.get("/posbalances", sortOrder=-1).content] == [9002, 9001]
    assert api.get("/posbalances", userId=7).content == []


@pytest.mark.parametrize(
    ("switch", "reading", "field", "value"),
    [
        ("c1st.cashdifference_sign", "expected_minus_counted", "cashdifference", "10.00"),
        ("c1st.cashrounding_sign", "gain_negative", "cashrounding", "-0.05"),
        ("c1st.expense_sign", "negative", "expense", "-20.00"),
        ("c1st.cash_added", "not_shown", "cashtobank", "0.00"),
        ("c1st.cashrevenue", "gross_sales", "cashrevenue", "400.00"),
        ("c1st.cashrevenue", "without_customer_payments", "cashrevenue", "-65.00"),
        ("c1st.totalrevenue", "receipts", "totalrevenue", "3504.95"),
        ("c1st.totalrevenue", "goods_without_invoice", "totalrevenue", "2054.95"),
    ],
)
def test_a_figure_follows_its_switch(
    switch: str, reading: str, field: str, value: str, shop: Shop, api: Api, sandbox: Sandbox
) -> None:
    _busy_day(shop)
    close = shop.close(501, to_bank=-50, expense=20)
    close.counted = close.expected - 10
    sandbox.switches.set(switch, reading)
    assert _closes(api)[0][field] == Decimal(value)


@pytest.mark.parametrize(
    ("reading", "titles"),
    [
        ("all", ["Kontant", "Dankort", "EUR", "Debitor", "Gavekort"]),
        ("without_debtor", ["Kontant", "Dankort", "EUR", "Gavekort"]),
        ("without_giftcard", ["Kontant", "Dankort", "EUR", "Debitor"]),
        ("tenders_only", ["Kontant", "Dankort", "EUR"]),
    ],
)
def test_tender_rows_follow_their_switch(
    reading: str, titles: list[str], shop: Shop, api: Api, sandbox: Sandbox
) -> None:
    _busy_day(shop)
    shop.close(501)
    sandbox.switches.set("c1st.balance_rows", reading)
    assert [row["title"] for row in _closes(api)[0]["paymenttypes"]] == titles


@pytest.mark.parametrize(("reading", "revenue"), [("no", -240), ("yes", 500)])
def test_foreign_notes_count_as_cash_or_not(
    reading: str, revenue: int, shop: Shop, api: Api, sandbox: Sandbox
) -> None:
    sandbox.switches.set("c1st.foreign_in_cash", reading)
    shop.sell([free_text("Vare", 500)], [foreign(100)])  # 740 kroner, 240 back
    shop.close(501)
    assert _closes(api)[0]["cashrevenue"] == revenue


def test_ranges_can_be_store_wide(shop: Shop, api: Api, sandbox: Sandbox) -> None:
    sandbox.switches.set("c1st.balance_range", "store_wide")
    shop.sell([line(1001)], register=502)
    shop.sell([line(1001)], register=501)
    shop.sell([line(1001)], register=502)
    shop.close(501)
    (close,) = _closes(api)
    assert (close["startpaymentno"], close["endpaymentno"]) == (1284, 1286)
    assert close["numpayments"] == 1


def test_payouts_can_be_present(shop: Shop, api: Api, sandbox: Sandbox) -> None:
    sandbox.switches.set("c1st.payouts", "present")
    shop.sell([line(1002)], [card()])
    shop.close(501)
    assert _closes(api)[0]["payouts"][0]["amount"] == 1000


@pytest.mark.parametrize(
    ("reading", "note", "amount"),
    [("never", False, False), ("note_only", True, False), ("amounts", True, True)],
)
def test_a_close_changes_only_where_the_switch_allows(
    reading: str, note: bool, amount: bool, shop: Shop, sandbox: Sandbox
) -> None:
    sandbox.switches.set("c1st.balance_changes", reading)
    close = shop.close(501)
    with nullcontext() if note else pytest.raises(TillError, match="cannot change"):
        shop.amend_close(close.id, note="Rettet")
    with nullcontext() if amount else pytest.raises(TillError, match="cannot change"):
        shop.amend_close(close.id, counted=5)
    assert close.note == ("Rettet" if note else None)
    assert (close.counted == 5) is amount


def test_finance_vouchers_balance_and_can_leave_parts_out(shop: Shop, api: Api) -> None:
    _busy_day(shop)
    shop.close(501, to_bank=250, expense=20)
    path = "/financevouchers/9001"
    for query in ({}, {"excludeInvoicePayment": 1}, {"excludeCustomerPayment": "true"}):
        rows = api.get(path, **query).body
        titles = [row["title"] for row in rows]
        assert ("Debitor" in titles) is ("excludeInvoicePayment" not in query)
        assert ("Kundeindbetaling" in titles) is ("excludeCustomerPayment" not in query)


def test_finance_vouchers_follow_their_switches(shop: Shop, api: Api, sandbox: Sandbox) -> None:
    shop.sell([line(1002)], [card()])
    shop.close(501)
    assert [row["amount"] for row in api.get("/financevouchers/9001").body] == [-1000, 1000]
    sandbox.switches.set("c1st.financevoucher_sign", "credit_positive")
    assert [row["amount"] for row in api.get("/financevouchers/9001").body] == [1000, -1000]
    sandbox.switches.set("c1st.financevoucher_accounts", "missing")
    answer = api.get("/financevouchers/9001")
    assert answer.body["errorcode"] == "FINANCE_MISSING_ACCOUNTNO"
