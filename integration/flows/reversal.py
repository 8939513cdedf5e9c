"""Reversal of a posting: a new one with the opposite sign and a reference to the first, made exactly once.

A person asks for it, the record's own job does it; so it is retried, looked for and held like any other create. A close
and a customer's payment are undone by opposite journal lines; a sale by an order with opposite quantities, which Uniconta
invoices as a credit note, so that VAT, revenue and stock are right, and by the opposite of its payment. What was reversed
is never booked again by itself: the bookkeeper books by hand what should stand instead.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from integration.errors import Hold
from integration.flows.context import Context
from integration.flows.create import unknown_hold
from integration.flows.invoices import invoice_once, prove, recall_invoice
from integration.flows.master import store_id
from integration.flows.orders import order_once, rows_once
from integration.flows.outcome import LookAgain, Outcome, Skipped
from integration.flows.posting import release
from integration.flows.settlement import settle
from integration.mapping import proof
from integration.mapping.receipt import sale_key, settle_key
from integration.mapping.reversal import opposite_lines, opposite_rows, reversal_key
from integration.mapping.sale import SaleDraft
from integration.mapping.totals import Totals
from integration.ports import Document, DocumentKind, DocumentState, DocumentStore

POSTED = (DocumentState.SENT, DocumentState.CONFIRMED)


class CannotReverse(Exception):
    """There is nothing to reverse, for the reason in the message."""


def ask_for_reversal(
    documents: DocumentStore, first: Document, *, reason: str, person: str, on: date
) -> Document:
    """Write down that a person wants a document undone on that day; CannotReverse when that cannot be.

    `first` is a close, the invoice of a sale, or the posting of a customer's payment.
    """
    facts: dict[str, Any] = {}
    if first.state not in POSTED:
        raise CannotReverse("It is not posted, so there is nothing to reverse.")
    if first.kind is DocumentKind.INVOICE:
        lines = documents.get(DocumentKind.ORDER_LINES, first.key)
        if lines is None or not lines.facts.get("rows"):
            raise CannotReverse("Its order lines were not kept; credit the invoice in Uniconta.")
    elif first.kind is DocumentKind.CLOSE or _is_customers(first):
        facts["lines"] = opposite_lines(first.facts["lines"])
    else:
        raise CannotReverse("Reverse the invoice of the sale; its payment goes with it.")
    key = reversal_key(first.key)
    if first.key.endswith(":reversal"):
        raise CannotReverse("A reversal is not reversed; book by hand what should stand.")
    if documents.get(DocumentKind.REVERSAL, key) is not None:
        raise CannotReverse("Its reversal was asked for before.")
    asked = Document(kind=DocumentKind.REVERSAL, key=key, source_id=first.source_id).knowing(
        of=first.key,
        reason=reason,
        person=person,
        at=first.facts.get("at"),  # an earlier request for it may be forgotten
        date=on.isoformat(),
        **facts,
    )
    documents.save(asked, was=None)
    return asked


def asked_for(context: Context, *keys: str) -> str | None:
    """Return the one of these keys that a person wants undone."""
    wanted = {reversal_key(key): key for key in keys}
    rows = context.documents.list(DocumentKind.REVERSAL, *DocumentState, keys=list(wanted))
    return wanted[rows[0].key] if rows else None


def reverse_receipt(context: Context, source_id: str) -> Outcome | None:
    """Undo the booking of a receipt where a person asked for it; None when nobody did."""
    store = store_id(context)
    sale, payment = sale_key(store, int(source_id)), settle_key(store, int(source_id))
    key = asked_for(context, sale, payment)
    if key is None:
        return None
    return _reverse_sale(context, key, payment) if key == sale else reverse_posting(context, key)


def reverse_posting(context: Context, key: str) -> Outcome:
    """Post the opposite lines of a close or a customer's payment, or say that they stand."""
    document = _document(context, key)
    if document.state not in POSTED:
        document = release(context, document)
        result = settle(context, [], with_document=document)
        if result.problems:
            raise result.problems[0].hold
        if result.look_again_at is not None:
            raise LookAgain(
                f"It is not known yet whether {document.key} was posted. Looking again.",
                at=result.look_again_at,
            )
        document = _document(context, key)
    return _end(context, document, lines=document.facts["lines"], number=document.number)


def _reverse_sale(context: Context, key: str, payment_key: str) -> Outcome:
    """Make the credit note of a sale and plan the opposite of its payment; the batch posts that like any payment."""
    asked = _document(context, key)
    _stop_payment(context, payment_key)
    order = context.documents.get(DocumentKind.ORDER, key)
    lines = context.documents.get(DocumentKind.ORDER_LINES, key)
    if order is None or lines is None:
        raise Hold(f"The order of {key} is not known.", "Credit the invoice in Uniconta by hand.")
    draft = _credit_draft(order, asked, payment_key)
    credit = order_once(context, draft, asked.source_id)
    if credit.facts["lines"] != order.facts["lines"]:  # each may round VAT by an øre [A79]
        credit = credit.knowing(lines=order.facts["lines"])
        context.documents.save(credit, was=credit.state)
    if recall_invoice(context, credit, by_person=False) is None:
        rows = opposite_rows(lines.facts["rows"], order_number=int(credit.number))
        rows_once(context, draft.key, credit, rows)
    _plan_payment(context, payment_key, draft)
    note = invoice_once(context, credit, by_person=False)
    if note.state is DocumentState.SENT and not context.gate.proven:
        prove(context, note)
    return _end(context, asked, lines=[], number=note.number)


def _stop_payment(context: Context, payment_key: str) -> None:
    """Keep a payment that is not posted yet from being posted; one that is on its way is waited for."""
    payment = context.documents.get(DocumentKind.SETTLEMENT, payment_key)
    if payment is None or payment.state in (*POSTED, DocumentState.HELD):
        return
    if payment.facts.get("held"):  # the batch looks at it once more, and says what is wrong
        release(context, payment)
        raise unknown_hold(f"the payment {payment_key}", payment_key, "")
    if payment.state is DocumentState.SENDING:
        raise LookAgain(
            f"The payment {payment_key} is on its way; its outcome is waited for.",
            at=context.now() + context.look_again_after,
        )
    context.documents.save(payment.become(DocumentState.HELD), was=payment.state)


def _credit_draft(order: Document, asked: Document, payment_key: str) -> SaleDraft:
    facts = order.facts
    total, vat = -Decimal(str(facts["total"])), -Decimal(str(facts["vat"]))
    return SaleDraft(
        key=reversal_key(order.key),
        settle_key=reversal_key(payment_key),
        number=0,
        register_id=None,
        our_ref="",
        your_ref=str(facts["our_ref"]),
        customer_id=None,
        debtor=str(facts["debtor"]),
        at=datetime.fromisoformat(str(facts["at"])),
        posting_date=date.fromisoformat(str(asked.facts["date"])),
        total=total,
        vat=vat,
        lines=(),
        settlement=(),
        totals=Totals(sum=total, goods={}, vat={}, cards=(), paid=()),
        fingerprint="",
        receipt="",
    )


def _plan_payment(context: Context, payment_key: str, draft: SaleDraft) -> None:
    """Plan the opposite of a payment that is posted, against the credit note."""
    payment = context.documents.get(DocumentKind.SETTLEMENT, payment_key)
    if payment is None or payment.state not in POSTED:
        return
    if context.documents.get(DocumentKind.SETTLEMENT, draft.settle_key) is not None:
        return
    planned = Document(
        kind=DocumentKind.SETTLEMENT, key=draft.settle_key, source_id=payment.source_id
    ).knowing(
        sale=draft.key,
        at=draft.at.isoformat(),
        date=draft.posting_date.isoformat(),
        on_account=str(-Decimal(str(payment.facts.get("on_account", "0")))),
        lines=opposite_lines(payment.facts["lines"]),
    )
    context.documents.save(planned, was=None)


def _end(
    context: Context, document: Document, *, lines: list[dict[str, Any]], number: str
) -> Outcome:
    """Seal the sheet of a reversal that stands, and say that the record is not booked again."""
    facts = document.facts
    if not context.proofs.of(document.key):
        context.proofs.add(
            proof.reversal_sheet(
                store_id=store_id(context),
                key=document.key,
                of=str(facts["of"]),
                reason=str(facts["reason"]),
                person=str(facts["person"]),
                lines=lines,
                posting=number,
            )
        )
    return Skipped(
        f"Reversed ({number or document.key}) for {facts['person']}: {facts['reason']}"
        " It is not booked again by itself.",
        nothing_left=True,
    )


def _is_customers(document: Document) -> bool:
    return document.kind is DocumentKind.SETTLEMENT and not document.facts.get("sale")


def _document(context: Context, key: str) -> Document:
    document = context.documents.get(DocumentKind.REVERSAL, reversal_key(key))
    if document is None:
        raise Hold(f"No reversal of {key} was asked for.", "Ask for it on the document's page.")
    return document
