"""A completed receipt becomes what it should be in Uniconta, exactly once (contracts/accounting.md).

A sale: one order, one invoice, one planned settlement. A customer's payment: one planned posting and no order.
"""

from integration.customers1st.payloads import Payment
from integration.errors import Hold
from integration.flows.by_hand import is_by_hand, is_noted, note_receipt
from integration.flows.changes import SAY_SO, note_change, seen
from integration.flows.context import Context
from integration.flows.create import happened_at, is_doubtful
from integration.flows.customer import debtor_for
from integration.flows.invoices import (
    invoice_once,
    prove,
    read_back,
    recall_invoice,
    wait_for_bookkeeper,
)
from integration.flows.items import items_for
from integration.flows.master import check_accounts, check_debtor, store_id
from integration.flows.orders import line_rows, order_once, rows_once
from integration.flows.outcome import Done, Outcome, Skipped
from integration.flows.posting import release
from integration.flows.receipts import (
    COMPLETED,
    draft_receipt,
    is_booked,
    is_too_old,
    read_payment,
    receipt_document,
)
from integration.flows.reversal import reverse_receipt
from integration.flows.settlement import plan_payment
from integration.mapping.customer import CUSTOMER
from integration.mapping.receipt import (
    fingerprint,
    is_unchanged,
    posting_date,
    settle_key,
    summary,
)
from integration.mapping.sale import SaleDraft
from integration.mapping.subject import receipt_subject
from integration.ports import Document, DocumentKind, DocumentState


def sale_to_order(context: Context, source_id: str) -> Outcome:
    """Book one receipt, or say why not. Safe to run again at any time, from any step."""
    document = receipt_document(context.documents, store_id(context), int(source_id))
    if document is not None and is_by_hand(document):
        return _by_hand(context, source_id, document)
    reversed_ = reverse_receipt(context, source_id)
    if reversed_ is not None:
        return reversed_
    payment = read_payment(context, source_id)
    if payment is not None:
        _tell_subject(context, payment)
    if payment is None or payment.status != COMPLETED:
        return _not_completed(context, payment, document)
    booked = document is not None and is_booked(document)
    if document is not None and booked and not is_unchanged(payment, document.facts["fingerprint"]):
        raise _changed(context, payment, document)
    if not booked and is_too_old(context, payment):
        return Skipped(
            f"Dated before {context.rules.sales_from}, the first day that is posted.",
            nothing_left=True,
        )
    if payment.customer_payment:
        return _customer_payment(context, payment, document)
    return _sale(context, payment, document)


def _by_hand(context: Context, source_id: str, word: Document) -> Outcome:
    """Book nothing of a receipt that a person booked; tell when it is no longer what their word was given for (H13)."""
    payment = read_payment(context, source_id)
    if not is_noted(word):
        word = note_receipt(context, word, payment)
    if payment is not None:
        _tell_subject(context, payment)
    if payment is None or payment.status != COMPLETED:
        return _not_completed(context, payment, word)
    if not is_unchanged(payment, word.facts["fingerprint"]):
        raise _changed(context, payment, word)
    return Done(f"Booked by hand by {word.facts['person']}: {word.facts['reason']}")


def _sale(context: Context, payment: Payment, order: Document | None) -> Outcome:
    """Order, invoice, plan the settlement; what is done already is not done again."""
    invoice = None if order is None else context.documents.get(DocumentKind.INVOICE, order.key)
    if order is not None and invoice is not None and _is_made(invoice):
        return _after_invoice(context, payment, invoice)
    draft = draft_receipt(context, payment)
    check_accounts(context, draft)
    draft = draft.on_debtor(_debtor(context, draft, order))
    if draft.customer_id is not None:
        _tell_subject(context, payment)  # the debtor may have been made just now
    check_debtor(context, draft.debtor)
    if invoice is None:
        items = items_for(context, draft)
        order = order_once(context, draft, str(payment.id))
        at_once = _invoices_at_once(context, draft)
        invoice = recall_invoice(context, order, by_person=not at_once)
        if invoice is None:
            rows_once(context, draft.key, order, line_rows(context, draft, order, items))
    else:  # the lines were sent and the invoice is on its way: they are no longer touched
        order = order_once(context, draft, str(payment.id))
    plan_payment(context, draft, str(payment.id))
    if invoice is not None and _is_made(invoice):
        return _after_invoice(context, payment, invoice)
    if not _invoices_at_once(context, draft):
        return wait_for_bookkeeper(context, order)
    by_person = invoice is not None and bool(invoice.facts.get("by_person"))
    return _after_invoice(context, payment, invoice_once(context, order, by_person=by_person))


def _customer_payment(context: Context, payment: Payment, document: Document | None) -> Outcome:
    """Plan the posting of money received on account (accounting.md section 7)."""
    if document is not None and is_booked(document):
        release(context, document)
        return Done(f"Payment on account {payment.payment_no}: {document.state.lower()}.")
    draft = draft_receipt(context, payment)
    check_accounts(context, draft)
    draft = draft.on_debtor(debtor_for(context, int(draft.customer_id or 0)))
    check_debtor(context, draft.debtor, for_sale=False)
    plan_payment(context, draft, str(payment.id))
    return Done(f"Payment on account {payment.payment_no} of debtor {draft.debtor}.")


def _not_completed(context: Context, payment: Payment | None, document: Document | None) -> Outcome:
    if document is not None and is_booked(document):
        status = "deleted" if payment is None else payment.status
        if seen(document, status):
            return Done(f"The receipt was booked and is now {status}; a person has seen it.")
        note_change(context, document, to=status, told=status)
        raise Hold(
            f"The receipt was booked and is now {status} in Customers 1st.",
            "Look at the receipt. If it should not stand, credit its invoice or reverse its payment in Uniconta by hand;"
            f" {SAY_SO}",
        )
    if document is not None and document.kind is DocumentKind.SETTLEMENT:
        _stop_planned(context, document)
    if payment is None:
        return Skipped("There is no such sale in Customers 1st.", nothing_left=True)
    return Skipped(
        f"The sale is {payment.status}, not completed; when that changes it is looked at again.",
        nothing_left=True,
    )


def _stop_planned(context: Context, document: Document) -> None:
    """Keep the planned posting of a customer's payment from being sent: it no longer stands."""
    if document.state is DocumentState.PLANNED:
        context.documents.save(document.become(DocumentState.HELD), was=document.state)


def _changed(context: Context, payment: Payment, document: Document) -> Hold:
    """Return the hold of a receipt that changed after it was booked (H13), with what can be told of the difference."""
    before, now = str(document.facts["receipt"]), summary(payment)
    note_change(context, document, to=fingerprint(payment), told=now)
    difference = f"Booked: {before}; now: {now}." if before != now else "Its sums are as they were."
    return Hold(
        f"Receipt {payment.payment_no} was changed in Customers 1st after it was booked. {difference}",
        f"Compare the receipt with its booking in Uniconta and correct the difference by hand; {SAY_SO}",
    )


def _tell_subject(context: Context, payment: Payment) -> None:
    customer = payment.customer_id
    buyer = None if customer is None else context.links.get(CUSTOMER, str(customer))
    day = posting_date(payment, rules=context.rules, naive_zone=context.naive_zone)
    context.steps.about(receipt_subject(payment, day=day, buyer=buyer))


def _is_made(invoice: Document) -> bool:
    return invoice.state in (DocumentState.SENT, DocumentState.CONFIRMED, DocumentState.HELD)


def _debtor(context: Context, draft: SaleDraft, order: Document | None) -> str:
    """Return the debtor of a sale: the one its order stands on, whatever the setup says since; else the POS debtor, or
    the customer's, created if missing."""
    if order is not None and is_booked(order):
        return str(order.facts["debtor"])
    return draft.debtor if draft.customer_id is None else debtor_for(context, draft.customer_id)


def _invoices_at_once(context: Context, draft: SaleDraft) -> bool:
    if draft.customer_id is None:
        return context.rules.auto_invoice_pos_sales
    return context.rules.auto_invoice_debtor_sales


def _after_invoice(context: Context, payment: Payment, invoice: Document) -> Outcome:
    """Read the first invoice back alone; let a held settlement, or one that our rows forgot, be tried with today's setup."""
    if invoice.state is DocumentState.HELD:
        for problem in read_back(context, [invoice]):
            raise problem.hold
    elif invoice.state is DocumentState.SENT and not context.gate.proven:
        prove(context, invoice)
    key = settle_key(store_id(context), payment.id)
    settlement = context.documents.get(DocumentKind.SETTLEMENT, key)
    forgotten = settlement is None and is_doubtful(context, happened_at(invoice), settlement)
    if forgotten or (settlement is not None and settlement.state is DocumentState.HELD):
        draft = draft_receipt(context, payment).on_debtor(str(invoice.facts["debtor"]))
        check_accounts(context, draft)
        plan_payment(context, draft, str(payment.id))
    elif settlement is not None:
        release(context, settlement)
    number = invoice.number or f"of order {invoice.facts['order_number']}"
    return Done(f"Invoice {number}.")
