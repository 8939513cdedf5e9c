"""What our rows forgot and Uniconta has, and what our rows say was made and Uniconta has no more.

Neither is ever made blindly: what is there is remembered; what is gone counts as sent with an unknown outcome, so that its
own job looks twice, apart in time, and proves its look-up before it sends again (integration.flows.create).
"""

from dataclasses import replace

from django.db import transaction

from integration.flows.context import Context, Doubt
from integration.flows.day_close import day_close_to_journal
from integration.flows.invoices import read_back
from integration.flows.sale import sale_to_order
from integration.flows.settlement import settle, waiting_payments
from integration.mapping.receipt import sale_key, settle_key
from integration.ports import Document, DocumentKind, DocumentState
from syncjobs.drift.report import Difference, State
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


def recall_sale(work: Work, difference: Difference, store: int) -> None:
    """Take what Uniconta holds of a receipt into our rows; nothing that stands there is made again."""
    context, number = _doubting(work.context), int(difference.source_id)
    work.run(difference, sale_to_order, context)
    if difference.state is not State.REPAIRED:
        return
    invoice = context.documents.get(DocumentKind.INVOICE, sale_key(store, number))
    if invoice is not None and invoice.state is DocumentState.SENT:
        context.problems += read_back(context, [invoice])
    payments = waiting_payments(context.documents, keys=[settle_key(store, number)])
    if payments:
        context.problems += settle(context, payments).problems
    for problem in context.problems:
        if problem.source_id == difference.source_id:
            work.report.become(difference, State.NEEDS_PERSON)
            difference.why, difference.cure = problem.hold.cause, problem.hold.cure
            return


def recall_close(work: Work, difference: Difference) -> None:
    """Take the posting of a day close that stands in Uniconta into our rows."""
    work.run(difference, day_close_to_journal, _doubting(work.context))


def _doubting(context: Context) -> Context:
    """Return the context of rows that may have forgotten: what is not known is looked for before it is made."""
    return replace(context, doubt=Doubt(until=context.now()))


def _unknown(context: Context, document: Document) -> None:
    unknown = document.become(DocumentState.SENDING, first_look_at=None).knowing(why=WHY)
    context.documents.save(unknown, was=document.state)
