"""A receipt of the till as a sales order and its settlement (contracts/accounting.md sections 5 and 6).

Everything that makes a booking wrong is found here, before anything is sent, and raised as Hold.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from integration.customers1st.payloads import Article, Payment, Tender
from integration.errors import Hold
from integration.mapping.product import to_oere
from integration.mapping.rules import Rules

CAPTURED = "captured"
VAT_RATES = (Decimal(25), Decimal(0))
CARD_WORDS = frozenset({"giftcard", "voucher", "deposit"})
MOST_ROUNDING = Decimal("0.25")  # per cash tender: totals are rounded to 50 øre [A23]
PRICE_PLACES = Decimal("0.000001")
TEXT_LENGTH, JOURNAL_TEXT_LENGTH = 100, 50
OUR_REF_LENGTH = 20


@dataclass(frozen=True, kw_only=True)
class SaleLine:
    """One order line: either a product (its item is looked up) or a service item by name."""

    article: Article
    item: str  # empty: the item linked to the article's product
    price: Decimal  # unit price with VAT


@dataclass(frozen=True, kw_only=True)
class SettlementLine:
    """One journal line of the payment: `credit` on `account`, the other side on `offset_account`.

    `debtor` tells whether `account` is a debtor (then the line settles the invoice) or a GL account.
    """

    debtor: bool
    account: str
    offset_account: str
    credit: Decimal
    text: str


@dataclass(frozen=True, kw_only=True)
class SaleDraft:
    """What one receipt becomes in Uniconta; amounts in kroner."""

    key: str
    settle_key: str
    our_ref: str
    your_ref: str
    debtor: str
    at: datetime
    posting_date: date
    total: Decimal
    vat: Decimal
    lines: tuple[SaleLine, ...]
    settlement: tuple[SettlementLine, ...]
    fingerprint: str


def sale_key(store_id: int, payment_id: int) -> str:
    """Return the key that the order and the invoice carry (accounting.md section 12)."""
    return f"c1st:{store_id}:payment:{payment_id}"


def settle_key(store_id: int, payment_id: int) -> str:
    """Return the key that every settlement line carries."""
    return f"c1st:{store_id}:settle:{payment_id}"


def posting_date(payment: Payment, *, rules: Rules, naive_zone: tzinfo = UTC) -> date:
    """Return the business day of a receipt in the tenant's zone; `naive_zone` is what the API's times mean [A1]."""
    return payment.date.replace(tzinfo=naive_zone).astimezone(ZoneInfo(rules.time_zone)).date()


def draft_sale(
    payment: Payment,
    *,
    store_id: int,
    rules: Rules,
    prices_include_vat: bool = True,
    naive_zone: tzinfo = UTC,
) -> SaleDraft:
    """Return what a completed receipt becomes; Hold when it cannot be booked rightly."""
    articles = _articles(payment)
    _check_store(payment, store_id)
    _check_supported(payment, articles, rules)
    _check_vat(articles)
    prices = _unit_prices(payment, articles, prices_include_vat=prices_include_vat)
    tenders = [tender for tender in payment.tenders if tender.status == CAPTURED]
    roundings = _roundings(payment, tenders)
    our_ref = f"C1ST-{store_id}-{payment.payment_no}"
    if len(our_ref) > OUR_REF_LENGTH:
        our_ref = ""  # cut it would no longer be unique; the key alone finds the order
    return SaleDraft(
        key=sale_key(store_id, payment.id),
        settle_key=settle_key(store_id, payment.id),
        our_ref=our_ref,
        your_ref=payment.register_title,
        debtor=_named(rules.pos_debtor, "POS debtor", "point 2"),
        at=payment.date.replace(tzinfo=naive_zone),
        posting_date=posting_date(payment, rules=rules, naive_zone=naive_zone),
        total=payment.sum,
        vat=sum((article.total_vat for article in articles), Decimal(0)),
        lines=_lines(articles, prices, rules),
        settlement=_settlement(payment, tenders, roundings, rules),
        fingerprint=fingerprint(payment),
    )


def fingerprint(payment: Payment) -> str:
    """Return a value that changes when anything that was booked changes (H13)."""
    parts: list[object] = [
        payment.payment_no,
        payment.date,
        payment.sum.normalize(),
        payment.customer_id,
    ]
    parts += [payment.register_id, payment.invoice, payment.customer_payment]
    for article in payment.articles or ():
        parts += [
            article.id,
            article.product_id,
            article.quantity.normalize(),
            article.price.normalize(),
        ]
        parts += [article.vat.normalize()]
    for tender in payment.tenders:
        if tender.status == CAPTURED:
            unrounded = tender.unrounded_cash
            parts += [tender.title, tender.amount.normalize(), unrounded and unrounded.normalize()]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _articles(payment: Payment) -> tuple[Article, ...]:
    if not payment.articles:
        raise Hold(
            f"Receipt {payment.payment_no} has no lines.",
            "Open the receipt in Customers 1st. Its lines may not be readable for the API user; then ask the vendor.",
            mended_by="customers1st",
        )
    return payment.articles


def _check_store(payment: Payment, store_id: int) -> None:
    if payment.store_id is not None and payment.store_id != store_id:
        raise Hold(
            f"Receipt {payment.payment_no} is of store {payment.store_id}, the API token of store {store_id}.",
            "Put the API token of the right store into the Customers 1st connection.",
            mended_by="setup",
        )


def _check_supported(payment: Payment, articles: tuple[Article, ...], rules: Rules) -> None:
    """Hold what this version does not book yet: never a wrong booking."""
    for found, what in (
        (payment.customer_payment, "a payment on account"),
        (payment.invoice, "a sale on account"),
        (any(_is_debtor(tender, rules) for tender in payment.tenders), "a sale on account"),
        (any(_is_card(article) for article in articles), "a gift card, voucher or deposit"),
        (any(_is_foreign(tender) for tender in payment.tenders), "foreign currency"),
        (payment.second_hand or any(a.vat_mode != "normal" for a in articles), "second-hand goods"),
        (payment.surcharge != 0, "a card surcharge"),
    ):
        if found:
            raise Hold(
                f"Receipt {payment.payment_no} holds {what}, which this version does not book.",
                "Book the receipt by hand in Uniconta, or wait for the version that books it; then run the job again.",
            )


def _is_debtor(tender: Tender, rules: Rules) -> bool:
    return (
        tender.status == CAPTURED
        and bool(rules.debtor_payment_type)
        and _same(tender.title, rules.debtor_payment_type)
    )


def _is_card(article: Article) -> bool:
    return article.gift_card_id is not None or (article.product_no or "").lower() in CARD_WORDS


def _is_foreign(tender: Tender) -> bool:
    return tender.status == CAPTURED and (tender.currency or "").upper() not in ("", "DKK")


def _check_vat(articles: tuple[Article, ...]) -> None:
    for article in articles:
        if article.vat not in VAT_RATES:
            raise Hold(
                f"“{article.title}” has {article.vat} % VAT; only 25 and 0 are known.",
                "Correct the VAT of the line in Customers 1st, or book the receipt by hand.",
                mended_by="customers1st",
            )
        if article.total_ex_vat + article.total_vat != article.total_incl_vat:
            raise Hold(
                f"“{article.title}”: {article.total_ex_vat} + VAT {article.total_vat} is not {article.total_incl_vat}.",
                "Look at the receipt in Customers 1st; its amounts contradict each other.",
                mended_by="customers1st",
            )


def _unit_prices(
    payment: Payment, articles: tuple[Article, ...], *, prices_include_vat: bool
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
        f"The lines of receipt {payment.payment_no} add up to {_total(articles, given)}, its sum is {payment.sum}.",
        "Look at the receipt in Customers 1st; it is not booked until lines and sum agree.",
        mended_by="customers1st",
    )


def _total(articles: tuple[Article, ...], prices: list[Decimal]) -> Decimal:
    return sum(
        (
            to_oere(article.quantity * price)
            for article, price in zip(articles, prices, strict=True)
        ),
        Decimal(0),
    )


def _roundings(payment: Payment, tenders: list[Tender]) -> list[Decimal]:
    """Return the øre rounding of each tender; Hold unless tenders minus rounding equal the receipt's sum (I3)."""
    roundings = [
        tender.amount - tender.unrounded_cash
        if tender.cash and tender.unrounded_cash is not None
        else Decimal(0)
        for tender in tenders
    ]
    paid = sum((tender.amount for tender in tenders), Decimal(0))
    missing = paid - sum(roundings, Decimal(0)) - payment.sum
    open_cash = [
        n for n, tender in enumerate(tenders) if tender.cash and tender.unrounded_cash is None
    ]
    if missing and open_cash and abs(missing) <= MOST_ROUNDING * len(open_cash):
        roundings[open_cash[0]] = missing
        missing = Decimal(0)
    if missing:
        opposite = paid - sum(roundings, Decimal(0)) + payment.sum == 0
        hint = " (they would with the opposite sign)" if opposite else ""
        raise Hold(
            f"The payments of receipt {payment.payment_no} come to {paid}, its sum is {payment.sum}{hint}.",
            "Look at the receipt in Customers 1st; it is not booked until payments and sum agree.",
            mended_by="customers1st",
        )
    return roundings


def _lines(
    articles: tuple[Article, ...], prices: list[Decimal], rules: Rules
) -> tuple[SaleLine, ...]:
    discounts = {a.discount_article_id for a in articles if a.discount_article_id is not None}
    return tuple(
        SaleLine(article=article, item=_service_item(article, discounts, rules), price=price)
        for article, price in zip(articles, prices, strict=True)
    )


def _service_item(article: Article, discounts: set[int], rules: Rules) -> str:
    """Return the service item of a discount or free-text line, empty for a product."""
    if article.product_id is not None:
        return ""
    is_discount = article.id in discounts
    items = rules.discount_items if is_discount else rules.misc_items
    item = items.get(article.vat, "")
    if not item:
        what = "discounts" if is_discount else "lines without a product"
        name = "discount_items" if is_discount else "misc_items"
        raise Hold(
            f"No Uniconta item for {what} at {article.vat} % VAT is set.",
            f"Add it to the setup ({name}, rate {article.vat}).",
            mended_by="setup",
        )
    return item


def _settlement(
    payment: Payment, tenders: list[Tender], roundings: list[Decimal], rules: Rules
) -> tuple[SettlementLine, ...]:
    lines: list[SettlementLine] = []
    for tender, rounding in zip(tenders, roundings, strict=True):
        account = _tender_account(payment, tender, rules)
        text = f"Bon {payment.payment_no} {tender.title}"
        lines.append(
            SettlementLine(
                debtor=True,
                account=rules.pos_debtor,
                offset_account=account,
                credit=tender.amount - rounding,
                text=text[:JOURNAL_TEXT_LENGTH],
            )
        )
        if rounding:
            lines.append(
                SettlementLine(
                    debtor=False,
                    account=_named(rules.rounding_account, "rounding account", "point 7"),
                    offset_account=account,
                    credit=rounding,
                    text=f"Bon {payment.payment_no} øreafrunding"[:JOURNAL_TEXT_LENGTH],
                )
            )
    return tuple(line for line in lines if line.credit)


def _tender_account(payment: Payment, tender: Tender, rules: Rules) -> str:
    """Return the GL account that a means of payment goes to; an unmapped one is a Hold, never a guess (H2)."""
    if rules.cash_payment_type and _same(tender.title, rules.cash_payment_type):
        own = rules.registers.get(payment.register_id) if payment.register_id is not None else None
        return own or _named(rules.cash_account, "cash account", "point 6")
    for title, account in rules.payment_types.items():
        if _same(title, tender.title):
            return account
    raise Hold(
        f"Payment type “{tender.title}” has no account.",
        f"Add “{tender.title}” to the payment types of the tenant, with the GL account its money waits on.",
        mended_by="setup",
    )


def _named(value: str, what: str, where: str) -> str:
    if not value:
        raise Hold(
            f"No {what} is set.", f"Fill in {where} of the setup ({what}).", mended_by="setup"
        )
    return value


def _same(left: str, right: str) -> bool:
    return left.strip().casefold() == right.strip().casefold()
