"""What our rows forgot and Uniconta has, and what our rows say was made and Uniconta has no more.

Neither is ever made blindly: what is there is remembered; what is gone counts as sent with an unknown outcome, so that its
own job looks twice, apart in time, and proves its look-up before it sends again (integration.flows.create).
"""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from integration.flows.context import Context
from integration.flows.day_close import day_close_to_journal
from integration.flows.invoices import read_back
from integration.flows.master import store_id
from integration.flows.outcome import LookAgain, Outcome
from integration.flows.sale import sale_to_order
from integration.flows.settlement import settle, waiting_payments
from integration.mapping.receipt import sale_key, settle_key
from integration.ports import Document, DocumentKind, DocumentState
from syncjobs import gaps
from syncjobs.drift.report import Difference
from syncjobs.drift.work import Work
from syncjobs.models import DocumentRow

WHY = "Uniconta does not show it any more."


def unmake_sale(
    work: Work, order: Document, invoice: Document | None, *, order_stands: bool
) -> None:
    """Let the order of a receipt, its lines and its invoice be looked for again, and made again if they are gone."""
    if order_stands:
        if invoice is not None:
            _unknown(work.context, invoice)
        return
    lines = work.context.documents.get(DocumentKind.ORDER_LINES, order.key)
    with (
        transaction.atomic()
    ):  # an order made anew beside lines that count as sent would stay empty
        _unknown(work.context, order)
        if lines is not None:
            _unknown(work.context, lines)
        # the invoice follows its order: a row of it would keep the lines from being sent
        DocumentRow.objects.filter(
            tenant=work.tenant, kind=DocumentKind.INVOICE, key=order.key
        ).delete()


def unmake_posting(work: Work, document: Document) -> None:
    """Let a posting be looked for again, and made again if it is gone."""
    _unknown(work.context, document)


def recall_sale(work: Work, difference: Difference, *, at: datetime) -> None:
    """Take what Uniconta holds of a receipt of that time into our rows; nothing that stands there is made again."""
    work.run(difference, _take_sale_in, _doubting(work.context, at))


def recall_close(work: Work, difference: Difference, *, at: datetime) -> None:
    """Take the posting of a day close that stands in Uniconta into our rows."""
    work.run(difference, day_close_to_journal, _doubting(work.context, at))


def _take_sale_in(context: Context, source_id: str) -> Outcome:
    """Run the receipt's own flow, and at once what its batches would do later: read back, settle."""
    outcome = sale_to_order(context, source_id)
    store, number = store_id(context), int(source_id)
    invoice = context.documents.get(DocumentKind.INVOICE, sale_key(store, number))
    if invoice is not None and invoice.state is DocumentState.SENT:
        for problem in read_back(context, [invoice]):
            raise problem.hold
    payments = waiting_payments(context.documents, keys=[settle_key(store, number)])
    if payments:
        result = settle(context, payments)
        for problem in result.problems:
            raise problem.hold
        if result.look_again_at is not None:
            raise LookAgain("Looking for its payment again.", at=result.look_again_at)
    return outcome


def _doubting(context: Context, at: datetime) -> Context:
    """Return the context of rows that surely forget what happened then; whoever goes on with it doubts them too."""
    return replace(context, doubt=gaps.note_forgotten(at))


def _unknown(context: Context, document: Document) -> None:
    unknown = document.become(DocumentState.SENDING, first_look_at=None).knowing(why=WHY)
    context.documents.save(unknown, was=document.state)
