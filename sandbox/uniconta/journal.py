"""PostDailyJournal and CheckJournal."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox.uniconta.company import Company
from sandbox.uniconta.errors import Refusal
from sandbox.uniconta.journal_lines import JournalLine, check_line
from sandbox.uniconta.ledger import Claim, Voucher, open_claim, post, settle
from sandbox.uniconta.records import new_row
from sandbox.uniconta.table import Row

ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is to be posted: given lines, or the stored ones when there are none."""

    journal: str
    lines: Sequence[Any] | None
    date: datetime | None = None


def post_journal(company: Company, request: Request) -> int:
    """Post and return the id of the posting; raises Refusal or BadField."""
    journal = _journal(company, request.journal)
    given = [_given_row(company, journal, line) for line in request.lines or ()]
    mode = company.switches.get("uni.postdaily_lines")
    if request.lines is not None and mode == "stored_first":
        given = [_store(company, row) for row in given]
    with _all_or_nothing(company):
        return _post(company, journal, _chosen(company, journal, request, given), request=request)


def check_journal(company: Company, lines: Iterable[Any]) -> None:
    """Check the accounts of lines in the form of CheckJournal; raises Refusal [A101]."""
    if company.switches.get("uni.checkjournal") == "ArgumentMissing":
        raise Refusal("ArgumentMissing")
    total = ZERO
    for line in lines:
        if not isinstance(line, dict):
            raise Refusal("InvalidObject", field="Lines")
        kind = "Debtor" if line.get("AccountType") == 1 else "GLAccount"
        if company[kind].find(line.get("Account")) is None:
            raise Refusal("AccountIsMissing", field="Account", value=line.get("Account"))
        total += Decimal(str(line.get("AmountCur") or 0))
    if total:
        raise Refusal("ErrorInJournal", field="AmountCur", value=total)


def _journal(company: Company, name: str) -> Row:
    if not name:
        raise Refusal("ArgumentMissing", field="Journal")
    journal = company.row("GLDailyJournal", name)
    if journal["Blocked"]:
        raise Refusal("NoRights", field="Journal", value=name)
    return journal


def _given_row(company: Company, journal: Row, line: Any) -> Row:
    if not isinstance(line, dict):
        raise Refusal("InvalidObject", field="Lines")
    values = {**line, "Journal": line.get("Journal") or journal["Journal"]}
    return new_row(company, "GLDailyJournalLine", values)


def _store(company: Company, row: Row) -> Row:
    return company["GLDailyJournalLine"].add(row)


def _all_or_nothing(company: Company) -> Any:
    """Return what holds the lines together; nothing does when posting is not atomic [A93]."""
    if company.switches.get("uni.postdaily_atomic") == "yes":
        return company.transaction()
    return nullcontext()


def _chosen(company: Company, journal: Row, request: Request, given: Sequence[Row]) -> list[Row]:
    """Return the lines to be posted: given or stored ones [A92], approved and not on hold [A102]."""
    stored = company["GLDailyJournalLine"].where("Journal", journal["Journal"])
    mode = company.switches.get("uni.postdaily_lines")
    if request.lines is None or mode == "stored_first":
        rows = stored
    elif mode == "also_stored":
        rows = [*given, *stored]
    else:
        rows = list(given)
    approval = journal["UseApproved"] or company.switches.get("uni.use_approved") == "on"
    rows = [row for row in rows if not row["OnHold"] and (row["Approved"] or not approval)]
    if not rows:
        raise Refusal("NoLinesFound")
    return rows


def _post(company: Company, journal: Row, rows: Sequence[Row], *, request: Request) -> int:
    atomic = company.switches.get("uni.postdaily_atomic") == "yes"
    posting = company.next_posting()
    if atomic:
        lines = [check_line(company, journal, row, date=request.date) for row in rows]
        _post_lines(company, journal, lines, posting=posting)
        return posting
    for row in rows:  # what comes before the bad line stands
        line = check_line(company, journal, row, date=request.date)
        with company.transaction():
            _post_lines(company, journal, [line], posting=posting)
    return posting


def _post_lines(
    company: Company, journal: Row, lines: Sequence[JournalLine], *, posting: int
) -> None:
    """Post lines voucher by voucher; the lines of one voucher and date sum to zero."""
    vouchers: dict[tuple[int, datetime], list[JournalLine]] = defaultdict(list)
    shared: int | None = None
    for line in lines:
        number = line.row["Voucher"]
        if not number:
            number = (
                shared if shared and _shares(company, journal) else _next_voucher(company, journal)
            )
            shared = number
        vouchers[(number, line.date)].append(line)
    for (number, day), members in vouchers.items():
        rest = sum((line.rest for line in members), ZERO)
        if rest:
            raise Refusal("ErrorInJournal", field="Voucher", value=number)
        voucher = Voucher(
            number=number,
            date=day,
            posting=posting,
            serie=journal["NumberSerie"],
            origin=journal["Journal"],
        )
        _post_voucher(company, voucher, members)


def _shares(company: Company, journal: Row) -> bool:
    """Tell whether lines without a number share one voucher [A94]."""
    return bool(
        company.switches.get("uni.voucher") != "per_line"
        and journal["OneVoucherForAll"]
        and not journal["NewVoucherPerLine"]
    )


def _next_voucher(company: Company, journal: Row) -> int:
    refused = company.switches.get("uni.voucher") == "zero_refused"
    if refused or not journal["GenerateVoucher"]:
        raise Refusal("ErrorInJournal", field="Voucher", value=0)
    return company.next_number(journal["NumberSerie"])


def _post_voucher(company: Company, voucher: Voucher, lines: Sequence[JournalLine]) -> None:
    post(company, voucher, [entry for line in lines for entry in line.entries])
    for line in lines:
        if line.debtor is not None and line.amount:
            _settle_line(company, voucher, line)
        if line.row["RowId"]:  # a stored line goes when it is posted
            company["GLDailyJournalLine"].remove(line.row)


def _settle_line(company: Company, voucher: Voucher, line: JournalLine) -> None:
    """Write the debtor's side as an open item and settle what the line names [A97] [A98]."""
    debtor = line.debtor or ""
    claim = Claim(
        debtor=debtor,
        amount=line.amount,
        kind=line.row["DCPostType"] or "Payment",
        text=line.row["Text"],
        invoice=int(line.row["Invoice"]) if (line.row["Invoice"] or "").isdigit() else 0,
        due=line.row["DueDate"],
        reference=line.row["ReferenceNumber"],
        payment=line.row["Payment"],
    )
    item = open_claim(company, voucher, claim)
    left = settle(company, item, _named_items(company, debtor, line.row))
    if left is not None and company.switches.get("uni.auto_settlement") == "oldest":
        oldest = sorted(company.open_items(debtor), key=lambda row: (row["Date"], row["RowId"]))
        settle(company, left, oldest)


def _named_items(company: Company, debtor: str, row: Row) -> list[Row]:
    """Return the open items that a line wants to settle, in its order."""
    way = company.switches.get("uni.settle_by")
    names = [name for name in (row["Settlements"] or "").replace(",", ";").split(";") if name]
    if way == "not_at_all":
        return []
    member = "RowId" if way == "rowid" or row["SettleValue"] == "RowId" else "Invoice"
    if member == "Invoice" and not names and row["Invoice"]:
        names = [row["Invoice"]]
    table = company["DebtorTransOpen"]
    numbers = [int(name) for name in names if name.strip().isdigit()]
    if member == "RowId":
        items = [item for number in numbers if (item := table.get(number))]
    else:
        items = [item for number in numbers for item in table.where("Invoice", number)]
    return [item for item in items if item["Account"] == debtor]
