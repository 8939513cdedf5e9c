"""The articles of a receipt as order lines: one each, on the item it belongs to (accounting.md section 5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from integration.customers1st.payloads import Article, Payment
from integration.errors import Hold
from integration.mapping.amounts import kroner, to_oere
from integration.mapping.cards import card_rule, card_type, is_card
from integration.mapping.rules import Rules
from integration.mapping.totals import CardTotal
from integration.words import word

VAT_RATES = (Decimal(25), Decimal(0))
PRICE_PLACES = Decimal("0.000001")
ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class SaleLine:
    """One order line: either a product (its item is looked up) or a service item by name.

    `price` is the unit price with VAT, `total` and `vat` the line's in kroner. `card_type` and `card_kind` are set on
    the lines of stored-value cards only.
    """

    article: Article
    item: str  # empty: the item linked to the article's product
    price: Decimal
    total: Decimal
    vat: Decimal
    card_type: str = ""
    card_kind: str = ""


def sale_lines(
    payment: Payment,
    rules: Rules,
    *,
    prices_include_vat: bool,
    card_types: Mapping[int, str],
) -> tuple[SaleLine, ...]:
    """Return the order lines of a receipt, which come to its sum (I1); Hold when they cannot be booked rightly.

    `card_types` holds what was read about cards whose type the receipt does not tell.
    """
    articles = _articles(payment)
    _check_second_hand(payment, articles)
    _check_vat(articles)
    prices = _unit_prices(payment, articles, prices_include_vat=prices_include_vat)
    given = sum((article.total_incl_vat for article in articles), ZERO) == payment.sum
    discounts = {a.discount_article_id for a in articles if a.discount_article_id is not None}
    lines = []
    for article, price in zip(articles, prices, strict=True):
        total = to_oere(article.quantity * price)
        vat = article.total_vat if given else to_oere(total * article.vat / (100 + article.vat))
        card, kind, item = "", "", ""
        if is_card(article):
            card = card_type(article, card_types)
            rule = card_rule(article, card, rules)
            kind, item = rule.kind, rule.item
        elif article.product_id is None:
            item = _service_item(article, article.id in discounts, rules)
        lines.append(
            SaleLine(
                article=article,
                item=item,
                price=price,
                total=total,
                vat=vat,
                card_type=card,
                card_kind=kind,
            )
        )
    return tuple(lines)


def goods_by_rate(lines: Sequence[SaleLine]) -> dict[Decimal, Decimal]:
    """Return the gross of the lines that are no cards, per VAT rate."""
    sums: dict[Decimal, Decimal] = {}
    for line in lines:
        if not line.card_type:
            rate = line.article.vat
            sums[rate] = sums.get(rate, ZERO) + line.total
    return sums


def vat_by_rate(lines: Sequence[SaleLine]) -> dict[Decimal, Decimal]:
    """Return the VAT of the lines that are no cards, per VAT rate."""
    sums: dict[Decimal, Decimal] = {}
    for line in lines:
        if not line.card_type:
            rate = line.article.vat
            sums[rate] = sums.get(rate, ZERO) + line.vat
    return sums


def card_totals(lines: Sequence[SaleLine]) -> tuple[CardTotal, ...]:
    """Return what was sold and used per card type."""
    cards = sorted({(line.card_type, line.card_kind) for line in lines if line.card_type})
    totals = []
    for card, kind in cards:
        own = [line for line in lines if line.card_type == card]
        totals.append(
            CardTotal(
                card_type=card,
                kind=kind,
                sold=sum((line.total for line in own if line.total > 0), ZERO),
                used=sum((line.total for line in own if line.total < 0), ZERO),
            )
        )
    return tuple(totals)


def _articles(payment: Payment) -> tuple[Article, ...]:
    if not payment.articles:
        raise Hold(
            f"Receipt {payment.payment_no} has no lines.",
            "Open the receipt in Customers 1st. Its lines may not be readable for the API user; then ask the vendor.",
            mended_by="customers1st",
        )
    return payment.articles


def _check_second_hand(payment: Payment, articles: Sequence[Article]) -> None:
    """Hold second-hand goods: no setting says how to book their VAT (H14) [A33]."""
    second_hand = [article for article in articles if article.vat_mode != "normal"]
    if payment.second_hand or second_hand:
        names = ", ".join(f"“{article.title}”" for article in second_hand) or "its lines"
        raise Hold(
            f"Receipt {payment.payment_no} sells second-hand goods ({names}), whose VAT is on the margin.",
            "Book the receipt by hand in Uniconta with the margin scheme's accounts.",
        )


def _check_vat(articles: Sequence[Article]) -> None:
    for article in articles:
        if article.vat not in VAT_RATES:
            raise Hold(
                f"“{article.title}” has {article.vat} % VAT; only 25 and 0 are known.",
                "Correct the VAT of the line in Customers 1st, or book the receipt by hand.",
                mended_by="customers1st",
            )
        if article.total_ex_vat + article.total_vat != article.total_incl_vat:
            raise Hold(
                f"“{article.title}”: {kroner(article.total_ex_vat)} + VAT {kroner(article.total_vat)}"
                f" is not {kroner(article.total_incl_vat)}.",
                "Look at the receipt in Customers 1st; its amounts contradict each other.",
                mended_by="customers1st",
            )


def _unit_prices(
    payment: Payment, articles: Sequence[Article], *, prices_include_vat: bool
) -> list[Decimal]:
    """Return unit prices with VAT that add up to the receipt's sum, by the first reading that does [A12] [A19]."""
    given = [article.price for article in articles]
    if prices_include_vat and _total(articles, given) == payment.sum:
        return given
    derived = [
        (article.total_incl_vat / article.quantity).quantize(PRICE_PLACES).normalize()
        if article.quantity
        else article.price
        for article in articles
    ]
    if _total(articles, derived) == payment.sum:
        return derived
    raise Hold(
        f"The lines of receipt {payment.payment_no} add up to {kroner(_total(articles, given))},"
        f" its sum is {kroner(payment.sum)}.",
        "Look at the receipt in Customers 1st; it is not booked until lines and sum agree.",
        mended_by="customers1st",
    )


def _total(articles: Sequence[Article], prices: Sequence[Decimal]) -> Decimal:
    pairs = zip(articles, prices, strict=True)
    return sum((to_oere(article.quantity * price) for article, price in pairs), ZERO)


def _service_item(article: Article, is_discount: bool, rules: Rules) -> str:
    """Return the service item of a discount or free-text line of its VAT rate [A81]."""
    items = rules.discount_items if is_discount else rules.misc_items
    item = items.get(article.vat, "")
    if not item:
        what = word("discounts") if is_discount else "lines without a product"
        raise Hold(
            f"No Uniconta item for {what} at {article.vat} % VAT is set.",
            f"Add it to the service items of the setup, at {article.vat} % VAT.",
            mended_by="setup",
        )
    return item
