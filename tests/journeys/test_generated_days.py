"""Made-up weeks through the pure mapping, without any server: the ledger is the oracle's to the øre.

300 weeks of up to seven days each, more than a thousand days; `HYPOTHESIS_PROFILE=thorough` makes ten times as many.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given, settings

from integration.customers1st.payloads import DayClose, parse_day_close, parse_payment
from integration.mapping import proof
from integration.mapping.close_checks import (
    GOODS,
    Calibration,
    check_cash,
    check_totals,
    fitting,
    learned,
)
from integration.mapping.day_close import (
    Receipt,
    cash_account,
    check_range,
    close_date,
    close_lines,
    difference,
    expected_cash,
    previous_of,
)
from integration.mapping.proof_chains import Basis
from integration.mapping.rules import CardRule, Rules
from integration.mapping.sale import SaleDraft, SettlementLine, draft_sale
from tests.journeys import oracle, weeks_as_json
from tests.journeys.oracle import Deal, Drawer, Shut
from tests.journeys.weeks import FLOATS, Week, weeks

WORDS = {"giftcard": "gift_card", "voucher": "voucher", "deposit": "deposit"}
ITEMS = {  # item -> account and VAT rate of its group
    "": ("1010", 25),  # products
    "RABAT25": ("1010", 25),
    "RABAT0": ("1050", 0),
    "DIV25": ("1010", 25),
    "DIV0": ("1050", 0),
    **{f"{what}{rate}": (account, rate) for (what, rate), account in oracle.LIABILITIES.items()},
}


def rules_for(week: Week) -> Rules:
    """Return the setup of the shop."""
    cards = {
        WORDS[what]: CardRule(kind="single" if rate else "multi", item=f"{what}{rate}")
        for what, rate in week.rates
    }
    return Rules(
        pos_debtor="POS3000",
        journal="C1ST",
        cash_account="5810",
        cash_difference_account="2910",
        rounding_account="2920",
        expense_account="2750",
        bank_account="5820",
        cash_payment_type="Kontant",
        debtor_payment_type="Debitor",
        discount_items={Decimal(25): "RABAT25", Decimal(0): "RABAT0"},
        misc_items={Decimal(25): "DIV25", Decimal(0): "DIV0"},
        payment_types={"Dankort": "5830", "MobilePay": "5831", "EUR": "5815"},
        registers={502: "5811"},
        gift_card=cards["gift_card"],
        voucher=cards["voucher"],
        deposit=cards["deposit"],
    )


@dataclass
class Company:
    """A Uniconta of four operations: it invoices order lines and posts journal lines."""

    accounts: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    debtors: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    totals: list[Decimal] = field(default_factory=list)

    def invoice(self, draft: SaleDraft) -> None:
        """Post an order: VAT once per account and code [A79]."""
        parts: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
        for line in draft.lines:
            parts[ITEMS[line.item]] += line.article.quantity * line.price
        for (account, rate), gross in parts.items():
            vat = (gross * rate / (100 + rate)).quantize(Decimal("0.01"), ROUND_HALF_UP)
            self.accounts[account] -= gross - vat
            self.accounts["6510"] -= vat
        total = sum(parts.values(), Decimal(0))
        self.accounts["5600"] += total
        self.debtors[draft.debtor] += total
        self.totals.append(total)

    def post(self, line: SettlementLine) -> None:
        """Post one journal line."""
        if line.debtor:
            self.debtors[line.account] -= line.credit
        self.accounts["5600" if line.debtor else line.account] -= line.credit
        self.accounts[line.offset_account] += line.credit


@dataclass
class Run:
    """One week on its way through the mapping."""

    rules: Rules
    company: Company = field(default_factory=Company)
    waiting: dict[int, list[Receipt]] = field(default_factory=lambda: defaultdict(list))
    closes: list[DayClose] = field(default_factory=list)
    known: Calibration = field(default_factory=Calibration)

    def deal(self, deal: Deal) -> None:
        """Draft a receipt, invoice it and post its settlement."""
        draft = draft_sale(
            parse_payment(weeks_as_json.receipt(deal)), store_id=3000, rules=self.rules
        )
        assert (draft.customer_id is None) == (deal.debtor == oracle.POS)
        if draft.customer_id is not None:
            draft = draft.on_debtor(deal.debtor)
        assert draft.total == deal.total
        assert draft.totals.on_account == deal.on_account
        if not deal.is_payment:
            self.company.invoice(draft)
        for line in draft.settlement:
            self.company.post(line)
        self.waiting[deal.register].append(
            Receipt(
                id=deal.number,
                number=deal.number,
                debtor=draft.debtor,
                totals=draft.totals,
                lines=len(draft.lines),
                invoice=str(deal.number),
                customer_payment=deal.is_payment,
            )
        )

    def shut(self, event: Shut, drawer: Drawer) -> None:
        """Check a close as the product does, post its lines, and build its proof."""
        raw = weeks_as_json.close(event, drawer, number=118 + len(self.closes))
        close = parse_day_close(raw)
        receipts = self.waiting.pop(event.register, [])
        self.closes.append(close)
        previous = previous_of(close, self.closes)
        check_range(close, self.closes)
        assert check_totals(close, receipts, self.known) == []
        assert check_cash(close, receipts, previous) == []
        assert (expected_cash(close), difference(close)) == (drawer.expected, event.over)
        assert close.left_in_drawer == drawer.left
        self.known = learned(self.known, fitting(close, receipts))
        lines = close_lines(close, rules=self.rules)
        for line in lines:
            self.company.post(line)
        sheet = proof.build(
            Basis(
                close=close,
                day=close_date(close, rules=self.rules),
                store_id=3000,
                receipts=receipts,
                lines=lines,
                cash_account=cash_account(close, self.rules),
                reading=GOODS,
                previous=previous,
            )
        )
        assert proof.open_chains(sheet) == {}
        assert sheet["close"]["day"] == date(2026, 3, 2).isoformat()
        drawer_account = self.company.accounts[cash_account(close, self.rules)]
        assert drawer_account == drawer.left - FLOATS[event.register]


@settings(max_examples=3 * settings().max_examples)
@given(week=weeks(days=7, deals=8))
def test_any_week_ends_at_the_oracles_balances(week: Week) -> None:
    want = oracle.books(week.events, floats=FLOATS, settle_at="sale")
    run = Run(rules_for(week))
    drawers = iter(want.drawers)

    for event in week.events:
        if isinstance(event, Deal):
            run.deal(event)
        else:
            run.shut(event, next(drawers))

    company = run.company
    assert {name: amount for name, amount in company.accounts.items() if amount} == want.accounts
    assert {name: amount for name, amount in company.debtors.items() if amount} == want.debtors
    assert sum(company.accounts.values()) == 0
    assert company.debtors[oracle.POS] == 0
    assert -company.accounts["6510"] == want.vat
    assert sorted(company.totals) == want.totals


@given(week=weeks(days=3, deals=8))
def test_either_time_of_settling_ends_at_the_same_balances(week: Week) -> None:
    at_sale = oracle.books(week.events, floats=FLOATS, settle_at="sale")
    at_close = oracle.books(week.events, floats=FLOATS, settle_at="close")
    assert at_sale.accounts == at_close.accounts
    assert at_sale.debtors == at_close.debtors
    for books in (at_sale, at_close):
        for debtor, items in books.open_items.items():
            assert sum(amount for _number, amount in items) == books.debtors.get(debtor, 0)
