"""Stored-value cards on a receipt: gift cards (gavekort), vouchers (tilgodebevis), deposits (accounting.md section 9).

A multi-purpose card carries no VAT when sold and none when used; a single-purpose card carries 25 % both times. The
kind is a setting per card type: the shop's accountant decides [A111].
"""

from collections.abc import Mapping
from decimal import Decimal

from integration.customers1st.payloads import Article, Payment
from integration.errors import Hold
from integration.mapping.rules import CardRule, Rules

CARD_WORDS: Mapping[str, str] = {  # the API's word for a card type -> ours, in the setup too
    "giftcard": "gift_card",
    "voucher": "voucher",
    "deposit": "deposit",
}
NAMES = {"gift_card": "gift card", "voucher": "voucher", "deposit": "deposit"}  # as people say them
RATE_OF_KIND = {"multi": Decimal(0), "single": Decimal(25)}


def is_card(article: Article) -> bool:
    """Tell whether a line sells, uses or takes back a card."""
    return article.gift_card_id is not None or _issued_type(article) is not None


def cards_to_read(payment: Payment) -> list[int]:
    """Return the ids of the cards whose type the receipt does not tell; each must be read [A31]."""
    return sorted(
        {
            article.gift_card_id
            for article in payment.articles or ()
            if article.gift_card_id is not None and _told_type(article) is None
        }
    )


def card_type(article: Article, read_types: Mapping[int, str]) -> str:
    """Return `gift_card`, `voucher` or `deposit`; `read_types` holds what was read by card id. Hold when unknown."""
    told = _told_type(article)
    word = told or CARD_WORDS.get(read_types.get(article.gift_card_id or 0, "").lower())
    if word is None:
        raise Hold(
            f"“{article.title}”: the type of card {article.gift_card_id} is not known.",
            "Look at the card in Customers 1st; the API user must be allowed to read gift cards.",
            mended_by="customers1st",
        )
    return word


def card_rule(article: Article, word: str, rules: Rules) -> CardRule:
    """Return kind and item of a card line; Hold when not set up (H2) or when its VAT contradicts the kind [A30]."""
    rule: CardRule | None = getattr(rules, word)
    name = NAMES[word]
    if rule is None or not rule.item or rule.kind not in RATE_OF_KIND:
        raise Hold(
            f"“{article.title}” is a {name}, and no kind and item are set for it.",
            "Fill in its kind (ask the shop's accountant) and its Uniconta item among the service items of the setup.",
            mended_by="setup",
        )
    if article.vat != RATE_OF_KIND[rule.kind]:
        raise Hold(
            f"“{article.title}” carries {article.vat} % VAT; a {name} is set up as {rule.kind}-purpose,"
            f" which carries {RATE_OF_KIND[rule.kind]} %.",
            "Ask the shop's accountant; then correct its kind among the service items of the setup, or the card's VAT in Customers 1st.",
            mended_by="setup",
        )
    return rule


def _told_type(article: Article) -> str | None:
    return _issued_type(article) or CARD_WORDS.get(article.gift_card_type.lower())


def _issued_type(article: Article) -> str | None:
    return CARD_WORDS.get((article.product_no or "").lower())
