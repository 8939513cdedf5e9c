"""What the till itself says must stand in the books: the balance of each account after a day and its closes."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from sandbox.customers1st.models import Close, Payment, Tender
from sandbox.demo_day import CLUB, MAIN, SECOND
from sandbox.uniconta.seed import EQUITY

OERE = Decimal("0.01")
REVENUE, REVENUE_0, VAT, ROUNDING = "1010", "1050", "6510", "2920"
DIFFERENCE, EXPENSE, BANK, DEBTORS = "2910", "2750", "5820", "5600"
POS_DEBTOR, CLUB_DEBTOR = "POS3000", "K1001"
FLOATS = {"5810": Decimal(1000), "5811": Decimal(500)}  # what lies in the drawers of the seed shop
CASH = {MAIN: "5810", SECOND: "5811"}
CARDS = {"giftcard": "6610", "voucher": "6620", "deposit": "6630"}
TENDERS = {"Dankort": "5830", "MobilePay": "5831", "EUR": "5815"}

Sums = dict[str, Decimal]


def expected_balances(receipts: Iterable[Payment], closes: Iterable[Close]) -> tuple[Sums, Sums]:
    """Return the balances of GL accounts and debtors by the till's own figures, debit positive, floats included."""
    accounts: Sums = defaultdict(Decimal, FLOATS)
    accounts[EQUITY] -= sum(FLOATS.values(), Decimal(0))
    debtors: Sums = {POS_DEBTOR: Decimal(0), CLUB_DEBTOR: Decimal(0)}
    for receipt in receipts:
        debtor = CLUB_DEBTOR if receipt.customer_id == CLUB else POS_DEBTOR
        debtors[debtor] += receipt.sum
        _sell(receipt, accounts)
        for tender in receipt.paid:
            if tender.role != "debtor":
                account = CASH[_register(receipt)] if tender.role == "cash" else _account(tender)
                accounts[account] += tender.amount
                accounts[ROUNDING] -= tender.rounding
                debtors[debtor] -= tender.unrounded
    for close in closes:
        cash = CASH[close.register["id"]]
        for account, amount in (
            (DIFFERENCE, -close.difference),
            (EXPENSE, close.expense),
            (BANK, close.to_bank),
        ):
            accounts[account] += amount
            accounts[cash] -= amount
    accounts[DEBTORS] = sum(debtors.values(), Decimal(0))
    return dict(accounts), debtors


def _sell(receipt: Payment, accounts: Sums) -> None:
    """Book goods per VAT rate and cards on their liabilities."""
    for line in receipt.lines:
        if line.card_type is not None:
            accounts[CARDS[line.card_type]] -= line.total
    for rate, account in ((Decimal(25), REVENUE), (Decimal(0), REVENUE_0)):
        gross = sum((line.total for line in receipt.goods if line.vat == rate), Decimal(0))
        vat = (gross * rate / (100 + rate)).quantize(OERE, rounding=ROUND_HALF_UP)
        accounts[VAT] -= vat
        accounts[account] -= gross - vat


def _register(receipt: Payment) -> int:
    return MAIN if receipt.register_id is None else receipt.register_id


def _account(tender: Tender) -> str:
    return TENDERS[tender.title]
