"""The control figures of a receipt, for the day close that it belongs to (accounting.md section 11, H5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from integration.mapping.tenders import Paid, Role

ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class CardTotal:
    """What a receipt moved on one card type, in kroner with VAT: `sold` above 0, `used` (or taken back) below 0."""

    card_type: str  # gift_card | voucher | deposit
    kind: str  # multi | single
    sold: Decimal
    used: Decimal


@dataclass(frozen=True, kw_only=True)
class Totals:
    """What one receipt says, in kroner with VAT; all but the means of payment is 0 for a customer's payment.

    `goods` and `vat` are per VAT rate in percent, without cards: single-purpose cards count in neither control total
    (DESIGN 6.1). `sum` = goods + cards.
    """

    sum: Decimal
    goods: Mapping[Decimal, Decimal]
    vat: Mapping[Decimal, Decimal]
    cards: tuple[CardTotal, ...]
    paid: tuple[Paid, ...]

    @property
    def on_account(self) -> Decimal:
        """What stays open on the customer."""
        return sum((each.amount for each in self.paid if each.role is Role.DEBTOR), ZERO)

    @property
    def rounding(self) -> Decimal:
        """What the shop gained (lost below 0) by rounding cash."""
        return sum((each.rounding for each in self.paid), ZERO)

    @property
    def cash(self) -> Decimal:
        """What moved in the drawer in kroner, rounding included, foreign notes not."""
        return sum((each.amount for each in self.paid if each.role is Role.CASH), ZERO)


def totals_to_facts(totals: Totals) -> dict[str, Any]:
    """Return the figures as plain JSON values, money as text, to be kept with the receipt's document."""
    return {
        "sum": str(totals.sum),
        "goods": {str(rate): str(amount) for rate, amount in totals.goods.items()},
        "vat": {str(rate): str(amount) for rate, amount in totals.vat.items()},
        "cards": [
            [card.card_type, card.kind, str(card.sold), str(card.used)] for card in totals.cards
        ],
        "paid": [
            [paid.title, paid.role.value, paid.account, str(paid.amount), str(paid.rounding)]
            for paid in totals.paid
        ],
    }


def totals_from_facts(facts: Mapping[str, Any]) -> Totals:
    """Return the figures that `totals_to_facts` kept."""
    return Totals(
        sum=Decimal(facts["sum"]),
        goods={Decimal(rate): Decimal(amount) for rate, amount in facts["goods"].items()},
        vat={Decimal(rate): Decimal(amount) for rate, amount in facts["vat"].items()},
        cards=tuple(
            CardTotal(
                card_type=card_type,
                kind=kind,
                sold=Decimal(sold),
                used=Decimal(used),
            )
            for card_type, kind, sold, used, *_ in facts["cards"]
        ),
        paid=tuple(
            Paid(
                title=title,
                role=Role(role),
                account=account,
                amount=Decimal(amount),
                rounding=Decimal(rounding),
            )
            for title, role, account, amount, rounding in facts["paid"]
        ),
    )
