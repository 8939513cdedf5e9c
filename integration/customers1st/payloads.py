"""Customers 1st records as values. Read tolerantly: unknown keys are ignored, absent ones are None or empty.

Every `parse_…` raises KeyError, TypeError or ValueError when the record has no id or cannot be read at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from integration.customers1st.master_data import Product, parse_product
from integration.customers1st.values import (
    Raw,
    flag_of,
    money,
    number_of,
    optional_money,
    optional_time,
    parse_time,
    text_of,
)


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


def parse_article(raw: Raw) -> Article:
    """Read one line of a receipt."""
    product = raw.get("product") or {}
    return Article(
        id=int(raw["id"]),
        title=text_of(raw.get("title")),
        quantity=money(raw.get("quantity")),
        price=money(raw.get("price")),
        vat=money(raw.get("vat")),
        vat_mode=text_of(raw.get("vatmode")) or "normal",
        total_incl_vat=money(raw.get("total_incl_vat")),
        total_ex_vat=money(raw.get("total_ex_vat")),
        total_vat=money(raw.get("total_vat")),
        product_id=number_of(raw.get("productid")),
        product_no=text_of(raw.get("productno")) or None,
        product=parse_product(product) if product.get("id") is not None else None,
        gift_card_id=number_of(raw.get("giftcardid")),
        gift_card_type=text_of((raw.get("giftcard") or {}).get("type")),
        discount_article_id=number_of(raw.get("discount_ppm_id")),
        return_article_id=number_of(raw.get("returnmaterialid")),
    )


def parse_tender(raw: Raw) -> Tender:
    """Read one means of payment; a missing status means captured [A25]."""
    return Tender(
        id=number_of(raw.get("id")),
        title=text_of(raw.get("title")),
        payment_type_id=number_of(raw.get("paymenttypeid")),
        amount=money(raw.get("amount")),
        unrounded_cash=optional_money(raw.get("unroundedcash")),
        cash=flag_of(raw.get("cash")),
        currency=text_of(raw.get("currency")) or None,
        exchange_rate=optional_money(raw.get("exchangerate")),
        provider=text_of(raw.get("provider")),
        status=text_of(raw.get("status")) or "captured",
    )


def parse_payment(raw: Raw) -> Payment:
    """Read one receipt."""
    articles = raw.get("articles")
    register = raw.get("cashregister")
    register = register if isinstance(register, Mapping) else {}
    return Payment(
        id=int(raw["id"]),
        payment_no=number_of(raw.get("paymentno")),
        date=parse_time(raw.get("date") or raw["updated_at"]),
        updated_at=optional_time(raw.get("updated_at")),
        status=text_of(raw.get("status")),
        sum=money(raw.get("sum")),
        register_id=number_of(raw.get("cashRegisterId", register.get("id"))),
        register_title=text_of(register.get("title")),
        customer_id=number_of(raw.get("customerid")),
        invoice=flag_of(raw.get("invoice")),
        customer_payment=flag_of(raw.get("customerpayment")),
        surcharge=money(raw.get("surcharge_amount")),
        second_hand=flag_of(raw.get("secondhand")),
        store_id=number_of(raw.get("storeid")),
        return_payment_id=number_of(raw.get("returnpaymentid")),
        articles=None if articles is None else tuple(parse_article(row) for row in articles),
        tenders=tuple(parse_tender(row) for row in raw.get("paymenttypes") or ()),
    )


def parse_gift_card(raw: Raw) -> GiftCard:
    """Read a stored-value card."""
    return GiftCard(id=int(raw["id"]), type=text_of(raw.get("type")))


def parse_day_close(raw: Raw) -> DayClose:
    """Read one day close."""
    return DayClose(
        id=int(raw["id"]),
        number=number_of(raw.get("balance_no")),
        date=parse_time(raw.get("date") or raw["enddate"]),
        start=optional_time(raw.get("startdate")),
        end=optional_time(raw.get("enddate")),
        register_id=number_of(raw.get("cashregisterid")),
        register_title=text_of(raw.get("cashregistertitle")),
        first_no=number_of(raw.get("startpaymentno")),
        last_no=number_of(raw.get("endpaymentno")),
        receipts=number_of(raw.get("numpayments")) or 0,
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
                title=text_of(row.get("title")),
                amount=money(row.get("amount")),
                card_type=text_of(row.get("giftcardtype")),
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
        title=text_of(raw.get("title")),
        account=text_of(raw.get("account")),
        amount=money(raw.get("amount")),
    )


def parse_payment_type(raw: Raw) -> PaymentType:
    """Read one payment button."""
    return PaymentType(
        id=int(raw["id"]),
        title=text_of(raw.get("title")),
        account_no=text_of(raw.get("accountno")),
        currency=text_of(raw.get("currency")) or None,
        exchange_rate=optional_money(raw.get("exchangerate")),
        cash=flag_of(raw.get("cash")),
        disabled=flag_of(raw.get("disabled")),
    )


def parse_register(raw: Raw) -> Register:
    """Read one cash register."""
    return Register(
        id=int(raw["id"]),
        title=text_of(raw.get("title")),
        deleted=optional_time(raw.get("deleted_at")) is not None,
        start_amount=money(raw.get("startamount")),
        methods=tuple(
            (text_of(row.get("title")), text_of(row.get("paymentprovidertype")))
            for row in raw.get("pospaymentmethodrelations") or ()
        ),
    )


def parse_store(raw: Raw) -> Store:
    """Read the store."""
    return Store(id=int(raw["id"]), title=text_of(raw.get("title")))
