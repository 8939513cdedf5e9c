"""The part of the Uniconta Web API that we use (contracts/uniconta.md)."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from urllib.parse import quote

from integration.errors import AccessDenied, ContractBroken, IntegrationError, Refused
from integration.http import Answer, Http, HttpSession
from integration.ports import CallRecord
from integration.uniconta import replies
from integration.uniconta.payloads import (
    Company,
    InvoiceReply,
    JournalLine,
    PostingReply,
    parse_company,
)
from integration.uniconta.tokens import Login, Session, TokenStore
from integration.uniconta.values import (
    day_text,
    has_meaning,
    is_day_range,
    matches,
    moment_of,
    text_of,
)

SYSTEM = "Uniconta"
TIMEOUT = (3.05, 100.0)  # seconds: connect, read; throttling shows as latency [A59]
PAGE_LENGTH = 1000  # [A67]
SET_LENGTH = 40  # values in one set filter (section 4)
LIST_LENGTH = 100  # records in one list that is written: a refused one is cheap to take apart
MOST_RENEWALS = 3  # of the session for one call: tokens may be voided faster than one is used
TAKE_SOME = 5  # a look-up by key asks for few rows, in case the filter is ignored [A66]
# the key of each entity (section 11), by which one record can be read
KEYS: Mapping[str, str] = {
    "DebtorClient": "Account",
    "DebtorClientUser": "Account",
    "DebtorGroupClient": "Group",
    "GLAccountClient": "Account",
    "GLDailyJournalClient": "Journal",
    "GLVatClient": "Vat",
    "InvGroupClient": "Group",
    "InvItemClient": "Item",
    "InvItemClientUser": "Item",
    "NumberSerieClient": "Serie",
    "PaymentTermClient": "Payment",
}

T = TypeVar("T")
Row = dict[str, Any]


class UnicontaClient:
    """Calls Uniconta for one company. Raises the errors of integration.errors.

    Rows are plain mappings with the vendor's names. Every row of a filtered query is compared with what was asked
    for before it is believed [A66]. `session` belongs to one thread; `tokens` is shared by all workers.
    """

    def __init__(
        self,
        *,
        base_url: str,
        company_id: int,
        username: str,
        password: str,
        tokens: TokenStore,
        on_call: Callable[[CallRecord], None] | None = None,
        session: HttpSession | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._company_id = company_id
        self._http = Http(
            system=SYSTEM, base_url=base_url, timeout=TIMEOUT, on_call=on_call, session=session
        )
        login = Login(company_id=company_id, username=username, password=password)
        self._session = Session(http=self._http, login=login, store=tokens, now=now)

    def query(
        self,
        entity: str,
        filters: Mapping[str, str] | None = None,
        *,
        take: int | None = None,
        order_by: str | None = None,
    ) -> list[Row]:
        """Return the rows whose members equal the given values (POST /Query/Get/{entity}).

        A value is that very text, whatever `*`, `;` or `..` it holds; the one exception is a range of days,
        `dd-MM-yyyy..dd-MM-yyyy`, open at either end. `order_by` with a leading `-` is descending.
        """
        wanted = dict(filters or {})
        sent = {n: v for n, v in wanted.items() if is_day_range(v) or not has_meaning(v)}
        if len(sent) < len(wanted):  # what a filter would misread is compared here instead
            order = order_by or KEYS.get(entity) or next(iter(wanted))
            every = self.list_all(entity, order_by=order, filters=sent)
            return [row for row in every if matches(row, wanted)][:take]
        body = [*_conditions(sent), *_order(order_by), *_page(0, take)]
        rows = self._call("POST", f"/Query/Get/{entity}", body or [{}], read=replies.read_rows)
        return [row for row in rows if matches(row, wanted)]

    def list_all(
        self, entity: str, *, order_by: str, filters: Mapping[str, str] | None = None
    ) -> Iterator[Row]:
        """Return all rows of an entity, page by page until a short one [A67]."""
        wanted = dict(filters or {})
        skip = 0
        last: list[Row] = []
        while True:
            body = [*_conditions(wanted), *_order(order_by), *_page(skip, PAGE_LENGTH)]
            rows = self._call("POST", f"/Query/Get/{entity}", body, read=replies.read_rows)
            if rows and rows == last:
                raise ContractBroken(f"Uniconta answers the same page of {entity} again and again.")
            yield from (row for row in rows if matches(row, wanted))
            if len(rows) < PAGE_LENGTH:
                return
            skip, last = skip + len(rows), rows

    def list_changed(self, entity: str, *, since: datetime) -> Iterator[Row]:
        """Return the rows changed at or after a local time, newest first; a page is read only when it is needed.

        Rows that do not show when they changed are returned as well. Raises Refused where Uniconta cannot filter by
        UpdatedAt [A68].
        """
        ordered, newest = True, None
        filters = {"UpdatedAt": f"{since:%d-%m-%Y}.."}
        for row in self.list_all(entity, order_by="-UpdatedAt", filters=filters):
            changed_at = moment_of(row.get("UpdatedAt"))
            if changed_at is None or changed_at >= since:
                yield row
            elif ordered:
                return  # what follows is older still
            ordered = ordered and changed_at is not None and changed_at <= (newest or changed_at)
            newest = changed_at

    def find(self, entity: str, property: str, values: Collection[str]) -> list[Row]:
        """Return the rows whose property is one of these values, in sets of up to 40 a call.

        A value that a set would misread is read by its key, or looked for among all rows. Empty values are left out.
        """
        plain = sorted({value for value in values if value and not has_meaning(value)})
        odd = sorted({value for value in values if has_meaning(value)})
        found: list[Row] = []
        for start in range(0, len(plain), SET_LENGTH):
            chunk = plain[start : start + SET_LENGTH]
            body = _conditions({property: ";".join(chunk)})
            rows = self._call("POST", f"/Query/Get/{entity}", body, read=replies.read_rows)
            found += [row for row in rows if text_of(row.get(property)) in chunk]
        return found + self._find_odd(entity, property, odd)

    def find_among(self, entity: str, property: str, value: str) -> list[Row]:
        """Return the rows whose property holds a value, alone or among others; capital letters do not count.

        It is asked for as a part (`*value*`, section 4), and as the whole where that finds nothing.
        """
        spellings = {value, value.lower()}
        if not value or has_meaning(value):
            return self.find(entity, property, spellings)
        body = _conditions({property: f"*{value}*"})
        rows = self._call("POST", f"/Query/Get/{entity}", body, read=replies.read_rows)
        found = [row for row in rows if value.lower() in text_of(row.get(property)).lower()]
        return found or self.find(entity, property, spellings)

    def look_up(self, entity: str, property: str, value: str) -> list[Row]:
        """Return the few rows that carry a key of ours, to find out whether something was done [A66]."""
        return self.query(entity, {property: value}, take=TAKE_SOME)

    def search(self, entity: str, members: Sequence[str], text: str, *, take: int) -> list[Row]:
        """Return rows of which one of these members holds a text, whatever its case; one call a member.

        At most `take` rows a member. What a filter would read as a sign of its own is taken out of the text.
        """
        wanted = " ".join(text.replace("*", " ").replace(";", " ").replace("..", " ").split())
        if not wanted:
            return []
        found: dict[str, Row] = {}
        for name in members:
            body = [*_conditions({name: f"*{wanted}*"}), *_page(0, take)]
            rows = self._call("POST", f"/Query/Get/{entity}", body, read=replies.read_rows)
            for row in rows:
                if wanted.casefold() in text_of(row.get(name)).casefold():
                    found.setdefault(text_of(row.get(KEYS[entity])), row)
        return list(found.values())

    def read(self, entity: str, keys: Mapping[str, str]) -> Row | None:
        """Return one record by its key (PUT /Query/Read/{entity}), None when it is not there or another one."""
        path = f"/Query/Read/{entity}"
        row = self._call("PUT", path, dict(keys), read=replies.read_record)
        return row if row is not None and matches(row, keys) else None

    def insert(self, entity: str, row: Mapping[str, Any]) -> Row:
        """Insert one record and return the stored one, empty when Uniconta only said yes [A75]."""
        path = f"/Crud/Insert/{entity}"
        rows = self._call("POST", path, dict(row), read=replies.read_written, write=True)
        return rows[0] if rows else {}

    def insert_list(self, entity: str, rows: Sequence[Mapping[str, Any]]) -> list[Row]:
        """Insert a list and return the stored rows; fewer or none when Uniconta did not tell them all [A82]."""
        body = [dict(row) for row in rows]
        path = f"/Crud/InsertList/{entity}"
        return self._call("POST", path, body, read=replies.read_written, write=True)

    def update_fields(
        self, entity: str, original: Mapping[str, Any], modified: Mapping[str, Any]
    ) -> None:
        """Change the members that differ between the two; all others stay (PUT /Crud/UpdateFieldsModified)."""
        body = {"Original": dict(original), "Modified": dict(modified)}
        self._call("PUT", f"/Crud/UpdateFieldsModified/{entity}", body, read=_done, write=True)

    def update_fields_list(
        self, entity: str, pairs: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]
    ) -> None:
        """Change what differs between each pair of original and modified (PUT /Crud/UpdateFieldsModifiedList)."""
        body = {
            "OriginalList": [dict(original) for original, _modified in pairs],
            "ModifiedList": [dict(modified) for _original, modified in pairs],
        }
        self._call("PUT", f"/Crud/UpdateFieldsModifiedList/{entity}", body, read=_done, write=True)

    def delete(self, entity: str, row: Mapping[str, Any]) -> None:
        """Delete one record."""
        self._call("DELETE", f"/Crud/Delete/{entity}", dict(row), read=_done, write=True)

    def delete_list(self, entity: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Delete a list of records."""
        body = [dict(row) for row in rows]
        self._call("DELETE", f"/Crud/DeleteList/{entity}", body, read=_done, write=True)

    def generate_invoice(self, order_number: int, on: date) -> InvoiceReply:
        """Invoice a stored order on a posting date (POST /Invoice/GenerateDebtorInvoice) [A83]."""
        body = {
            "OrderNumber": order_number,
            "Date": day_text(on),
            "Simulate": False,
            "SendEmail": False,
            "SendXML": False,
        }
        path = "/Invoice/GenerateDebtorInvoice"
        return self._call("POST", path, body, read=replies.read_invoice, write=True)

    def post_journal(
        self, *, journal: str, on: date, comment: str, lines: Sequence[JournalLine]
    ) -> PostingReply:
        """Post these lines in one call (POST /GLJournal/PostDailyJournal) [A100]."""
        if not lines:
            raise ValueError("Without lines Uniconta would post what is stored in the journal.")
        body = {
            "Journal": journal,
            "Date": day_text(on),
            "Comment": comment,
            "Lines": [line.to_row() for line in lines],
        }
        path = "/GLJournal/PostDailyJournal"
        return self._call("POST", path, body, read=replies.read_posting, write=True)

    def get_last_error(self, code: str) -> str:
        """Return Uniconta's text for an error code [A65]."""
        path = f"/Company/GetLastError/{self._company_id}&{quote(code, safe='')}"
        return replies.read_text(self._answer("GET", path, None, write=False))

    @property
    def server_time(self) -> datetime | None:
        """What the vendor's clock said with the newest answer, None when it did not tell."""
        return self._http.server_time

    def get_company(self) -> Company:
        """Return our company; ContractBroken when the session does not show it."""
        for row in self.query("CompanyClient"):
            company = parse_company(row)
            if company.company_id == self._company_id:
                return company
        raise ContractBroken(f"Uniconta does not show company {self._company_id}.")

    def _find_odd(self, entity: str, property: str, values: Sequence[str]) -> list[Row]:
        if not values:
            return []
        if KEYS.get(entity) == property:
            rows = [self.read(entity, {property: value}) for value in values]
            return [row for row in rows if row is not None]
        order = KEYS.get(entity) or property
        every = self.list_all(entity, order_by=order)
        return [row for row in every if text_of(row.get(property)) in values]

    def _call(
        self, method: str, path: str, body: Any, *, read: Callable[[Answer], T], write: bool = False
    ) -> T:
        """Call and read the reply; an error that is only a number is explained by GetLastError."""
        answer = self._answer(method, path, body, write=write)
        try:
            return read(answer)
        except Refused as error:
            if not error.name.lstrip("-").isdigit():
                raise
            raise replies.explained(error, self._text_of(error.name), write=write) from error

    def _answer(self, method: str, path: str, body: Any, *, write: bool) -> Answer:
        """Call with a valid session; a 401 means that nothing was done: renew and repeat, a few times at most."""
        token = self._session.token()
        answer = self._send(method, path, body, token=token, write=write)
        for _renewal in range(MOST_RENEWALS):
            if answer.status != 401:
                return answer
            token = self._session.token(refused=token)
            answer = self._send(method, path, body, token=token, write=write)
        if answer.status == 401:
            raise AccessDenied("Uniconta refuses a fresh session.", evidence=answer.evidence())
        return answer

    def _send(self, method: str, path: str, body: Any, *, token: str, write: bool) -> Answer:
        headers = {"Authorization": f"Bearer {token}"}
        return self._http.call(method, path, body=body, headers=headers, write=write)

    def _text_of(self, code: str) -> str:
        try:
            return self.get_last_error(code)
        except IntegrationError:
            return ""  # the number alone must do


def _done(answer: Answer) -> None:
    replies.read_written(answer, empty_is_success=True)


def _conditions(wanted: Mapping[str, str]) -> list[Row]:
    return [{"PropertyName": name, "FilterValue": value} for name, value in wanted.items()]


def _order(order_by: str | None) -> list[Row]:
    if not order_by:
        return []
    if order_by.startswith("-"):
        return [{"PropertyName": order_by[1:], "OrderByDescending": True}]
    return [{"PropertyName": order_by, "OrderBy": True}]


def _page(skip: int, take: int | None) -> list[Row]:
    return [] if take is None else [{"Skip": skip, "Take": take}]
