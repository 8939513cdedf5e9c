"""Whether what a close says ties to what its receipts say (accounting.md section 11, H5 and H6; identities I4 to I9).

Every check returns findings: a rule's name, a cause with the numbers, and a cure. None may be left open before the
close is posted, unless a person has said that this rule's differences are right as they stand.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from integration.customers1st.payloads import DayClose, FinanceVoucher
from integration.mapping.amounts import kroner
from integration.mapping.day_close import (
    Receipt,
    close_name,
    difference,
    expected_cash,
)
from integration.mapping.sale import SettlementLine
from integration.mapping.tenders import Role, same_title

ZERO = Decimal(0)
OERE = Decimal("0.01")
CLOSES_TO_LEARN = 3  # [A35]

GOODS, RECEIPTS, WITHOUT_ACCOUNT = "goods", "receipts", "goods_without_invoice"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One difference: the hold rule it falls under, its cause with the numbers, and what to do about it."""

    rule: str
    cause: str
    cure: str


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """What the store's `totalrevenue` means, as far as its closes have told: the readings that fitted so far [A35]."""

    closes: int = 0
    readings: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether enough closes were seen for a misfit to be a mistake."""
        return self.closes >= CLOSES_TO_LEARN and bool(self.readings)


def revenue_readings(receipts: Iterable[Receipt]) -> dict[str, Decimal]:
    """Return what `totalrevenue` would be under each reading [A35]."""
    sums = {GOODS: ZERO, RECEIPTS: ZERO, WITHOUT_ACCOUNT: ZERO}
    for receipt in receipts:
        goods = sum(receipt.totals.goods.values(), ZERO)
        sums[GOODS] += goods
        sums[RECEIPTS] += receipt.totals.sum
        sums[WITHOUT_ACCOUNT] += ZERO if receipt.on_account else goods
    return sums


def fitting(close: DayClose, receipts: Sequence[Receipt]) -> tuple[str, ...]:
    """Return the readings under which the revenue of a close is that of its receipts."""
    sums = revenue_readings(receipts)
    return tuple(reading for reading, amount in sums.items() if amount == close.revenue)


def learned(known: Calibration, fits: Sequence[str]) -> Calibration:
    """Return what is known of the store after one more close; a reading that no longer fits is given up."""
    both = tuple(reading for reading in known.readings if reading in fits)
    return Calibration(closes=known.closes + 1, readings=both or known.readings or tuple(fits))


def check_totals(close: DayClose, receipts: Sequence[Receipt], known: Calibration) -> list[Finding]:
    """Compare revenue, VAT, cards, customers' payments, rounding and each means of payment (H5)."""
    found = [*_revenue(close, receipts, known), *_vat(close, receipts), *_own_sums(close)]
    pairs = (
        ("the cards sold and used", _cards_told(close), _cards(receipts)),
        ("the payments of customers", close.customer_payments, _received(receipts)),
    )
    found += [
        _differs(close, what, told, ours)
        for what, told, ours in pairs
        if told is not None and told != ours
    ]
    rounding = sum((receipt.totals.rounding for receipt in receipts), ZERO)
    if close.cash_rounding is not None and abs(close.cash_rounding) != abs(rounding):  # [A38]
        found.append(_differs(close, "the rounding of cash", close.cash_rounding, rounding))
    return found + _tenders(close, receipts)


def card_rows(close: DayClose) -> tuple[Decimal, Decimal] | None:
    """Return what the close says of cards used: in its list of means of payment, and as a total; None when they agree.

    A control only: nothing is posted from either, and the rows may be missing [A36].
    """
    rows = [row.amount for row in close.tenders if row.card_type]
    told, total = abs(sum(rows, ZERO)), abs(close.cards_used or ZERO)
    return None if not rows or close.cards_used is None or told == total else (told, total)


def check_cash(
    close: DayClose, receipts: Sequence[Receipt], previous: DayClose | None
) -> list[Finding]:
    """Check that the drawer follows from the float, the receipts and the count (H6: I4, I5) [A39]."""
    found = []
    taken, told = cash_taken(receipts), close.cash_revenue or ZERO
    if told != taken:
        found.append(
            _cash_finding(
                f"{close_name(close)} says that {kroner(told)} was taken in cash, its receipts {kroner(taken)}.",
                "Compare the cash receipts with the close in Customers 1st; foreign notes belong in neither.",
            )
        )
    own = difference(close)
    if abs(own) != abs(close.cash_difference):
        found.append(
            _cash_finding(
                f"{close_name(close)}: {kroner(close.cash_counted)} was counted and {kroner(expected_cash(close))}"
                f" expected, a difference of {kroner(own)}; the close says {kroner(close.cash_difference)}.",
                "Look at float, expenses and count of the close in Customers 1st.",
            )
        )
    if previous is not None and previous.left_in_drawer != close.cash_start:
        missing = close.cash_start - previous.left_in_drawer
        found.append(
            _cash_finding(
                f"{close_name(previous)} left {kroner(previous.left_in_drawer)} in the drawer, {close_name(close)}"
                f" starts with {kroner(close.cash_start)}: {kroner(missing)} is not accounted for.",
                "Find out what was put into or taken out of the drawer between the closes, and post that in Uniconta"
                " by hand.",
            )
        )
    return found


def cash_taken(receipts: Iterable[Receipt]) -> Decimal:
    """Return what the receipts moved in the drawer, in kroner, rounding included [A39] [A29]."""
    return sum((receipt.totals.cash for receipt in receipts), ZERO)


def paid_by_title(receipts: Iterable[Receipt]) -> dict[str, Decimal]:
    """Return the sum of each means of payment, under the first of its spellings."""
    sums: dict[str, Decimal] = {}
    for receipt in receipts:
        for paid in receipt.totals.paid:
            title = _spelling(paid.title, sums)
            sums[title] = sums.get(title, ZERO) + paid.amount
    return sums


def told_by_title(close: DayClose, titles: Iterable[str]) -> dict[str, Decimal]:
    """Return what the close says of each means of payment but cards, in the spellings of `titles` where they agree."""
    sums: dict[str, Decimal] = dict.fromkeys(titles, ZERO)
    given: dict[str, Decimal] = {}
    for row in close.tenders:
        if not row.card_type:
            title = _spelling(row.title, sums)
            given[title] = given.get(title, ZERO) + row.amount
            sums.setdefault(title, ZERO)
    return given


def check_bank(
    close: DayClose, vouchers: Iterable[FinanceVoucher], bank_account: str
) -> list[Finding]:
    """Check that cash to or from the bank is what the vendor's own proposal moves there (H6) [A40] [A43].

    Cash put into the drawer may not show in the close itself. Nothing is compared when the proposal does not name the
    account: the shop may keep another number for it in the till.
    """
    told = [voucher.amount for voucher in vouchers if voucher.account == bank_account]
    moved = sum(told, ZERO)
    if not told or not bank_account or abs(moved) == abs(close.cash_to_bank):
        return []
    return [
        _cash_finding(
            f"{close_name(close)} says {kroner(close.cash_to_bank)} for cash to the bank, the till's own posting proposal"
            f" moves {kroner(moved)} on account {bank_account}.",
            "Find out whether money was put into or taken out of the drawer at the close; post what is missing in"
            " Uniconta by hand.",
        )
    ]


def voucher_differences(
    vouchers: Iterable[FinanceVoucher], lines: Iterable[SettlementLine]
) -> dict[str, tuple[Decimal, Decimal]]:
    """Return the accounts on which the vendor's proposal differs from our lines: what it says, what we post [A43].

    Only accounts that both name are compared, and only by size: the shop keeps its own account numbers in the till, and
    the sign is not certain.
    """
    theirs: dict[str, Decimal] = defaultdict(Decimal)
    ours: dict[str, Decimal] = defaultdict(Decimal)
    for voucher in vouchers:
        theirs[voucher.account] += voucher.amount
    for line in lines:
        ours[line.account] -= line.credit
        ours[line.offset_account] += line.credit
    return {
        account: (theirs[account], ours[account])
        for account in sorted(set(theirs) & set(ours))
        if abs(theirs[account]) != abs(ours[account])
    }


def _revenue(close: DayClose, receipts: Sequence[Receipt], known: Calibration) -> list[Finding]:
    fits = fitting(close, receipts)
    wanted = known.readings if known.is_known else fits
    if set(fits) & set(wanted):
        return []
    sums = revenue_readings(receipts)
    ours = sums[known.readings[0] if known.is_known else GOODS]
    return [_differs(close, "the revenue", close.revenue, ours)]


def _vat(close: DayClose, receipts: Sequence[Receipt]) -> list[Finding]:
    tolerance = vat_tolerance(receipts)
    ours = vat_by_rate(receipts)
    without = vat_by_rate(receipt for receipt in receipts if not receipt.on_account)
    sums = [sum(each.values(), ZERO) for each in (ours, without)]
    if any(abs(close.vat - amount) <= tolerance for amount in sums):
        return []
    return [_differs(close, "the VAT", close.vat, sums[0])]


def vat_tolerance(receipts: Sequence[Receipt]) -> Decimal:
    """Return what rounding can come to: an øre for each line [A79]."""
    return OERE * max(sum(receipt.lines for receipt in receipts), 1)


def vat_by_rate(receipts: Iterable[Receipt]) -> dict[Decimal, Decimal]:
    """Return the VAT of the goods per rate in percent."""
    sums: dict[Decimal, Decimal] = defaultdict(Decimal)
    for receipt in receipts:
        for rate, amount in receipt.totals.vat.items():
            sums[rate] += amount
    return dict(sums)


def goods_by_rate(receipts: Iterable[Receipt]) -> dict[Decimal, Decimal]:
    """Return the goods with VAT per rate in percent."""
    sums: dict[Decimal, Decimal] = defaultdict(Decimal)
    for receipt in receipts:
        for rate, amount in receipt.totals.goods.items():
            sums[rate] += amount
    return dict(sums)


def _own_sums(close: DayClose) -> list[Finding]:
    """Check that the close agrees with itself (I7, I8)."""
    pairs = (
        ("sales and returns", close.sale_sum + close.return_sum, close.revenue),
        ("net revenue and VAT", close.revenue_ex_vat + close.vat, close.revenue),
        ("VAT by rate", sum((row.vat for row in close.vat_rows), ZERO), close.vat),
    )
    return [
        Finding(
            rule="H5",
            cause=f"{close_name(close)} contradicts itself: {what} come to {kroner(sums)}, its total is {kroner(total)}.",
            cure="Look at the close in Customers 1st, or ask the vendor.",
        )
        for what, sums, total in pairs
        if sums != total
    ]


def _cards_told(close: DayClose) -> Decimal | None:
    if close.cards_issued is None and close.cards_used is None:
        return None
    return (close.cards_issued or ZERO) + (close.cards_used or ZERO)


def _cards(receipts: Iterable[Receipt]) -> Decimal:
    return sum(
        (card.sold + card.used for receipt in receipts for card in receipt.totals.cards), ZERO
    )


def _received(receipts: Iterable[Receipt]) -> Decimal:
    return sum((received(receipt) for receipt in receipts), ZERO)


def received(receipt: Receipt) -> Decimal:
    """Return what a customer paid on an account with this receipt, cash rounding left out."""
    if not receipt.customer_payment:
        return ZERO
    return sum((paid.settled for paid in receipt.totals.paid), ZERO)


def _tenders(close: DayClose, receipts: Sequence[Receipt]) -> list[Finding]:
    ours = paid_by_title(receipts)
    told = told_by_title(close, ours)
    debtors = {
        _spelling(paid.title, ours)
        for receipt in receipts
        for paid in receipt.totals.paid
        if paid.role is Role.DEBTOR
    }
    found = []
    for title in sorted({*ours, *told}):
        if (
            title in debtors and title not in told
        ):  # a row for the debtor button may be missing [A36]
            continue
        theirs, own = told.get(title, ZERO), ours.get(title, ZERO)
        if theirs != own and not (title in debtors and theirs == ZERO):
            found.append(_differs(close, f"“{title}”", theirs, own))
    return found


def _differs(close: DayClose, what: str, told: Decimal, ours: Decimal) -> Finding:
    return Finding(
        rule="H5",
        cause=f"{close_name(close)} says {kroner(told)} for {what}, its receipts come to {kroner(ours)}"
        f" (difference {kroner(told - ours)}).",
        cure="Compare the close with its receipts in Customers 1st; a receipt may be missing or changed.",
    )


def _cash_finding(cause: str, cure: str) -> Finding:
    return Finding(rule="H6", cause=cause, cure=cure)


def _spelling(title: str, known: Mapping[str, Decimal]) -> str:
    return next((each for each in known if same_title(each, title)), title.strip())
