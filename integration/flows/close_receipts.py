"""The receipts of a day close: listed in pages, and what our documents say about each (accounting.md H1, I6)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from integration.customers1st.payloads import DayClose, Payment
from integration.errors import Hold
from integration.flows.by_hand import SAY_SO, is_noted
from integration.flows.context import Context
from integration.flows.master import store_id
from integration.flows.receipts import COMPLETED, draft_receipt, read_payment
from integration.mapping.day_close import Receipt, close_name, holds_number
from integration.mapping.receipt import is_unchanged, posting_date, sale_key, settle_key
from integration.mapping.reversal import reversal_key
from integration.mapping.totals import Totals, totals_from_facts
from integration.ports import Document, DocumentKind, DocumentState, Stand

OVERLAP = timedelta(hours=3)  # the zone of naive times is not certain [A1]
MOST_NAMED = 10  # receipts in one sentence
MADE = (DocumentState.SENT, DocumentState.CONFIRMED)


@dataclass(kw_only=True)
class Gathered:
    """The receipts of a close as far as they are booked, and what stands in the way of the others.

    `under_way` and `not_started` are receipts, id to number; `persons` what needs a person, by receipt number; `unread` the
    invoices that were not read back yet; `settle_keys` the keys of all their payments.
    """

    receipts: list[Receipt] = field(default_factory=list)
    under_way: dict[str, int] = field(default_factory=dict)
    not_started: dict[str, int] = field(default_factory=dict)
    persons: dict[int, str] = field(default_factory=dict)
    unread: list[Document] = field(default_factory=list)
    settle_keys: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether every receipt is booked, or waits for the bookkeeper."""
        return not (self.under_way or self.not_started or self.persons)

    @property
    def waits_for(self) -> str:
        """What the close waits for, in words; empty when it waits for nothing."""
        numbers = sorted([*self.under_way.values(), *self.not_started.values()])
        if len(numbers) == 1:
            return f"Waits for 1 receipt still in work: {named(numbers)}."
        return (
            f"Waits for {len(numbers)} receipts still in work: {named(numbers)}." if numbers else ""
        )


@dataclass(frozen=True, kw_only=True)
class _Papers:
    """Our documents of many receipts, by key."""

    words: dict[str, Document]
    orders: dict[str, Document]
    invoices: dict[str, Document]
    settlements: dict[str, Document]


def members(context: Context, close: DayClose) -> list[Payment]:
    """Return the completed receipts of a close, by number; Hold when they are not as many as it says (H1, I6)."""
    if close.first_no is None or close.last_no is None:
        if close.receipts:
            raise _wrong_number(close, [])
        return []
    found = listed(context, close)
    if len(found) < close.receipts:
        found = listed(context, close, limited=False)
    if len(found) > close.receipts:  # completed after the close: they belong to the next one [A34]
        found = [payment for payment in found if payment.date <= close.ended]
    if len(found) != close.receipts:
        raise _wrong_number(close, found)
    return found


def gather(context: Context, close: DayClose) -> Gathered:
    """Return the receipts of a close and how far each has come; nothing is written."""
    payments = members(context, close)
    store = store_id(context)
    papers = _papers(context, store, payments)
    reversals = _reversed(context, store, payments)
    stands = context.sales.stands([str(payment.id) for payment in payments])
    gathered = Gathered()
    for payment in payments:
        stand, cause = stands.get(str(payment.id), (Stand.NONE, ""))
        if payment.id in reversals and sale_key(store, payment.id) not in papers.words:
            stand, cause = (
                Stand.NEEDS_PERSON,
                f"It was reversed. Book by hand what should stand instead, and {SAY_SO}.",
            )
        _sort(context, gathered, payment, papers, stand=stand, cause=cause)
    _check_first_day(context, close, payments)
    gathered.settle_keys += [
        settle_key(store, payment.id)
        for payment in payments
        if sale_key(store, payment.id) not in papers.words
    ]
    return gathered


def named(numbers: Sequence[int]) -> str:
    """Return receipt numbers as people read them, the first ten."""
    told = ", ".join(str(number) for number in numbers[:MOST_NAMED])
    left = len(numbers) - MOST_NAMED
    return f"{told} and {left} more" if left > 0 else told


def listed(context: Context, close: DayClose, *, limited: bool = True) -> list[Payment]:
    """Return the completed receipts in the range of a close, by number, whether or not they are as many as it says.

    `limited` asks only for what is dated up to its end.
    """
    if close.first_no is None or close.last_no is None:
        return []
    rows = context.customers1st.list_register_payments(
        close.register_id,
        from_no=close.first_no,
        to_date=close.ended + OVERLAP if limited else None,
    )
    found = [
        payment
        for payment in rows
        if payment.status == COMPLETED
        and payment.register_id == close.register_id
        and holds_number(close, payment.payment_no)
    ]
    return sorted(found, key=lambda payment: (payment.payment_no or 0, payment.id))


def _wrong_number(close: DayClose, found: Sequence[Payment]) -> Hold:
    told = f"{close_name(close)} says {close.receipts} receipts"
    if close.first_no is not None:
        told += f", number {close.first_no} to {close.last_no}"
    numbers = {payment.payment_no for payment in found}
    gaps = (
        [n for n in range(close.first_no, close.last_no + 1) if n not in numbers][:MOST_NAMED]
        if close.first_no is not None and close.last_no is not None
        else []
    )
    missing = f" Not among them: {named(gaps)}." if gaps else ""
    return Hold(
        f"{told}; Customers 1st lists {len(found)} completed ones of the register.{missing}",
        "Look for receipts of the register that are not completed, or were completed after the close; then run the job"
        " again.",
        mended_by="customers1st",
    )


def _reversed(context: Context, store: int, payments: Sequence[Payment]) -> set[int]:
    """Return the ids of the receipts whose booking was reversed, or is about to be."""
    keys = {reversal_key(first_key(store, payment)): payment.id for payment in payments}
    rows = context.documents.list(DocumentKind.REVERSAL, *DocumentState, keys=list(keys))
    return {keys[row.key] for row in rows}


def first_key(store: int, payment: Payment) -> str:
    """Return the key of a receipt's first document: the order of a sale, the posting of a customer's payment."""
    make = settle_key if payment.customer_payment else sale_key
    return make(store, payment.id)


def _papers(context: Context, store: int, payments: Sequence[Payment]) -> _Papers:
    sales = [sale_key(store, payment.id) for payment in payments]
    settles = [settle_key(store, payment.id) for payment in payments]

    def by_key(kind: DocumentKind, keys: list[str]) -> dict[str, Document]:
        rows = context.documents.list(kind, *DocumentState, keys=keys)
        return {document.key: document for document in rows}

    return _Papers(
        words=by_key(DocumentKind.BY_HAND, sales),
        orders=by_key(DocumentKind.ORDER, sales),
        invoices=by_key(DocumentKind.INVOICE, sales),
        settlements=by_key(DocumentKind.SETTLEMENT, settles),
    )


def _sort(
    context: Context,
    gathered: Gathered,
    payment: Payment,
    papers: _Papers,
    *,
    stand: Stand,
    cause: str,
) -> None:
    """Put one receipt where it belongs: booked, under way, to be started, or with a person."""
    number, source_id = payment.payment_no or 0, str(payment.id)
    store = store_id(context)
    order = papers.orders.get(sale_key(store, payment.id))
    invoice = papers.invoices.get(sale_key(store, payment.id))
    settlement = papers.settlements.get(settle_key(store, payment.id))
    word = papers.words.get(sale_key(store, payment.id))
    first = word or (settlement if payment.customer_payment else order)
    if stand is Stand.NEEDS_PERSON:
        gathered.persons[number] = cause
    elif word is not None and not is_noted(word):
        gathered.not_started[source_id] = (
            number  # its own job takes down what the word was given for
        )
    elif word is not None and _is_as_booked(context, payment, word):
        gathered.receipts.append(_by_hand(payment, word, invoice))
    elif first is not None and _is_booked(context, payment, order, invoice, settlement):
        if not _is_as_booked(context, payment, first):
            gathered.not_started[source_id] = number  # its own job tells what changed (H13)
            return
        if invoice is not None and invoice.state is DocumentState.SENT:
            gathered.unread.append(invoice)
        gathered.receipts.append(_receipt(context, payment, first, invoice))
    elif stand is Stand.UNDER_WAY:
        gathered.under_way[source_id] = number
    else:
        gathered.not_started[source_id] = number


def _is_as_booked(context: Context, payment: Payment, first: Document) -> bool:
    """Tell whether a receipt is as it was booked; one that the list shows otherwise is read once more by itself."""
    booked = first.facts["fingerprint"]
    if is_unchanged(payment, booked):
        return True
    read = read_payment(context, str(payment.id))
    return read is not None and is_unchanged(read, booked)


def _is_booked(
    context: Context,
    payment: Payment,
    order: Document | None,
    invoice: Document | None,
    settlement: Document | None,
) -> bool:
    """Tell whether a receipt is invoiced, or waits for the bookkeeper to invoice it; its payment may still wait."""
    if settlement is not None and settlement.state is DocumentState.HELD:
        return False
    if payment.customer_payment:
        return settlement is not None
    if order is None or invoice is None:
        return False
    return invoice.state in MADE or (_waits(invoice) and not _invoices_at_once(context, order))


def _invoices_at_once(context: Context, order: Document) -> bool:
    """Tell whether a sale is to be invoiced by us: then it is not left to the bookkeeper (H1)."""
    if order.facts["debtor"] == context.rules.pos_debtor:
        return context.rules.auto_invoice_pos_sales
    return context.rules.auto_invoice_debtor_sales


def _waits(invoice: Document | None) -> bool:
    return (
        invoice is not None
        and invoice.state is DocumentState.PLANNED
        and bool(invoice.facts.get("by_person"))
    )


def _receipt(
    context: Context, payment: Payment, first: Document, invoice: Document | None
) -> Receipt:
    kept = first.facts.get("totals")
    if kept is None:  # booked by a version that did not keep them
        read = read_payment(context, str(payment.id)) or payment
        totals = draft_receipt(context, read).totals
    else:
        totals = totals_from_facts(kept)
    lines = first.facts["lines"]
    return Receipt(
        id=payment.id,
        number=payment.payment_no or 0,
        debtor=_debtor(first),
        totals=totals,
        lines=lines if isinstance(lines, int) else 0,
        invoice="" if invoice is None else invoice.number,
        waits=_waits(invoice),
        customer_payment=payment.customer_payment,
    )


def _by_hand(payment: Payment, word: Document, invoice: Document | None) -> Receipt:
    """Return a receipt that a person booked: its close counts what it says, and posts nothing of it."""
    kept = word.facts["totals"]
    nothing = Totals(sum=payment.sum, goods={}, vat={}, cards=(), paid=())
    return Receipt(
        id=payment.id,
        number=payment.payment_no or 0,
        debtor="",
        totals=nothing if kept is None else totals_from_facts(kept),
        lines=int(word.facts["lines"]),
        invoice="" if invoice is None else invoice.number,
        customer_payment=payment.customer_payment,
        by_hand=f"{word.facts['person']}: {word.facts['reason']}",
        is_told=kept is not None,
    )


def _debtor(first: Document) -> str:
    if first.kind is DocumentKind.ORDER:
        return str(first.facts["debtor"])
    return next((str(line["account"]) for line in first.facts["lines"] if line["debtor"]), "")


def _check_first_day(context: Context, close: DayClose, payments: Sequence[Payment]) -> None:
    """Hold a close that reaches back before the first day that is posted: those receipts are not ours."""
    first = context.rules.sales_from
    if first is None:
        return
    old = [
        payment.payment_no or 0
        for payment in payments
        if posting_date(payment, rules=context.rules, naive_zone=context.naive_zone) < first
    ]
    if old:
        raise Hold(
            f"{close_name(close)} holds receipts from before {first}, the first day that is posted: {named(old)}.",
            "Post this one close by hand in Uniconta; the next ones are posted as usual.",
        )
