"""Postings that our rows say were made against what the ledger shows under their keys."""

from collections.abc import Callable, Sequence

from integration.errors import Hold
from integration.flows.posting import ENTITY, stands_whole
from integration.ports import Document
from integration.uniconta.payloads import GlTrans, text_of
from syncjobs.drift.books import Books
from syncjobs.drift.report import Difference, Sort
from syncjobs.drift.work import Work

MOST_TIMES = 3
AT_ONCE = 200
BLIND = "Uniconta shows no references on ledger entries: postings cannot be compared."


class Postings:
    """Takes documents whose posting should stand; what the pages do not show is asked for by key, many at once.

    `unmake` lets a posting that is gone be found out about by its own job; None where only a person may decide.
    """

    def __init__(
        self,
        work: Work,
        books: Books,
        *,
        kind: str,
        unmake: Callable[[Work, Document], None] | None,
    ) -> None:
        self._work, self._books, self._kind, self._unmake = work, books, kind, unmake
        self._doubtful: dict[str, tuple[Document, str]] = {}
        self._is_blind = False

    def take(self, document: Document, *, name: str) -> None:
        """Compare one document, now or with others later; `name` is what people call it."""
        if stands_whole(document, self._books.entries_of(document.key)) or self._is_blind:
            return
        self._doubtful[document.key] = (document, name)
        if len(self._doubtful) >= AT_ONCE:
            self.judge()

    def judge(self) -> None:
        """Ask for what is not clear, and say what is wrong."""
        doubtful, self._doubtful = self._doubtful, {}
        for key, entries in self._books.confirmed_entries(list(doubtful)).items():
            document, name = doubtful[key]
            if self._is_blind or stands_whole(document, entries):
                continue
            if entries:
                self._otherwise(document, name, entries)
            elif self._stands_without_key(document):
                self._is_blind = True
                self._work.report.notes.append(BLIND)
            else:
                self._gone(document, name)

    def _otherwise(self, document: Document, name: str, entries: Sequence[GlTrans]) -> None:
        """Take a posting that stands more than once, or not as it was made."""
        times = range(2, MOST_TIMES + 1)
        is_double = any(stands_whole(document, entries, times=each) for each in times)
        sort = Sort.DOUBLE if is_double else Sort.DIFFERENT
        shown = ", ".join(f"{each.account} {each.amount:.2f}" for each in entries)
        told = (
            f"The {name} is posted more than once under {document.key}: {shown}."
            if is_double
            else f"The {name} is not posted as it was made under {document.key}: {shown}."
        )
        cure = "Reverse in Uniconta what is too much, or post what is missing, with this reference."
        self._work.hold(
            self._difference(document, name, sort), Hold(told, cure, mended_by="uniconta")
        )

    def _stands_without_key(self, document: Document) -> bool:
        """Tell whether a posting stands under its number, and only its key is not shown [A99]."""
        if not document.number:
            return False
        rows = self._work.context.uniconta.query(ENTITY, {"JournalPostedId": document.number})
        return bool(rows) and not any(text_of(row.get("ReferenceNumber")) for row in rows)

    def _difference(self, document: Document, name: str, sort: Sort) -> Difference:
        return Difference(
            kind=self._kind, sort=sort, source_id=document.source_id, name=name, where="uniconta"
        )

    def _gone(self, document: Document, name: str) -> None:
        difference = self._difference(document, name, Sort.MISSING)
        difference.winner = "customers1st"
        difference.why = "it was posted, and the ledger does not show it any more"
        if self._unmake is None:
            difference.winner = ""
            told = f"The {name} was posted, and the ledger does not show {document.key} any more."
            cure = (
                "Look for it in Uniconta; if it was deleted there, post it by hand from its proof."
            )
            self._work.hold(difference, Hold(told, cure, mended_by="uniconta"))
            return
        self._work.add(difference)  # first its job: what is unmade is never left without one
        if self._work.repair:
            self._unmake(self._work, document)
