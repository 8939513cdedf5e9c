"""The endpoints of receipts, their tenders and day closes."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sandbox.customers1st import paging
from sandbox.customers1st.basket import Goods, Pay, TillError, Wish
from sandbox.customers1st.close_view import close_view
from sandbox.customers1st.finance import finance_vouchers
from sandbox.customers1st.lines import build_lines
from sandbox.customers1st.models import Payment, Record
from sandbox.customers1st.payment_view import (
    article_views,
    payment_view,
    receipt_head,
    tender_views,
)
from sandbox.customers1st.refusals import business, not_found
from sandbox.customers1st.schema import Issue
from sandbox.customers1st.values import ZERO, money
from sandbox.customers1st.visit import Handlers, Visit
from sandbox.web import Reply

RETURN_TAGS = [{"id": 1, "title": "Defekt"}, {"id": 2, "title": "Fortrudt"}]
EXACT = {
    "userid": "userid",
    "customerid": "customerid",
    "paymentid": "id",
    "cashRegisterId": "cashRegisterId",
    "status": "status",
    "invoice": "invoice",
    "sum": "sum",
}


def _list(visit: Visit) -> Reply:
    form = visit.switches.get("c1st.articles_on_get")
    extra = visit.query.get("extra") == 1
    if "extra" in visit.query and form != "extra_only" and _strict(visit):
        raise visit.invalid([Issue("extra", "error_additional", "query")])
    articles = form == "always" or (form == "extra_only" and extra)
    heads = [receipt_head(visit.store, payment) for payment in _wanted(visit)]
    rows = [row for row in heads if _fits(visit, row)]
    start, end = paging.instant(visit, "fromdate"), paging.instant(visit, "todate")
    rows = paging.between(rows, "date", start, end)
    rows = paging.between(rows, "sum", visit.query.get("sumFrom"), visit.query.get("sumTo"))
    rows = paging.sort(visit, paging.changed_after(visit, rows))

    def render(row: Record) -> Record:
        return payment_view(visit.store, visit.store.payments[row["id"]], articles=articles)

    return visit.reply(paging.page(visit, rows, render=render))


def _strict(visit: Visit) -> bool:
    return visit.switches.get("c1st.strict") == "on"


def _wanted(visit: Visit) -> Iterable[Payment]:
    """Yield the receipts that can be meant, cheaply; products and tenders stand in no head."""
    product, kind = visit.query.get("productid"), visit.query.get("paymenttypeid")
    since = paging.instant(visit, "updated_after")
    for payment in visit.store.payments.values():
        if since is not None and payment.updated_at < since:
            continue
        products = {line.product["id"] for line in payment.lines if line.product}
        if product is not None and product not in products:
            continue
        if kind is not None and kind not in {tender.type_id for tender in payment.tenders}:
            continue
        yield payment


def _fits(visit: Visit, row: Record) -> bool:
    query = visit.query
    number = row["paymentno"]
    after = query.get("paymentno_after")
    return (
        all(row[field] == query[name] for name, field in EXACT.items() if name in query)
        and ("paymentno" not in query or str(number) == query["paymentno"])
        and (after is None or (number is not None and number >= after))
        and (not query.get("returnPaymentsOnly") or row["returnpaymentid"] is not None)
        and ("note" not in query or query["note"].lower() in (row["note"] or "").lower())
        and ("cash" not in query or bool(query["cash"]) == bool(row["paidwithcash"]))
    )


def _one(visit: Visit) -> Payment:
    payment = visit.store.payments.get(visit.number("paymentId", what="Payment"))
    if payment is None:
        raise not_found("Payment")
    return payment


def _get(visit: Visit) -> Reply:
    shows = visit.switches.get("c1st.articles_on_get") in ("detail", "always")
    return visit.reply({"content": payment_view(visit.store, _one(visit), articles=shows)})


def _create(visit: Visit) -> Reply:
    """Create a sale, as an own checkout does; the till works out number, sum and VAT."""
    body: Record = visit.body
    lines = [_wish(row) for row in body.get("articles") or []]
    tenders = [Pay(row["title"], money(row["amount"])) for row in body.get("paymenttypes") or []]
    register, customer = body.get("cashRegisterId"), body.get("customerid")
    try:
        if body.get("status") in ("initialized", "parked", "in_progress"):
            payment = visit.shop.park(lines, register=register, customer=customer)
        else:
            payment = visit.shop.sell(lines, tenders, register=register, customer=customer)
    except TillError as error:
        raise _refused(visit, error) from error
    payment.note = body.get("note")
    return visit.reply(payment_view(visit.store, payment))


def _refused(visit: Visit, error: TillError) -> Exception:
    code = "PAYMENT_NOT_PAID_ENOUGH" if "cover" in str(error) else "BAD_REQUEST"
    return business(str(error), code, store_id=visit.store.id)


def _wish(row: Record) -> Wish:
    rate = row.get("vat")
    return Goods(
        product_id=row.get("productid"),
        quantity=Decimal(str(row.get("quantity", 1))),
        title=row.get("title"),
        price=money(row["price"]) if "price" in row else None,
        vat=None if rate is None else Decimal(str(rate)),
        cost=money(row.get("costprice") or 0),
    )


def _put(visit: Visit) -> Reply:
    payment = _one(visit)
    payment.note = visit.content.get("note")
    if payment.status != "completed":
        payment.customer_id = visit.content.get("customerid")
    payment.updated_at = visit.store.now()
    return visit.reply({"content": payment_view(visit.store, payment)})


def _add_articles(visit: Visit) -> Reply:
    payment = _unfinished(visit)
    try:
        lines = build_lines(visit.store, [_wish(row) for row in visit.body])
    except TillError as error:
        raise _refused(visit, error) from error
    payment.lines.extend(lines)
    payment.sum += sum((line.total for line in lines), ZERO)
    payment.updated_at = visit.store.now()
    return visit.reply(article_views(visit.store, payment))


def _unfinished(visit: Visit) -> Payment:
    payment = _one(visit)
    if payment.status in ("completed", "cancelled"):
        message = "The payment is already paid."
        raise business(message, "PAYMENT_ALREADY_PAID", store_id=visit.store.id)
    return payment


def _return_tags(visit: Visit) -> Reply:
    return visit.reply({"content": RETURN_TAGS})


def _tenders(visit: Visit) -> Reply:
    return visit.reply(tender_views(visit.store, _one(visit)))


def _pay(visit: Visit) -> Reply:
    payment = _unfinished(visit)
    tenders = [Pay(row["title"], money(row["amount"])) for row in visit.body]
    try:
        visit.shop.complete(payment.id, tenders)
    except TillError as error:
        raise _refused(visit, error) from error
    return visit.reply(tender_views(visit.store, payment))


def _change_tender(visit: Visit) -> Reply:
    payment, wanted = _one(visit), visit.body.get("id")
    found = next((t for t in payment.tenders if t.id == wanted), None)
    if found is None:
        raise not_found("Payment method", errorcode="PAYMENT_METHOD_NOT_FOUND")
    if found.captured:
        message = "The payment is already captured."
        raise business(message, "PAYMENT_ALREADY_PAID", store_id=visit.store.id)
    found.status = visit.body.get("status", found.status)
    return visit.reply(next(t for t in tender_views(visit.store, payment) if t["id"] == wanted))


def _closes(visit: Visit) -> Reply:
    query = visit.query
    names = {"userId": "userid", "cashRegisterId": "cashregisterid"}
    views = [close_view(visit.store, close) for close in visit.store.closes.values()]
    rows = [
        row
        for row in views
        if all(row[field] == query[name] for name, field in names.items() if name in query)
    ]
    start, end = paging.instant(visit, "fromDate"), paging.instant(visit, "toDate")
    rows = paging.sort(visit, paging.between(rows, "date", start, end))
    return visit.reply(paging.page(visit, rows))


def _vouchers(visit: Visit) -> Reply:
    close = visit.store.closes.get(visit.number("balanceId", what="Balance"))
    if close is None:
        raise not_found("Balance")
    rows: Any = finance_vouchers(
        visit.store,
        close,
        without_invoices=bool(visit.query.get("excludeInvoicePayment")),
        without_customer_payments=bool(visit.query.get("excludeCustomerPayment")),
    )
    return visit.reply(rows)


HANDLERS: Handlers = {
    ("GET", "/pospayments"): _list,
    ("POST", "/pospayments"): _create,
    ("GET", "/pospayments/{paymentId}"): _get,
    ("PUT", "/pospayments/{paymentId}"): _put,
    ("POST", "/pospayments/{paymentId}/articles"): _add_articles,
    ("GET", "/pospayments/materialreturntags"): _return_tags,
    ("GET", "/paymenttyperelation/{paymentId}"): _tenders,
    ("POST", "/paymenttyperelation/{paymentId}"): _pay,
    ("PUT", "/paymenttyperelation/{paymentId}"): _change_tender,
    ("GET", "/posbalances"): _closes,
    ("GET", "/financevouchers/{balanceId}"): _vouchers,
}
