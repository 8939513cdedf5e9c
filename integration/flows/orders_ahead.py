"""The orders of many receipts, and their lines, in a call each, ahead of the receipts' own jobs (DESIGN 6.1 "Batches").

A shop that sells faster than one order after another can be made keeps up that way. Nothing is decided here: every order
stands in our rows as `sending` before the call, as in integration.flows.create, and what does not come back plainly stays
so. The receipt's own job finds out about it, invoices what stands, and makes what was left to it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from integration.customers1st.payloads import Payment
from integration.errors import (
    AccessDenied,
    Hold,
    IntegrationError,
    Refused,
    RetryableError,
    UnknownOutcome,
    UnreadableRecord,
)
from integration.flows.context import Context
from integration.flows.create import is_doubtful
from integration.flows.items import ItemOfLine, items_at_hand
from integration.flows.master import check_accounts, check_debtor, store_id
from integration.flows.orders import line_facts, line_rows, order_facts, order_row, same_lines
from integration.flows.receipts import (
    COMPLETED,
    draft_receipt,
    is_too_old,
    read_payment,
    receipt_document,
)
from integration.mapping.sale import SaleDraft
from integration.ports import Document, DocumentKind, DocumentState
from integration.uniconta.client import LIST_LENGTH
from integration.uniconta.replies import ERROR_NAMES
from integration.uniconta.values import text_of

ORDERS, LINES = "DebtorOrderClient", "DebtorOrderLineClient"
REFERENCES = ("ReferenceNumber", "OurRef")  # our two anchors [A77]
# for reading receipts: what is read later stays with its own job, so that none of them is old when it is booked
READING = timedelta(seconds=2)
Row = Mapping[str, Any]


@dataclass(kw_only=True)
class Ahead:
    """What was read and made: receipts by source id, and the number of each order that stands now."""

    receipts: dict[str, Payment] = field(default_factory=dict)
    orders: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class _Sale:
    source_id: str
    draft: SaleDraft
    items: Sequence[ItemOfLine]


def orders_ahead(context: Context, source_ids: Sequence[str]) -> Ahead:
    """Make the orders of those of these receipts that are plain sales and were never sent.

    Raises the client's errors, but no Refused and no UnknownOutcome; what was sent until then stands in our rows.
    """
    ahead = Ahead()
    if context.gate.stop or not context.gate.proven:
        return ahead  # the first of a setup shows alone that it is right, and that an order is found by its key
    sales = _read_sales(context, source_ids, ahead)
    if len(sales) > 1:  # one alone is no list
        orders = _make_orders(context, sales)
        _make_lines(context, [sale for sale in sales if sale.draft.key in orders], orders)
        ahead.orders = {
            sale.source_id: orders[sale.draft.key].number
            for sale in sales
            if sale.draft.key in orders
        }
    return ahead


def _read_sales(context: Context, source_ids: Sequence[str], ahead: Ahead) -> list[_Sale]:
    """Read receipts that were not begun before, and return the plain sales among them, no more than fit into a list."""
    sales: list[_Sale] = []
    until = context.now() + READING
    for source_id in source_ids:
        if context.now() > until:
            break
        if receipt_document(context.documents, store_id(context), int(source_id)) is not None:
            continue
        try:
            payment = read_payment(context, source_id)
            if payment is None:
                continue
            ahead.receipts[source_id] = payment
            sale = _plain_sale(context, payment)
        except (Hold, Refused, UnreadableRecord):
            continue  # its own job meets it too, and says so
        lines = sum(len(each.draft.lines) for each in sales)
        if sale is not None and lines + len(sale.draft.lines) <= LIST_LENGTH:
            sales.append(sale)
    return sales


def _plain_sale(context: Context, payment: Payment) -> _Sale | None:
    """Return a sale to the POS debtor that needs nothing but its order; None leaves it all to its own job."""
    source_id = str(payment.id)
    if payment.status != COMPLETED or payment.customer_payment or is_too_old(context, payment):
        return None
    draft = draft_receipt(context, payment)
    if draft.customer_id is not None or not context.rules.auto_invoice_pos_sales:
        return None
    if is_doubtful(context, draft.at, None):
        return None
    check_accounts(context, draft)
    check_debtor(context, draft.debtor)
    items = items_at_hand(context, draft)
    return None if items is None else _Sale(source_id=source_id, draft=draft, items=items)


def _make_orders(context: Context, sales: Sequence[_Sale]) -> dict[str, Document]:
    """Make the orders in one call; returns those that stand, by key."""
    sending = {
        sale.draft.key: _sending(DocumentKind.ORDER, sale, order_facts(sale.draft))
        for sale in sales
    }
    rows, refused = _insert(
        context, ORDERS, list(sending.values()), [order_row(context, sale.draft) for sale in sales]
    )
    found: dict[str, str] = {}
    for member in REFERENCES:
        found |= _matched(rows, member, _without(found, sales))
    for member in REFERENCES:
        missing = _without(found, sales)
        references = {_reference(sale, member) for sale in missing}
        if missing:
            found |= _matched(context.uniconta.find(ORDERS, member, references), member, missing)
    found |= _alike(rows, _without(found, sales))
    made = {key: sending[key].become(DocumentState.SENT, number=found[key]) for key in found}
    context.documents.save_all(list(made.values()), was=DocumentState.SENDING)
    if refused:
        _take_back(context, [each for key, each in sending.items() if key not in found])
    return made


def _make_lines(context: Context, sales: Sequence[_Sale], orders: Mapping[str, Document]) -> None:
    """Insert the lines of these orders in one call."""
    rows = {
        sale.draft.key: line_rows(context, sale.draft, orders[sale.draft.key], sale.items)
        for sale in sales
    }
    sending = {
        sale.draft.key: _sending(DocumentKind.ORDER_LINES, sale, line_facts(rows[sale.draft.key]))
        for sale in sales
    }
    if not sending:
        return
    stored, refused = _insert(
        context, LINES, list(sending.values()), [row for each in rows.values() for row in each]
    )
    told = _by_order(stored)
    missing = {
        orders[key].number for key in rows if not same_lines(rows[key], told[orders[key].number])
    }
    if missing:
        told |= _by_order(context.uniconta.find(LINES, "OrderNumber", missing))
    found = {key: told[orders[key].number] for key in rows}
    made = [
        each.become(DocumentState.SENT, number=orders[key].number)
        for key, each in sending.items()
        if same_lines(rows[key], found[key])
    ]
    context.documents.save_all(made, was=DocumentState.SENDING)
    if refused:
        _take_back(context, [each for key, each in sending.items() if not found[key]])


def _insert(
    context: Context, entity: str, documents: Sequence[Document], rows: Sequence[Row]
) -> tuple[list[dict[str, Any]], bool]:
    """Send one list whose documents are saved as `sending` first.

    Returns the rows that came back, and whether the list was refused: then what is not found was not done.
    """
    context.documents.save_all(documents, was=None)
    try:
        return context.uniconta.insert_list(entity, rows), False
    except (RetryableError, AccessDenied):  # nothing was done
        _take_back(context, documents)
        raise
    except (Refused, UnknownOutcome) as error:
        context.steps.note(
            f"{len(documents)} receipts together: it is looked for what was done",
            **{**error.evidence, "error": str(error)},
        )
        return [], _says_no(error)


def _says_no(error: IntegrationError) -> bool:
    """Tell whether a refusal can be believed: by a name that we know, or by its status."""
    status = error.evidence.get("status")
    is_plain = isinstance(status, int) and status >= 400
    return isinstance(error, Refused) and (is_plain or error.name in ERROR_NAMES)


def _sending(kind: DocumentKind, sale: _Sale, facts: Mapping[str, Any]) -> Document:
    document = Document(kind=kind, key=sale.draft.key, source_id=sale.source_id)
    return document.become(DocumentState.SENDING).knowing(**facts, sends=1)


def _take_back(context: Context, documents: Sequence[Document]) -> None:
    """Say that these were not sent: their jobs send them one by one."""
    planned = [each.become(DocumentState.PLANNED).knowing(sends=0) for each in documents]
    context.documents.save_all(planned, was=DocumentState.SENDING)


def _without(found: Mapping[str, str], sales: Sequence[_Sale]) -> list[_Sale]:
    return [sale for sale in sales if sale.draft.key not in found]


def _alike(rows: Sequence[Row], sales: Sequence[_Sale]) -> dict[str, str]:
    """Return the order numbers of sales that no reference finds, by key: orders that keep none are alike [A77]."""
    nameless = [row for row in rows if not any(text_of(row.get(each)) for each in REFERENCES)]
    if len(nameless) != len(sales):
        return {}
    pairs = zip(nameless, sales, strict=True)
    return {s.draft.key: text_of(row["OrderNumber"]) for row, s in pairs if _is_order_of(row, s)}


def _matched(rows: Sequence[Row], member: str, sales: Sequence[_Sale]) -> dict[str, str]:
    """Return the order numbers of sales, by key, whose reference a row carries."""
    by_reference = {_reference(sale, member): sale for sale in sales if _reference(sale, member)}
    found = {}
    for row in rows:
        sale = by_reference.get(text_of(row.get(member)))
        if sale is not None and _is_order_of(row, sale):
            found[sale.draft.key] = text_of(row["OrderNumber"])
    return found


def _reference(sale: _Sale, member: str) -> str:
    return sale.draft.key if member == "ReferenceNumber" else sale.draft.our_ref


def _is_order_of(row: Row, sale: _Sale) -> bool:
    """Tell whether a row has a number and stands on the sale's debtor."""
    return (
        bool(text_of(row.get("OrderNumber"))) and text_of(row.get("Account")) == sale.draft.debtor
    )


def _by_order(rows: Sequence[Row]) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[text_of(row.get("OrderNumber"))].append(row)
    return found
