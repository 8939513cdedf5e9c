"""Receipts of the till against the invoices, open orders and payment postings that stand in Uniconta."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from integration.customers1st.payloads import Payment
from integration.errors import Hold, UnreadableRecord
from integration.flows.by_hand import is_by_hand
from integration.flows.invoices import VAT_TOLERANCE, find_invoice, invoices_of_bookkeeper
from integration.flows.master import store_id
from integration.flows.receipts import COMPLETED, is_booked, read_payment, receipt_document
from integration.flows.refusals import unreadable_hold
from integration.mapping.receipt import (
    is_unchanged,
    our_ref,
    posting_date,
    sale_key,
    settle_key,
    summary,
)
from integration.mapping.reversal import reversal_key
from integration.mapping.tenders import Role
from integration.mapping.totals import totals_from_facts
from integration.ports import Document, DocumentKind, DocumentState
from integration.uniconta.payloads import Invoice
from syncjobs.catalogue.spool import Spool
from syncjobs.drift.books import Books
from syncjobs.drift.forgotten import recall_sale, unmake_posting, unmake_sale
from syncjobs.drift.postings import Postings
from syncjobs.drift.report import Difference, Sort
from syncjobs.drift.work import Work
from syncjobs.models import JobKind
from syncjobs.safety.sales import first_day

MADE = (DocumentState.SENT, DocumentState.CONFIRMED, DocumentState.HELD)
SALE = JobKind.SALE_TO_ORDER
UNINVOICED = (
    "Look for its invoice in Uniconta: it may stand on a collective one. If it was deleted by mistake, make the order"
    " again with its reference; nothing is made by itself."
)
CREDIT = (
    "Look at them in Uniconta. Credit there what is too much or wrong; if the receipt should be booked anew, reverse it on"
    " its document's page and book it by hand."
)


def compare_sales(work: Work, books: Books) -> None:
    """Compare every completed receipt since the first day; under repair what is missing is booked by its own job."""
    _Sales(work, books).run()


class _Sales:
    def __init__(self, work: Work, books: Books) -> None:
        self._work, self._books, self._context = work, books, work.context
        self._store = store_id(work.context)
        self._seen = Spool("id")
        self._postings = Postings(work, books, kind=SALE, unmake=unmake_posting)

    def run(self) -> None:
        context = self._context
        if self._work.repair:
            invoices_of_bookkeeper(context)
        after = first_day(context).astimezone(context.naive_zone).replace(tzinfo=None)
        for payment in context.customers1st.list_payments(
            updated_after=after, on_unreadable=self._unreadable
        ):
            if payment.status == COMPLETED:
                self._judge(payment)
        self._postings.judge()
        self._orphans()

    def _unreadable(self, error: UnreadableRecord) -> None:
        difference = self._difference(error.record_id, Sort.DIFFERENT, name="receipt")
        self._work.hold(difference, unreadable_hold(error))

    def _judge(self, payment: Payment) -> None:
        document = receipt_document(self._context.documents, self._store, payment.id)
        self._seen.put({"id": str(payment.id)})
        if document is None and self._is_too_old(payment):
            return
        self._work.report.compared[SALE] += 1
        key = (settle_key if payment.customer_payment else sale_key)(self._store, payment.id)
        if self._context.documents.get(DocumentKind.REVERSAL, reversal_key(key)) is not None:
            self._work.report.leave(SALE, str(payment.id), "It was reversed.")
        elif is_by_hand(document):
            self._work.report.leave(SALE, str(payment.id), "It was booked by hand.")
        elif (
            document is not None
            and is_booked(document)
            and not self._is_as_booked(payment, document)
        ):
            self._changed(payment, document)
        elif payment.customer_payment:
            self._customer_payment(payment, document)
        else:
            self._sale(payment, document)

    def _sale(self, payment: Payment, order: Document | None) -> None:
        key = sale_key(self._store, payment.id)
        invoice = self._context.documents.get(DocumentKind.INVOICE, key)
        anchors = [("ReferenceNumber", key), ("OurRef", our_ref(self._store, payment))]
        if order is not None and is_booked(order):
            anchors.append(("OrderNumber", order.number))
        undone = reversal_key(key)
        invoices = [i for i in self._books.invoices_of(anchors) if i.reference_number != undone]
        orders = self._books.orders_of(key)
        if not invoices:
            self._not_invoiced(payment, order, invoice, orders)
            return
        wrong = _wrong(payment, order, invoices, orders)
        if wrong is not None:
            sort, cause = wrong
            difference = self._difference(payment.id, sort, name=_name(payment))
            self._work.hold(difference, Hold(cause, CREDIT, mended_by="uniconta"))
        elif order is None or not is_booked(order) or _is_forgotten(invoice):
            numbers = ", ".join(each.invoice_number for each in invoices)
            self._forgotten(payment, f"invoice {numbers} carries its key, and no row of ours knows")
        else:
            self._payment(payment, order)

    def _not_invoiced(
        self,
        payment: Payment,
        order: Document | None,
        invoice: Document | None,
        orders: Sequence[str],
    ) -> None:
        difference = self._difference(payment.id, Sort.MISSING, name=_name(payment))
        difference.winner = "customers1st"
        if len(orders) > 1:
            difference.sort, difference.winner = Sort.DOUBLE, ""
            told = f"{_name(payment)} stands as {len(orders)} orders: {', '.join(orders)}."
            cure = "Delete all but one of them in Uniconta."
            self._work.hold(difference, Hold(told, cure, mended_by="uniconta"))
            return
        if orders and order is not None and self._waits(order, invoice):
            return
        if orders and order is None:
            self._forgotten(payment, f"order {orders[0]} carries its key, and no row of ours knows")
            return
        difference.why = (
            f"order {orders[0]} is not invoiced"
            if orders
            else "Uniconta has neither order nor invoice"
        )
        if order is not None and is_booked(order):
            was_made = invoice is not None and invoice.state in MADE
            if was_made or not orders:
                self._gone(payment, difference, order, invoice, order_stands=bool(orders))
                return
        self._work.add(difference)

    def _gone(
        self,
        payment: Payment,
        difference: Difference,
        order: Document,
        invoice: Document | None,
        *,
        order_stands: bool,
    ) -> None:
        """Take an order or an invoice that our rows say was made and that Uniconta does not show."""
        was_made = invoice is not None and invoice.state in MADE
        number = invoice.number if invoice is not None and was_made else ""
        difference.why += f"; {'invoice ' + number if number else 'order ' + order.number} is gone"
        if find_invoice(self._context, order) is not None:
            return  # the pages shifted
        if not was_made and self._waits(order, invoice):
            told = f"Order {order.number} of {_name(payment)}, which waited for the bookkeeper, is gone."
            difference.winner = ""
            self._work.hold(difference, Hold(told, UNINVOICED, mended_by="uniconta"))
            return
        self._work.add(difference)  # first its job: what is unmade is never left without one
        if self._work.repair:
            unmake_sale(self._work, order, invoice, order_stands=order_stands)

    def _payment(self, payment: Payment, order: Document) -> None:
        """Compare what was paid for a receipt whose invoice stands."""
        key = settle_key(self._store, payment.id)
        document = self._context.documents.get(DocumentKind.SETTLEMENT, key)
        if document is None:
            if self._books.entries_of(key):
                self._forgotten(payment, "its payment is posted, and no row of ours knows")
            elif _was_paid(order):
                self._forgotten(payment, "its payment is not posted", sort=Sort.MISSING)
        elif document.state in (DocumentState.SENT, DocumentState.CONFIRMED):
            self._postings.take(document, name=f"payment of {_name(payment)}")
        elif self._context.rules.settle_at == "sale":
            difference = self._difference(payment.id, Sort.MISSING, name=_name(payment))
            difference.winner, difference.why = "customers1st", "its payment is not posted"
            self._work.add(difference)

    def _customer_payment(self, payment: Payment, document: Document | None) -> None:
        if document is not None:
            self._payment(payment, document)
        elif self._books.entries_of(settle_key(self._store, payment.id)):
            self._forgotten(payment, "it is posted, and no row of ours knows")
        else:
            difference = self._difference(payment.id, Sort.MISSING, name=_name(payment))
            difference.winner, difference.why = "customers1st", "it is not posted"
            self._work.add(difference)

    def _forgotten(self, payment: Payment, why: str, *, sort: Sort = Sort.ORPHANED) -> None:
        """Take a receipt of which our rows forgot something: what Uniconta holds of it counts, and is looked for."""
        difference = self._difference(payment.id, sort, name=_name(payment))
        difference.winner, difference.where, difference.why = "uniconta", "", why
        if sort is Sort.MISSING:
            difference.winner, difference.where = "customers1st", "uniconta"
        if self._work.repair:
            recall_sale(self._work, difference, at=self._at(payment))
        else:
            self._work.report.add(difference)

    def _changed(self, payment: Payment, document: Document) -> None:
        difference = self._difference(payment.id, Sort.DIFFERENT, name=_name(payment))
        told = f"{_name(payment)} was changed after it was booked: booked {document.facts['receipt']}; now {summary(payment)}."
        self._work.hold(
            difference,
            Hold(
                told, "Compare the receipt with its booking in Uniconta, or reverse it on its page."
            ),
        )

    def _orphans(self) -> None:
        """Find what stands in Uniconta for a receipt that does not."""
        books = self._books
        for spool, sort in (
            (books.invoices, "payment"),
            (books.orders, "payment"),
            (books.ledger, "settle"),
        ):
            for key, source_id in books.keys(spool, sort):
                if self._seen.get(source_id) is None:
                    self._seen.put({"id": source_id})
                    self._orphan(key, source_id)

    def _orphan(self, key: str, source_id: str) -> None:
        payment = self._context.customers1st.get_payment(source_id)
        if payment is not None and payment.status == COMPLETED:
            return
        if self._context.documents.get(DocumentKind.REVERSAL, reversal_key(key)) is not None:
            return
        if is_by_hand(receipt_document(self._context.documents, self._store, int(source_id))):
            return  # its own job tells what became of it
        invoices = self._books.invoices_of([("ReferenceNumber", key)])
        if invoices and not sum((each.total for each in invoices), Decimal(0)):
            return  # credited
        told = (
            f"{key} stands in Uniconta; the receipt does not exist in Customers 1st."
            if payment is None
            else f"{key} stands in Uniconta; the receipt is {payment.status} in Customers 1st."
        )
        cure = "If the sale was none, credit its invoice in Uniconta, or reverse it on its document's page."
        difference = self._difference(source_id, Sort.ORPHANED, name=key)
        self._work.hold(difference, Hold(told, cure))

    def _waits(self, order: Document, invoice: Document | None) -> bool:
        """Tell whether the bookkeeper is to invoice an order."""
        rules = self._context.rules
        is_pos = order.facts["debtor"] == rules.pos_debtor
        at_once = rules.auto_invoice_pos_sales if is_pos else rules.auto_invoice_debtor_sales
        planned = invoice is not None and invoice.state is DocumentState.PLANNED
        return not at_once and planned

    def _is_as_booked(self, payment: Payment, document: Document) -> bool:
        """Tell whether a receipt is as it was booked; one that the list shows otherwise is read by itself."""
        if is_unchanged(payment, document.facts["fingerprint"]):
            return True
        read = read_payment(self._context, str(payment.id))
        return read is not None and is_unchanged(read, document.facts["fingerprint"])

    def _is_too_old(self, payment: Payment) -> bool:
        context, first = self._context, self._context.rules.sales_from
        day = posting_date(payment, rules=context.rules, naive_zone=context.naive_zone)
        return first is not None and day < first

    def _at(self, payment: Payment) -> datetime:
        return payment.date.replace(tzinfo=self._context.naive_zone)

    @staticmethod
    def _difference(source_id: int | str, sort: Sort, *, name: str) -> Difference:
        return Difference(
            kind=SALE, sort=sort, source_id=str(source_id), name=name, where="uniconta"
        )


def _wrong(
    payment: Payment, order: Document | None, invoices: Sequence[Invoice], orders: Sequence[str]
) -> tuple[Sort, str] | None:
    """Return what is wrong with the invoices of a receipt; None when they come to what it says."""
    facts = {} if order is None else order.facts
    expected = Decimal(str(facts.get("total", payment.sum)))
    total = sum((each.total for each in invoices), Decimal(0))
    numbers = ", ".join(each.invoice_number for each in invoices)
    if len(invoices) > 1 and total != expected:
        told = f"{_name(payment)} of {expected:.2f} stands as {len(invoices)} invoices ({numbers}) of {total:.2f} together."
        return Sort.DOUBLE, told
    if total != expected:
        return (
            Sort.DIFFERENT,
            f"Invoice {numbers} comes to {total:.2f}, {_name(payment)} to {expected:.2f}.",
        )
    own = {each.order_number for each in invoices}
    if others := [number for number in orders if number not in own]:
        told = (
            f"{_name(payment)} is invoiced ({numbers}) and stands as order {', '.join(others)} too."
        )
        return Sort.DOUBLE, told
    if len(invoices) > 1 or not facts:
        return None
    vat, limit = Decimal(str(facts["vat"])), VAT_TOLERANCE * int(facts["lines"])
    if abs(invoices[0].vat - vat) > limit:
        told = f"Invoice {numbers} has VAT {invoices[0].vat:.2f}, {_name(payment)} has {vat:.2f}."
        return Sort.DIFFERENT, told
    if invoices[0].account != facts["debtor"]:
        told = f"Invoice {numbers} stands on debtor {invoices[0].account}, {_name(payment)} belongs to {facts['debtor']}."
        return Sort.DIFFERENT, told
    return None


def _was_paid(order: Document) -> bool:
    """Tell whether more was paid for a sale than what stands on the customer's account."""
    totals = totals_from_facts(order.facts["totals"])
    return any(
        each.role is not Role.DEBTOR and (each.amount or each.rounding) for each in totals.paid
    )


def _is_forgotten(invoice: Document | None) -> bool:
    """Tell whether our row does not know of an invoice that stands; one that is on its way will find out."""
    if invoice is None:
        return True
    return invoice.state is DocumentState.PLANNED and not invoice.facts.get("by_person")


def _name(payment: Payment) -> str:
    return f"receipt number {payment.payment_no or payment.id}"
