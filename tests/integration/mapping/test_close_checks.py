"""What a close says ties to what its receipts say, or a finding names the numbers."""

from decimal import Decimal
from typing import Any

import pytest

from integration.customers1st.payloads import FinanceVoucher
from integration.mapping.close_checks import (
    Calibration,
    check_bank,
    check_cash,
    check_totals,
    fitting,
    learned,
    voucher_differences,
)
from integration.mapping.day_close import close_lines
from integration.mapping.tenders import Role
from tests.integration.mapping.closes import RULES, day_close, paid, receipt, receipts

NEW = Calibration()


def totals(**changes: Any) -> list[str]:
    return [finding.cause for finding in check_totals(day_close(**changes), receipts(), NEW)]


def test_the_worked_example_ties_out() -> None:
    assert totals() == []
    assert check_cash(day_close(), receipts(), None) == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"totalrevenue": "1100.95", "salesum": "1100.95"}, "1100.95 for the revenue"),
        ({"totalvat": "220.05"}, "220.05 for the VAT"),
        ({"giftcardused": "-299.00"}, "-299.00 for the cards"),
        ({"giftcardissued": "1.00"}, "-299.00 for the cards"),
        ({"customerpaymentsum": "600.00"}, "600.00 for the payments of customers"),
        ({"cashrounding": "0.06"}, "0.06 for the rounding"),
        ({"returnsum": "-1.00"}, "contradicts itself: sales and returns"),
        ({"totalrevenue_ex_vat": "879.95"}, "contradicts itself: net revenue and VAT"),
        (
            {"totalvatbypercentage": [{"percentage": 25, "amount": "1.00"}]},
            "contradicts itself: VAT by rate",
        ),
    ],
)
def test_each_control_total_that_differs_is_told_with_its_numbers(
    changes: dict[str, Any], says: str
) -> None:
    assert any(says in cause for cause in totals(**changes))


def test_each_means_of_payment_is_compared() -> None:
    rows = [{"title": "kontant ", "amount": "200.00"}, {"title": "Dankort", "amount": "601.00"}]
    assert [cause for cause in totals(paymenttypes=rows) if "Dankort" in cause]
    extra = [*rows[:1], {"title": "Dankort", "amount": 600}, {"title": "Swish", "amount": 5}]
    assert totals(paymenttypes=extra) == [
        "Z 118 says 5.00 for “Swish”, its receipts come to 0.00 (difference 5.00)."
    ]


def test_what_the_vendor_may_leave_out_is_not_compared() -> None:
    assert (
        totals(cashrounding=None, giftcardissued=None, giftcardused=None, customerpaymentsum=None)
        == []
    )


def test_the_debtor_button_may_be_missing_or_empty_but_not_differ() -> None:
    sale = receipt(1284, paid("Debitor", "125.00", role=Role.DEBTOR))
    facts: dict[str, Any] = {
        "totalrevenue": 125,
        "totalrevenue_ex_vat": 100,
        "totalvat": 25,
        "salesum": 125,
        "totalvatbypercentage": [{"percentage": 25, "amount": 25}],
        "giftcardused": 0,
        "cashrounding": 0,
    }
    for rows, count in (
        ([], 0),
        ([{"title": "Debitor", "amount": 125}], 0),
        ([{"title": "Debitor", "amount": 0}], 0),
        ([{"title": "Debitor", "amount": 124}], 1),
    ):
        assert len(check_totals(day_close(**facts, paymenttypes=rows), [sale], NEW)) == count


def test_a_closes_vat_may_round_by_an_oere_per_line() -> None:
    rows = [{"percentage": 25, "amount": "220.03"}]
    within = {
        "totalvat": "220.03",
        "totalvatbypercentage": rows,
        "totalrevenue_ex_vat": "879.92",
    }
    assert totals(**within) == []


def test_a_store_tells_by_its_first_closes_what_its_revenue_means() -> None:
    close = day_close(totalrevenue="799.95", salesum="799.95", totalrevenue_ex_vat="579.96")
    assert fitting(close, receipts()) == ("receipts",)
    assert check_totals(close, receipts(), NEW) == []
    known = Calibration()
    for _ in range(3):
        known = learned(known, fitting(close, receipts()))
    assert known == Calibration(closes=3, readings=("receipts",))
    assert check_totals(close, receipts(), known) == []
    (finding,) = check_totals(day_close(), receipts(), known)
    assert finding.rule == "H5"
    assert "1099.95 for the revenue, its receipts come to 799.95" in finding.cause


def test_a_reading_that_no_longer_fits_is_given_up_unless_it_is_the_last() -> None:
    both = Calibration(closes=1, readings=("goods", "receipts"))
    assert learned(both, ("goods",)).readings == ("goods",)
    assert learned(Calibration(closes=1, readings=("goods",)), ()).readings == ("goods",)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"cashrevenue": "210.00"}, "210.00 was taken in cash, its receipts 200.00"),
        ({"cashdifference": "-6.00"}, "a difference of -5.00; the close says -6.00"),
        ({"cashcounted": "1144.00"}, "a difference of -6.00; the close says -5.00"),
    ],
)
def test_cash_that_does_not_follow_is_held(changes: dict[str, Any], says: str) -> None:
    findings = check_cash(day_close(**changes), receipts(), None)
    assert any(says in finding.cause and finding.rule == "H6" for finding in findings)


def test_the_sign_of_the_difference_is_the_tills_own_matter() -> None:
    assert check_cash(day_close(cashdifference="5.00"), receipts(), None) == []


def test_the_float_follows_from_the_previous_close() -> None:
    before = day_close(id=9000, balance_no=117, cashcounted="1100.00", cashtobank="100.00")
    assert check_cash(day_close(), receipts(), before) == []
    before = day_close(id=9000, balance_no=117, cashcounted="1100.00", cashtobank="0.00")
    (finding,) = check_cash(day_close(), receipts(), before)
    assert "Z 117 left 1100.00 in the drawer, Z 118 starts with 1000.00: -100.00" in finding.cause


def test_the_vendors_proposal_is_compared_by_size_where_both_name_the_account() -> None:
    lines = close_lines(day_close(), rules=RULES)
    vouchers = [
        FinanceVoucher(title="Udlæg", account="2750", amount=Decimal(-50)),
        FinanceVoucher(title="Kassedifference", account="2910", amount=Decimal(6)),
        FinanceVoucher(title="Omsætning", account="1010", amount=Decimal(-1099)),
    ]
    assert voucher_differences(vouchers, lines) == {"2910": (Decimal(6), Decimal(5))}


def test_money_put_into_the_drawer_that_the_close_does_not_show_is_held() -> None:
    bank = [FinanceVoucher(title="Til bank", account="5820", amount=Decimal("-154.50"))]
    (finding,) = check_bank(day_close(cashtobank=0), bank, "5820")
    assert "says 0.00 for cash to the bank" in finding.cause
    assert "moves -154.50 on account 5820" in finding.cause
    assert check_bank(day_close(cashtobank="154.50"), bank, "5820") == []
    assert check_bank(day_close(cashtobank=0), bank, "55000") == []
    assert check_bank(day_close(cashtobank=0), [], "5820") == []
