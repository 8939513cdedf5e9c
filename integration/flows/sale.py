"""A completed sale becomes exactly one order, one invoice and one planned settlement (contracts/accounting.md)."""

from datetime import UTC, tzinfo
from decimal import Decimal
from typing import Any

from integration.customers1st.events import parse_delivery
from integration.customers1st.payloads import Payment, parse_payment
from integration.errors import Hold, Refused, UnknownOutcome
from integration.flows.context import Context
from integration.flows.create import Create, Found, create_once
from integration.flows.invoices import (
    doubted_since,
    find_invoice,
    invoice_once,
    prove,
    read_back,
    recall_invoice,
)
from integration.flows.items import ItemOfLine, items_for
from integration.flows.master import (
    check_accounts,
    label_form,
    order_terms,
    prices_include_vat,
    store_id,
)
from integration.flows.outcome import Done, Outcome, Skipped
from integration.flows.refusals import hold_for
from integration.mapping.sale import (
    SaleDraft,
    draft_sale,
    fingerprint,
    posting_date,
    sale_key,
    settle_key,
)
from integration.ports import Document, DocumentKind, DocumentState
from integration.uniconta.labels import label
from integration.uniconta.payloads import Order, OrderLine, amount_of, parse_invoice, text_of

COMPLETED = "completed"


def sale_to_order(context: Context, source_id: str) -> Outcome:
    """Book one sale, or say why not. Safe to run again at any time, from any step."""
    key = sale_key(store_id(context), int(source_id))
    order = context.documents.get(DocumentKind.ORDER, key)
    payment = read_payment(context, source_id)
    if payment is None or payment.status != COMPLETED:
        return _not_completed(payment, order)
    if order is not None and order.facts.get("fingerprint") != fingerprint(payment):
        raise _changed(payment)
    invoice = context.documents.get(DocumentKind.INVOICE, key)
    if invoice is not None and _is_made(invoice):
        return _after_invoice(context, invoice)
    if _is_too_old(context, payment):
        return Skipped(f"Dated before {context.rules.sales_from}, the first day that is posted.")
    draft = draft_sale(
        payment,
        store_id=store_id(context),
        rules=context.rules,
        prices_include_vat=prices_include_vat(context),
        naive_zone=context.naive_zone,
    )
    check_accounts(context, draft)
    order = _order(context, draft, source_id)
    recall_invoice(context, order, by_person=not context.rules.auto_invoice_pos_sales)
    if not _invoiced_meanwhile(context, key):
        _order_lines(context, draft, order, items_for(context, draft))
    _plan_settlement(context, draft, source_id)
    if not context.rules.auto_invoice_pos_sales:
        return _wait_for_bookkeeper(context, order)
    by_person = invoice is not None and bool(invoice.facts.get("by_person"))
    return _after_invoice(context, invoice_once(context, order, by_person=by_person))


def read_payment(context: Context, source_id: str) -> Payment | None:
    """Return the sale as it is now, with its lines by whichever way gives them [A18]."""
    payment = context.customers1st.get_payment(source_id)
    if payment is None or payment.articles:
        return payment
    listed = context.customers1st.find_payment_with_articles(source_id)
    if listed is not None and listed.articles:
        return listed
    for body in context.hook_bodies(source_id):
        stored = _from_hook(body)
        if (
            stored is not None
            and stored.id == payment.id
            and stored.sum == payment.sum
            and stored.articles
        ):
            context.steps.note("Lines taken from the stored webhook: the API gave none")
            return stored
    return payment


def _from_hook(body: bytes) -> Payment | None:
    try:
        return parse_payment(parse_delivery(body).content)
    except (KeyError, ValueError, ArithmeticError):
        return None


def _not_completed(payment: Payment | None, order: Document | None) -> Outcome:
    if order is not None:
        status = "deleted" if payment is None else payment.status
        raise Hold(
            f"The sale was booked and is now {status} in Customers 1st.",
            "Look at the receipt. If it should not stand, credit its invoice in Uniconta by hand.",
        )
    if payment is None:
        return Skipped("There is no such sale in Customers 1st.")
    return Skipped(
        f"The sale is {payment.status}, not completed; when that changes it is looked at again."
    )


def _changed(payment: Payment) -> Hold:
    return Hold(
        f"Receipt {payment.payment_no} was changed in Customers 1st after it was booked.",
        "Compare the receipt with its order in Uniconta and correct the difference by hand.",
    )


def _is_too_old(context: Context, payment: Payment) -> bool:
    first = context.rules.sales_from
    day = posting_date(payment, rules=context.rules, naive_zone=context.naive_zone)
    return first is not None and day < first


def _is_made(invoice: Document) -> bool:
    return invoice.state in (DocumentState.SENT, DocumentState.CONFIRMED, DocumentState.HELD)


def _order(context: Context, draft: SaleDraft, source_id: str) -> Document:
    currency, term = order_terms(context, draft.debtor)
    row = Order(
        account=draft.debtor,
        currency=currency,
        payment=term,
        our_ref=draft.our_ref,
        your_ref=draft.your_ref,
        reference_number=draft.key,
    ).to_row()

    def send() -> Found:
        stored = context.uniconta.insert("DebtorOrderClient", row)
        number = text_of(stored.get("OrderNumber"))
        if not number:
            raise UnknownOutcome("Uniconta took the order without telling its number.")
        return Found(number=number)

    plan = Create(
        kind=DocumentKind.ORDER,
        key=draft.key,
        source_id=source_id,
        what=f"Order of receipt {draft.our_ref or draft.key}",
        send=send,
        look_up=lambda: _find_order(context, draft.key, draft.our_ref, draft.debtor),
        proves=lambda known: _proves_orders(context, known),
        facts={
            "fingerprint": draft.fingerprint,
            "total": str(draft.total),
            "vat": str(draft.vat),
            "lines": len(draft.lines),
            "our_ref": draft.our_ref,
            "debtor": draft.debtor,
            "payment_no": draft.our_ref.rpartition("-")[2],
            "posting_date": draft.posting_date.isoformat(),
            "at": draft.at.isoformat(),
        },
        at=draft.at,
    )
    try:
        return create_once(context, plan)
    except Refused as error:
        raise hold_for(error, what="the order") from error


def _find_order(context: Context, key: str, our_ref: str, debtor: str) -> Found | None:
    """Look for a sale by its key, then by its second anchor; an invoice tells its order too."""
    for member, value in (("ReferenceNumber", key), ("OurRef", our_ref)):
        if not value:
            continue
        for row in context.uniconta.look_up("DebtorOrderClient", member, value):
            if text_of(row.get("Account")) == debtor:
                return Found(number=text_of(row.get("OrderNumber")))
        for row in context.uniconta.look_up("DebtorInvoiceClient", member, value):
            invoice = parse_invoice(row)
            if invoice.account == debtor and invoice.order_number:
                return Found(number=invoice.order_number)
    return None


def _proves_orders(context: Context, known: Document) -> bool:
    facts = known.facts
    return _find_order(context, known.key, str(facts["our_ref"]), str(facts["debtor"])) is not None


def _invoiced_meanwhile(context: Context, key: str) -> bool:
    """Tell whether the lines were sent and the invoice is on its way, so that lines are no longer touched."""
    invoice = context.documents.get(DocumentKind.INVOICE, key)
    return invoice is not None


def _order_lines(
    context: Context, draft: SaleDraft, order: Document, items: list[ItemOfLine]
) -> Document:
    register = label("Storage", "Register", label_form(context))
    rows = [
        OrderLine(
            order_number=int(order.number),
            line_number=number,
            item=item.number,
            text=line.article.title[:100],
            qty=line.article.quantity,
            price=line.price,
            storage=register if item.moves_stock else None,
            reference_number=str(line.article.id),
        ).to_row()
        for number, (line, item) in enumerate(zip(draft.lines, items, strict=True), start=1)
    ]

    def send() -> Found:
        stored = context.uniconta.insert_list("DebtorOrderLineClient", rows)
        document = context.documents.get(DocumentKind.ORDER_LINES, draft.key)
        first_time = document is not None and document.facts.get("sends") == 1
        # the reply does not hold them all, or they went twice: look at what is stored
        whole = (first_time and _same_lines(rows, stored)) or _stored_lines(context, order, rows)
        if not whole:
            raise UnknownOutcome("Not all lines of the order are in Uniconta.")
        return Found(number=order.number)

    try:
        return create_once(
            context,
            Create(
                kind=DocumentKind.ORDER_LINES,
                key=draft.key,
                source_id=order.source_id,
                what=f"Lines of order {order.number}",
                send=send,
                look_up=lambda: _stored_lines(context, order, rows),
                at=doubted_since(context, order),
            ),
        )
    except Refused as error:
        raise hold_for(error, what=f"the lines of order {order.number}") from error


def _stored_lines(context: Context, order: Document, rows: list[dict[str, Any]]) -> Found | None:
    """Return whether the order holds exactly its lines; wrong ones are deleted while nothing is invoiced [A82]."""
    stored = context.uniconta.query("DebtorOrderLineClient", {"OrderNumber": order.number})
    if _same_lines(rows, stored):
        return Found(number=order.number)
    if stored:
        context.uniconta.delete_list("DebtorOrderLineClient", stored)
        context.steps.note(
            f"Lines of order {order.number}: deleted, to be sent again", lines=len(stored)
        )
    return None


def _same_lines(sent: list[dict[str, Any]], stored: list[dict[str, Any]]) -> bool:
    """Compare number and sum of lines."""
    return len(sent) == len(stored) and _sum(sent) == _sum(stored)


def _sum(rows: list[dict[str, Any]]) -> Decimal:
    return sum(
        (amount_of(row.get("Qty")) * amount_of(row.get("Price")) for row in rows), Decimal(0)
    )


def _plan_settlement(context: Context, draft: SaleDraft, source_id: str) -> None:
    """Write down what the payment will post, before the invoice is made."""
    if not draft.settlement:
        return
    document = context.documents.get(DocumentKind.SETTLEMENT, draft.settle_key)
    planned = Document(
        kind=DocumentKind.SETTLEMENT, key=draft.settle_key, source_id=source_id
    ).knowing(
        sale=draft.key,
        at=draft.at.isoformat(),
        date=draft.posting_date.isoformat(),
        lines=[
            {
                "debtor": line.debtor,
                "account": line.account,
                "offset_account": line.offset_account,
                "credit": str(line.credit),
                "text": line.text,
            }
            for line in draft.settlement
        ],
    )
    if document is None:
        context.documents.save(planned, was=None)
    elif document.state is DocumentState.PLANNED:
        context.documents.save(planned, was=document.state)


def _wait_for_bookkeeper(context: Context, order: Document) -> Outcome:
    if context.documents.get(DocumentKind.INVOICE, order.key) is None:
        waiting = Document(kind=DocumentKind.INVOICE, key=order.key, source_id=order.source_id)
        facts = {name: order.facts[name] for name in ("total", "vat", "lines", "our_ref", "debtor")}
        context.documents.save(
            waiting.knowing(**facts, order_number=order.number, by_person=True), was=None
        )
    return Done(f"Order {order.number} waits for the bookkeeper's invoice.")


def _after_invoice(context: Context, invoice: Document) -> Outcome:
    """Read the first invoice back alone; let a held settlement be tried again."""
    if invoice.state is DocumentState.HELD:
        for problem in read_back(context, [invoice]):
            raise problem.hold
    elif invoice.state is DocumentState.SENT and not context.gate.proven:
        prove(context, invoice)
    key = settle_key(store_id(context), int(invoice.source_id))
    settlement = context.documents.get(DocumentKind.SETTLEMENT, key)
    if settlement is not None and settlement.state is DocumentState.HELD:
        context.documents.save(settlement.become(DocumentState.PLANNED), was=DocumentState.HELD)
    elif settlement is not None and settlement.facts.get("held"):
        context.documents.save(settlement.knowing(held=False), was=settlement.state)
    number = invoice.number or f"of order {invoice.facts['order_number']}"
    return Done(f"Invoice {number}.")


def invoices_of_bookkeeper(context: Context) -> int:
    """Find the invoices that the bookkeeper made of waiting orders; returns how many were found."""
    found = 0
    for document in context.documents.list(DocumentKind.INVOICE, DocumentState.PLANNED):
        if not document.facts.get("by_person"):
            continue
        invoice = find_invoice(context, document)
        if invoice is not None:
            context.documents.save(
                document.become(DocumentState.SENT, number=invoice.invoice_number),
                was=document.state,
            )
            found += 1
    return found


def naive_zone(setting: str, store_zone: tzinfo) -> tzinfo:
    """Return the zone of times without one: `utc` or `store_local` [A1]."""
    return store_zone if setting == "store_local" else UTC
