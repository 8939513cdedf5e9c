"""The part of the Uniconta Web API that we use (contracts/uniconta.md)."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from integration.errors import AccessDenied
from integration.http import Answer, Http, Session
from integration.ports import CallRecord
from integration.uniconta.payloads import JournalLine, text_of, to_date_text
from integration.uniconta.replies import (
    read_invoice,
    read_object,
    read_posting,
    read_rows,
    read_written,
)
from integration.uniconta.tokens import Login, TokenStore, UnicontaSession

PAGE_LENGTH = 1000  # [A67]
SET_LENGTH = 40  # values in one set filter (section 4)
TAKE_SOME = 5  # a look-up by key asks for few rows, in case the filter is ignored [A66]
MEANINGFUL = ("*", ";", "..")  # what a filter value must not hold


class UnicontaClient:
    """Calls Uniconta for one company. Raises the errors of integration.errors.

    Rows are plain mappings with the vendor's names; every row of a filtered query is compared with what was
    asked for before it is believed.
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
        session: Session | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._http = Http(
            system="uniconta",
            base_url=base_url,
            timeout=(3.05, 100),
            on_call=on_call,
            session=session or Session(),
        )
        login = Login(company_id=company_id, username=username, password=password)
        self._session = UnicontaSession(http=self._http, login=login, store=tokens, now=now)

    def query(
        self, entity: str, filters: Mapping[str, str] | None = None, *, take: int | None = None
    ) -> list[dict[str, Any]]:
        """Return the rows whose members equal the given values (POST /Query/Get/{entity})."""
        wanted = dict(filters or {})
        body: list[dict[str, Any]] = [
            {"PropertyName": name, "FilterValue": value} for name, value in wanted.items()
        ]
        if take is not None:
            body.append({"Skip": 0, "Take": take})
        rows = read_rows(self._call("POST", f"/Query/Get/{entity}", body or [{}], write=False))
        return [row for row in rows if _matches(row, wanted)]

    def list_all(self, entity: str, *, order_by: str) -> Iterator[dict[str, Any]]:
        """Return all rows of an entity, page by page [A67]."""
        skip = 0
        while True:
            body = [
                {"PropertyName": order_by, "OrderBy": True},
                {"Skip": skip, "Take": PAGE_LENGTH},
            ]
            rows = read_rows(self._call("POST", f"/Query/Get/{entity}", body, write=False))
            yield from rows
            if len(rows) < PAGE_LENGTH:
                return
            skip += len(rows)

    def find(self, entity: str, member: str, values: Collection[str]) -> list[dict[str, Any]]:
        """Return the rows whose member is one of these values, in sets of up to 40 a call.

        A value in which a filter would read a meaning (`*`, `;`, `..`) is looked for among all rows instead.
        """
        plain = sorted({value for value in values if not _has_meaning(value)})
        odd = {value for value in values if _has_meaning(value)}
        found: list[dict[str, Any]] = []
        for start in range(0, len(plain), SET_LENGTH):
            chunk = plain[start : start + SET_LENGTH]
            body = [{"PropertyName": member, "FilterValue": ";".join(chunk)}]
            rows = read_rows(self._call("POST", f"/Query/Get/{entity}", body, write=False))
            found += [row for row in rows if text_of(row.get(member)) in chunk]
        if odd:
            rows = list(self.list_all(entity, order_by=member))
            found += [row for row in rows if text_of(row.get(member)) in odd]
        return found

    def look_up(self, entity: str, member: str, value: str) -> list[dict[str, Any]]:
        """Return the few rows that carry a key of ours, to find out whether something was done."""
        if _has_meaning(value):
            return self.find(entity, member, [value])
        return self.query(entity, {member: value}, take=TAKE_SOME)

    def read(self, entity: str, keys: Mapping[str, str]) -> dict[str, Any] | None:
        """Return one record by its key (PUT /Query/Read/{entity}), None when the answer is another one."""
        row = read_object(self._call("PUT", f"/Query/Read/{entity}", dict(keys), write=False))
        return row if _matches(row, keys) else None

    def insert(self, entity: str, row: Mapping[str, Any]) -> dict[str, Any]:
        """Insert one record; returns the stored one, empty when the vendor only said yes [A75]."""
        rows = read_written(self._call("POST", f"/Crud/Insert/{entity}", dict(row), write=True))
        return rows[0] if rows else {}

    def insert_list(self, entity: str, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Insert a list; returns the stored rows, fewer or none when the vendor did not say [A82]."""
        body = [dict(row) for row in rows]
        return read_written(self._call("POST", f"/Crud/InsertList/{entity}", body, write=True))

    def update_fields(
        self, entity: str, *, original: Mapping[str, Any], modified: Mapping[str, Any]
    ) -> None:
        """Change the members that differ between the two; all others stay as they are."""
        body = {"Original": dict(original), "Modified": dict(modified)}
        read_written(self._call("PUT", f"/Crud/UpdateFieldsModified/{entity}", body, write=True))

    def delete(self, entity: str, row: Mapping[str, Any]) -> None:
        """Delete one record."""
        read_written(self._call("DELETE", f"/Crud/Delete/{entity}", dict(row), write=True))

    def delete_list(self, entity: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Delete a list of records."""
        body = [dict(row) for row in rows]
        read_written(self._call("DELETE", f"/Crud/DeleteList/{entity}", body, write=True))

    def generate_invoice(self, order_number: int, *, on: date) -> int | None:
        """Invoice a stored order; returns the invoice number, None when the reply does not tell it [A83]."""
        body = {
            "OrderNumber": order_number,
            "Date": to_date_text(on),
            "Simulate": False,
            "SendEmail": False,
            "SendXML": False,
        }
        return read_invoice(self._call("POST", "/Invoice/GenerateDebtorInvoice", body, write=True))

    def post_journal(
        self, *, journal: str, on: date, comment: str, lines: Sequence[JournalLine]
    ) -> int | None:
        """Post lines in one call; returns the posting's id, None when the reply does not tell it [A100]."""
        body = {
            "Journal": journal,
            "Date": to_date_text(on),
            "Comment": comment,
            "Lines": [line.to_row() for line in lines],
        }
        return read_posting(self._call("POST", "/GLJournal/PostDailyJournal", body, write=True))

    def _call(self, method: str, path: str, body: Any, *, write: bool) -> Answer:
        """Call with a valid session; a 401 means that nothing was done: renew once, repeat once."""
        token = self._session.token()
        answer = self._send(method, path, body, token=token, write=write)
        if answer.status == 401:
            token = self._session.token(refused=token)
            answer = self._send(method, path, body, token=token, write=write)
            if answer.status == 401:
                raise AccessDenied("Uniconta refuses a fresh session.")
        return answer

    def _send(self, method: str, path: str, body: Any, *, token: str, write: bool) -> Answer:
        headers = {"Authorization": f"Bearer {token}"}
        return self._http.call(method, path, body=body, headers=headers, write=write)


def _matches(row: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    return all(text_of(row.get(name)) == value for name, value in wanted.items())


def _has_meaning(value: str) -> bool:
    return any(mark in value for mark in MEANINGFUL)
