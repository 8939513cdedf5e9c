"""A day close becomes exactly one posting and one sealed proof (contracts/accounting.md sections 2, 8, 10 to 12)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from integration.customers1st.payloads import DayClose
from integration.errors import Hold
from integration.flows.changes import SAY_SO, note_change
from integration.flows.close_plan import Plan, check_receipts, find_close, plan_close
from integration.flows.close_receipts import listed
from integration.flows.context import Context
from integration.flows.invoices import read_back
from integration.flows.master import check_ledger_accounts, store_id
from integration.flows.outcome import DAY_CLOSE, Done, LookAgain, Outcome, Skipped, WaitForOthers
from integration.flows.posting import Result, release
from integration.flows.reversal import asked_for, reverse_posting
from integration.flows.settlement import settle, waiting_payments
from integration.mapping import proof
from integration.mapping.amounts import kroner
from integration.mapping.day_close import close_date, close_key, close_name, figures
from integration.mapping.receipt import sale_key, settle_key
from integration.mapping.sale import SettlementLine
from integration.mapping.subject import close_subject
from integration.ports import Document, DocumentKind, DocumentState

LOOKS_APART = (
    30  # times the wait of a look-up, a quarter of an hour; a receipt's end wakes the close
)
POSTED = (DocumentState.SENT, DocumentState.CONFIRMED)


def day_close_to_journal(context: Context, source_id: str) -> Outcome:
    """Post one close, or say why not. Safe to run again at any time, from any step."""
    key = close_key(store_id(context), int(source_id))
    if asked_for(context, key):
        return reverse_posting(context, key)
    document = context.documents.get(DocumentKind.CLOSE, key)
    if document is not None and document.state is DocumentState.SENDING:
        document = _find_out(context, document)
    close, beside = find_close(context, int(source_id))
    sheets = context.proofs.of(key)
    if close is None:
        return _not_there(document, sheets)
    context.steps.about(close_subject(close, day=_day(context, close)))
    if sheets:
        _check_unchanged(context, close, _kept(document, key, source_id, sheets[0]["figures"]))
        return _late(context, close, key, sheets)
    if document is not None and document.state in POSTED:
        _check_unchanged(context, close, document)
        plan = plan_close(context, close, beside, accepted=accepted_causes(document))
        _check_payments_stand(context, key, plan)
        return _seal(context, key, plan)
    first = context.rules.sales_from
    if first is not None and _day(context, close) < first:
        return Skipped(f"Dated before {first}, the first day that is posted.", nothing_left=True)
    plan = plan_close(context, close, beside, accepted=accepted_causes(document))
    _wait_for_receipts(context, plan)
    plan.check()
    check_ledger_accounts(
        context, {a for line in plan.lines for a in (line.account, line.offset_account)}
    )
    _post(context, key, source_id, plan, document)
    return _seal(context, key, plan)


def close_is_in_step(context: Context, close: DayClose) -> bool:
    """Tell whether a close was posted as it stands now, and nothing of it still waits."""
    key = close_key(store_id(context), close.id)
    sheets = context.proofs.of(key)
    if not sheets:
        return False
    document = context.documents.get(DocumentKind.CLOSE, key)
    kept = _kept(document, key, str(close.id), sheets[0]["figures"])
    return bool(kept.facts["figures"] == figures(close))


def _day(context: Context, close: DayClose) -> date:
    return close_date(close, rules=context.rules, naive_zone=context.naive_zone)


def _not_there(document: Document | None, sheets: list[Mapping[str, Any]]) -> Outcome:
    if sheets or (document is not None and document.state in POSTED):
        raise Hold(
            "The close was posted and is no longer in Customers 1st.",
            "Look at the close. If it should not stand, reverse its posting.",
        )
    return Skipped("There is no such close in Customers 1st.", nothing_left=True)


def _kept(document: Document | None, key: str, source_id: str, sealed: object) -> Document:
    """Return the document that tells what a proven close was, or was seen as; one that posted nothing has none yet."""
    kept = document or Document(kind=DocumentKind.CLOSE, key=key, source_id=source_id)
    return kept if "figures" in kept.facts else kept.knowing(figures=sealed)


def _check_unchanged(context: Context, close: DayClose, document: Document) -> None:
    """Hold a close that changed after it was posted; nothing is posted for it (H13) [A46]."""
    if figures(close) == document.facts["figures"]:
        return
    now = (
        f"{close.receipts} receipts, counted {kroner(close.cash_counted)}, to bank {kroner(close.cash_to_bank)},"
        f" expenses {kroner(close.expense)}, revenue {kroner(close.revenue)}"
    )
    if context.documents.get(DocumentKind.CLOSE, document.key) is None:
        context.documents.save(document, was=None)
    note_change(context, document, to=figures(close), told=now)
    raise Hold(
        f"{close_name(close)} was changed in Customers 1st after it was posted: now {now}.",
        f"Compare it with its proof. If the posting is wrong, reverse it and post the close by hand; {SAY_SO}",
    )


def accepted_causes(document: Document | None) -> dict[str, str]:
    """Return the differences of a close that a person has called right as they stand, with that person's word."""
    return dict(document.facts.get("accepted", {})) if document is not None else {}


def _find_out(context: Context, document: Document) -> Document:
    """Learn what became of a posting whose outcome is unknown; raises LookAgain or Hold while that is open."""
    document = release(context, document)
    keys = [str(key) for key in document.facts.get("payments", ())]
    payments = waiting_payments(context.documents, keys=keys)
    result = settle(context, payments, with_document=document)
    _check_result(context, document.key, result)
    return context.documents.get(DocumentKind.CLOSE, document.key) or document


def _wait_for_receipts(context: Context, plan: Plan) -> None:
    """Go on only when every receipt is booked and its invoice read back (H1)."""
    gathered = plan.gathered
    check_receipts(plan)
    if gathered.not_started and not context.sales.start(list(gathered.not_started)):
        raise Hold(
            f"{len(gathered.not_started)} receipts of the close are not booked, and the webhook switch of sales is off.",
            "Switch sales on in the webhook switches, or book these receipts and the close by hand.",
            mended_by="setup",
        )
    if gathered.waits_for:
        raise WaitForOthers(
            gathered.waits_for,
            at=context.now() + context.look_again_after * LOOKS_APART,
        )
    problems = read_back(context, gathered.unread) if gathered.unread else []
    if problems:
        context.problems += problems
        raise Hold(
            f"An invoice of the close is not as its receipt: {problems[0].hold.cause}",
            "See the receipt's own job; the close then goes on by itself.",
            mended_by="receipt",
        )


def _post(
    context: Context, key: str, source_id: str, plan: Plan, document: Document | None
) -> None:
    """Post the lines of a close together with the payments of its receipts that still wait."""
    payments = waiting_payments(context.documents, keys=plan.gathered.settle_keys)
    if not plan.lines and not payments:
        return
    planned = _planned(context, key, source_id, plan, document) if plan.lines else None
    result = settle(context, payments, with_document=planned)
    _check_result(context, key, result)


def _planned(
    context: Context, key: str, source_id: str, plan: Plan, document: Document | None
) -> Document:
    """Write down what is about to be posted; planned anew until it is sent."""
    kept = document or Document(kind=DocumentKind.CLOSE, key=key, source_id=source_id)
    planned = kept.become(DocumentState.PLANNED).knowing(
        at=plan.close.ended.replace(tzinfo=context.naive_zone).isoformat(),
        date=plan.sheet["close"]["day"],
        lines=[_fact(line) for line in plan.lines],
        payments=plan.gathered.settle_keys,
        figures=plan.sheet["figures"],
    )
    context.documents.save(planned, was=None if document is None else document.state)
    return planned


def _fact(line: SettlementLine) -> dict[str, Any]:
    return {
        "debtor": line.debtor,
        "account": line.account,
        "offset_account": line.offset_account,
        "credit": str(line.credit),
        "text": line.text,
    }


def _check_result(context: Context, key: str, result: Result) -> None:
    """Raise what stands in the way of the close after a posting; problems of its receipts go to their own jobs."""
    own = [problem for problem in result.problems if problem.job_kind == DAY_CLOSE]
    others = [problem for problem in result.problems if problem.job_kind != DAY_CLOSE]
    context.problems += others
    if own:
        raise own[0].hold
    if others:
        raise Hold(
            f"A payment of the close could not be posted: {others[0].hold.cause}",
            "See the receipt's own job; the close then goes on by itself.",
            mended_by="receipt",
        )
    if result.look_again_at is not None:
        raise LookAgain(
            f"It is not known yet whether {key} was posted. Looking again.", at=result.look_again_at
        )


def _check_payments_stand(context: Context, key: str, plan: Plan) -> None:
    """Find out about payments of a posted close whose outcome is unknown; Hold while one is not known to stand whole."""
    keys = plan.gathered.settle_keys
    waiting = waiting_payments(context.documents, keys=keys)
    unknown = [each for each in waiting if each.document.state is DocumentState.SENDING]
    if unknown:
        _check_result(context, key, settle(context, unknown))
    open_ = context.documents.list(DocumentKind.SETTLEMENT, DocumentState.SENDING, keys=keys)
    if open_:
        raise Hold(
            f"The close is posted; {len(open_)} of its payments are not certain: {open_[0].key}.",
            "See the receipt's own job; the close is proven when its payments stand.",
            mended_by="receipt",
        )


def _seal(context: Context, key: str, plan: Plan) -> Outcome:
    """Keep the proof of a posted close."""
    document = context.documents.get(DocumentKind.CLOSE, key)
    posting = document.number if document is not None and document.state in POSTED else ""
    keys = plan.gathered.settle_keys
    settled = context.documents.list(DocumentKind.SETTLEMENT, *POSTED, keys=keys)
    sales = [sale_key(store_id(context), each.id) for each in plan.gathered.receipts]
    invoiced = context.documents.list(DocumentKind.INVOICE, *POSTED, keys=sales)
    context.proofs.add(
        proof.finish(
            plan.sheet,
            key=key,
            posting=posting,
            invoices={document.source_id: document.number for document in invoiced},
            payments={document.source_id: document.number for document in settled},
        )
    )
    return Done(_told(plan, posting))


def _told(plan: Plan, posting: str) -> str:
    name = close_name(plan.close)
    if not plan.lines:
        return f"{name}: nothing to post, its proof is sealed."
    number = f" {posting}" if posting else ""
    return f"{name}: posted{number}, {len(plan.lines)} lines, its proof is sealed."


def _late(context: Context, close: DayClose, key: str, sheets: list[Mapping[str, Any]]) -> Outcome:
    """Settle and name the receipts that were booked after their close was posted; its lines are not touched.

    They belong to it by number, so a posted close is never reopened for them (accounting.md section 10).
    """
    store, receipts = store_id(context), listed(context, close)
    keys = [settle_key(store, payment.id) for payment in receipts]
    payments = waiting_payments(context.documents, keys=keys)
    if payments:
        _check_result(context, key, settle(context, payments))
    known = {row["id"] for row in sheets[0]["documents"]}
    known -= {row["id"] for row in sheets[0]["waiting"]}
    known |= {row["id"] for row in sheets[0].get("by_hand", ())}
    known |= {row["id"] for sheet in sheets[1:] for row in sheet.get("late", ())}
    words = context.documents.list(
        DocumentKind.BY_HAND, *POSTED, keys=[sale_key(store, payment.id) for payment in receipts]
    )
    by_hand = {each.source_id: each for each in words}
    settled = [
        each
        for each in context.documents.list(DocumentKind.SETTLEMENT, *POSTED, keys=keys)
        if each.source_id not in by_hand
    ]
    rows = [_late_row(each) for each in settled if int(each.source_id) not in known]
    rows += [
        _late_by_hand(each)
        for each in words
        if int(each.source_id) not in known and "number" in each.facts
    ]
    if not rows:
        return Done(f"{close_name(close)}: posted before, nothing new.")
    context.proofs.add(
        proof.late_sheet(
            store_id=store_id(context), close=sheets[0]["close"], key=key, receipts=rows
        )
    )
    return Done(
        f"{close_name(close)}: posted before; {len(rows)} late receipts named on its proof."
    )


def _late_by_hand(word: Document) -> dict[str, Any]:
    """Return what a proof says of a receipt that a person booked by hand after its close was posted."""
    facts = word.facts
    return {
        "code": "by_hand",
        "id": int(word.source_id),
        "number": facts["number"],
        "day": facts["date"],
        "invoice": "",
        "amount": facts["amount"],
        "posting": "",
        "word": f"{facts['person']}: {facts['reason']}",
    }


def _late_row(settlement: Document) -> dict[str, Any]:
    """Return what a proof says of a late receipt: its number, its day, its invoice and what was settled."""
    facts = settlement.facts
    settled = sum(
        (Decimal(line["credit"]) for line in facts["lines"] if line["debtor"]), Decimal(0)
    )
    return {
        "code": "late",
        "id": int(settlement.source_id),
        "number": facts.get("number", 0),
        "day": facts["date"],
        "invoice": facts.get("invoice", ""),
        "amount": kroner(settled),
        "posting": settlement.number,
    }
