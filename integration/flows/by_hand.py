"""A receipt that a person booked by hand: never booked by us again, and what of it we had planned is never sent.

The word is a document of its own under the receipt's key, so it stands before every other document of the receipt
(`receipt_document`). What it was given for is taken down when the receipt's job runs next: the receipt as it was then, and
its figures, which its day close counts without posting them.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from integration.customers1st.payloads import Payment
from integration.errors import Hold
from integration.flows.context import Context
from integration.flows.receipts import COMPLETED, draft_receipt
from integration.mapping.amounts import kroner
from integration.mapping.receipt import fingerprint, posting_date, sale_key, settle_key, summary
from integration.mapping.reversal import reversal_key
from integration.mapping.totals import totals_to_facts
from integration.ports import Document, DocumentKind, DocumentState, DocumentStore

SAY_SO = "say “I have dealt with it by hand” on its job"
UNSENT = (DocumentState.PLANNED, DocumentState.SENDING)


class UnableToTakeOver(Exception):
    """A receipt cannot be called booked by hand, for the reason in the message."""


def take_over(
    documents: DocumentStore,
    *,
    store: int,
    source_id: str,
    reason: str,
    person: str,
    cause: str,
    at: datetime,
) -> Document:
    """Write down that a person booked a receipt by hand; UnableToTakeOver when that was said before.

    `cause` is why the receipt was held. No call for the receipt may be under way: what is not known to be sent is held
    for good, and a person has looked what became of it.
    """
    key = sale_key(store, int(source_id))
    if documents.get(DocumentKind.BY_HAND, key) is not None:
        raise UnableToTakeOver("This receipt was called booked by hand before.")
    for document in _of_receipt(documents, key, settle_key(store, int(source_id))):
        if document.state in UNSENT:
            documents.save(document.become(DocumentState.HELD), was=document.state)
    word = Document(kind=DocumentKind.BY_HAND, key=key, source_id=source_id)
    word = word.become(DocumentState.CONFIRMED).knowing(
        reason=reason, person=person, cause=cause, said_at=at.isoformat()
    )
    documents.save(word, was=None)
    return word


def is_by_hand(document: Document | None) -> bool:
    """Tell whether the first document of a receipt is a person's word that they booked it."""
    return document is not None and document.kind is DocumentKind.BY_HAND


def is_noted(word: Document) -> bool:
    """Tell whether it is known what receipt a word was given for."""
    return "fingerprint" in word.facts


def note_receipt(context: Context, word: Document, payment: Payment | None) -> Document:
    """Return the word with the receipt it stands for: what it was then, and its figures where they can be told."""
    noted = word.knowing(**_facts(context, payment))
    context.documents.save(noted, was=word.state)
    return noted


def _facts(context: Context, payment: Payment | None) -> dict[str, Any]:
    if payment is None or payment.status != COMPLETED:
        status = "deleted" if payment is None else payment.status
        return {"fingerprint": status, "receipt": status, "totals": None, "lines": 0}
    facts: dict[str, Any] = {
        "fingerprint": fingerprint(payment),
        "receipt": summary(payment),
        "number": payment.payment_no or 0,
        "amount": kroner(payment.sum),
        "date": posting_date(
            payment, rules=context.rules, naive_zone=context.naive_zone
        ).isoformat(),
        "totals": None,
        "lines": len(payment.articles or ()),
    }
    try:
        facts["totals"] = totals_to_facts(draft_receipt(context, payment).totals)
    except Hold as hold:  # what it was held for is in the way here, too: its close cannot count it
        context.steps.note(f"Its figures cannot be told: {hold}")
    return facts


def _of_receipt(documents: DocumentStore, sale: str, settle: str) -> Iterator[Document]:
    """Yield what we planned or made for a receipt, and for its reversal."""
    kinds = (
        DocumentKind.ORDER,
        DocumentKind.ORDER_LINES,
        DocumentKind.INVOICE,
        DocumentKind.SETTLEMENT,
        DocumentKind.REVERSAL,
    )
    keys = [sale, settle, reversal_key(sale), reversal_key(settle)]
    for kind in kinds:
        yield from documents.list(kind, *DocumentState, keys=keys)
