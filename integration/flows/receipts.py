"""Receipts as they are read and drafted, and what tells whether one was booked; the day close reads them the same way."""

from integration.customers1st.events import parse_delivery
from integration.customers1st.payloads import Payment, parse_payment
from integration.flows.context import Context
from integration.flows.master import prices_include_vat, store_id
from integration.mapping.cards import cards_to_read
from integration.mapping.receipt import posting_date, sale_key, settle_key
from integration.mapping.sale import SaleDraft, draft_sale
from integration.ports import Document, DocumentKind, DocumentState, DocumentStore

COMPLETED = "completed"


def read_payment(context: Context, source_id: str) -> Payment | None:
    """Return the receipt as it is now, with its lines by whichever way gives them [A18].

    What was read for it a moment ago (`context.receipts`) is taken once.
    """
    at_hand = context.receipts.pop(source_id, None)
    if at_hand is not None:
        return at_hand
    payment = context.customers1st.get_payment(source_id)
    if payment is None or payment.articles or payment.customer_payment:
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


def draft_receipt(context: Context, payment: Payment) -> SaleDraft:
    """Return what a receipt becomes, after reading the cards whose type it does not tell [A31].

    A draft on account names its customer, not its debtor yet. Raises Hold and the client's errors.
    """
    types = {}
    for card_id in cards_to_read(payment):
        card = context.customers1st.get_gift_card(card_id)
        if card is not None:
            types[card_id] = card.type
    return draft_sale(
        payment,
        store_id=store_id(context),
        rules=context.rules,
        prices_include_vat=prices_include_vat(context),
        naive_zone=context.naive_zone,
        card_types=types,
    )


def receipt_document(documents: DocumentStore, store: int, payment_id: int) -> Document | None:
    """Return the first document of a receipt: a person's word that they booked it by hand, which ends our work on it,
    else the order of a sale or the posting of a customer's payment."""
    word = documents.get(DocumentKind.BY_HAND, sale_key(store, payment_id))
    if word is not None:
        return word
    order = documents.get(DocumentKind.ORDER, sale_key(store, payment_id))
    if order is not None:
        return order
    settlement = documents.get(DocumentKind.SETTLEMENT, settle_key(store, payment_id))
    return None if settlement is None or settlement.facts.get("sale") else settlement


def is_booked(document: Document) -> bool:
    """Tell whether a receipt's first document was sent; one that is planned, or was refused, changes nothing yet."""
    return document.state not in (DocumentState.PLANNED, DocumentState.HELD)


def is_too_old(context: Context, payment: Payment) -> bool:
    """Tell whether a receipt is dated before the first day that is posted."""
    first = context.rules.sales_from
    day = posting_date(payment, rules=context.rules, naive_zone=context.naive_zone)
    return first is not None and day < first


def _from_hook(body: bytes) -> Payment | None:
    try:
        return parse_payment(parse_delivery(body).content)
    except (KeyError, ValueError, ArithmeticError):
        return None
