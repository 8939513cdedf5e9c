"""A receipt that changed after it was booked is noticed, one that did not is not."""

from decimal import Decimal
from typing import Any

import pytest

from integration.customers1st.payloads import Payment, parse_payment
from integration.mapping.receipt import fingerprint, is_unchanged, our_ref, summary
from tests.integration.mapping.receipts import article, tender


def receipt(**changes: Any) -> Payment:
    raw = {
        "id": 1,
        "paymentno": 1284,
        "date": "2026-03-02 09:05:12",
        "status": "completed",
        "sum": Decimal("10.00"),
        "articles": [article(1, "10.00")],
        "paymenttypes": [tender("Dankort", "10.00")],
    }
    return parse_payment(raw | changes)


BOOKED = fingerprint(receipt())


@pytest.mark.parametrize(
    "changes",
    [
        {"sum": Decimal("10.0")},
        {"articles": [article(1, "10")]},
        {"articles": None},
        {"updated_at": "2026-03-03 10:00:00"},
        {"paymenttypes": [tender("Dankort", "10.000"), tender("X", "1", status="cancelled")]},
    ],
)
def test_what_means_the_same_is_no_change(changes: dict[str, Any]) -> None:
    assert is_unchanged(receipt(**changes), BOOKED)


@pytest.mark.parametrize(
    "changes",
    [
        {"sum": Decimal("10.01")},
        {"customerid": 7},
        {"invoice": 1},
        {"customerpayment": 1},
        {"cashRegisterId": 502},
        {"date": "2026-03-02 09:05:13"},
        {"articles": [article(1, "10.00", giftcardid=8)]},
        {"articles": [article(1, "10.00", vat=0)]},
        {"articles": [article(2, "10.00")]},
        {"paymenttypes": [tender("MobilePay", "10.00")]},
        {"articles": None, "paymenttypes": []},
    ],
)
def test_what_would_be_booked_differently_is_a_change(changes: dict[str, Any]) -> None:
    assert not is_unchanged(receipt(**changes), BOOKED)


def test_a_person_is_told_the_sums() -> None:
    assert summary(receipt()) == "1 lines, sum 10.00, paid Dankort 10.00"


def test_a_second_anchor_that_is_too_long_is_left_out() -> None:
    assert our_ref(3000, receipt()) == "C1ST-3000-1284"
    assert our_ref(3000, receipt(paymentno=12345678901)) == ""
