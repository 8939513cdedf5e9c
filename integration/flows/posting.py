"""Journal lines of many documents in one posting, each document exactly once (accounting.md section 6, DESIGN 6.1).

A document here is a row of ours with a key and lines: the payment of a receipt, a day close, a reversal. One call posts
many. What was sent is looked for by key and never doubled; a refused batch is halved until the one at fault stands alone.

Each entry of `facts["lines"]` is `{debtor, account, offset_account, credit, text}`: `credit` (money as text, debit below
0) on `account`, a debtor or a GL account, the other side on `offset_account`; `facts["date"]` is the posting day.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from integration.errors import Hold, Refused, RetryableError, UnknownOutcome
from integration.flows.context import Context
from integration.flows.create import happened_at, is_doubtful, unknown_hold
from integration.flows.master import check_journal, label_form
from integration.flows.outcome import DAY_CLOSE, SALE, Problem
from integration.flows.refusals import hold_for
from integration.mapping.amounts import kroner
from integration.ports import Document, DocumentKind, DocumentState
from integration.uniconta.labels import label
from integration.uniconta.payloads import GlTrans, JournalLine, parse_gl_trans

ENTITY = "GLTransClient"
DOCUMENTS_PER_POSTING = 200
DEBTORS = ""  # stands for the debtors' control account, whose number we do not need to know
NAMES = {
    DocumentKind.SETTLEMENT: "payment",
    DocumentKind.CLOSE: "day close",
    DocumentKind.REVERSAL: "reversal",
}

Sums = dict[str, Decimal]


@dataclass(frozen=True)
class Posting:
    """A document whose lines are posted; its debtor lines settle `invoice`, or stay open when that is empty."""

    document: Document
    invoice: str = ""

    @property
    def comes_last(self) -> bool:
        """Whether it is posted only when every payment before it is: a day close, a reversal."""
        return self.document.kind is not DocumentKind.SETTLEMENT

    @property
    def what(self) -> str:
        """Its name for people."""
        return f"the {NAMES[self.document.kind]} {self.document.key}"

    def problem(self, hold: Hold) -> Problem:
        """Return the hold with the job it belongs to."""
        return Problem(self.document.source_id, hold, DAY_CLOSE if self.comes_last else SALE)


@dataclass(kw_only=True)
class Result:
    """What one run of postings did.

    `posted` went in now or was found there. `problems` are for people. `look_again_at` is when a look-up after an
    unknown outcome wants its second look.
    """

    posted: list[Posting] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    look_again_at: datetime | None = None

    @property
    def is_clean(self) -> bool:
        """Whether nothing stands open."""
        return not self.problems and self.look_again_at is None


def post(context: Context, postings: Sequence[Posting]) -> Result:
    """Post these documents, payments before closes and reversals; first find out about unknown outcomes.

    A document that comes last stays planned unless every payment given with it is posted, before it or with it.
    Raises the client's errors when nothing can be known or sent now; every document then keeps its state.
    """
    result = Result()
    unknown = [each for each in postings if each.document.state is DocumentState.SENDING]
    ready = [each for each in postings if each.document.state is DocumentState.PLANNED]
    ready = _recall(context, ready, result) + _resolve(context, unknown, result)
    ready.sort(key=lambda each: each.comes_last)
    # a close goes with all its payments in one call (accounting.md section 2); payments alone go in batches
    size = len(ready) if any(each.comes_last for each in ready) else DOCUMENTS_PER_POSTING
    for start in range(0, len(ready), size or 1):
        _post(context, ready[start : start + size], result)
    return result


def _recall(context: Context, ready: Sequence[Posting], result: Result) -> list[Posting]:
    """Look, in sets, for postings that our rows may have forgotten; returns those that may be sent."""
    doubtful = [
        each for each in ready if is_doubtful(context, happened_at(each.document), each.document)
    ]
    if not doubtful:
        return list(ready)
    missing = _missing(context, doubtful, result)
    if len(missing) < len(doubtful):  # one was there: our rows have surely forgotten
        context.doubt.missing_until = context.doubt.until
    unknown = [each for each in missing if context.doubt.is_certain(happened_at(each.document))]
    now, until = context.now(), context.doubt.until
    for each in unknown:
        looked = each.document.knowing(looked_for=until and until.isoformat())
        _save(context, looked, DocumentState.SENDING, first_look_at=now)
        result.look_again_at = now + context.look_again_after
    sure = [each for each in missing if each not in unknown]
    return [each for each in ready if each not in doubtful] + sure


def _post(context: Context, postings: Sequence[Posting], result: Result) -> None:
    """Post one batch in one call; a refused batch is halved until the document at fault stands alone."""
    if not result.is_clean:
        postings = [each for each in postings if not each.comes_last]
    if not postings:
        return
    try:
        check_journal(context)
        _check_journal_is_empty(context)
    except Hold as hold:
        _hold_all(context, postings, hold, result)
        return
    sending = _sending(context, postings)
    try:
        posted = context.uniconta.post_journal(
            journal=context.rules.journal,
            on=max(_date(each.document) for each in sending),
            comment=f"Customers 1st: {len(sending)}",
            lines=_journal_lines(context, sending),
        ).journal_posted_id
    except RetryableError:
        _save_all(context, [each.document for each in sending], DocumentState.PLANNED)
        raise
    except Refused as error:
        _after_refusal(context, sending, error, result)
        return
    except UnknownOutcome as error:
        context.steps.note("Posting: outcome unknown, looking for it", error=str(error))
        _resolve(context, sending, result)  # the first look; what it misses waits for the second
        return
    _confirm(context, sending, posted, result)


def _sending(context: Context, postings: Sequence[Posting]) -> list[Posting]:
    """Write down that these are about to be sent, before the one call that sends them."""
    sent = [
        each.document.knowing(
            sends=int(each.document.facts.get("sends", 0)) + 1, invoice=each.invoice
        )
        for each in postings
    ]
    saved = _save_all(context, sent, DocumentState.SENDING, first_look_at=None)
    return [Posting(each, posting.invoice) for each, posting in zip(saved, postings, strict=True)]


def _journal_lines(context: Context, postings: Sequence[Posting]) -> list[JournalLine]:
    form = label_form(context)
    debtor, ledger = label("AccountType", "Debtor", form), label("AccountType", "Ledger", form)
    lines: list[JournalLine] = []
    for posting in postings:
        for line in posting.document.facts["lines"]:
            on_debtor = bool(line["debtor"])
            settles = on_debtor and bool(posting.invoice)
            lines.append(
                JournalLine(
                    journal=context.rules.journal,
                    line_number=len(lines) + 1,
                    date=_date(posting.document),
                    account_type=debtor if on_debtor else ledger,
                    account=line["account"],
                    offset_account_type=ledger,
                    offset_account=line["offset_account"],
                    credit=Decimal(line["credit"]),
                    text=line["text"],
                    reference_number=posting.document.key,
                    dc_post_type=label("DCPostType", "Payment", form) if on_debtor else None,
                    invoice=posting.invoice if settles else "",
                    settle_value=label("SettleValue", "Invoice", form) if settles else None,
                )
            )
    return lines


def _check_journal_is_empty(context: Context) -> None:
    """Hold when somebody's lines stand in our journal: they could be posted along [A92]."""
    journal = context.rules.journal
    if context.uniconta.query("GLDailyJournalLineClient", {"Journal": journal}, take=1):
        raise Hold(
            f"Journal “{journal}” holds lines; they could be posted along with ours.",
            "Post or delete the lines of the journal in Uniconta; keep it for this integration alone.",
            mended_by="uniconta",
        )


def _refused(context: Context, posting: Posting, error: Refused) -> Hold:
    rows = [line.to_row() for line in _journal_lines(context, [posting])]
    return hold_for(error, what=posting.what, sent=rows)


def _after_refusal(
    context: Context, postings: list[Posting], error: Refused, result: Result
) -> None:
    """Look for what was posted all the same [A93]; halve the rest, or hold the one that is at fault."""
    missing = _missing(context, postings, result)
    if not missing:
        return
    if _look_up_is_blind(context, missing[0]):
        for each in missing:
            hold = unknown_hold(each.what, each.document.key, str(error))
            _hold_as_sent(context, each, hold, result)
        return
    if len(missing) == 1:
        _hold_all(context, missing, _refused(context, missing[0], error), result)
        return
    saved = _save_all(context, [each.document for each in missing], DocumentState.PLANNED)
    planned = [Posting(each, earlier.invoice) for each, earlier in zip(saved, missing, strict=True)]
    middle = len(planned) // 2
    _post(context, planned[:middle], result)
    _post(context, planned[middle:], result)


def _resolve(context: Context, postings: Sequence[Posting], result: Result) -> list[Posting]:
    """Find out about postings whose outcome is unknown; returns those that may be sent again."""
    if not postings:
        return []
    missing = _missing(context, postings, result)
    again, now = [], context.now()
    for posting in missing:
        document = posting.document
        if document.first_look_at is None:
            _save(context, document, document.state, first_look_at=now)
            result.look_again_at = now + context.look_again_after
        elif now < document.first_look_at + context.look_again_after:
            result.look_again_at = document.first_look_at + context.look_again_after
        elif _look_up_works(context, posting):
            again.append(posting)
        else:
            why = "The look-up finds no earlier posting either, so finding nothing proves nothing."
            hold = unknown_hold(posting.what, document.key, why)
            _hold_as_sent(context, posting, hold, result)
    return again


def stands_whole(document: Document, entries: Sequence[GlTrans], *, times: int = 1) -> bool:
    """Tell whether ledger entries with a document's key are exactly what it posts, so many times over."""
    return _is_whole([Posting(document)] * times, entries)


def _missing(context: Context, postings: Sequence[Posting], result: Result) -> list[Posting]:
    """Confirm postings that are whole in the ledger, hold those there in part, return those not there at all."""
    found = _entries(context, [each.document.key for each in postings])
    missing = []
    for posting in postings:
        entries = found[posting.document.key]
        if not entries:
            missing.append(posting)
        elif _is_whole([posting], entries):
            _save(context, posting.document, DocumentState.CONFIRMED)
            result.posted.append(posting)
        else:
            _hold_partial(context, posting, entries, result)
    return missing


def _entries(context: Context, keys: Sequence[str]) -> dict[str, list[GlTrans]]:
    found: dict[str, list[GlTrans]] = defaultdict(list)
    for row in context.uniconta.find(ENTITY, "ReferenceNumber", set(keys)):
        entry = parse_gl_trans(row)
        found[entry.reference_number].append(entry)
    return found


def _look_up_works(context: Context, posting: Posting) -> bool:
    known = _known(context, posting)
    return known is not None and bool(_entries(context, [known.key])[known.key])


def _look_up_is_blind(context: Context, posting: Posting) -> bool:
    """Tell whether the look-up does not even find a posting that surely stands, so that "not found" says nothing."""
    known = _known(context, posting)
    return known is not None and not _entries(context, [known.key])[known.key]


def _known(context: Context, posting: Posting) -> Document | None:
    """Return another document that surely stands in the ledger, of whatever kind."""
    for kind in NAMES:
        known = context.documents.known(kind, besides=posting.document.key)
        if known is not None:
            return known
    return None


def _confirm(context: Context, postings: list[Posting], posted: int | None, result: Result) -> None:
    """Compare what was posted with what was sent: by the posting's id as a whole, else by our keys."""
    entries: list[GlTrans] = []
    if posted is not None:
        rows = context.uniconta.query(ENTITY, {"JournalPostedId": str(posted)})
        entries = [parse_gl_trans(row) for row in rows]
    if entries and _is_whole(postings, entries):
        documents = [posting.document for posting in postings]
        _save_all(context, documents, DocumentState.CONFIRMED, number=str(posted))
        result.posted += postings
        return
    for posting in _missing(context, postings, result):
        if entries:
            _hold_partial(context, posting, [], result)
        else:  # the vendor said yes and shows neither id nor key: take its word [A99] [A100]
            _save(context, posting.document, DocumentState.SENT)
            result.posted.append(posting)


def _is_whole(postings: Sequence[Posting], entries: Sequence[GlTrans]) -> bool:
    """Tell whether ledger entries are exactly these postings; the key may stand on one side only [A99]."""
    both, account_side = _expected(postings)
    ours = set(both) | set(account_side)
    found: Sums = defaultdict(Decimal)
    for entry in entries:
        found[entry.account if entry.account in ours else DEBTORS] += entry.amount
    return _without_zero(found) in (_without_zero(both), _without_zero(account_side))


def _expected(postings: Sequence[Posting]) -> tuple[Sums, Sums]:
    """Return the sums per account, debit positive, with both sides and with the account side only."""
    account_side: Sums = defaultdict(Decimal)
    offset_side: Sums = defaultdict(Decimal)
    for posting in postings:
        for line in posting.document.facts["lines"]:
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
    context: Context, posting: Posting, entries: Sequence[GlTrans], result: Result
) -> None:
    found = ", ".join(f"{entry.account} {kroner(entry.amount)}" for entry in entries) or "nothing"
    hold = Hold(
        f"{_upper(posting.what)} is posted in part only (found: {found}).",
        "Post the missing lines by hand in Uniconta, with this reference.",
        mended_by="uniconta",
    )
    _hold_as_sent(context, posting, hold, result)


def _hold_as_sent(context: Context, posting: Posting, hold: Hold, result: Result) -> None:
    """Hold a document without forgetting that it was sent: after the person it is looked for again, not sent."""
    held = posting.document.knowing(held=True)
    context.documents.save(held, was=posting.document.state)
    result.problems.append(posting.problem(hold))


def _hold_all(context: Context, postings: Sequence[Posting], hold: Hold, result: Result) -> None:
    for posting in postings:
        _save(context, posting.document, DocumentState.HELD)
        result.problems.append(posting.problem(hold))


def release(context: Context, document: Document) -> Document:
    """Return a held document as one that may go on, because a person has looked; what was sent is looked for first."""
    if document.state is DocumentState.HELD:
        return _save(context, document, DocumentState.PLANNED)
    if document.facts.get("held"):
        going_on = document.knowing(held=False)
        context.documents.save(going_on, was=document.state)
        return going_on
    return document


def _save(context: Context, document: Document, state: DocumentState, **changes: Any) -> Document:
    saved = document.become(state, **changes)
    context.documents.save(saved, was=document.state)
    return saved


def _save_all(
    context: Context, documents: Sequence[Document], state: DocumentState, **changes: Any
) -> list[Document]:
    """Save many in their new state: those of one kind and one earlier state at once, all or none of them."""
    groups: dict[tuple[DocumentKind, DocumentState], list[Document]] = defaultdict(list)
    for document in documents:
        groups[document.kind, document.state].append(document.become(state, **changes))
    for (_kind, was), saved in groups.items():
        context.documents.save_all(saved, was=was)
    return [document.become(state, **changes) for document in documents]


def _date(document: Document) -> date:
    return date.fromisoformat(str(document.facts["date"]))


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
