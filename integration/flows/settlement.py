"""Payments of many sales in one posting, each exactly once (accounting.md section 6, DESIGN 6.1)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from integration.errors import Hold, Refused, RetryableError, UnknownOutcome
from integration.flows.context import Context
from integration.flows.create import is_doubtful, unknown_hold
from integration.flows.master import check_journal, label_form
from integration.flows.outcome import Problem
from integration.flows.refusals import hold_for
from integration.ports import Document, DocumentKind, DocumentState
from integration.uniconta.labels import label
from integration.uniconta.payloads import GlTrans, JournalLine, parse_gl_trans

ENTITY = "GLTransClient"
SALES_PER_POSTING = 200
DEBTORS = ""  # stands for the debtors' control account, whose number we do not need to know

Sums = dict[str, Decimal]


@dataclass(kw_only=True)
class Result:
    """What one run of settlements did: problems for people, and when a look-up waits for its second look."""

    settled: int = 0
    problems: list[Problem]
    look_again_at: datetime | None = None


@dataclass(frozen=True)
class Payment:
    """A settlement document and the number of the invoice that it settles."""

    document: Document
    invoice: str


def settle(context: Context, payments: Sequence[Payment]) -> Result:
    """Post the payments of these sales; first find out about those whose outcome is unknown."""
    result = Result(problems=[])
    unknown = [each for each in payments if each.document.state is DocumentState.SENDING]
    ready = [each for each in payments if each.document.state is DocumentState.PLANNED]
    ready = _recall(context, ready, result) + _resolve(context, unknown, result)
    for start in range(0, len(ready), SALES_PER_POSTING):
        _post(context, ready[start : start + SALES_PER_POSTING], result)
    return result


def _recall(context: Context, ready: Sequence[Payment], result: Result) -> list[Payment]:
    """Look, in one call, for payments that our rows may have forgotten; returns those that may be sent."""
    doubtful = [each for each in ready if _is_doubtful(context, each.document)]
    if not doubtful:
        return list(ready)
    missing = _missing(context, doubtful, result)
    if len(missing) < len(doubtful):
        context.doubt.missing_until = context.doubt.until
    sure = [each for each in ready if each not in doubtful]
    until = context.doubt.until and context.doubt.until.isoformat()
    unknown = []
    for each in missing:
        if not context.doubt.is_certain(_at(each.document)):
            sure.append(each)
            continue
        sending = each.document.become(DocumentState.SENDING).knowing(looked_for=until)
        context.documents.save(sending, was=each.document.state)
        unknown.append(Payment(sending, each.invoice))
    return sure + _resolve(context, unknown, result)


def _is_doubtful(context: Context, document: Document) -> bool:
    return is_doubtful(context, _at(document), document)


def _at(document: Document) -> datetime | None:
    at = document.facts.get("at")
    return None if at is None else datetime.fromisoformat(str(at))


def _post(context: Context, payments: Sequence[Payment], result: Result) -> None:
    """Post one batch in one call; a refused batch is halved until the payment at fault stands alone."""
    try:
        check_journal(context)
        _check_journal_is_empty(context)
    except Hold as hold:
        _hold_all(context, payments, hold, result)
        return
    sending = [_sending(context, each) for each in payments]
    try:
        posted = context.uniconta.post_journal(
            journal=context.rules.journal,
            on=max(_date(each.document) for each in sending),
            comment=f"Customers 1st: {len(sending)}",
            lines=_journal_lines(context, sending),
        ).journal_posted_id
    except RetryableError:
        for each in sending:
            _save(context, each.document, DocumentState.PLANNED)
        raise
    except Refused as error:
        _after_refusal(context, sending, error, result)
        return
    except UnknownOutcome as error:
        context.steps.note("Posting of payments: outcome unknown, looking for it", error=str(error))
        _resolve(
            context, sending, result
        )  # the first look; what it does not find waits for the second
        return
    _confirm(context, sending, posted, result)


def _sending(context: Context, payment: Payment) -> Payment:
    document = payment.document
    sends = int(document.facts.get("sends", 0)) + 1
    sending = document.become(DocumentState.SENDING, first_look_at=None).knowing(
        sends=sends, invoice=payment.invoice
    )
    context.documents.save(sending, was=document.state)
    return Payment(sending, payment.invoice)


def _journal_lines(context: Context, payments: Sequence[Payment]) -> list[JournalLine]:
    form = label_form(context)
    debtor, ledger = label("AccountType", "Debtor", form), label("AccountType", "Ledger", form)
    lines: list[JournalLine] = []
    for payment in payments:
        for line in payment.document.facts["lines"]:
            settles = bool(line["debtor"])
            lines.append(
                JournalLine(
                    journal=context.rules.journal,
                    line_number=len(lines) + 1,
                    date=_date(payment.document),
                    account_type=debtor if settles else ledger,
                    account=line["account"],
                    offset_account_type=ledger,
                    offset_account=line["offset_account"],
                    credit=Decimal(line["credit"]),
                    text=line["text"],
                    reference_number=payment.document.key,
                    dc_post_type=label("DCPostType", "Payment", form) if settles else None,
                    invoice=payment.invoice if settles else "",
                    settle_value=label("SettleValue", "Invoice", form) if settles else None,
                )
            )
    return lines


def _check_journal_is_empty(context: Context) -> None:
    """Hold when somebody's lines stand in our journal: they could be posted along [A92]."""
    journal = context.rules.journal
    if context.uniconta.query("GLDailyJournalLineClient", {"Journal": journal}, take=1):
        raise Hold(
            f"Journal “{journal}” holds lines; they could be posted along with the payments.",
            "Post or delete the lines of the journal in Uniconta; keep it for this integration alone.",
            mended_by="uniconta",
        )


def _after_refusal(
    context: Context, payments: list[Payment], error: Refused, result: Result
) -> None:
    """Look for what was posted all the same [A93]; halve the rest, or hold the one that is at fault."""
    missing = _missing(context, payments, result)
    if not missing:
        return
    if _look_up_is_blind(context, missing[0]):
        for each in missing:
            hold = unknown_hold("Payment", each.document.key, str(error))
            _hold_as_sent(context, each, hold, result)
        return
    if len(missing) == 1:
        _hold_all(context, missing, hold_for(error, what="the payment"), result)
        return
    planned = [
        Payment(_save(context, each.document, DocumentState.PLANNED), each.invoice)
        for each in missing
    ]
    middle = len(planned) // 2
    _post(context, planned[:middle], result)
    _post(context, planned[middle:], result)


def _resolve(context: Context, payments: Sequence[Payment], result: Result) -> list[Payment]:
    """Find out about payments whose outcome is unknown; returns those that may be sent again."""
    if not payments:
        return []
    missing = _missing(context, payments, result)
    again, now = [], context.now()
    for payment in missing:
        document = payment.document
        if document.first_look_at is None:
            _save(context, document, document.state, first_look_at=now)
            result.look_again_at = now + context.look_again_after
        elif now < document.first_look_at + context.look_again_after:
            result.look_again_at = document.first_look_at + context.look_again_after
        elif _look_up_works(context, payment):
            again.append(payment)
        else:
            why = "The look-up finds no earlier payment either, so finding nothing proves nothing."
            hold = unknown_hold(f"Payment of invoice {payment.invoice}", document.key, why)
            _hold_as_sent(context, payment, hold, result)
    return again


def _missing(context: Context, payments: Sequence[Payment], result: Result) -> list[Payment]:
    """Confirm payments that are whole in the ledger, hold those there in part, return those not there at all."""
    found = _entries(context, [each.document.key for each in payments])
    missing = []
    for payment in payments:
        entries = found[payment.document.key]
        if not entries:
            missing.append(payment)
        elif _is_whole(context, [payment], entries):
            _save(context, payment.document, DocumentState.CONFIRMED)
            result.settled += 1
        else:
            _hold_partial(context, payment, entries, result)
    return missing


def _entries(context: Context, keys: Sequence[str]) -> dict[str, list[GlTrans]]:
    found: dict[str, list[GlTrans]] = defaultdict(list)
    for row in context.uniconta.find(ENTITY, "ReferenceNumber", set(keys)):
        entry = parse_gl_trans(row)
        found[entry.reference_number].append(entry)
    return found


def _look_up_works(context: Context, payment: Payment) -> bool:
    known = context.documents.known(DocumentKind.SETTLEMENT, besides=payment.document.key)
    return known is not None and bool(_entries(context, [known.key])[known.key])


def _look_up_is_blind(context: Context, payment: Payment) -> bool:
    """Tell whether the look-up does not even find a payment that surely stands, so that "not found" says nothing."""
    known = context.documents.known(DocumentKind.SETTLEMENT, besides=payment.document.key)
    return known is not None and not _entries(context, [known.key])[known.key]


def _confirm(context: Context, payments: list[Payment], posted: int | None, result: Result) -> None:
    """Compare what was posted with what was sent: by the posting's id as a whole, else by our keys."""
    entries: list[GlTrans] = []
    if posted is not None:
        rows = context.uniconta.query(ENTITY, {"JournalPostedId": str(posted)})
        entries = [parse_gl_trans(row) for row in rows]
    if entries and _is_whole(context, payments, entries):
        for payment in payments:
            _save(context, payment.document, DocumentState.CONFIRMED, number=str(posted))
        result.settled += len(payments)
        return
    for payment in _missing(context, payments, result):
        if entries:
            _hold_partial(context, payment, [], result)
        else:  # the vendor said yes and shows neither id nor key: take its word [A99] [A100]
            _save(context, payment.document, DocumentState.SENT)
            result.settled += 1


def _is_whole(context: Context, payments: Sequence[Payment], entries: Sequence[GlTrans]) -> bool:
    """Tell whether ledger entries are exactly these payments; the key may stand on one side only [A99]."""
    both, account_side = _expected(payments)
    ours = set(both) | set(account_side)
    found: Sums = defaultdict(Decimal)
    for entry in entries:
        found[entry.account if entry.account in ours else DEBTORS] += entry.amount
    return _without_zero(found) in (_without_zero(both), _without_zero(account_side))


def _expected(payments: Sequence[Payment]) -> tuple[Sums, Sums]:
    """Return the sums per account, debit positive, with both sides and with the account side only."""
    account_side: Sums = defaultdict(Decimal)
    offset_side: Sums = defaultdict(Decimal)
    for payment in payments:
        for line in payment.document.facts["lines"]:
            credit = Decimal(line["credit"])
            account_side[DEBTORS if line["debtor"] else line["account"]] -= credit
            offset_side[line["offset_account"]] += credit
    both = defaultdict(Decimal, account_side)
    for account, amount in offset_side.items():
        both[account] += amount
    return both, account_side


def _without_zero(sums: Sums) -> Sums:
    return {account: amount for account, amount in sums.items() if amount}


def _hold_partial(
    context: Context, payment: Payment, entries: Sequence[GlTrans], result: Result
) -> None:
    found = ", ".join(f"{entry.account} {entry.amount}" for entry in entries) or "nothing"
    hold = Hold(
        f"The payment {payment.document.key} is posted in part only (found: {found}).",
        "Post the missing lines by hand in Uniconta, with this reference.",
        mended_by="uniconta",
    )
    _hold_as_sent(context, payment, hold, result)


def _hold_as_sent(context: Context, payment: Payment, hold: Hold, result: Result) -> None:
    """Hold a payment without forgetting that it was sent: after the person it is looked for again, not sent."""
    held = payment.document.knowing(held=True)
    context.documents.save(held, was=payment.document.state)
    result.problems.append(Problem(payment.document.source_id, hold))


def _hold_all(context: Context, payments: Sequence[Payment], hold: Hold, result: Result) -> None:
    for payment in payments:
        _save(context, payment.document, DocumentState.HELD)
        result.problems.append(Problem(payment.document.source_id, hold))


def _save(context: Context, document: Document, state: DocumentState, **changes: Any) -> Document:
    saved = document.become(state, **changes)
    context.documents.save(saved, was=document.state)
    return saved


def _date(document: Document) -> date:
    return date.fromisoformat(str(document.facts["date"]))
