"""A proof's chains end in 0.00, its seal tells of every change, and a sheet hangs on the one before."""

import copy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.mapping import proof
from integration.mapping.close_checks import (
    GOODS,
    RECEIPTS,
    WITHOUT_ACCOUNT,
    Calibration,
    check_cash,
    check_totals,
    revenue_readings,
)
from integration.mapping.day_close import Receipt, close_lines
from integration.mapping.proof_chains import Basis
from integration.mapping.tenders import Role
from tests.integration.mapping.closes import RULES, day_close, paid, receipt, receipts

CHAINS = [
    "revenue",
    "vat",
    "payments",
    "tenders",
    "float",
    "drawer",
    "ledger_cash",
    "debtors",
    "journal",
]


def built(rows: list[Receipt], *, reading: str = GOODS, **changes: Any) -> dict[str, Any]:
    close = day_close(**changes)
    before = day_close(id=9000, balance_no=117, cashcounted="1000.00", cashtobank=0)
    return proof.build(
        Basis(
            close=close,
            day=date(2026, 3, 2),
            store_id=3000,
            receipts=rows,
            lines=close_lines(close, rules=RULES),
            cash_account="5810",
            reading=reading,
            previous=before,
        )
    )


def whole() -> dict[str, Any]:
    return proof.finish(
        built(receipts()),
        key="c1st:3000:balance:9001",
        posting="5009",
        invoices={"71284": "10001"},
        payments={"71284": "5009"},
    )


def test_every_chain_of_the_worked_example_ends_in_zero() -> None:
    sheet = whole()
    assert [chain["code"] for chain in sheet["chains"]] == CHAINS
    assert set(proof.rests(sheet).values()) == {Decimal(0)}
    assert sheet["documents"][0] == {
        "id": 71284,
        "number": 1284,
        "debtor": "POS3000",
        "invoice": "10001",
        "amount": "199.95",
        "posting": "5009",
    }


@pytest.mark.parametrize("reading", [GOODS, RECEIPTS, WITHOUT_ACCOUNT])
def test_revenue_ties_whatever_the_store_counts_as_revenue(reading: str) -> None:
    rows = [*receipts(), receipt(1286, paid("Debitor", "250.00", role=Role.DEBTOR))]
    revenue = revenue_readings(rows)
    assert len(set(revenue.values())) == 3

    sheet = built(rows, reading=reading, totalrevenue=str(revenue[reading]))

    assert proof.rests(sheet)["revenue"] == 0


def test_a_receipt_that_waits_is_named_and_its_cash_explained() -> None:
    rows = receipts()
    waiting = receipt(1284, paid("Kontant", "200.00", rounding="0.05", role=Role.CASH), waits=True)
    sheet = built([waiting, rows[1]])
    assert sheet["waiting"] == [{"code": "waits", "id": 71284, "number": 1284, "amount": "199.95"}]
    assert proof.open_chains(sheet) == {}
    cash = next(chain for chain in sheet["chains"] if chain["code"] == "ledger_cash")
    assert {"code": "cash_waiting", "amount": "200.00"} in cash["rows"]


def test_sealing_a_forgery_anew_shows_in_the_sheet_after_it() -> None:
    sheet = whole()
    seal = proof.seal(sheet, previous=proof.FIRST)
    after = proof.seal({"kind": "late"}, previous=seal)
    forged = copy.deepcopy(sheet)
    forged["documents"][0]["amount"] = "199.96"

    forged_seal = proof.seal(forged, previous=proof.FIRST)

    assert proof.is_intact(forged, previous=proof.FIRST, hash=forged_seal)
    assert not proof.is_intact({"kind": "late"}, previous=forged_seal, hash=after)


def test_a_difference_that_a_person_accepted_is_a_row_of_its_chain() -> None:
    sheet = built(receipts(), cashstart="990.00", cashdifference="5.00")
    assert proof.open_chains(sheet) == {"float": Decimal(10)}
    closed = proof.with_accepted(sheet)
    assert proof.open_chains(closed) == {}
    rows = next(chain for chain in closed["chains"] if chain["code"] == "float")["rows"]
    assert rows[-1] == {"code": "accepted_difference", "amount": "-10.00"}


MONEY = st.decimals(min_value=Decimal("-999.99"), max_value=Decimal("999.99"), places=2)
ROUNDING = st.decimals(min_value=Decimal("-0.25"), max_value=Decimal("0.25"), places=2)
SALE = st.tuples(MONEY, ROUNDING, MONEY, MONEY, st.booleans())


@given(sales=st.lists(SALE, max_size=8), counted=MONEY, bank=MONEY)
def test_any_close_that_passes_the_checks_has_a_proof_that_ends_in_zero(
    sales: list[tuple[Decimal, Decimal, Decimal, Decimal, bool]], counted: Decimal, bank: Decimal
) -> None:
    rows = [
        receipt(
            1284 + place,
            paid("Kontant", str(cash), rounding=str(rounding), role=Role.CASH),
            paid("Dankort", str(by_card)),
            paid("Debitor", str(account), role=Role.DEBTOR),
            waits=waits,
        )
        for place, (cash, rounding, by_card, account, waits) in enumerate(sales)
    ]
    revenue = sum((sum(row.totals.goods.values()) for row in rows), Decimal(0))
    vat = sum((sum(row.totals.vat.values()) for row in rows), Decimal(0))
    cash = sum((row.totals.cash for row in rows), Decimal(0))
    titles = ("Kontant", "Dankort", "Debitor")
    sums = {
        title: sum(
            (p.amount for row in rows for p in row.totals.paid if p.title == title), Decimal(0)
        )
        for title in titles
    }
    changes: dict[str, Any] = {
        "totalrevenue": revenue,
        "salesum": revenue,
        "totalvat": vat,
        "totalrevenue_ex_vat": revenue - vat,
        "totalvatbypercentage": [{"percentage": 25, "amount": vat}],
        "giftcardused": 0,
        "cashrounding": sum((row.totals.rounding for row in rows), Decimal(0)),
        "cashrevenue": cash,
        "cashcounted": counted,
        "cashtobank": bank,
        "cashdifference": counted - (1000 + cash - 50),
        "paymenttypes": [{"title": title, "amount": sums[title]} for title in titles],
    }
    close = day_close(**changes)
    assert check_totals(close, rows, Calibration()) == []
    assert check_cash(close, rows, None) == []
    assert proof.open_chains(built(rows, **changes)) == {}
