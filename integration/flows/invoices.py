"""Invoices: made once, read back, compared to the øre. A wrong one stops all invoicing of the company."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from integration.errors import Hold, Refused
from integration.flows.by_hand import SAY_SO
from integration.flows.context import Context
from integration.flows.create import Create, Found, create_once, remember
from integration.flows.orders import doubted_since
from integration.flows.outcome import Done, Problem
from integration.flows.refusals import WORDS, hold_for
from integration.mapping.amounts import kroner
from integration.ports import Document, DocumentKind, DocumentState
from integration.uniconta.payloads import Invoice, amount_of, parse_invoice, text_of

ENTITY = "DebtorInvoiceClient"
UNREAD_AT_MOST = 40
VAT_TOLERANCE = Decimal("0.01")  # per line [A79]


def invoice_once(context: Context, order: Document, *, by_person: bool) -> Document:
    """Return the invoice of an order, made exactly once; Hold when invoicing is stopped or refused."""
    _check_gate(context)
    number = int(order.number)

    def send() -> Found:
        made = context.uniconta.generate_invoice(number, _posting_date(order)).invoice_number
        return Found(number="" if made is None else str(made))

    def look_up() -> Found | None:
        found = find_invoice(context, order)
        return None if found is None else Found(number=found.invoice_number)

    if by_person:  # the bookkeeper may have invoiced it meanwhile
        found = look_up()
        document = context.documents.get(DocumentKind.INVOICE, order.key)
        if found is not None and document is not None and document.state is DocumentState.PLANNED:
            sent = document.become(DocumentState.SENT, number=found.number)
            context.documents.save(sent, was=DocumentState.PLANNED)
            return sent
    try:
        return create_once(
            context,
            Create(
                kind=DocumentKind.INVOICE,
                key=order.key,
                source_id=order.source_id,
                what=f"Invoice of order {order.number}",
                send=send,
                look_up=look_up,
                proves=lambda known: find_invoice(context, known) is not None,
                facts=_facts(order, by_person=False),
                at=doubted_since(context, order),
            ),
        )
    except Refused as error:
        raise _refused(order, error) from error


def recall_invoice(context: Context, order: Document, *, by_person: bool) -> Document | None:
    """Return the invoice of an order; one that our rows may have forgotten is looked for, before its lines are touched."""
    stored = context.documents.get(DocumentKind.INVOICE, order.key)
    if stored is not None or doubted_since(context, order) is None:
        return stored
    found = find_invoice(context, order)
    if found is None:
        return None
    forgotten = Document(kind=DocumentKind.INVOICE, key=order.key, source_id=order.source_id)
    return remember(
        context,
        forgotten.knowing(**_facts(order, by_person=by_person)),
        Found(number=found.invoice_number),
        was=None,
        what=f"Invoice of order {order.number}",
    )


def _refused(order: Document, error: Refused) -> Hold:
    """Return the hold of a refused invoice; credit notes and sums of 0.00 may be refused as such [A86] [A87]."""
    total, name = Decimal(order.facts["total"]), error.name or str(error)
    what = f"the invoice of order {order.number}"
    if total > 0 or error.name in WORDS:
        return hold_for(error, what=what)
    kind = "receipt of 0.00" if total == 0 else f"credit note of {kroner(total)}"
    return Hold(
        f"Uniconta refused {what}, a {kind} (receipt {order.facts['payment_no']}): {name}.",
        "Mend in Uniconta what stands in the way and run the job again; if it never invoices such receipts,"
        " post this one by hand.",
        mended_by="uniconta",
        evidence=error.evidence,
    )


def find_invoice(context: Context, document: Document) -> Invoice | None:
    """Look for a sale's invoice by its key, its second anchor, and its order's number."""
    order_number = str(document.facts.get("order_number") or document.number)
    for member, value in (
        ("ReferenceNumber", document.key),
        ("OurRef", str(document.facts.get("our_ref", ""))),
        ("OrderNumber", order_number),
    ):
        if not value:
            continue
        for row in context.uniconta.look_up(ENTITY, member, value):
            invoice = parse_invoice(row)
            if invoice.account == document.facts.get("debtor"):
                return invoice
    return None


def wait_for_bookkeeper(context: Context, order: Document) -> Done:
    """Write down that the bookkeeper invoices this order; the safety job looks for the invoice by key."""
    if context.documents.get(DocumentKind.INVOICE, order.key) is None:
        waiting = Document(kind=DocumentKind.INVOICE, key=order.key, source_id=order.source_id)
        context.documents.save(waiting.knowing(**_facts(order, by_person=True)), was=None)
    return Done(f"Order {order.number} waits for the bookkeeper's invoice.")


def invoices_of_bookkeeper(context: Context) -> int:
    """Find the invoices that the bookkeeper made of waiting orders, in sets; returns how many were found."""
    waiting = [
        document
        for document in context.documents.list(DocumentKind.INVOICE, DocumentState.PLANNED)
        if document.facts.get("by_person")
    ]
    found = _read_sets(context, waiting) if waiting else {}
    made = [document for document in waiting if found[document.key]]
    for document in made:
        number = found[document.key][0].invoice_number
        sent = document.become(DocumentState.SENT, number=number)
        context.documents.save(sent, was=document.state)
    return len(made)


def _facts(order: Document, *, by_person: bool) -> dict[str, Any]:
    names = ("total", "vat", "lines", "our_ref", "debtor", "payment_no")
    facts = {name: order.facts[name] for name in names}
    return {
        **facts,
        "order_number": order.number,
        "by_person": by_person,
        "at": order.facts.get("at"),
    }


def _check_gate(context: Context) -> None:
    """Let an invoice be made only while nothing speaks against it (DESIGN 6.1, look-ups and the call budget)."""
    if context.gate.stop:
        raise Hold(
            f"Invoicing of this company is stopped: {context.gate.stop}",
            "Look at that invoice in Uniconta and mend the setup; then release the stop.",
            mended_by="stop",
        )
    unread = context.documents.list(DocumentKind.INVOICE, DocumentState.SENT)
    if unread and (not context.gate.proven or len(unread) >= UNREAD_AT_MOST):
        problems = read_back(context, unread)
        if problems:
            context.problems += problems
            raise Hold(
                f"An earlier invoice must be looked at first: {problems[0].hold.cause}",
                problems[0].hold.cure,
                mended_by="stop",
            )
        context.gate.proven = True


def prove(context: Context, document: Document) -> None:
    """Read the first invoice of a company or setup back alone, before the next is made; Hold when it is wrong."""
    for problem in read_back(context, [document]):
        raise problem.hold
    context.gate.proven = True


def read_back(context: Context, documents: Sequence[Document]) -> list[Problem]:
    """Read invoices back in sets and compare each with its receipt; sets the stop when one is wrong."""
    found = _read_sets(context, documents)
    problems = []
    for document in documents:
        hold = _judge(context, document, found.get(document.key, []))
        if hold is None:
            invoice = found[document.key][0]
            confirmed = document.become(DocumentState.CONFIRMED, number=invoice.invoice_number)
            context.documents.save(confirmed, was=document.state)
            continue
        if document.state is not DocumentState.HELD:
            context.documents.save(document.become(DocumentState.HELD), was=document.state)
        problems.append(Problem(document.source_id, hold))
    return problems


def _read_sets(context: Context, documents: Sequence[Document]) -> dict[str, list[Invoice]]:
    """Return the invoices of each document, looked for by order number, by our key, by our reference."""
    found: dict[str, list[Invoice]] = {document.key: [] for document in documents}
    by_order = {str(document.facts["order_number"]): document for document in documents}
    for row in context.uniconta.find(ENTITY, "OrderNumber", set(by_order)):
        invoice = parse_invoice(row)
        document = by_order[invoice.order_number]
        if invoice.account == document.facts["debtor"]:
            found[document.key].append(invoice)
    _read_missing(context, found, "ReferenceNumber", {each.key: each for each in documents})
    by_ref = {str(each.facts["our_ref"]): each for each in documents if each.facts["our_ref"]}
    _read_missing(context, found, "OurRef", by_ref)
    return found


def _read_missing(
    context: Context, found: dict[str, list[Invoice]], member: str, by_value: dict[str, Document]
) -> None:
    """Look for the invoices that were not found yet by another member of theirs."""
    missing = {value for value, document in by_value.items() if not found[document.key]}
    if not missing:
        return
    for row in context.uniconta.find(ENTITY, member, missing):
        document = by_value[text_of(row.get(member))]
        invoice = parse_invoice(row)
        if invoice.account == document.facts["debtor"]:
            found[document.key].append(invoice)


def _judge(context: Context, document: Document, invoices: list[Invoice]) -> Hold | None:
    """Return what is wrong with a sale's invoice; a wrong amount or a second invoice stops the company."""
    order = document.facts["order_number"]
    if not invoices:
        return Hold(
            f"The invoice of order {order} cannot be read back from Uniconta.",
            "Look for the invoice in Uniconta, then run the job again.",
            mended_by="uniconta",
        )
    total, vat = Decimal(document.facts["total"]), Decimal(document.facts["vat"])
    invoice = invoices[0]
    wrong = ""
    if len(invoices) > 1:
        numbers = ", ".join(each.invoice_number for each in invoices)
        wrong = f"Order {order} was invoiced more than once ({numbers})."
    elif invoice.total != total:
        wrong = f"Invoice {invoice.invoice_number} comes to {kroner(invoice.total)}, the receipt to {kroner(total)}."
    elif abs(invoice.vat - vat) > VAT_TOLERANCE * int(document.facts["lines"]):
        wrong = f"Invoice {invoice.invoice_number} has VAT {kroner(invoice.vat)}, the receipt {kroner(vat)}."
    if not wrong:
        return _no_open_item(context, document, invoice)
    # told once: a release by a person is not undone by the same invoice; and what the bookkeeper invoiced says
    # nothing about how ours come out
    if document.state is not DocumentState.HELD and not document.facts.get("by_person"):
        context.gate.stop = wrong
        context.gate.proven = False
    return Hold(
        wrong,
        "Mend VAT and groups in Uniconta and release the stop. Credit this invoice there, book the receipt by hand,"
        f" and {SAY_SO}.",
        mended_by="stop",
    )


def _no_open_item(context: Context, document: Document, invoice: Invoice) -> Hold | None:
    """Return the hold of an invoice that left nothing open: its payment term booked the payment [A88].

    Asked for while no invoice has proven the setup, and for one that was held: what is paid is never settled.
    """
    is_proven = context.gate.proven and document.state is not DocumentState.HELD
    if is_proven or document.facts.get("by_person") or invoice.total == 0:
        return None
    debtor = str(document.facts["debtor"])
    rows = context.uniconta.query("DebtorTransOpenClient", {"Account": debtor})
    mine = [row for row in rows if text_of(row.get("Invoice")) == invoice.invoice_number]
    if any(amount_of(row.get("AmountOpen")) for row in mine):
        return None
    number = invoice.invoice_number
    stop = f"Invoice {number} left no open item; its payment term seems to book the payment."
    if document.state is not DocumentState.HELD:  # told once
        context.gate.stop = stop
    return Hold(
        stop,
        "Choose a payment term without accounts for the POS debtor, correct the booking, then release the stop.",
        mended_by="stop",
    )


def _posting_date(order: Document) -> date:
    return date.fromisoformat(str(order.facts["posting_date"]))
