"""The part of the Customers 1st API that we use (contracts/customers1st.md)."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, TypeVar

from integration.customers1st import payloads
from integration.customers1st.bulk import BulkReply, bulk_replies
from integration.customers1st.hooks import HookLogEntry, RestHook, parse_hook, parse_hook_log_entry
from integration.customers1st.master_data import Customer, Product, parse_customer, parse_product
from integration.customers1st.payloads import DayClose, Payment
from integration.customers1st.refusals import raise_for_answer
from integration.customers1st.values import Raw
from integration.errors import ContractBroken, Refused, UnknownOutcome, UnreadableRecord
from integration.http import Answer, Http, HttpSession, Pace, TokenBucket
from integration.ports import CallRecord

SYSTEM = "Customers 1st"
TIMEOUT = (3.05, 20.0)  # seconds: connect, read
NEWEST_FIRST = {"sortField": "id", "sortOrder": -1}
PAGE_LENGTH = 200  # the documented limit is 250 [A3]
LIST_LENGTH = 100  # records in one bulk write (section 5)
SUPPRESS = "X-Suppress-Hooks"  # silences a write for every integration of the shop [A54]
BUCKET_SIZE, BUCKET_PER_SECOND = 60, 6.0  # the vendor's own is 80 at 8 [A7]

MALFORMED = (AttributeError, KeyError, TypeError, ValueError)  # what a parser raises

T = TypeVar("T")

_buckets: dict[str, TokenBucket] = {}
_buckets_lock = threading.Lock()


def bucket_for(token: str) -> TokenBucket:
    """Return this process's rate limit of that API token."""
    with _buckets_lock:
        return _buckets.setdefault(token, TokenBucket(BUCKET_SIZE, BUCKET_PER_SECOND))


class Customers1stClient:
    """Calls Customers 1st for one store. Raises the errors of integration.errors.

    `session` belongs to one thread; `bucket` defaults to the one that this process keeps for the token.
    """

    def __init__(
        self,
        *,
        base_url: str,
        token: str,
        on_call: Callable[[CallRecord], None] | None = None,
        session: HttpSession | None = None,
        bucket: Pace | None = None,
    ) -> None:
        self._headers = {"Authorization": f"Bearer {token}"}
        self._lists_articles = True
        self._http = Http(
            system=SYSTEM,
            base_url=base_url,
            timeout=TIMEOUT,
            bucket=bucket or bucket_for(token),
            on_call=on_call,
            session=session,
        )

    def get_store(self) -> payloads.Store:
        """Return the store of the token (GET /settings/store); its id goes into every key [A8]."""
        return _parsed(payloads.parse_store, _record(self._read("/settings/store")))

    def get_configs(self) -> dict[str, str]:
        """Return the store's configuration list (GET /settings/configs) [A12] [A13]."""
        rows = _rows(self._read("/settings/configs"))
        return {_text(row.get("key")): _text(row.get("value")) for row in rows}

    def get_time_zone(self) -> str:
        """Return the store's time zone as the vendor names it, empty when it does not tell (GET /settings)."""
        return _text(_record(self._read("/settings")).get("storeTimezone"))

    def peek(self, resource: str) -> list[Raw]:
        """Return the first page of a list, to see whether the token may read it [A6] (GET /{resource})."""
        return _rows(self._read(f"/{resource}", query={"paginationPageLength": PAGE_LENGTH}))

    @property
    def server_time(self) -> datetime | None:
        """What the vendor's clock said with the newest answer, None when it did not tell."""
        return self._http.server_time

    def get_payment(self, payment_id: int | str) -> Payment | None:
        """Return one receipt, None when there is none (GET /pospayments/{id})."""
        return self._get(payloads.parse_payment, "/pospayments", payment_id)

    def find_payment_with_articles(self, payment_id: int | str) -> Payment | None:
        """Return one receipt through the list, asking for its articles; None when that is not to be had [A18]."""
        number = _id_text(payment_id)
        if number is None or not self._lists_articles:
            return None
        try:
            answer = self._read("/pospayments", query={"paymentid": number, "extra": 1})
        except Refused as error:
            if error.evidence.get("status") != 400:
                raise
            self._lists_articles = False  # `extra` is of the vendor's 2021 document; remembered
            return None
        found = [row for row in _rows(answer) if _text(row.get("id")) == number]
        return _parsed(payloads.parse_payment, found[0]) if found else None

    def list_payments(
        self,
        *,
        updated_after: datetime | None = None,
        from_date: datetime | None = None,
        on_unreadable: Callable[[UnreadableRecord], None] | None = None,
    ) -> Iterator[Payment]:
        """Return receipts by id, each once, changed after or dated from an instant (GET /pospayments).

        A naive instant is in the API's own zone, an aware one is sent as UTC [A1]. A receipt that cannot be read is
        told to `on_unreadable` and left out; without it, or when the receipt has no id, UnreadableRecord is raised.
        """
        query = _changed_after(updated_after)
        if from_date is not None:
            query["fromdate"] = _time_text(from_date)
        for row in self._pages("/pospayments", query):
            try:
                payment = _parsed(payloads.parse_payment, row)
            except UnreadableRecord as error:
                if on_unreadable is None or _id_text(error.record_id) is None:
                    raise
                on_unreadable(error)
                continue
            yield payment

    def list_register_payments(
        self, register_id: int | None, *, from_no: int, to_date: datetime | None = None
    ) -> Iterator[Payment]:
        """Return completed receipts of one register from a number on, dated up to an instant, each once [A42].

        Without `register_id` (a store without registers) those of all registers. Naive instants as in `list_payments`.
        """
        query: dict[str, Any] = {"paymentno_after": from_no, "status": "completed"}
        if register_id is not None:
            query["cashRegisterId"] = register_id
        if to_date is not None:
            query["todate"] = _time_text(to_date)
        for row in self._pages("/pospayments", query):
            yield _parsed(payloads.parse_payment, row)

    def list_day_closes(self, *, from_date: datetime | None = None) -> Iterator[DayClose]:
        """Return day closes, the newest id first, each once (GET /posbalances; there is no GET by id).

        `from_date` limits them to those dated from an instant on, naive as in `list_payments`.
        """
        query = {} if from_date is None else {"fromDate": _time_text(from_date)}
        for row in self._pages("/posbalances", query, order=NEWEST_FIRST):
            yield _parsed(payloads.parse_day_close, row)

    def list_finance_vouchers(self, close_id: int) -> list[payloads.FinanceVoucher]:
        """Return the vendor's own posting proposal for a close (GET /financevouchers/{id}): a control only [A43]."""
        rows = _rows(self._read(f"/financevouchers/{close_id}"))
        return _parsed_all(payloads.parse_finance_voucher, rows)

    def get_product(self, product_id: int | str) -> Product | None:
        """Return one product, None when there is none (GET /products/{id}) [A11]."""
        return self._get(parse_product, "/products", product_id)

    def get_customer(self, customer_id: int | str) -> Customer | None:
        """Return one customer, None when there is none (GET /customers/{id}) [A11]."""
        return self._get(parse_customer, "/customers", customer_id)

    def find_customers(self, **wanted: str) -> list[Customer]:
        """Return the customers that one search gives: customerno, cvr, email or phoneno (GET /customers).

        What a search believes to be equal is the vendor's affair: compare again.
        """
        return [_parsed(parse_customer, row) for row in self._pages("/customers", wanted)]

    def create_customer(self, content: Raw, *, quiet: bool) -> Customer:
        """Create a customer and return it (POST /customers); `quiet` suppresses every integration's hooks."""
        return self._written(parse_customer, "POST", "/customers", content, quiet=quiet)

    def replace_customer(self, customer_id: int, content: Raw, *, quiet: bool) -> Customer:
        """Write a whole customer (PUT /customers/{id}): what the content leaves out becomes null."""
        path = f"/customers/{customer_id}"
        return self._written(parse_customer, "PUT", path, content, quiet=quiet)

    def find_products(self, **wanted: str) -> list[Product]:
        """Return the products that one search gives: productNo or barcode (GET /products)."""
        order = {"sort-field": "id", "sort-order": 1}
        rows = self._pages("/products", wanted, order=order)
        return [_parsed(parse_product, row) for row in rows]

    def create_product(self, content: Raw, *, quiet: bool) -> Product:
        """Create a product and return it (POST /products)."""
        return self._written(parse_product, "POST", "/products", content, quiet=quiet)

    def patch_product(self, product_id: int, content: Raw, *, quiet: bool) -> Product:
        """Change the given keys of a product; all others stay (PATCH /products/{id}) [A10]."""
        path = f"/products/{product_id}"
        return self._written(parse_product, "PATCH", path, content, quiet=quiet)

    def get_gift_card(self, card_id: int | str) -> payloads.GiftCard | None:
        """Return one stored-value card, None when there is none (GET /giftcards/{id}) [A31]."""
        return self._get(payloads.parse_gift_card, "/giftcards", card_id)

    def list_products(self, *, updated_after: datetime | None = None) -> Iterator[Product]:
        """Return products that are not deleted, page by page by cursor (GET /products, form B).

        `updated_after` as in `list_payments`.
        """
        for row in self._cursor_pages("/products", _changed_after(updated_after)):
            yield _parsed(parse_product, row)

    def list_customers(self, *, updated_after: datetime | None = None) -> Iterator[Customer]:
        """Return customers that are not deleted, drafts too, by id, each once (GET /customers).

        `updated_after` as in `list_payments`.
        """
        for row in self._pages("/customers", _changed_after(updated_after)):
            yield _parsed(parse_customer, row)

    def patch_products(
        self, changes: Sequence[Mapping[str, Any]], *, quiet: bool = False
    ) -> list[BulkReply]:
        """Change only the given fields of up to 100 products (PATCH /products/bulk) [A10].

        Each change names its product's `id`. The call itself always succeeds: every record has its own reply, and
        one without a reply is refused without a name. `quiet` fires no hook for anybody [A54].
        """
        if not 0 < len(changes) <= LIST_LENGTH:
            raise ValueError(f"A list holds 1 to {LIST_LENGTH} products, not {len(changes)}.")
        body = {"content": [{"content": dict(change)} for change in changes]}
        answer = self._write("PATCH", "/products/bulk", body, quiet=quiet)
        return bulk_replies(answer, [int(change["id"]) for change in changes])

    def list_payment_types(self) -> list[payloads.PaymentType]:
        """Return the shop's own payment buttons (GET /paymenttypes)."""
        return _parsed_all(payloads.parse_payment_type, _rows(self._read("/paymenttypes")))

    def list_registers(self) -> list[payloads.Register]:
        """Return all cash registers, deleted ones too (GET /registers)."""
        answer = self._read("/registers", query={"includeDeleted": "true"})
        return _parsed_all(payloads.parse_register, _rows(answer))

    def list_hooks(self) -> list[RestHook]:
        """Return all registered webhooks of the store, foreign ones too (GET /hooks)."""
        return _parsed_all(parse_hook, _rows(self._read("/hooks")))

    def list_hook_events(self) -> list[str]:
        """Return the names of the events that can be registered (GET /hooks/events)."""
        value = _json(self._read("/hooks/events"))
        items = value.get("items") if isinstance(value, Mapping) else value
        if not isinstance(items, list):
            raise _broken("a list of events")
        return [_text(item.get("key") if isinstance(item, Mapping) else item) for item in items]

    def create_hook(self, event: str, url: str) -> int:
        """Register a webhook and return its id (POST /hooks)."""
        answer = self._write("POST", "/hooks", {"event": event, "url": url, "active": 1})
        try:
            value = answer.json()
            return int((value.get("content") or value)["id"])
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise UnknownOutcome(
                f"{SYSTEM} did not say which webhook it made.", evidence=answer.evidence()
            ) from error

    def update_hook(self, hook: RestHook) -> None:
        """Write a registered webhook's event, address and active flag (PUT /hooks/{id})."""
        body = {"event": hook.event, "url": hook.url, "active": int(hook.active)}
        self._write("PUT", f"/hooks/{hook.id}", body)

    def delete_hook(self, hook_id: int) -> None:
        """Remove a registered webhook (DELETE /hooks/{id})."""
        self._write("DELETE", f"/hooks/{hook_id}", None)

    def list_hook_log(self) -> list[HookLogEntry]:
        """Return the vendor's delivery log (GET /hooks/log): a hint, never the truth [A53]."""
        return _parsed_all(parse_hook_log_entry, _rows(self._read("/hooks/log")))

    def _get(self, parse: Callable[[Raw], T], path: str, record_id: int | str) -> T | None:
        number = _id_text(record_id)
        if number is None:
            return None
        answer = self._http.call("GET", f"{path}/{number}", headers=self._headers, write=False)
        if answer.status == 404:
            return None
        raise_for_answer(answer, write=False)
        return _parsed(parse, _record(answer))

    def _pages(
        self, path: str, query: Mapping[str, Any], *, order: Mapping[str, Any] | None = None
    ) -> Iterator[Raw]:
        """Return all rows by id, each once: offset paging can shift while data changes [A3]."""
        seen: set[str] = set()
        order = order or {"sortField": "id", "sortOrder": 1}
        start = 0
        while True:
            place = {"paginationStart": start, "paginationPageLength": PAGE_LENGTH}
            answer = self._read(path, query={**query, **place, **order})
            rows = _rows(answer)
            fresh = [row for row in rows if _text(row.get("id")) not in seen]
            seen |= {_text(row.get("id")) for row in rows}
            yield from fresh
            value = _json(answer)
            if not rows or not isinstance(value, Mapping) or not value.get("hasMore"):
                return
            if not fresh:
                raise _broken("another page than the last")
            start += len(rows)

    def _cursor_pages(self, path: str, query: Mapping[str, Any]) -> Iterator[Raw]:
        """Return all rows by id; a cursor does not shift while data changes [A3]."""
        cursor = ""
        while True:
            place = {"cursor": cursor, "paginationPageLength": PAGE_LENGTH}
            answer = self._read(path, query={**query, **place})
            yield from _rows(answer)
            value = _json(answer)
            following = _text(value.get("nextCursor")) if isinstance(value, Mapping) else ""
            if not following:
                if isinstance(value, Mapping) and value.get("hasMore"):
                    raise _broken("where the next page begins")
                return
            if following == cursor:
                raise _broken("another page than the last")
            cursor = following

    def _read(self, path: str, *, query: Mapping[str, Any] | None = None) -> Answer:
        answer = self._http.call("GET", path, query=query, headers=self._headers, write=False)
        raise_for_answer(answer, write=False)
        return answer

    def _write(self, method: str, path: str, body: Any, *, quiet: bool = False) -> Answer:
        headers = {**self._headers, **({SUPPRESS: "1"} if quiet else {})}
        answer = self._http.call(method, path, body=body, headers=headers, write=True)
        raise_for_answer(answer, write=True)
        return answer

    def _written(
        self, parse: Callable[[Raw], T], method: str, path: str, content: Raw, *, quiet: bool
    ) -> T:
        """Write a wrapped record and return it as stored; an answer that cannot be read leaves the outcome unknown."""
        answer = self._write(method, path, {"content": dict(content)}, quiet=quiet)
        try:
            return _parsed(parse, _record(answer))
        except ContractBroken as error:
            raise UnknownOutcome(
                f"{SYSTEM} did not say what it stored.", evidence=answer.evidence()
            ) from error


def _json(answer: Answer) -> Any:
    try:
        return answer.json()
    except ValueError as error:
        raise ContractBroken(
            f"{SYSTEM} answered something that is not JSON.", evidence=answer.evidence()
        ) from error


def _record(answer: Answer) -> Raw:
    """Return the record of an answer, wrapped in `content` or bare."""
    value = _json(answer)
    record = value.get("content", value) if isinstance(value, Mapping) else None
    if not isinstance(record, Mapping):
        raise _broken("a record")
    return record


def _rows(answer: Answer) -> list[Raw]:
    """Return the rows of an answer, wrapped in `content` or bare."""
    value = _json(answer)
    rows = value.get("content") if isinstance(value, Mapping) else value
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise _broken("a list of records")
    return rows


def _parsed(parse: Callable[[Raw], T], row: Raw) -> T:
    try:
        return parse(row)
    except MALFORMED as error:
        number, what = _text(row.get("id")), _unreadable_member(parse, row)
        raise UnreadableRecord(
            f"Record {number or 'without id'} of {SYSTEM} cannot be read{what}: {error}",
            record_id=number,
            evidence={"id": number, "failure": f"{type(error).__name__}: {error}"},
        ) from error


def _unreadable_member(parse: Callable[[Raw], T], row: Raw) -> str:
    """Return the member whose value is at fault: without it the record can be read."""
    for name in row:
        with suppress(*MALFORMED):
            parse({**row, name: None})
            return f" (“{name}”)"
    return ""


def _parsed_all(parse: Callable[[Raw], T], rows: Iterable[Raw]) -> list[T]:
    return [_parsed(parse, row) for row in rows]


def _broken(expected: str) -> ContractBroken:
    return ContractBroken(f"{SYSTEM} did not answer {expected}.")


def _id_text(record_id: int | str) -> str | None:
    """Return an id as it stands in a path; None for what cannot be one, such as a broken webhook's."""
    text = str(record_id).strip()
    return text if text.isascii() and text.isdigit() else None


def _changed_after(moment: datetime | None) -> dict[str, Any]:
    return {} if moment is None else {"updated_after": _time_text(moment)}


def _time_text(moment: datetime) -> str:
    moment = moment if moment.tzinfo is None else moment.astimezone(UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return "" if value is None else str(value).strip()
