"""Customers 1st records as values. Read tolerantly: unknown keys are ignored, absent ones are None or empty.

Every `parse_…` raises KeyError, TypeError or ValueError when the record has no id or cannot be read at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

Raw = Mapping[str, Any]
CUSTOM_FIELDS = ("customfield1", "customfield2", "customfield3", "customfield4")


@dataclass(frozen=True, kw_only=True)
class Product:
    """One product. `price` carries VAT unless the store says otherwise; `price_without_vat` never does.

    The product inside a receipt's line holds less: its amounts are None. `vat` is None for the store's default.
    """

    id: int
    title: str
    product_no: str | None
    barcode: str
    alternative_barcode: str
    style_no: str
    size: str
    color: str
    custom_fields: tuple[str, str, str, str]
    price: Decimal | None
    price_without_vat: Decimal | None
    cost_price: Decimal | None
    vat: Decimal | None
    vat_mode: str | None
    deleted: bool
    updated_at: datetime | None
    raw: Raw = field(repr=False)

    @property
    def label(self) -> str:
        """What people call it in a cause."""
        return f"Product {self.id} “{self.title}”"


@dataclass(frozen=True, kw_only=True)
class Article:
    """One line of a receipt. `price` is the unit price in kroner with VAT, `vat` in percent.

    `product_no` is set on issuing lines only: giftcard, voucher or deposit. `discount_article_id` names the article
    that is this line's discount, `return_article_id` the original line of a return.
    """

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
    product_no: str | None
    product: Product | None
    gift_card_id: int | None
    gift_card_type: str
    discount_article_id: int | None
    return_article_id: int | None


@dataclass(frozen=True, kw_only=True)
class Tender:
    """One means of payment of a receipt. Rounding = amount - unrounded_cash; only `captured` ones count [A25]."""

    id: int | None
    title: str
    payment_type_id: int | None
    amount: Decimal
    unrounded_cash: Decimal | None
    cash: bool
    currency: str | None
    exchange_rate: Decimal | None
    provider: str
    status: str


@dataclass(frozen=True, kw_only=True)
class Payment:
    """One receipt (POSPayment). Times are naive, their zone is a setting [A1].

    `articles` is None when the answer held none [A18], empty when the receipt has none.
    """

    id: int
    payment_no: int | None
    date: datetime
    updated_at: datetime | None
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
    return_payment_id: int | None
    articles: tuple[Article, ...] | None
    tenders: tuple[Tender, ...]


@dataclass(frozen=True, kw_only=True)
class GiftCard:
    """One stored-value card; `type` is giftcard, voucher or deposit."""

    id: int
    type: str


@dataclass(frozen=True, kw_only=True)
class VatRow:
    """What a close says about one VAT rate; `rate` in percent, `vat` in kroner."""

    rate: Decimal
    vat: Decimal


@dataclass(frozen=True, kw_only=True)
class TenderRow:
    """What a close says about one means of payment; `card_type` is set on rows of stored-value cards."""

    title: str
    amount: Decimal
    card_type: str


@dataclass(frozen=True, kw_only=True)
class DayClose:
    """One day close (POSBalance) of one register, in kroner. Times are naive, their zone is a setting [A1].

    `start` is None before the first close. What the vendor may leave out is None: it is then not compared.
    """

    id: int
    number: int | None
    date: datetime
    start: datetime | None
    end: datetime | None
    register_id: int | None
    register_title: str
    first_no: int | None
    last_no: int | None
    receipts: int
    cash_start: Decimal
    cash_revenue: Decimal | None
    cash_counted: Decimal
    cash_difference: Decimal
    cash_to_bank: Decimal
    cash_rounding: Decimal | None
    expense: Decimal
    revenue: Decimal
    revenue_ex_vat: Decimal
    sale_sum: Decimal
    return_sum: Decimal
    vat: Decimal
    vat_rows: tuple[VatRow, ...]
    tenders: tuple[TenderRow, ...]
    cards_issued: Decimal | None
    cards_used: Decimal | None
    customer_payments: Decimal | None

    @property
    def ended(self) -> datetime:
        """When it was made: its end where told, else its date [A1]."""
        return self.end or self.date

    @property
    def left_in_drawer(self) -> Decimal:
        """The float that the next close of the register starts with (I5)."""
        return self.cash_counted - self.cash_to_bank


@dataclass(frozen=True, kw_only=True)
class FinanceVoucher:
    """One line of the vendor's own posting proposal for a close; the sign's meaning is not certain [A43]."""

    title: str
    account: str
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class PaymentType:
    """One of the shop's own payment buttons; the built-in ones (cash, invoice, gift card) are not listed."""

    id: int
    title: str
    account_no: str
    currency: str | None
    exchange_rate: Decimal | None
    cash: bool
    disabled: bool


@dataclass(frozen=True, kw_only=True)
class Register:
    """One cash register; `methods` are the buttons on it as (title, provider type)."""

    id: int
    title: str
    deleted: bool
    start_amount: Decimal
    methods: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Store:
    """The store that an API token belongs to."""

    id: int
    title: str


@dataclass(frozen=True, kw_only=True)
class RestHook:
    """One registered webhook."""

    id: int
    event: str
    url: str
    active: bool


@dataclass(frozen=True, kw_only=True)
class HookLogEntry:
    """One delivery in the vendor's log; `payload` is the posted body as text."""

    id: int
    hook_id: int | None
    event: str
    url: str
    status: str
    attempts: int
    last_http_status: str
    last_failed_reason: str
    initiated_at: datetime | None
    succeeded_at: datetime | None
    payload: str = field(repr=False)


def parse_product(raw: Raw) -> Product:
    """Read a product, also the short form inside a receipt's line."""
    first, second, third, fourth = (_text(raw.get(name)) for name in CUSTOM_FIELDS)
    return Product(
        id=int(raw["id"]),
        title=_text(raw.get("title")),
        product_no=_text(raw.get("productno")) or None,
        barcode=_text(raw.get("barcode")),
        alternative_barcode=_text(raw.get("alternativebarcode")),
        style_no=_text(raw.get("styleno")),
        size=_text(raw.get("size")),
        color=_text(raw.get("color")),
        custom_fields=(first, second, third, fourth),
        price=optional_money(raw.get("price")),
        price_without_vat=optional_money(raw.get("pricewithoutvat")),
        cost_price=optional_money(raw.get("costprice")),
        vat=optional_money(raw.get("vat")),
        vat_mode=_text(raw.get("vatmode")) or None,
        deleted=optional_time(raw.get("deleted_at")) is not None,
        updated_at=optional_time(raw.get("updated_at")),
        raw=raw,
    )


def parse_article(raw: Raw) -> Article:
    """Read one line of a receipt."""
    product = raw.get("product") or {}
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
        product_no=_text(raw.get("productno")) or None,
        product=parse_product(product) if product.get("id") is not None else None,
        gift_card_id=_number(raw.get("giftcardid")),
        gift_card_type=_text((raw.get("giftcard") or {}).get("type")),
        discount_article_id=_number(raw.get("discount_ppm_id")),
        return_article_id=_number(raw.get("returnmaterialid")),
    )


def parse_tender(raw: Raw) -> Tender:
    """Read one means of payment; a missing status means captured [A25]."""
    return Tender(
        id=_number(raw.get("id")),
        title=_text(raw.get("title")),
        payment_type_id=_number(raw.get("paymenttypeid")),
        amount=money(raw.get("amount")),
        unrounded_cash=optional_money(raw.get("unroundedcash")),
        cash=_flag(raw.get("cash")),
        currency=_text(raw.get("currency")) or None,
        exchange_rate=optional_money(raw.get("exchangerate")),
        provider=_text(raw.get("provider")),
        status=_text(raw.get("status")) or "captured",
    )


def parse_payment(raw: Raw) -> Payment:
    """Read one receipt."""
    articles = raw.get("articles")
    register = raw.get("cashregister")
    register = register if isinstance(register, Mapping) else {}
    return Payment(
        id=int(raw["id"]),
        payment_no=_number(raw.get("paymentno")),
        date=parse_time(raw.get("date") or raw["updated_at"]),
        updated_at=optional_time(raw.get("updated_at")),
        status=_text(raw.get("status")),
        sum=money(raw.get("sum")),
        register_id=_number(raw.get("cashRegisterId", register.get("id"))),
        register_title=_text(register.get("title")),
        customer_id=_number(raw.get("customerid")),
        invoice=_flag(raw.get("invoice")),
        customer_payment=_flag(raw.get("customerpayment")),
        surcharge=money(raw.get("surcharge_amount")),
        second_hand=_flag(raw.get("secondhand")),
        store_id=_number(raw.get("storeid")),
        return_payment_id=_number(raw.get("returnpaymentid")),
        articles=None if articles is None else tuple(parse_article(row) for row in articles),
        tenders=tuple(parse_tender(row) for row in raw.get("paymenttypes") or ()),
    )


def parse_gift_card(raw: Raw) -> GiftCard:
    """Read a stored-value card."""
    return GiftCard(id=int(raw["id"]), type=_text(raw.get("type")))


def parse_day_close(raw: Raw) -> DayClose:
    """Read one day close."""
    return DayClose(
        id=int(raw["id"]),
        number=_number(raw.get("balance_no")),
        date=parse_time(raw.get("date") or raw["enddate"]),
        start=optional_time(raw.get("startdate")),
        end=optional_time(raw.get("enddate")),
        register_id=_number(raw.get("cashregisterid")),
        register_title=_text(raw.get("cashregistertitle")),
        first_no=_number(raw.get("startpaymentno")),
        last_no=_number(raw.get("endpaymentno")),
        receipts=_number(raw.get("numpayments")) or 0,
        cash_start=money(raw.get("cashstart")),
        cash_revenue=optional_money(raw.get("cashrevenue")),
        cash_counted=money(raw.get("cashcounted")),
        cash_difference=money(raw.get("cashdifference")),
        cash_to_bank=money(raw.get("cashtobank")),
        cash_rounding=optional_money(raw.get("cashrounding")),
        expense=money(raw.get("expense")),
        revenue=money(raw.get("totalrevenue")),
        revenue_ex_vat=money(raw.get("totalrevenue_ex_vat")),
        sale_sum=money(raw.get("salesum")),
        return_sum=money(raw.get("returnsum")),
        vat=money(raw.get("totalvat")),
        vat_rows=tuple(
            VatRow(rate=money(row.get("percentage")), vat=money(row.get("amount")))
            for row in raw.get("totalvatbypercentage") or ()
        ),
        tenders=tuple(
            TenderRow(
                title=_text(row.get("title")),
                amount=money(row.get("amount")),
                card_type=_text(row.get("giftcardtype")),
            )
            for row in raw.get("paymenttypes") or ()
        ),
        cards_issued=optional_money(raw.get("giftcardissued")),
        cards_used=optional_money(raw.get("giftcardused")),
        customer_payments=optional_money(raw.get("customerpaymentsum")),
    )


def parse_finance_voucher(raw: Raw) -> FinanceVoucher:
    """Read one line of the vendor's posting proposal."""
    return FinanceVoucher(
        title=_text(raw.get("title")),
        account=_text(raw.get("account")),
        amount=money(raw.get("amount")),
    )


def parse_payment_type(raw: Raw) -> PaymentType:
    """Read one payment button."""
    return PaymentType(
        id=int(raw["id"]),
        title=_text(raw.get("title")),
        account_no=_text(raw.get("accountno")),
        currency=_text(raw.get("currency")) or None,
        exchange_rate=optional_money(raw.get("exchangerate")),
        cash=_flag(raw.get("cash")),
        disabled=_flag(raw.get("disabled")),
    )


def parse_register(raw: Raw) -> Register:
    """Read one cash register."""
    return Register(
        id=int(raw["id"]),
        title=_text(raw.get("title")),
        deleted=optional_time(raw.get("deleted_at")) is not None,
        start_amount=money(raw.get("startamount")),
        methods=tuple(
            (_text(row.get("title")), _text(row.get("paymentprovidertype")))
            for row in raw.get("pospaymentmethodrelations") or ()
        ),
    )


def parse_store(raw: Raw) -> Store:
    """Read the store."""
    return Store(id=int(raw["id"]), title=_text(raw.get("title")))


def parse_hook(raw: Raw) -> RestHook:
    """Read one registered webhook; a missing `active` means active."""
    active = raw.get("active")
    return RestHook(
        id=int(raw["id"]),
        event=_text(raw.get("event")),
        url=_text(raw.get("url")),
        active=active is None or _flag(active),
    )


def parse_hook_log_entry(raw: Raw) -> HookLogEntry:
    """Read one entry of the delivery log."""
    return HookLogEntry(
        id=int(raw["id"]),
        hook_id=_number(raw.get("resthookid")),
        event=_text(raw.get("event")),
        url=_text(raw.get("url")),
        status=_text(raw.get("status")),
        attempts=_number(raw.get("attempts")) or 0,
        last_http_status=_text(raw.get("last_http_status")),
        last_failed_reason=_text(raw.get("last_failed_reason")),
        initiated_at=optional_time(raw.get("initiated_date")),
        succeeded_at=optional_time(raw.get("succeeded_date")),
        payload=_text(raw.get("payload")),
    )


def money(value: Any) -> Decimal:
    """Return a JSON number (or numeric text) as Decimal; absent is 0."""
    return optional_money(value) or Decimal(0)


def optional_money(value: Any) -> Decimal | None:
    """Return a JSON number (or numeric text) as Decimal, absent as None; raises ValueError."""
    if value is None or value == "":
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError(f"{value!r} is no amount.") from error
    if not amount.is_finite():
        raise ValueError(f"{value!r} is no amount.")
    return amount


def parse_time(value: Any) -> datetime:
    """Read `YYYY-MM-DD HH:MM:SS` (or with T) as a naive instant; one with an offset or Z becomes UTC [A1]."""
    moment = datetime.fromisoformat(str(value).strip().replace(" ", "T", 1))
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


def optional_time(value: Any) -> datetime | None:
    """Read a naive instant; absent and the empty date of year 0 are None."""
    text = "" if value is None else str(value).strip()
    return None if not text or text.startswith("0000") else parse_time(text)


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _number(value: Any) -> int | None:
    return None if value is None or value == "" else int(value)


def _flag(value: Any) -> bool:
    """Read 0/1, true/false or their texts; absent is false."""
    return _text(value).lower() not in {"", "0", "false"}
