"""A day close becomes journal lines of its differences, or a Hold."""

from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.errors import Hold
from integration.mapping.day_close import (
    check_range,
    close_date,
    close_lines,
    difference,
    expense_of,
    figures,
    holds_number,
    previous_of,
)
from integration.mapping.rules import Rules
from tests.integration.mapping.closes import RULES, day_close

MONEY = st.decimals(min_value=-9999, max_value=9999, places=2)


def told(**changes: object) -> list[tuple[str, str, str, str]]:
    lines = close_lines(day_close(**changes), rules=RULES)
    return [(line.account, line.offset_account, f"{line.credit:.2f}", line.text) for line in lines]


def test_the_lines_of_the_worked_example() -> None:
    assert told() == [
        ("2910", "5810", "-5.00", "Z 118 kassedifference"),
        ("2750", "5810", "-50.00", "Z 118 udlæg"),
        ("5820", "5810", "-120.00", "Z 118 til bank"),
    ]


def test_a_surplus_money_put_in_and_another_register() -> None:
    assert told(
        cashregisterid=502, cashcounted="1155.00", cashtobank="-154.50", expense=0, cashrevenue=150
    ) == [
        ("2910", "5811", "5.00", "Z 118 kassedifference"),
        ("5820", "5811", "154.50", "Z 118 fra bank"),
    ]


def test_a_close_of_zeros_has_no_lines_and_needs_no_accounts() -> None:
    close = day_close(cashcounted="1200.00", cashtobank=0, expense=0)
    assert close_lines(close, rules=Rules(cash_account="5810")) == ()


@pytest.mark.parametrize(
    ("field", "word"),
    [
        ("cash_difference_account", "cash difference account"),
        ("expense_account", "till expense account"),
        ("bank_account", "bank account"),
        ("cash_account", "cash account"),
    ],
)
def test_a_line_without_its_account_is_held(field: str, word: str) -> None:
    with pytest.raises(Hold, match=f"No {word}") as caught:
        close_lines(day_close(), rules=replace(RULES, **cast(Any, {field: ""})))
    assert caught.value.mended_by == "setup"


def test_an_expense_below_zero_is_read_by_the_difference_it_leads_to() -> None:
    assert expense_of(day_close(expense="-50.00")) == 50
    assert expense_of(day_close(expense="-50.00", cashdifference="-105.00")) == -50
    assert expense_of(day_close(expense="-50.00", cashdifference="7.00")) == 50


def test_closes_of_one_register_may_not_claim_the_same_receipt() -> None:
    close = day_close()
    check_range(close, [close, day_close(id=9002, cashregisterid=502)])
    check_range(close, [day_close(id=9002, startpaymentno=1286, endpaymentno=1290)])
    check_range(close, [day_close(id=9002, startpaymentno=None, endpaymentno=None, numpayments=0)])
    check_range(day_close(id=9002, startpaymentno=None, endpaymentno=None), [close])
    with pytest.raises(Hold, match=r"1284 to 1285, Z 119 .* 1285 to 1290: both claim 1285 to 1285"):
        check_range(
            close, [day_close(id=9002, balance_no=119, startpaymentno=1285, endpaymentno=1290)]
        )


def test_the_previous_close_is_the_last_one_before_of_the_same_register() -> None:
    closes = [
        day_close(id=8990, enddate="2026-02-27 16:00:00"),
        day_close(id=9000, enddate="2026-02-28 15:04:41"),
        day_close(id=8999, enddate="2026-03-01 15:04:41", cashregisterid=502),
        day_close(id=9003, enddate="2026-03-03 15:04:41"),
    ]
    found = previous_of(day_close(), closes)
    assert found is not None
    assert found.id == 9000
    assert previous_of(day_close(), []) is None


def test_a_fingerprint_tells_of_what_is_posted_and_not_of_the_note() -> None:
    assert figures(day_close()) == figures(day_close(note="Skiftet"))
    for name, value in {
        "cashcounted": "1145.01",
        "cashtobank": "0",
        "expense": "1",
        "totalrevenue": "1",
        "totalvat": "1",
        "endpaymentno": 1286,
        "numpayments": 3,
        "cashstart": "1",
        "enddate": "2026-03-03 16:32:10",
    }.items():
        assert figures(day_close(**{name: value})) != figures(day_close()), name


def test_the_date_is_that_of_the_end_else_of_the_close() -> None:
    assert close_date(day_close(enddate="2026-03-02 23:30:00"), rules=RULES).day == 3
    assert close_date(day_close(enddate=None, date="2026-03-04 10:00:00"), rules=RULES).day == 4


def test_a_close_without_a_range_holds_no_number() -> None:
    assert holds_number(day_close(), 1285)
    assert not holds_number(day_close(), 1286)
    assert not holds_number(day_close(), None)
    assert not holds_number(day_close(startpaymentno=None), 1285)


@given(start=MONEY, revenue=MONEY, expense=st.decimals(0, 999, places=2), counted=MONEY, bank=MONEY)
def test_the_cash_account_always_ends_at_what_is_left_in_the_drawer(
    start: Decimal, revenue: Decimal, expense: Decimal, counted: Decimal, bank: Decimal
) -> None:
    close = day_close(
        cashstart=start, cashrevenue=revenue, expense=expense, cashcounted=counted, cashtobank=bank
    )
    lines = close_lines(close, rules=RULES)
    assert start + revenue + sum((line.credit for line in lines), Decimal(0)) == counted - bank
    assert all(line.credit and line.offset_account == "5810" for line in lines)
    assert difference(close) == counted - (start + revenue - expense)
