"""Day closes of the till against the postings that stand in Uniconta."""

from integration.customers1st.payloads import DayClose
from integration.errors import Hold
from integration.flows.master import store_id
from integration.mapping.day_close import close_date, close_key, close_name, figures
from integration.mapping.reversal import reversal_key
from integration.ports import DocumentKind, DocumentState
from syncjobs.drift.books import Books
from syncjobs.drift.forgotten import recall_close
from syncjobs.drift.postings import Postings
from syncjobs.drift.report import Difference, Sort
from syncjobs.drift.work import Work
from syncjobs.models import JobKind
from syncjobs.safety.closes import closes_since

CLOSE = JobKind.DAY_CLOSE_TO_JOURNAL


def compare_closes(work: Work, books: Books) -> None:
    """Compare every day close since the first day; under repair what is missing is posted by its own job."""
    context, store = work.context, store_id(work.context)
    postings = Postings(work, books, kind=CLOSE, unmake=None)
    first = context.rules.sales_from
    seen = set()
    for close in closes_since(context, None):
        seen.add(str(close.id))
        day = close_date(close, rules=context.rules, naive_zone=context.naive_zone)
        if first is None or day >= first:
            _judge(work, books, postings, close, close_key(store, close.id))
    postings.judge()
    orphans = dict(books.keys(books.ledger, "balance"))
    for key, source_id in orphans.items():
        if source_id not in seen and not _is_reversed(work, key):
            told = f"{key} is posted in Uniconta; there is no such close in Customers 1st."
            cure = "Look at the posting. If it should not stand, reverse it on its document's page."
            work.hold(_difference(source_id, Sort.ORPHANED, key), Hold(told, cure))


def _judge(work: Work, books: Books, postings: Postings, close: DayClose, key: str) -> None:
    work.report.compared[CLOSE] += 1
    if _is_reversed(work, key):
        work.report.leave(CLOSE, str(close.id), "It was reversed.")
        return
    document = work.context.documents.get(DocumentKind.CLOSE, key)
    sheets, name = work.context.proofs.of(key), close_name(close)
    is_posted = document is not None and document.state in (
        DocumentState.SENT,
        DocumentState.CONFIRMED,
    )
    if sheets and sheets[0]["figures"] != figures(close):
        told = f"{name} was changed in Customers 1st after it was posted."
        cure = "Compare it with its proof. If the posting is wrong, reverse it and post the close by hand."
        work.hold(_difference(str(close.id), Sort.DIFFERENT, name), Hold(told, cure))
    elif is_posted and document is not None:
        postings.take(document, name=f"day close {name}")
    elif not sheets and document is None and books.entries_of(key):
        difference = _difference(str(close.id), Sort.ORPHANED, name)
        difference.winner, difference.where = "uniconta", ""
        difference.why = "it is posted, and no row of ours knows"
        if work.repair:
            at = close.ended.replace(tzinfo=work.context.naive_zone)
            recall_close(work, difference, at=at)
        else:
            work.report.add(difference)
    elif not sheets:
        difference = _difference(str(close.id), Sort.MISSING, name)
        difference.winner, difference.why = "customers1st", "it is not posted"
        work.add(difference)


def _is_reversed(work: Work, key: str) -> bool:
    return work.context.documents.get(DocumentKind.REVERSAL, reversal_key(key)) is not None


def _difference(source_id: str, sort: Sort, name: str) -> Difference:
    return Difference(kind=CLOSE, sort=sort, source_id=source_id, name=name, where="uniconta")
