"""The sales order of a receipt and its lines: each made once, looked for before it is made again."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from integration.errors import Hold, Refused, UnknownOutcome
from integration.flows.context import Context
from integration.flows.create import Create, Found, create_once, happened_at, is_doubtful
from integration.flows.items import ItemOfLine
from integration.flows.master import label_form, order_terms
from integration.flows.refusals import hold_for
from integration.mapping.sale import SaleDraft
from integration.mapping.totals import totals_to_facts
from integration.ports import Document, DocumentKind
from integration.uniconta.labels import label
from integration.uniconta.payloads import Order, OrderLine, amount_of, parse_invoice, text_of

Row = Mapping[str, Any]


def order_row(context: Context, draft: SaleDraft) -> dict[str, Any]:
    """Return the order of a receipt as Uniconta is given it."""
    currency, term = order_terms(context, draft.debtor)
    return Order(
        account=draft.debtor,
        currency=currency,
        payment=term,
        our_ref=draft.our_ref,
        your_ref=draft.your_ref,
        reference_number=draft.key,
    ).to_row()


def order_facts(draft: SaleDraft) -> dict[str, Any]:
    """Return what the steps after an order need to know of its receipt."""
    return {
        "fingerprint": draft.fingerprint,
        "receipt": draft.receipt,
        "total": str(draft.total),
        "vat": str(draft.vat),
        "lines": len(draft.lines),
        "our_ref": draft.our_ref,
        "debtor": draft.debtor,
        "payment_no": draft.our_ref.rpartition("-")[2],
        "posting_date": draft.posting_date.isoformat(),
        "totals": totals_to_facts(draft.totals),
        "at": draft.at.isoformat(),
    }


def order_once(context: Context, draft: SaleDraft, source_id: str) -> Document:
    """Return the order of a receipt, made exactly once; Hold when its debtor cannot be sold to or it is refused."""
    row = order_row(context, draft)

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
        facts=order_facts(draft),
        at=draft.at,
    )
    try:
        return create_once(context, plan)
    except Refused as error:
        raise hold_for(error, what="the order") from error


def doubted_since(context: Context, order: Document) -> datetime | None:
    """Return when an order's sale happened, None when the order is so new that nothing can have followed it."""
    at = happened_at(order)
    return at if is_doubtful(context, at, order) else None


def _find_order(context: Context, key: str, our_ref: str, debtor: str) -> Found | None:
    """Look for a sale by its key, then by its second anchor; an invoice tells its order too."""
    for member, value in (("ReferenceNumber", key), ("OurRef", our_ref)):
        if not value:
            continue
        others = set()
        for row in context.uniconta.look_up("DebtorOrderClient", member, value):
            if text_of(row.get("Account")) == debtor:
                return Found(number=text_of(row.get("OrderNumber")))
            others.add(text_of(row.get("Account")))
        for row in context.uniconta.look_up("DebtorInvoiceClient", member, value):
            invoice = parse_invoice(row)
            if invoice.account == debtor and invoice.order_number:
                return Found(number=invoice.order_number)
            others.add(invoice.account)
        if value == key and others - {debtor}:
            raise _elsewhere(key, others - {debtor}, debtor)
    return None


def _elsewhere(key: str, others: Collection[str], debtor: str) -> Hold:
    """Return the hold of a sale that stands on another debtor: a second order would book it twice."""
    return Hold(
        f"{key} stands in Uniconta on debtor {', '.join(sorted(others))}, the receipt belongs to {debtor}.",
        "Look at it in Uniconta. If the booking should not stand, credit it there and book the receipt by hand.",
        mended_by="uniconta",
    )


def _proves_orders(context: Context, known: Document) -> bool:
    facts = known.facts
    return _find_order(context, known.key, str(facts["our_ref"]), str(facts["debtor"])) is not None


def line_rows(
    context: Context, draft: SaleDraft, order: Document, items: Sequence[ItemOfLine]
) -> list[dict[str, Any]]:
    """Return the lines of a receipt's order as Uniconta is given them."""
    register = label("Storage", "Register", label_form(context))
    return [
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


def rows_once(context: Context, key: str, order: Document, rows: list[dict[str, Any]]) -> Document:
    """Return the lines of an order given as rows, inserted exactly once and kept for a reversal; Hold when refused."""

    def send() -> Found:
        stored = context.uniconta.insert_list("DebtorOrderLineClient", rows)
        document = context.documents.get(DocumentKind.ORDER_LINES, key)
        first_time = document is not None and document.facts.get("sends") == 1
        if not (first_time and same_lines(rows, stored)):
            raise UnknownOutcome("The reply does not show that the lines stand there exactly once.")
        return Found(number=order.number)

    try:
        return create_once(
            context,
            Create(
                kind=DocumentKind.ORDER_LINES,
                key=key,
                source_id=order.source_id,
                what=f"Lines of order {order.number}",
                send=send,
                look_up=lambda: _stored_lines(context, order, rows),
                facts=line_facts(rows),
                at=doubted_since(context, order),
            ),
        )
    except Refused as error:
        raise hold_for(error, what=f"the lines of order {order.number}", sent=rows) from error


def line_facts(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the rows of an order as they are kept for a reversal."""
    return {"rows": [_plain(row) for row in rows]}


def _plain(row: Row) -> dict[str, Any]:
    """Return a row as plain JSON, amounts as text."""
    return {n: str(value) if isinstance(value, Decimal) else value for n, value in row.items()}


def _stored_lines(context: Context, order: Document, rows: list[dict[str, Any]]) -> Found | None:
    """Return whether the order holds exactly its lines; wrong ones are deleted while nothing is invoiced [A82]."""
    stored = context.uniconta.query("DebtorOrderLineClient", {"OrderNumber": order.number})
    if same_lines(rows, stored):
        return Found(number=order.number)
    if stored:
        context.uniconta.delete_list("DebtorOrderLineClient", stored)
        context.steps.note(
            f"Lines of order {order.number}: deleted, to be sent again", lines=len(stored)
        )
    return None


def same_lines(sent: Sequence[Row], stored: Sequence[Row]) -> bool:
    """Compare number and sum of lines."""
    return len(sent) == len(stored) and _sum(sent) == _sum(stored)


def _sum(rows: Sequence[Row]) -> Decimal:
    return sum(
        (amount_of(row.get("Qty")) * amount_of(row.get("Price")) for row in rows), Decimal(0)
    )
