"""Customers 1st records as values. Read tolerantly: unknown keys are ignored, absent ones are None or empty."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

Raw = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Product:
    """One product. `price` carries VAT unless the store says otherwise; `price_without_vat` never does."""

    id: int
    title: str
    product_no: str
    barcode: str
    price_without_vat: Decimal | None
    cost_price: Decimal | None
    raw: Raw = field(repr=False, default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Article:
    """One line of a receipt. Amounts in kroner with VAT where not said otherwise, `vat` in percent."""

    id: int
    title: str
    quantity: Decimal
    price: Decimal
    vat: Decimal
    vat_mode: str
    total_incl_vat: Decimal
    total_ex_vat: Decimal
    total_vat: Decimal
    product_id: int | None
    product_no: str  # giftcard, voucher or deposit on an issuing line, else empty
    product: Product | None
    gift_card_id: int | None
    discount_article_id: int | None


@dataclass(frozen=True, kw_only=True)
class Tender:
    """One means of payment of a receipt. Rounding = amount - unrounded_cash."""

    id: int | None
    title: str
    payment_type_id: int | None
    amount: Decimal
    unrounded_cash: Decimal | None
    cash: bool
    currency: str
    status: str


@dataclass(frozen=True, kw_only=True)
class Payment:
    """One receipt (POSPayment). `date` is naive; `articles` is None when the answer held none [A18]."""

    id: int
    payment_no: int | None
    date: datetime
    status: str
    sum: Decimal
    register_id: int | None
    register_title: str
    customer_id: int | None
    invoice: bool
    customer_payment: bool
    surcharge: Decimal
    second_hand: bool
    store_id: int | None
    articles: tuple[Article, ...] | None
    tenders: tuple[Tender, ...]


@dataclass(frozen=True, kw_only=True)
class RestHook:
    """One registered webhook."""

    id: int
    event: str
    url: str
    active: bool


def money(value: Any) -> Decimal:
    """Return a JSON number (or numeric text) as Decimal; absent is 0."""
    return Decimal(0) if value in (None, "") else Decimal(str(value))


def optional_money(value: Any) -> Decimal | None:
    """Return a JSON number as Decimal, absent as None."""
    return None if value in (None, "") else Decimal(str(value))


def parse_time(value: Any) -> datetime:
    """Read `YYYY-MM-DD HH:MM:SS` (or with T, or with Z) as a naive instant; its zone is a setting [A1]."""
    return datetime.fromisoformat(str(value).strip().replace(" ", "T", 1)).replace(tzinfo=None)


def parse_product(raw: Raw) -> Product:
    """Read a product."""
    return Product(
        id=int(raw["id"]),
        title=_text(raw.get("title")),
        product_no=_text(raw.get("productno")),
        barcode=_text(raw.get("barcode")),
        price_without_vat=optional_money(raw.get("pricewithoutvat")),
        cost_price=optional_money(raw.get("costprice")),
        raw=raw,
    )


def parse_article(raw: Raw) -> Article:
    """Read one line of a receipt."""
    product = raw.get("product")
    return Article(
        id=int(raw["id"]),
        title=_text(raw.get("title")),
        quantity=money(raw.get("quantity")),
        price=money(raw.get("price")),
        vat=money(raw.get("vat")),
        vat_mode=_text(raw.get("vatmode")) or "normal",
        total_incl_vat=money(raw.get("total_incl_vat")),
        total_ex_vat=money(raw.get("total_ex_vat")),
        total_vat=money(raw.get("total_vat")),
        product_id=_number(raw.get("productid")),
        product_no=_text(raw.get("productno")),
        product=parse_product(product) if isinstance(product, dict) and product.get("id") else None,
        gift_card_id=_number(raw.get("giftcardid")),
        discount_article_id=_number(raw.get("discount_ppm_id")),
    )


def parse_tender(raw: Raw) -> Tender:
    """Read one means of payment; a missing status means captured [A25]."""
    return Tender(
        id=_number(raw.get("id")),
        title=_text(raw.get("title")),
        payment_type_id=_number(raw.get("paymenttypeid")),
        amount=money(raw.get("amount")),
        unrounded_cash=optional_money(raw.get("unroundedcash")),
        cash=bool(raw.get("cash")),
        currency=_text(raw.get("currency")),
        status=_text(raw.get("status")) or "captured",
    )


def parse_payment(raw: Raw) -> Payment:
    """Read one receipt; raises KeyError or ValueError when it has no id or no date."""
    articles = raw.get("articles")
    register = raw.get("cashregister")
    return Payment(
        id=int(raw["id"]),
        payment_no=_number(raw.get("paymentno")),
        date=parse_time(raw["date"]),
        status=_text(raw.get("status")),
        sum=money(raw.get("sum")),
        register_id=_number(raw.get("cashRegisterId")),
        register_title=_text(register.get("title")) if isinstance(register, dict) else "",
        customer_id=_number(raw.get("customerid")),
        invoice=bool(raw.get("invoice")),
        customer_payment=bool(raw.get("customerpayment")),
        surcharge=money(raw.get("surcharge_amount")),
        second_hand=bool(raw.get("secondhand")),
        store_id=_number(raw.get("storeid")),
        articles=None if articles is None else tuple(parse_article(row) for row in articles),
        tenders=tuple(parse_tender(row) for row in raw.get("paymenttypes") or ()),
    )


def parse_hook(raw: Raw) -> RestHook:
    """Read one registered webhook; a missing `active` means active."""
    return RestHook(
        id=int(raw["id"]),
        event=_text(raw.get("event")),
        url=_text(raw.get("url")),
        active=bool(raw.get("active", True)),
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _number(value: Any) -> int | None:
    return None if value in (None, "") else int(value)
