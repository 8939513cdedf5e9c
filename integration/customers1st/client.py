"""The part of the Customers 1st API that we use (contracts/customers1st.md)."""

import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from integration.customers1st.payloads import (
    Payment,
    Product,
    RestHook,
    parse_hook,
    parse_payment,
    parse_product,
)
from integration.errors import AccessDenied, ContractBroken, Refused
from integration.http import Answer, Http, Session, TokenBucket, raise_for_transport
from integration.ports import CallRecord

SYSTEM = "Customers 1st"
PAGE_LENGTH = 200  # the documented limit is 250 [A3]
BUCKET_SIZE, BUCKET_PER_SECOND = 60, 6.0  # the vendor's own is 80 at 8 (section 2)

_buckets: dict[str, TokenBucket] = {}
_buckets_lock = threading.Lock()


def bucket_for(token: str) -> TokenBucket:
    """Return this process's bucket of that API token."""
    with _buckets_lock:
        if token not in _buckets:
            _buckets[token] = TokenBucket(size=BUCKET_SIZE, per_second=BUCKET_PER_SECOND)
        return _buckets[token]


class Customers1stClient:
    """Calls Customers 1st for one store. Raises the errors of integration.errors."""

    def __init__(
        self,
        *,
        base_url: str,
        token: str,
        on_call: Callable[[CallRecord], None] | None = None,
        session: Session | None = None,
        bucket: TokenBucket | None = None,
    ) -> None:
        self._headers = {"Authorization": f"Bearer {token}"}
        self._http = Http(
            system="customers1st",
            base_url=base_url,
            timeout=(3.05, 20),
            bucket=bucket or bucket_for(token),
            on_call=on_call,
            session=session or Session(),
        )

    def get_store(self) -> dict[str, Any]:
        """Return the store of the token (GET /settings/store); its `id` goes into every key [A8]."""
        return self._object(self._read("/settings/store"))

    def get_configs(self) -> dict[str, str]:
        """Return the store's configuration list as a mapping [A13]."""
        rows = self._object(self._read("/settings/configs")).get("content") or []
        return {str(row.get("key")): str(row.get("value")) for row in rows}

    def get_payment(self, payment_id: str) -> Payment | None:
        """Return one receipt, None when there is none (GET /pospayments/{id})."""
        content = self._content(self._read(f"/pospayments/{int(payment_id)}", missing_ok=True))
        return None if content is None else parse_payment(content)

    def find_payment_with_articles(self, payment_id: str) -> Payment | None:
        """Return one receipt through the list, asking for its articles [A18]; None when that is not to be had."""
        query = {"paymentid": int(payment_id), "extra": 1, "paginationPageLength": 5}
        try:
            rows = self._rows(self._read("/pospayments", query=query))
        except Refused:
            return None  # `extra` exists in the vendor's 2021 document only
        found = [row for row in rows if str(row.get("id")) == str(payment_id)]
        return parse_payment(found[0]) if found else None

    def list_payments(
        self, *, updated_after: datetime | None = None, from_date: datetime | None = None
    ) -> Iterator[Payment]:
        """Return receipts by id, changed after or dated from a naive instant in the API's own zone."""
        query: dict[str, Any] = {}
        if updated_after is not None:
            query["updated_after"] = f"{updated_after:%Y-%m-%d %H:%M:%S}"
        if from_date is not None:
            query["fromdate"] = f"{from_date:%Y-%m-%d %H:%M:%S}"
        seen: set[int] = set()
        for row in self._pages("/pospayments", query):
            payment = parse_payment(row)
            if payment.id not in seen:  # offset paging can shift while data changes [A3]
                seen.add(payment.id)
                yield payment

    def get_product(self, product_id: int) -> Product | None:
        """Return one product, None when it does not exist (GET /products/{id}) [A11]."""
        content = self._content(self._read(f"/products/{int(product_id)}", missing_ok=True))
        return None if content is None else parse_product(content)

    def list_hooks(self) -> list[RestHook]:
        """Return all registered webhooks of the store, foreign ones too."""
        return [parse_hook(row) for row in self._rows(self._read("/hooks"))]

    def create_hook(self, *, event: str, url: str) -> int:
        """Register a webhook and return its id."""
        body = {"event": event, "url": url, "active": 1}
        return int(self._object(self._write("POST", "/hooks", body))["id"])

    def update_hook(self, hook: RestHook) -> None:
        """Write a registered webhook's event, address and active flag."""
        body = {"event": hook.event, "url": hook.url, "active": int(hook.active)}
        self._write("PUT", f"/hooks/{hook.id}", body)

    def delete_hook(self, hook_id: int) -> None:
        """Remove a registered webhook."""
        self._write("DELETE", f"/hooks/{hook_id}", None)

    def list_hook_log(self) -> list[dict[str, Any]]:
        """Return the vendor's delivery log: a hint, never the truth [A53]."""
        return self._rows(self._read("/hooks/log"))

    def _pages(self, path: str, query: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        start = 0
        while True:
            page = self._object(
                self._read(
                    path,
                    query={
                        **query,
                        "paginationStart": start,
                        "paginationPageLength": PAGE_LENGTH,
                        "sortField": "id",
                        "sortOrder": 1,
                    },
                )
            )
            rows = page.get("content") or []
            yield from rows
            if not page.get("hasMore") or not rows:
                return
            start += len(rows)

    def _read(
        self, path: str, *, query: Mapping[str, Any] | None = None, missing_ok: bool = False
    ) -> Answer | None:
        answer = self._http.call("GET", path, query=query, headers=self._headers, write=False)
        if missing_ok and answer.status == 404:
            return None
        _raise_for_answer(answer, write=False)
        return answer

    def _write(self, method: str, path: str, body: Any) -> Answer:
        answer = self._http.call(method, path, body=body, headers=self._headers, write=True)
        _raise_for_answer(answer, write=True)
        return answer

    def _object(self, answer: Answer | None) -> dict[str, Any]:
        value = None if answer is None else _json(answer)
        if not isinstance(value, dict):
            raise ContractBroken("Customers 1st answered something else than an object.")
        return value

    def _content(self, answer: Answer | None) -> dict[str, Any] | None:
        if answer is None:
            return None
        value = self._object(answer)
        content = value.get("content", value)
        if not isinstance(content, dict):
            raise ContractBroken("Customers 1st answered something else than a record.")
        return content

    def _rows(self, answer: Answer | None) -> list[dict[str, Any]]:
        value = None if answer is None else _json(answer)
        rows = value.get("content") if isinstance(value, dict) else value
        if not isinstance(rows, list):
            raise ContractBroken("Customers 1st answered something else than a list.")
        return rows


def _json(answer: Answer) -> Any:
    try:
        return answer.json()
    except ValueError as error:
        raise ContractBroken(
            "Customers 1st answered something that is not JSON.",
            evidence={"status": answer.status, "answer": answer.text[:500]},
        ) from error


def _raise_for_answer(answer: Answer, *, write: bool) -> None:
    """Turn the vendor's error forms (section 6) into our family."""
    if answer.status < 300:
        return
    raise_for_transport(answer, write=write, system=SYSTEM)
    try:
        body = answer.json()
    except ValueError:
        body = None
    body = body if isinstance(body, dict) else {}
    code = str(body.get("errorcode") or "")
    evidence = {"status": answer.status, "answer": answer.text[:500]}
    message = _readable(body) or answer.text[:200]
    if (
        answer.status in (401, 403)
        or code.startswith("BILLING_")
        or code in ("UNAUHTORIZED", "STORE_DELETED")
    ):
        raise AccessDenied(f"Customers 1st refuses access: {message}", evidence=evidence)
    raise Refused(f"Customers 1st refused: {message}", name=code, evidence=evidence)


def _readable(body: Mapping[str, Any]) -> str:
    """Return one line from any of the vendor's error forms."""
    message = str(body.get("message") or body.get("error") or "")
    errors = body.get("errors")
    if isinstance(errors, list):
        parts = [f"{row.get('name')}: {row.get('code')}" for row in errors if isinstance(row, dict)]
        return f"{message} ({'; '.join(parts)})"
    if isinstance(errors, dict):
        return f"{message} ({'; '.join(f'{name}: {text}' for name, text in errors.items())})"
    return message
