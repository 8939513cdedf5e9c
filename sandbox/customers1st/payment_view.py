"""A receipt as the API shows it, bent by the switches of the sales group."""

from decimal import Decimal

from sandbox.customers1st.customers import customer_view
from sandbox.customers1st.giftcards import card_view
from sandbox.customers1st.models import Line, Payment, Record, Tender
from sandbox.customers1st.store import Store
from sandbox.customers1st.values import ZERO, money, net_of, plain_number

EXTRA_TENDER_OFFSET = 900_000
#: Id of the custom type that stands for the debtor button (switch `c1st.debtor_button`).
DEBTOR_TYPE_ID = 69


def payment_view(store: Store, payment: Payment, *, articles: bool = True) -> Record:
    """Return a receipt; without `articles` the lines are left out, as in lists."""
    view = receipt_head(store, payment)
    if articles:
        view["articles"] = article_views(store, payment)
    view["paymenttypes"] = tender_views(store, payment)
    return view


def receipt_head(store: Store, payment: Payment) -> Record:
    """Return a receipt without lines and tenders: what lists filter and sort by."""
    view = _head(store, payment) | _people(store, payment) | _amounts(store, payment)
    if store.switches.get("c1st.storeid_in_payment") == "absent":
        del view["storeid"]
    return view


def article_views(store: Store, payment: Payment) -> list[Record]:
    """Return the lines of a receipt."""
    rows = [_article(store, payment, line) for line in payment.lines]
    if store.switches.get("c1st.discount_totals") == "netted_in_line":
        _net_discounts(payment, rows)
    reading = store.switches.get("c1st.customer_payment")
    if payment.is_customer_payment and reading == "one_article":
        rows.append(_customer_payment_article(payment))
    return rows


def tender_views(store: Store, payment: Payment) -> list[Record]:
    """Return the tenders of a receipt."""
    hidden = store.switches.get("c1st.debtor_button") == "flag_without_tender"
    tenders = [t for t in payment.tenders if not (hidden and t.role == "debtor")]
    rows = [_tender(store, payment, tender) for tender in tenders]
    extra = store.switches.get("c1st.other_tenders")
    card = next((tender for tender in tenders if tender.role == "custom"), None)
    if extra != "none" and card is not None:
        status = extra.removesuffix("_row")
        row = _tender(store, payment, card)
        rows.insert(0, row | {"id": card.id + EXTRA_TENDER_OFFSET, "status": status})
    return rows


def _head(store: Store, payment: Payment) -> Record:
    shown_flag = store.switches.get("c1st.debtor_button") != "custom_type"
    return {
        "id": payment.id,
        "paymentno": payment.number,
        "date": payment.date,
        "updated_at": payment.updated_at,
        "invoice": int(payment.is_invoice and shown_flag),
        "customerpayment": int(payment.is_customer_payment),
        "receiptcopycount": None,
        "fiscalisation": None,
        "taskids": [],
        "salesOrderId": None,
        "storeid": store.id,
        "secondhand": int(any(line.vatmode == "second_hand" for line in payment.lines)),
        "status": payment.status,
        "returnpaymentid": payment.returns,
        "note": payment.note,
        "permission": "full",
        "source": payment.source,
    }


def _people(store: Store, payment: Payment) -> Record:
    register = store.registers.get(payment.register_id or 0)
    customer = store.customers.get(payment.customer_id or 0)
    return {
        "userid": store.seller["id"],
        "user": dict(store.seller),
        "customerid": payment.customer_id,
        "customer": customer_view(store, customer) if customer else None,
        "cashRegisterId": payment.register_id,
        "cashregister": {"title": register["title"], "id": register["id"]} if register else None,
        "lastmodifiedbyuserid": None,
        "lastmodifiedbyuser": None,
    }


def _amounts(store: Store, payment: Payment) -> Record:
    discount = sum((line.total for line in payment.lines if line.is_discount), ZERO)
    negative = store.switches.get("c1st.discountsum_sign") == "negative"
    paid = sum((tender.unrounded for tender in payment.paid), ZERO)
    completed = payment.status == "completed"
    counted = [line for line in payment.lines if line.product or line.issues_card]
    return {
        "numberofmaterials": plain_number(sum((abs(line.quantity) for line in counted), ZERO)),
        "sum": _sum(store, payment),
        "discountsum": discount if negative else -discount,
        "remainingamount": ZERO if completed else payment.sum - paid,
        "paidwithcash": sum((t.amount for t in payment.paid if t.role == "cash"), ZERO),
        "surcharge_amount": payment.surcharge,
    }


def _sum(store: Store, payment: Payment) -> Decimal:
    empty = store.switches.get("c1st.customer_payment") == "no_articles_sum_0"
    if payment.is_customer_payment and not empty:
        return _paid(payment)
    return payment.sum


def _paid(payment: Payment) -> Decimal:
    return sum((tender.amount for tender in payment.paid), ZERO)


def _article(store: Store, payment: Payment, line: Line) -> Record:
    net_price = net_of(line.price, line.vat)
    second_hand = line.vatmode == "second_hand" and line.quantity
    unit_vat = money(line.total_vat / line.quantity) if second_hand else line.price - net_price
    return {
        "id": line.id,
        "title": line.title,
        "price": line.price if store.prices_include_vat else line.price - unit_vat,
        "costprice": line.cost,
        "quantity": plain_number(line.quantity),
        "vat": plain_number(line.vat),
        "vatmode": line.vatmode,
        "pricewithoutvat": line.price - unit_vat,
        "vatamount": unit_vat,
        **_card_fields(store, line),
        "productid": line.product["id"] if line.product else None,
        "product": dict(line.product) if line.product else None,
        "discount_ppm_id": line.discount_line,
        "discounttagid": None,
        "promotionid": None,
        "bundleid": None,
        "type": None,
        "returnmaterialid": line.returns,
        "returntagid": line.return_tag,
        "total_vat": line.total_vat,
        "total_ex_vat": line.total - line.total_vat,
        "total_incl_vat": line.total,
        "total_discount_incl_vat": _discount_sign(store, line.discount),
        "vat_type_id": None,
        "paymentid": payment.id,
    }


def _card_fields(store: Store, line: Line) -> Record:
    card = store.giftcards.get(line.card_id or 0)
    embedded = store.switches.get("c1st.giftcard_object") == "embedded"
    return {
        "giftcardno": line.card_no if line.issues_card else None,
        "giftcardid": line.card_id,
        "giftcard": card_view(store, card) if card and embedded else None,
        "productno": line.card_type if line.issues_card else None,
    }


def _discount_sign(store: Store, discount: Decimal) -> Decimal:
    negative = store.switches.get("c1st.discountsum_sign") == "negative"
    return discount if negative else -discount


def _net_discounts(payment: Payment, rows: list[Record]) -> None:
    by_id = {row["id"]: row for row in rows}
    for line in payment.lines:
        if line.discount_line is None:
            continue
        discount, row = by_id[line.discount_line], by_id[line.id]
        for name in ("total_vat", "total_ex_vat", "total_incl_vat"):
            row[name] += discount[name]
            discount[name] = ZERO


def _customer_payment_article(payment: Payment) -> Record:
    amount = _paid(payment)
    return {
        "id": payment.id + EXTRA_TENDER_OFFSET,
        "title": "Kundeindbetaling",
        "price": amount,
        "costprice": ZERO,
        "quantity": 1,
        "vat": 0,
        "vatmode": "normal",
        "productid": None,
        "product": None,
        "total_vat": ZERO,
        "total_ex_vat": amount,
        "total_incl_vat": amount,
        "paymentid": payment.id,
    }


def _tender(store: Store, payment: Payment, tender: Tender) -> Record:
    sign = _refund_sign(store, payment)
    is_cash = tender.role in ("cash", "foreign")
    known = is_cash and store.switches.get("c1st.unroundedcash") == "set"
    return {
        "id": tender.id,
        "title": tender.title,
        "paymenttypeid": _type_id(store, tender),
        "amount": _amount(store, tender) * sign,
        "unroundedcash": tender.unrounded * sign if known else None,
        "cash": int(is_cash),
        "accountno": tender.account,
        "currency": tender.currency,
        "exchangerate": tender.rate,
        "receipts": [],
        "receiptsCount": 0,
        "mobilepayid": None,
        "error_message": None,
        "provider": tender.provider,
        "status": tender.status,
        "initiated_amount": None,
        "created_at": payment.date,
        "updated_at": payment.updated_at,
        "paymentid": payment.id,
    }


def _refund_sign(store: Store, payment: Payment) -> int:
    flipped = store.switches.get("c1st.refund_sign") == "positive"
    return -1 if flipped and payment.sum < 0 else 1


def _type_id(store: Store, tender: Tender) -> int | None:
    if tender.role == "debtor" and store.switches.get("c1st.debtor_button") == "custom_type":
        return DEBTOR_TYPE_ID
    return tender.type_id


def _amount(store: Store, tender: Tender) -> Decimal:
    if tender.foreign is not None and store.switches.get("c1st.foreign_amount") == "foreign":
        return tender.foreign
    return tender.amount
