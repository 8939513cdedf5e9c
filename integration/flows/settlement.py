"""Payments of receipts, posted together once their invoices stand (accounting.md sections 6 and 7)."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from integration.errors import IntegrationError
from integration.flows.context import Context
from integration.flows.posting import Posting, Result, post
from integration.mapping.amounts import kroner
from integration.mapping.sale import SaleDraft
from integration.mapping.totals import totals_to_facts
from integration.ports import Document, DocumentKind, DocumentState, DocumentStore
from integration.uniconta.payloads import OpenItem, parse_open_item
from integration.uniconta.values import Row

OPEN_ITEMS = "DebtorTransOpenClient"
FEW_INVOICES = 40  # as many fit into one call


def plan_payment(context: Context, draft: SaleDraft, source_id: str) -> None:
    """Write down what a receipt's means of payment will post, before anything is invoiced; planned anew until sent."""
    if not draft.settlement:
        return
    facts: dict[str, Any] = {
        "at": draft.at.isoformat(),
        "date": draft.posting_date.isoformat(),
        "number": draft.number,
        "register": draft.register_id,
        "on_account": str(draft.totals.on_account),
        "fingerprint": draft.fingerprint,
        "receipt": draft.receipt,
        "lines": [
            {
                "debtor": line.debtor,
                "account": line.account,
                "offset_account": line.offset_account,
                "credit": str(line.credit),
                "text": line.text,
            }
            for line in draft.settlement
        ],
    }
    if draft.lines:
        facts["sale"] = draft.key
    else:  # a customer's payment belongs to no sale of ours
        facts["totals"] = totals_to_facts(draft.totals)
    document = context.documents.get(DocumentKind.SETTLEMENT, draft.settle_key)
    planned = Document(kind=DocumentKind.SETTLEMENT, key=draft.settle_key, source_id=source_id)
    if document is None:
        context.documents.save(planned.knowing(**facts), was=None)
    elif document.state in (DocumentState.PLANNED, DocumentState.HELD):
        context.documents.save(planned.knowing(**facts), was=document.state)


def waiting_payments(
    documents: DocumentStore, *, keys: Sequence[str] | None = None
) -> list[Posting]:
    """Return the payments that can be posted: of customers, and of sales whose invoice was read back.

    `keys` are settle keys (None: all). One that a person must look at first is left out.
    """
    rows = [
        row
        for row in documents.list(
            DocumentKind.SETTLEMENT, DocumentState.PLANNED, DocumentState.SENDING, keys=keys
        )
        if not row.facts.get("held")
    ]
    sales = [str(row.facts["sale"]) for row in rows if row.facts.get("sale")]
    invoices = documents.list(DocumentKind.INVOICE, DocumentState.CONFIRMED, keys=sales)
    numbers = {invoice.key: invoice.number for invoice in invoices}
    return [
        Posting(row, numbers.get(str(row.facts.get("sale")), ""))
        for row in rows
        if not row.facts.get("sale") or row.facts["sale"] in numbers
    ]


def settle(
    context: Context, payments: Sequence[Posting], *, with_document: Document | None = None
) -> Result:
    """Post these payments, and with the last of them one more document: a day close or a reversal.

    That document stays planned unless every payment given here is posted, before it or in the same call. It is
    confirmed, held or still planned afterwards; `context.documents` and the result tell.
    """
    last = [] if with_document is None else [Posting(with_document)]
    result = post(context, [*_with_open_items(context, payments), *last])
    _note_leftovers(context, result.posted)
    return result


def _with_open_items(context: Context, payments: Sequence[Posting]) -> list[Posting]:
    """Give each customer's payment the invoice it settles: of the only open item of exactly its amount [A27]."""
    own = [each for each in payments if _is_customers(each)]
    accounts = {_debtor(each) for each in own if each.document.state is DocumentState.PLANNED}
    if not accounts:
        return list(payments)
    rows = context.uniconta.find(OPEN_ITEMS, "Account", accounts)
    items = _after(payments, [parse_open_item(row) for row in rows])
    wanted = Counter((_debtor(each), _credit(each)) for each in own)
    return [
        Posting(each.document, _only_match(context, each, items, wanted))
        if _is_customers(each)
        else each
        for each in payments
    ]


def _after(payments: Sequence[Posting], items: Sequence[OpenItem]) -> list[OpenItem]:
    """Return open items as they will be once these payments are posted: part payments go along in the same call."""
    settled: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for each in payments:
        if each.invoice and each.document.state is DocumentState.PLANNED:
            settled[_debtor(each), each.invoice] += _credit(each)
    return [
        replace(item, amount_open=item.amount_open - settled[item.account, item.invoice])
        for item in items
    ]


def _only_match(
    context: Context,
    payment: Posting,
    items: Sequence[OpenItem],
    wanted: Counter[tuple[str, Decimal]],
) -> str:
    """Return the invoice of the only open item that a payment matches, empty when it is not the only one."""
    debtor, credit = _debtor(payment), _credit(payment)
    matches = [item for item in items if item.account == debtor and item.amount_open == credit]
    if len(matches) == 1 and wanted[debtor, credit] == 1:
        return matches[0].invoice
    context.steps.note(
        f"Payment of {credit} by debtor {debtor}: left open, {len(matches)} open items of that amount",
        key=payment.document.key,
    )
    return ""


def _note_leftovers(context: Context, posted: Sequence[Posting]) -> None:
    """Compare the open items of what was settled with what should be left; never post because of it [A97] [A98]."""
    settled = {each.invoice: each for each in posted if each.invoice}
    if not settled:
        return
    try:
        rows = _open_rows(context, settled)
    except IntegrationError as error:
        context.steps.note(f"Open items could not be compared: {error}", **error.evidence)
        return
    items = [parse_open_item(row) for row in rows]
    for invoice, payment in settled.items():
        left = [
            item.amount_open
            for item in items
            if item.invoice == invoice and item.account == _debtor(payment) and item.amount_open
        ]
        rest = Decimal(str(payment.document.facts.get("on_account", "0")))
        if left == ([rest] if rest else []):
            continue
        found = ", ".join(map(kroner, left)) or "nothing"
        context.steps.note(
            f"Invoice {invoice}: {kroner(rest)} should be open after its payment, {found} is",
            key=payment.document.key,
        )
        stored = context.documents.get(DocumentKind.SETTLEMENT, payment.document.key)
        if stored is not None:
            context.documents.save(stored.knowing(left_open=found), was=stored.state)


def _open_rows(context: Context, settled: Mapping[str, Posting]) -> list[Row]:
    """Read the open items of settled invoices; many of the POS debtor as all that it has open, which is little then."""
    uniconta, pos = context.uniconta, context.rules.pos_debtor
    sold = {number for number, payment in settled.items() if _debtor(payment) == pos}
    if len(sold) <= FEW_INVOICES:
        return list(uniconta.find(OPEN_ITEMS, "Invoice", set(settled)))
    rows = uniconta.list_all(OPEN_ITEMS, order_by="Invoice", filters={"Account": pos})
    return [*rows, *uniconta.find(OPEN_ITEMS, "Invoice", set(settled) - sold)]


def _is_customers(payment: Posting) -> bool:
    return not payment.document.facts.get("sale")


def _debtor(payment: Posting) -> str:
    lines = payment.document.facts["lines"]
    return next((str(line["account"]) for line in lines if line["debtor"]), "")


def _credit(payment: Posting) -> Decimal:
    lines = payment.document.facts["lines"]
    return sum((Decimal(line["credit"]) for line in lines if line["debtor"]), Decimal(0))
