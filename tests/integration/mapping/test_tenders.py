"""Each means of payment has a role, an account and its kroner, and together they pay the receipt."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.errors import Hold
from integration.mapping.sale import SaleDraft
from integration.mapping.tenders import Role
from tests.integration.mapping.receipts import article, cash, draft, settled, tender

EUR = {"currency": "EUR", "exchangerate": Decimal("7.4"), "cash": 1}


def on_account(amount: str, title: str = "Debitor", **changes: Any) -> dict[str, Any]:
    return tender(title, amount, paymenttypeid=None, provider=None, **changes)


def sold(tenders: list[dict[str, Any]], total: str = "350.00", **changes: Any) -> SaleDraft:
    return draft([article(1, total)], tenders, total, **{"customerid": 7, **changes})


def test_a_sale_on_account_names_its_customer_and_settles_nothing() -> None:
    sale = sold([on_account("350.00")], invoice=1)

    assert (sale.customer_id, sale.debtor, sale.settlement) == (7, "", ())
    assert sale.totals.on_account == 350


def test_the_cash_part_of_a_sale_on_account_settles_the_customers_debtor() -> None:
    sale = sold([on_account("150.00"), cash("200.00", "200.00")], invoice=1).on_debtor("K7")

    assert sale.debtor == "K7"
    assert settled(sale) == [("K7", "5810", Decimal("200.00"))]
    assert sale.totals.on_account == 150


@pytest.mark.parametrize(("paid", "rest"), [([], 350), ([cash("200.00", "200.00")], 150)])
def test_with_the_invoice_flag_and_no_debtor_tender_the_rest_is_on_account(
    paid: list[dict[str, Any]], rest: int
) -> None:
    assert sold(paid, invoice=1).totals.on_account == rest


def test_the_built_in_debtor_button_may_have_any_title() -> None:
    assert sold([on_account("350.00", "Faktura")], invoice=1).totals.on_account == 350


@pytest.mark.parametrize("changes", [{"provider": "nets"}, {"paymenttypeid": 9}, {"cash": 1}])
def test_another_unmapped_tender_beside_the_invoice_flag_is_held(changes: dict[str, Any]) -> None:
    with pytest.raises(Hold, match=r"Vipps.*no account"):
        sold([tender("Vipps", "350.00", **changes)], invoice=1)


@pytest.mark.parametrize("amount", ["370.00", "50.00"])
def test_foreign_notes_are_taken_in_kroner_whichever_way_they_are_told(amount: str) -> None:
    sale = sold([tender("EUR", amount, **EUR), cash("-20.00", "-20.00")])

    assert settled(sale) == [
        ("POS3000", "5815", Decimal("370.00")),
        ("POS3000", "5810", Decimal("-20.00")),
    ]
    assert sale.totals.cash == -20


def test_foreign_notes_that_fit_neither_way_are_held() -> None:
    with pytest.raises(Hold, match="come to"):
        sold([tender("EUR", "60.00", **EUR)])


def customer_payment(tenders: list[dict[str, Any]], total: str = "0", **changes: Any) -> SaleDraft:
    given_payment = {"customerpayment": 1, "customerid": 7, **changes}
    return draft(given_payment.pop("articles", []), tenders, total, **given_payment)


@pytest.mark.parametrize(
    "changes", [{}, {"total": "600.00"}, {"articles": [article(1, "600.00", productid=None)]}]
)
def test_a_customers_payment_is_what_its_tenders_say_and_orders_nothing(
    changes: dict[str, Any],
) -> None:
    sale = customer_payment([tender("Dankort", "600.00")], **changes).on_debtor("K7")

    assert sale.lines == ()
    assert sale.total == sale.totals.sum == 0
    assert settled(sale) == [("K7", "5830", Decimal("600.00"))]


def test_a_customers_cash_is_rounded_as_any_other() -> None:
    sale = customer_payment([cash("600.00", "599.95")]).on_debtor("K7")

    assert settled(sale) == [("K7", "5810", Decimal("599.95")), ("2920", "5810", Decimal("0.05"))]


@pytest.mark.parametrize(
    ("tenders", "changes", "word"),
    [
        ([on_account("600.00")], {}, "itself paid on account"),
        ([], {}, "comes to 0.00"),
        ([tender("Dankort", "600.00", status="cancelled")], {}, "comes to 0.00"),
        ([tender("EUR", "50.00", **EUR)], {}, "kroner are not certain"),
        ([tender("Dankort", "600.00")], {"customerid": None}, "names no customer"),
        ([tender("Dankort", "600.00")], {"surcharge_amount": Decimal(5)}, "surcharge"),
        ([tender("Vipps", "600.00")], {}, "Vipps"),
    ],
)
def test_a_customers_payment_that_is_not_certain_is_held(
    tenders: list[dict[str, Any]], changes: dict[str, Any], word: str
) -> None:
    with pytest.raises(Hold) as held:
        customer_payment(tenders, **changes)

    assert word in held.value.cause
    assert held.value.cure


amounts = st.decimals("0.01", "9999.99", places=2)
kinds = st.sampled_from(["Dankort", "MobilePay", "Debitor", "Kontant"])


@given(
    parts=st.lists(st.tuples(kinds, amounts), min_size=1, max_size=5),
    returned=st.booleans(),
    told=st.booleans(),
)
def test_what_is_settled_and_what_stays_on_account_is_the_receipts_sum(
    parts: list[tuple[str, Decimal]], returned: bool, told: bool
) -> None:
    sign = -1 if returned else 1
    total = sign * sum((amount for _, amount in parts), Decimal(0))
    tenders = [pay(title, sign * amount) for title, amount in parts if told or title != "Debitor"]

    lines = [article(1, str(abs(total)), quantity=sign)]
    sale = draft(lines, tenders, str(total), customerid=7, invoice=int(not told)).on_debtor("K7")

    on_debtor = sum((line.credit for line in sale.settlement if line.debtor), Decimal(0))
    assert on_debtor + sale.totals.on_account == total
    rounding = sum((line.credit for line in sale.settlement if not line.debtor), Decimal(0))
    assert rounding == sale.totals.rounding
    into_drawer = sum(
        (line.credit for line in sale.settlement if line.offset_account == "5810"), Decimal(0)
    )
    assert into_drawer == sale.totals.cash
    assert {each.role for each in sale.totals.paid} <= {Role.CASH, Role.MAPPED, Role.DEBTOR}


def pay(title: str, amount: Decimal) -> dict[str, Any]:
    if title != "Kontant":
        return tender(title, str(amount))
    return cash(str((amount * 2).quantize(Decimal(1)) / 2), str(amount))
