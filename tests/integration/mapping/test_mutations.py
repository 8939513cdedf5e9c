"""One øre changed anywhere, in what the till says, in what we kept, in what was sealed, is noticed: each amount in turn."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from integration.customers1st.payloads import (
    DayClose,
    FinanceVoucher,
    parse_day_close,
    parse_payment,
)
from integration.mapping import proof
from integration.mapping.close_checks import (
    GOODS,
    Calibration,
    card_rows,
    check_bank,
    check_cash,
    check_totals,
)
from integration.mapping.day_close import Receipt, close_lines, figures
from integration.mapping.proof_chains import Basis
from integration.mapping.receipt import is_unchanged
from integration.mapping.rules import CardRule, Rules
from integration.mapping.sale import SaleDraft, draft_sale
from integration.mapping.totals import totals_from_facts, totals_to_facts
from tests.integration.mapping.receipts import RULES as SHOP
from tests.journeys import weeks_as_json
from tests.journeys.oracle import Deal, Drawer, Line, Shut, Tender

D = Decimal
OERE = D("0.01")
Path = tuple[Any, ...]
RULES: Rules = replace(
    SHOP,
    cash_difference_account="2910",
    expense_account="2750",
    bank_account="5820",
    misc_items={D(25): "DIV25", D(0): "DIV0"},
    voucher=CardRule(kind="multi", item="TILGODE"),
)
GOODS_LINE = Line("goods", 25, 1, D("1000.00"))
DEALS = (
    Deal(1284, 501, (Line("goods", 25, 1, D("199.95")),), (Tender("cash", D("199.95")),)),
    Deal(
        1285,
        501,
        (GOODS_LINE, Line("discount", 25, 1, D("-100.00"), of=0)),
        (Tender("card", D("500.00")), Tender("wallet", D("400.00"))),
    ),
    Deal(
        1286,
        501,
        (Line("free", 25, 2, D("33.35")), Line("free", 0, 1, D("180.00"))),
        (Tender("euro", D("296.00"), 40), Tender("cash", D("-49.30"))),
    ),
    Deal(
        1287,
        501,
        (GOODS_LINE,),
        (Tender("account", D("750.00")), Tender("cash", D("250.00"))),
        "K1001",
    ),
    Deal(
        1288,
        501,
        (Line("giftcard", 0, 1, D("500.00"), card="giftcard-1"),),
        (Tender("card", D("500.00")),),
    ),
    Deal(
        1289,
        501,
        (GOODS_LINE, Line("giftcard", 0, 1, D("-300.00"), card="giftcard-1")),
        (Tender("wallet", D("700.00")),),
    ),
    Deal(1290, 501, (), (Tender("cash", D("123.00")),), "K1001"),
    Deal(1291, 501, (replace(GOODS_LINE, quantity=-1),), (Tender("card", D("-1000.00")),)),
)
SHUT = Shut(501, over=D("-5.00"), expense=D("50.00"), to_bank=D("120.00"))
TAKEN = D("200.00") + D("-49.50") + D("250.00") + D("123.00")
EXPECTED = D("1000.00") + TAKEN - SHUT.expense
COUNTED = EXPECTED + SHUT.over
DRAWER = Drawer(501, D("1000.00"), TAKEN, EXPECTED, COUNTED, COUNTED - SHUT.to_bank, DEALS)
CLOSE = weeks_as_json.close(SHUT, DRAWER, number=118)
BEFORE = {**CLOSE, "id": 9117, "balance_no": 117, "cashcounted": D(1000), "cashtobank": D(0)}
AFTER = {**CLOSE, "id": 9119, "balance_no": 119, "cashstart": DRAWER.left}
VOUCHERS = [FinanceVoucher(title="Til bank", account="5820", amount=SHUT.to_bank)]
KNOWN = Calibration(closes=3, readings=(GOODS,))
# amounts of a receipt that nothing is booked from: the invoice works VAT and line totals out, the rate only names kroner
SHOWN = {"total_incl_vat", "total_ex_vat", "total_vat", "exchangerate"}
NO_MONEY = {"id", "quantity", "vat", "productid", "percentage"}


def draft(raw: dict[str, Any]) -> SaleDraft:
    return draft_sale(parse_payment(raw), store_id=3000, rules=RULES).on_debtor("K1001")


FACTS = [totals_to_facts(draft(weeks_as_json.receipt(deal)).totals) for deal in DEALS]


def receipts(facts: list[dict[str, Any]]) -> list[Receipt]:
    """Return the receipts as a close takes them from what was kept of each."""
    return [
        Receipt(
            id=deal.number,
            number=deal.number,
            debtor=deal.debtor,
            totals=totals_from_facts(kept),
            lines=len(deal.lines),
            invoice=str(deal.number),
            customer_payment=deal.is_payment,
        )
        for deal, kept in zip(DEALS, facts, strict=True)
    ]


def sheet_of(close: DayClose, rows: list[Receipt]) -> dict[str, Any]:
    return proof.build(
        Basis(
            close=close,
            day=date(2026, 3, 2),
            store_id=3000,
            receipts=rows,
            lines=close_lines(close, rules=RULES),
            cash_account="5810",
            reading=GOODS,
            previous=parse_day_close(BEFORE),
            notes=({"code": "sign", "amount": "5.00", "told": "-5.00"},),
        )
    )


def noticed(raw: dict[str, Any], facts: list[dict[str, Any]]) -> list[str]:
    """Return everything that speaks up about a close, the next one's look at its float included."""
    close, rows = parse_day_close(raw), receipts(facts)
    after = parse_day_close(AFTER)
    found = [
        *check_totals(close, rows, KNOWN),
        *check_cash(close, rows, parse_day_close(BEFORE)),
        *check_bank(close, VOUCHERS, "5820"),
        *[each for each in check_cash(after, rows, close) if "is not accounted for" in each.cause],
    ]
    told = [finding.cause for finding in found]
    told += [f"chain {code}" for code in proof.open_chains(sheet_of(close, rows))]
    return told + (["cards used"] if card_rows(close) else [])


def amounts(value: Any, path: Path = ()) -> Iterator[Path]:
    """Return the way to every amount of a record: a Decimal, or money as text."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for name, each in items:
        if isinstance(each, dict | list | tuple):
            yield from amounts(each, (*path, name))
        elif name not in NO_MONEY and (isinstance(each, Decimal) or _is_money(each)):
            yield (*path, name)


def _is_money(value: Any) -> bool:
    return isinstance(value, str) and value.replace("-", "", 1).replace(".", "", 1).isdigit()


def changed(record: Any, path: Path, by: Decimal) -> Any:
    """Return a copy of a record with one amount changed."""
    forged = copy.deepcopy(record)
    part = forged
    for name in path[:-1]:
        part = part[name]
    old = part[path[-1]]
    part[path[-1]] = old + by if isinstance(old, Decimal) else str(Decimal(old) + by)
    return forged


def named(path: Path) -> str:
    return ".".join(map(str, path))


def test_unchanged_nothing_speaks_up() -> None:
    assert noticed(CLOSE, FACTS) == []


CLOSE_PLACES = list(amounts(CLOSE))


@pytest.mark.parametrize("place", CLOSE_PLACES, ids=named)
@pytest.mark.parametrize("by", [OERE, -OERE])
def test_an_oere_in_what_the_close_says(place: Path, by: Decimal) -> None:
    forged = changed(CLOSE, place, by)
    assert noticed(forged, FACTS), place


@pytest.mark.parametrize("place", CLOSE_PLACES, ids=named)
def test_an_oere_in_a_close_that_was_posted(place: Path) -> None:
    """H13: what is posted or compared is in the fingerprint; the rest is what the close derives from it."""
    posted, now = parse_day_close(CLOSE), parse_day_close(changed(CLOSE, place, OERE))
    derived = {"cashdifference", "cashrounding", "totalrevenue_ex_vat", "salesum", "returnsum"}
    derived |= {"giftcardissued", "giftcardused", "customerpaymentsum"}
    if place[0] in derived or place[0] == "totalvatbypercentage":
        assert noticed(changed(CLOSE, place, OERE), FACTS)
    else:
        assert figures(posted) != figures(now)


ACCOUNT = 2  # of a means of payment; it is no money
FACT_PLACES = [
    place for place in amounts(FACTS) if not (place[1] == "paid" and place[-1] == ACCOUNT)
]


@pytest.mark.parametrize("place", FACT_PLACES, ids=named)
@pytest.mark.parametrize("sign", [1, -1])
def test_an_oere_in_what_was_kept_of_a_receipt(place: Path, sign: int) -> None:
    # VAT may differ by an øre a line [A79]; beyond that it speaks up too
    by = (D("0.20") if "vat" in place else OERE) * sign
    assert noticed(CLOSE, changed(FACTS, place, by)), place


RECEIPTS = [weeks_as_json.receipt(deal) for deal in DEALS]
RECEIPT_PLACES = [place for place in amounts(RECEIPTS) if place[-1] not in SHOWN]


@pytest.mark.parametrize("place", RECEIPT_PLACES, ids=named)
def test_an_oere_in_a_receipt_after_it_was_booked(place: Path) -> None:
    number = place[0]
    booked = draft(RECEIPTS[number]).fingerprint
    assert is_unchanged(parse_payment(RECEIPTS[number]), booked)
    forged = changed(RECEIPTS, place, OERE)[number]
    assert not is_unchanged(parse_payment(forged), booked), place


def sheets() -> dict[str, dict[str, Any]]:
    """Return a sheet of each kind, with an amount in every part that can hold one."""
    rows = receipts(FACTS)
    rows[0] = replace(rows[0], waits=True, invoice="")
    close = proof.with_accepted(sheet_of(parse_day_close({**CLOSE, "cashstart": D(990)}), rows))
    late = {"code": "late", "id": 1, "number": 1300, "day": "2026-03-02", "amount": "99.95"}
    identity = close["close"]
    return {
        "close": close,
        "late": proof.late_sheet(store_id=3000, close=identity, key="k", receipts=[late]),
        "reversal": proof.reversal_sheet(
            store_id=3000,
            key="k:reversal",
            of="k",
            reason="wrong",
            person="anna",
            lines=close["lines"],
            posting="5009",
        ),
    }


SHEETS = sheets()
# numbers of records are no money; they are sealed all the same
NUMBERS = {"key", "posting", "invoice", "debtor", "account", "offset_account", "of", "id", "rate"}
SEALED = [(kind, place) for kind, sheet in SHEETS.items() for place in amounts(sheet)]


@pytest.mark.parametrize(
    ("kind", "place"), SEALED, ids=lambda each: each if isinstance(each, str) else named(each)
)
def test_an_oere_in_a_sealed_sheet(kind: str, place: Path) -> None:
    sheet = SHEETS[kind]
    seal = proof.seal(sheet, previous=proof.FIRST)
    forged = changed(sheet, place, OERE)
    assert not proof.is_intact(forged, previous=proof.FIRST, hash=seal)
    if place[0] == "chains" and place[-1] not in NUMBERS:
        assert proof.open_chains(forged)


def test_every_part_that_holds_amounts_was_changed() -> None:
    money = {(kind, place[0]) for kind, place in SEALED if place[-1] not in NUMBERS}
    close = ("chains", "lines", "documents", "waiting", "notes")
    assert money == {("late", "late"), ("reversal", "lines"), *(("close", part) for part in close)}
    assert {place[1] for place in FACT_PLACES} == {"sum", "goods", "vat", "cards", "paid"}
    assert len(CLOSE_PLACES) > 20
    assert len(RECEIPT_PLACES) > 30
