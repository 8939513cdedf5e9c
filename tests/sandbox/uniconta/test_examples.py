"""The worked examples of accounting.md, replayed on the engine: end balances to the øre."""

import json
from decimal import Decimal
from typing import Any

import pytest
import simplejson

from sandbox.uniconta.seed import ACCOUNTS, open_books
from sandbox.uniconta.state import UnicontaState
from tests.sandbox.uniconta.api import CONTRACTS, Api, journal_line, payment_line

EXAMPLES = ("example_0_one_register", "example_a_two_registers", "example_b_special_cases")
ITEMS = {"goods25": "DIV25", "goods0": "DIV0", "gift_multi": "GAVEKORT", "gift_single": "GAVEKORT1"}
FLOATS = {"card": "5830", "mobilepay": "5831", "eur": "5815"}
DRAWERS = {1: "5810", 2: "5811"}


def load(name: str) -> dict[str, Any]:
    text = (CONTRACTS / "examples" / "accounting" / f"{name}.json").read_text()
    example: dict[str, Any] = simplejson.loads(text, use_decimal=True)
    return example


def start(uni: UnicontaState, example: dict[str, Any]) -> None:
    owed = {"K1001": {9987: Decimal(600)}} if example["opening_balances"].get("5600") else {}
    open_books(uni.company(), example["opening_balances"], debtors=owed)


def book_receipt(api: Api, receipt: dict[str, Any]) -> None:
    """Make the receipt's order and its invoice, under the invoice number of the example."""
    series = api.uni.company()["NumberSerie"]
    row = series.find("FAKTURA")
    assert row is not None
    series.change(row, Next=receipt["invoice"])
    lines = [(ITEMS[kind], "1", str(gross)) for kind, gross in receipt["lines"]]
    invoice = api.sell(
        *lines,
        account=receipt.get("debtor", "POS3000"),
        ReferenceNumber=f"c1st:3000:payment:{receipt['id']}",
    )
    assert invoice["TotalAmount"] == receipt["sum"]
    assert invoice["InvoiceNumber"] == receipt["invoice"]


def settlement_lines(receipt: dict[str, Any]) -> list[dict[str, Any]]:
    debtor, invoice = receipt.get("debtor", "POS3000"), str(receipt["invoice"])
    drawer, key = DRAWERS[receipt["reg"]], f"c1st:3000:settle:{receipt['id']}"
    lines = []
    for kind, amount, *unrounded in receipt["tenders"]:
        if kind == "debtor":
            continue
        paid = unrounded[0] if unrounded else amount
        offset = drawer if kind == "cash" else FLOATS[kind]
        lines.append(payment_line(debtor, offset, credit=str(paid), invoice=invoice, reference=key))
        if amount != paid:
            lines.append(journal_line("2920", drawer, credit=str(amount - paid), reference=key))
    return lines


def close_lines(close: dict[str, Any]) -> list[dict[str, Any]]:
    drawer, key = DRAWERS[close["reg"]], f"c1st:3000:balance:{close['id']}"
    expected = close["cashstart"] + close["cashrevenue"] - close["expense"]
    parts = (
        ("2910", close["counted"] - expected),
        ("2750", -close["expense"]),
        ("5820", -close["tobank"]),
    )
    return [
        journal_line(account, drawer, credit=str(credit), reference=key)
        for account, credit in parts
        if credit
    ]


def receipts_of(example: dict[str, Any], close: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        receipt
        for receipt in example["receipts"]
        if receipt["reg"] == close["reg"] and close["first"] <= receipt["no"] <= close["last"]
    ]


def play(api: Api, example: dict[str, Any]) -> None:
    for receipt in example["receipts"]:
        if not receipt.get("customerpayment"):
            book_receipt(api, receipt)
    for close in example["day_closes"]:
        settling = [line for r in receipts_of(example, close) for line in settlement_lines(r)]
        answer = api.post(*settling, *close_lines(close))
        assert answer["Err"] == 0, answer


def without_zeros(balances: dict[str, Decimal]) -> dict[str, Decimal]:
    return {account: amount for account, amount in balances.items() if amount}


@pytest.mark.parametrize("name", EXAMPLES)
def test_end_balances_are_those_of_the_example(name: str, uni: UnicontaState, api: Api) -> None:
    example = load(name)
    start(uni, example)
    play(api, example)
    assert without_zeros(uni.balances()) == without_zeros(example["end_balances"])
    assert without_zeros(uni.debtor_balances()) == without_zeros(example["debtor_end_balances"])


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_invoice_posts_the_lines_of_the_example(
    name: str, uni: UnicontaState, api: Api
) -> None:
    example = load(name)
    start(uni, example)
    play(api, example)
    wanted = {voucher["ref"]: _net(voucher["lines"]) for voucher in example["vouchers"]}
    found: dict[str, dict[str, Decimal]] = {}
    for row in api.rows("GLTransClient"):
        if str(row["ReferenceNumber"]).startswith("c1st:3000:payment:"):
            sums = found.setdefault(row["ReferenceNumber"], {})
            sums[row["Account"]] = sums.get(row["Account"], Decimal(0)) + row["Amount"]
    assert found == {ref: sums for ref, sums in wanted.items() if ":payment:" in ref}


def _net(lines: list[dict[str, Any]]) -> dict[str, Decimal]:
    return {
        str(line["account"]): line.get("debit", Decimal(0)) - line.get("credit", Decimal(0))
        for line in lines
    }


@pytest.mark.parametrize("name", EXAMPLES)
def test_settled_invoices_leave_no_open_item_on_the_pos_debtor(
    name: str, uni: UnicontaState, api: Api
) -> None:
    example = load(name)
    start(uni, example)
    play(api, example)
    assert uni.open_items("POS3000") == []


def test_the_request_of_the_contract_posts_the_day_of_the_contract(
    uni: UnicontaState, api: Api
) -> None:
    example = load(EXAMPLES[0])
    start(uni, example)
    for receipt in example["receipts"]:
        if not receipt.get("customerpayment"):
            book_receipt(api, receipt)
    path = CONTRACTS / "examples" / "uniconta" / "post_daily_journal_request.json"
    body = json.loads(path.read_text(), parse_float=Decimal)["body"]
    answer = api.value("POST", "/GLJournal/PostDailyJournal", body)
    assert set(answer) >= {"Err", "ErrorProperty", "ErrorValue", "JournalPostedlId"}
    assert without_zeros(uni.balances()) == without_zeros(example["end_balances"])
    assert [item["Invoice"] for item in uni.open_items("K1001")] == [10004]


@pytest.mark.parametrize(
    ("switch", "value"),
    [
        ("uni.vat_rounding", "per_invoice"),
        ("uni.vat_rounding", "per_line"),
        ("uni.voucher", "per_line"),
        ("uni.settle_by", "not_at_all"),
        ("uni.reference_flow", "none"),
        ("uni.delete_order", "ignored"),
        ("uni.postdaily_lines", "stored_first"),
    ],
)
def test_switches_that_touch_no_amounts_leave_the_end_balances_alone(
    switch: str, value: str, uni: UnicontaState, api: Api
) -> None:
    uni.switches.set(switch, value)
    example = load(EXAMPLES[0])
    start(uni, example)
    play(api, example)
    assert without_zeros(uni.balances()) == without_zeros(example["end_balances"])


def test_the_seed_has_the_chart_of_accounts_of_the_contract(uni: UnicontaState) -> None:
    chart = json.loads((CONTRACTS / "examples/accounting/chart_of_accounts.json").read_text())
    assert {number: ACCOUNTS[number][0] for number in chart["accounts"]} == chart["accounts"]
