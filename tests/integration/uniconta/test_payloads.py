"""Rows are written as the contract's examples show them and read as tolerantly as it warns."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.uniconta import payloads, values
from integration.uniconta.payloads import JournalLine, Order, OrderLine
from tests.integration.conftest import example

ORDER = Order(
    account="POS3000",
    currency="DKK",
    payment="POS",
    our_ref="C1ST-3000-1285",
    reference_number="c1st:3000:payment:70002",
    your_ref="Kasse 1",
)
TEXTS = st.text(alphabet="aZ09é.-+* \x00")  # few letters: Unicode's table takes seconds to build
LINE = OrderLine(
    order_number=20002,
    line_number=1,
    item="NL-TAS-02",
    text="Cykeltaske sæt 2 x 20 l",
    qty=Decimal(1),
    price=Decimal(1000),
    storage="Register",
    reference_number="90002",
)
SETTLEMENT = JournalLine(
    journal="C1ST",
    line_number=1,
    date=date(2026, 3, 2),
    account_type="Debtor",
    account="POS3000",
    offset_account_type="Ledger",
    offset_account="5810",
    credit=Decimal("199.95"),
    dc_post_type="Payment",
    invoice="10001",
    settle_value="Invoice",
    settlements="10001",
    text="Bon 1284 Kontant",
    reference_number="c1st:3000:settle:70001",
)


def test_an_order_is_written_as_in_the_contract() -> None:
    assert ORDER.to_row() == example("uniconta", "order")["insert"]["request"]["body"]


def test_an_order_without_term_or_number_leaves_them_out() -> None:
    row = replace(ORDER, payment="", your_ref="").to_row()
    assert {"Payment", "YourRef", "OrderNumber"}.isdisjoint(row)
    assert replace(ORDER, order_number=7).to_row()["OrderNumber"] == 7
    assert replace(ORDER, prices_incl_vat=False).to_row()["PricesInclVat"] is False


def test_order_lines_are_written_as_in_the_contract() -> None:
    wanted = example("uniconta", "order_lines")["insert_list"]["request"]["body"]
    discount = replace(
        LINE,
        line_number=2,
        item="RABAT25",
        text="Rabat",
        price=Decimal(-100),
        storage=None,
        reference_number="90003",
    )
    assert [LINE.to_row(), discount.to_row()] == wanted


def test_a_line_of_nothing_still_says_so() -> None:
    row = replace(LINE, price=Decimal(0)).to_row()
    assert row["Price"] == 0


def test_journal_lines_are_written_as_in_the_contract() -> None:
    wanted = example("uniconta", "post_daily_journal_request")["body"]["Lines"]
    assert SETTLEMENT.to_row() == wanted[0]
    rounding = JournalLine(
        journal="C1ST",
        line_number=2,
        date=date(2026, 3, 2),
        account_type="Ledger",
        account="2920",
        offset_account_type="Ledger",
        offset_account="5810",
        credit=Decimal("0.05"),
        text="Bon 1284 øreafrunding",
        reference_number="c1st:3000:settle:70001",
    )
    assert rounding.to_row() == wanted[1]


@pytest.mark.parametrize(
    ("debit", "credit"),
    [
        (None, None),
        (Decimal(1), Decimal(1)),
        (Decimal(0), None),
        (None, Decimal("0.00")),
        (Decimal(1), Decimal(0)),
    ],
)
def test_a_line_with_no_or_two_amounts_cannot_be_made(
    debit: Decimal | None, credit: Decimal | None
) -> None:
    with pytest.raises(ValueError, match="either a debit or a credit"):
        replace(SETTLEMENT, debit=debit, credit=credit)


@given(
    st.sampled_from(["debit", "credit"]),
    st.decimals(min_value="-99999", max_value="99999", places=2).filter(bool),
)
def test_exactly_one_positive_amount_is_sent(side: str, amount: Decimal) -> None:
    debit, credit = (amount, None) if side == "debit" else (None, amount)
    line = replace(SETTLEMENT, debit=debit, credit=credit)
    row = line.to_row()
    (sent,) = {"Debit", "Credit"} & set(row)
    assert row[sent] > 0
    assert row.get("Debit", 0) - row.get("Credit", 0) == line.amount


def test_what_a_payment_settles_is_its_invoice_unless_said() -> None:
    assert replace(SETTLEMENT, settlements="").to_row()["Settlements"] == "10001"
    assert replace(SETTLEMENT, settlements="5;6").to_row()["Settlements"] == "5;6"
    plain = replace(SETTLEMENT, settle_value="", settlements="", dc_post_type=None).to_row()
    assert {"Settlements", "SettleValue", "DCPostType"}.isdisjoint(plain)


def test_an_invoice_is_read_back() -> None:
    row = example("uniconta", "generate_invoice_response")["read_back"]["response"]["body"][0]
    invoice = payloads.parse_invoice(row)
    assert (invoice.invoice_number, invoice.order_number) == ("10002", "20002")
    assert (invoice.net, invoice.vat, invoice.total) == (Decimal(720), Decimal(180), Decimal(900))
    assert invoice.date == date(2026, 3, 2)
    assert (invoice.our_ref, invoice.reference_number) == (
        "C1ST-3000-1285",
        "c1st:3000:payment:70002",
    )


@pytest.mark.parametrize("text", ["2026-03-02T00:00:00", "2026-03-02T00:00:00Z", "2026-03-02"])
def test_dates_come_with_or_without_a_z(text: str) -> None:
    assert payloads.parse_gl_trans({"Date": text}).date == date(2026, 3, 2)


@pytest.mark.parametrize(
    "empty", ["0001-01-01T00:00:00", "0001-01-01T00:00:00Z", None, "", "soon", 5]
)
def test_the_empty_date_is_none(empty: Any) -> None:
    assert payloads.parse_open_item({"Date": empty}).date is None


def test_ledger_entries_and_open_items_are_read() -> None:
    entry = payloads.parse_gl_trans(
        {"Account": "5810", "Amount": Decimal("-12.50"), "Invoice": 10001, "JournalPostedId": 5010}
    )
    assert (entry.account, entry.amount, entry.invoice) == ("5810", Decimal("-12.50"), "10001")
    assert (entry.journal_posted_id, entry.voucher, entry.vat, entry.date) == (5010, 0, "", None)
    item = payloads.parse_open_item({"Account": "P", "Invoice": 0, "AmountOpen": 5})
    assert (item.invoice, item.amount_open) == ("", Decimal(5))


def test_orders_and_their_lines_are_read() -> None:
    stored = example("uniconta", "order")["insert"]["response"]["body"]
    order = payloads.parse_order(stored)
    assert (order.order_number, order.account) == (20002, "POS3000")
    assert order.row is stored
    line = payloads.parse_order_line({"OrderNumber": "20002", "Qty": 1, "Price": Decimal("9.5")})
    assert (line.order_number, line.price) == (20002, Decimal("9.5"))


def test_master_data_is_read() -> None:
    debtor = payloads.parse_debtor(example("uniconta", "debtor")["insert"]["response"]["body"])
    assert (debtor.account, debtor.group, debtor.blocked) == ("K1001", "KUNDE", False)
    item = payloads.parse_item(
        example("uniconta", "item_user_fields")["insert"]["response"]["body"]
    )
    assert (item.item, item.item_type, item.row["xSize"]) == ("NL-HJ24-SO-M", "Item", "M")
    group = payloads.parse_item_group({"Group": "A", "SalesVat": "S25", "RevenueAccount": 1010})
    assert (group.group, group.sales_vat, group.revenue_account) == ("A", "S25", "1010")
    assert payloads.parse_vat_code({"Vat": "S25", "Rate": Decimal("25.0")}).rate == 25
    term = payloads.parse_payment_term({"Payment": "POS", "Account": None})
    assert (term.payment, term.account, term.offset_account) == ("POS", "", "")
    company = payloads.parse_company({"PrimaryKeyId": 70123, "CompanyName": "N"})
    assert (company.company_id, company.name, company.currency) == (70123, "N", "")


@pytest.mark.parametrize(
    ("row", "blocked"),
    [
        ({}, False),
        ({"Blocked": True}, True),
        ({"BlockedInJournal": 1}, True),
        ({"Blocked": False, "BlockedInJournal": "false"}, False),
    ],
)
def test_an_account_is_blocked_wholly_or_in_journals(row: dict[str, Any], blocked: bool) -> None:
    assert payloads.parse_gl_account(row).blocked is blocked


def test_a_journal_is_read() -> None:
    journal = payloads.parse_journal(
        {"Journal": "C1ST", "UseApproved": 1, "NumberOfLines": 3, "DefaultAccountType": 0}
    )
    assert (journal.use_approved, journal.no_vat_calculation) == (True, False)
    assert (journal.number_of_lines, journal.default_account_type) == (3, "0")


def test_a_change_event_is_written_and_read() -> None:
    case = example("uniconta", "table_change_event")
    event = payloads.parse_change_event(case["list"]["response"]["body"][0])
    assert event.to_row() == case["insert"]["request"]["body"]
    assert (event.row_id, event.table_id, event.has_error) == (91, 23, True)
    assert event.last_event == datetime(2026, 3, 2, 10, 11, 12)  # noqa: DTZ001 - local by contract
    assert "shared-secret" not in repr(event)


@given(
    st.dictionaries(
        st.sampled_from(["Account", "Amount", "Invoice", "Date", "Voucher", "Vat", "Blocked"]),
        st.none() | st.booleans() | st.integers() | TEXTS | st.decimals(allow_nan=False),
    )
)
def test_reading_never_raises(row: dict[str, Any]) -> None:
    for parse in (payloads.parse_gl_trans, payloads.parse_open_item, payloads.parse_gl_account):
        parse(row)


@pytest.mark.parametrize(
    ("value", "wanted", "fits"),
    [
        ("K1", "K1", True),
        ("k1", "K1", False),
        (20002, "20002", True),
        (Decimal("20002.0"), "20002", True),
        (True, "true", True),
        (None, "K1", False),
        (None, "", True),
        ("2026-03-02T10:00:00", "01-03-2026..", True),
        ("2026-03-02T10:00:00", "03-03-2026..", False),
        ("2026-03-02T10:00:00", "..01-03-2026", False),
        ("2026-03-02T10:00:00", "02-03-2026..02-03-2026", True),
        (None, "01-03-2026..", True),
        ("0001-01-01T00:00:00", "01-03-2026..", False),
    ],
)
def test_a_row_is_held_against_what_was_asked(value: Any, wanted: str, fits: bool) -> None:
    assert values.matches({"X": value}, {"X": wanted}) is fits
