"""The one door to the network: time-outs, rate limit, redaction, and what a failure means for a write.

Nothing is repeated in here: jobs repeat, because only they know whether a write may be sent again.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import requests
import simplejson
from urllib3.exceptions import NewConnectionError

from integration.errors import ContractBroken, RetryableError, UnknownOutcome
from integration.ports import CallRecord

Session = requests.Session  # what the clients hand in, so that they need not import requests

MAX_BODY = 32 * 1024 * 1024
EVIDENCE_LENGTH = 2000
SECRET_NAMES = frozenset(
    {
        "authorization",
        "token",
        "refreshtoken",
        "password",
        "api_token",
        "secret",
        "resthook_signing_secret",
    }
)
UNKNOWN_STATUSES = frozenset({408, 500, 502, 503, 504})


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a vendor answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", errors="replace")

    def json(self) -> Any:
        """Return the body as JSON, numbers with a point as Decimal; raises ValueError."""
        return simplejson.loads(self.body, use_decimal=True)


class TokenBucket:
    """Keeps a vendor's rate limit on our side; `take` blocks until a call is allowed. Thread-safe."""

    def __init__(
        self,
        *,
        size: int,
        per_second: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._size = size
        self._per_second = per_second
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._tokens = float(size)
        self._filled_at = clock()

    def take(self) -> None:
        """Take one token, waiting for it when the bucket is empty."""
        with self._lock:
            now = self._clock()
            self._tokens = min(
                self._size, self._tokens + (now - self._filled_at) * self._per_second
            )
            self._filled_at = now
            self._tokens -= 1
            wait = -self._tokens / self._per_second if self._tokens < 0 else 0.0
        if wait:
            self._sleep(wait)


@dataclass(kw_only=True)
class Http:
    """Sends calls to one vendor and says what came back or what a failure means."""

    system: str
    base_url: str
    timeout: tuple[float, float]
    bucket: TokenBucket | None = None
    on_call: Callable[[CallRecord], None] | None = None
    session: requests.Session = field(default_factory=requests.Session)

    def call(
        self,
        method: str,
        path: str,
        *,
        write: bool,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one call and return the answer, whatever its status.

        Raises RetryableError when surely nothing was done, UnknownOutcome when a write may have happened.
        """
        if self.bucket is not None:
            self.bucket.take()
        started = time.monotonic()
        record: dict[str, Any] = {
            "system": self.system,
            "method": method,
            "path": path,
            "query": urlencode(query or {}),
            "request": redacted(body),
        }
        try:
            answer = self._send(method, path, query=query, body=body, headers=headers)
        except requests.RequestException as error:
            self._report(record, started, error=_short(error))
            raise _network_error(error, write=write, system=self.system) from error
        self._report(record, started, status=answer.status, response=_redacted_text(path, answer))
        return answer

    def _send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None,
        body: Any,
        headers: Mapping[str, str] | None,
    ) -> Answer:
        sent_headers = {"Accept": "application/json", **(headers or {})}
        data = None
        if body is not None:
            sent_headers["Content-Type"] = "application/json"
            data = simplejson.dumps(body, use_decimal=True, ensure_ascii=False).encode()
        with self.session.request(
            method,
            self.base_url.rstrip("/") + path,
            params=dict(query or {}),
            data=data,
            headers=sent_headers,
            timeout=self.timeout,
            allow_redirects=False,
            stream=True,
        ) as response:
            return Answer(
                status=response.status_code, headers=dict(response.headers), body=_read(response)
            )

    def _report(self, record: dict[str, Any], started: float, **outcome: Any) -> None:
        if self.on_call is None:
            return
        elapsed_ms = int((time.monotonic() - started) * 1000)
        self.on_call(
            CallRecord(
                **{"status": None, "response": "", **record, **outcome}, elapsed_ms=elapsed_ms
            )
        )


def raise_for_transport(answer: Answer, *, write: bool, system: str) -> None:
    """Raise for the statuses that are about the transport, not about the record: 408, 429, 5xx."""
    evidence = {"status": answer.status, "answer": answer.text[:EVIDENCE_LENGTH]}
    if answer.status == 429:
        raise RetryableError(
            f"{system} asks us to slow down.", retry_after=_retry_after(answer), evidence=evidence
        )
    if answer.status in UNKNOWN_STATUSES or answer.status >= 500:
        if write:
            raise UnknownOutcome(
                f"{system} failed with status {answer.status}; it is not known whether the work was done.",
                evidence=evidence,
            )
        raise RetryableError(f"{system} failed with status {answer.status}.", evidence=evidence)


def redacted(value: Any) -> str:
    """Return any JSON value as text without secrets, cut to what a log needs."""
    if value is None:
        return ""
    return simplejson.dumps(_without_secrets(value), use_decimal=True, ensure_ascii=False)[
        :EVIDENCE_LENGTH
    ]


def _without_secrets(value: Any) -> Any:
    if isinstance(value, Mapping):
        hides_value = str(value.get("key", "")).lower() in SECRET_NAMES
        return {
            name: "***"
            if str(name).lower() in SECRET_NAMES or (hides_value and name == "value")
            else _without_secrets(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [_without_secrets(inner) for inner in value]
    return value


def _redacted_text(path: str, answer: Answer) -> str:
    if path.lower() in {"/login", "/refresh"}:
        return "(not kept)"
    try:
        return redacted(answer.json())
    except ValueError:
        return answer.text[:EVIDENCE_LENGTH]


def _read(response: requests.Response) -> bytes:
    """Read the body, refusing one that is larger than any answer we know."""
    chunks: list[bytes] = []
    size = 0
    for chunk in response.iter_content(65536):
        size += len(chunk)
        if size > MAX_BODY:
            raise ContractBroken("The answer is larger than any we know.", evidence={"bytes": size})
        chunks.append(chunk)
    return b"".join(chunks)


def _network_error(
    error: requests.RequestException, *, write: bool, system: str
) -> RetryableError | UnknownOutcome:
    evidence = {"error": _short(error)}
    if not write or _surely_not_sent(error):
        return RetryableError(f"{system} could not be reached.", evidence=evidence)
    return UnknownOutcome(
        f"The connection to {system} broke; it is not known whether the work was done.",
        evidence=evidence,
    )


def _surely_not_sent(error: requests.RequestException) -> bool:
    """Tell whether the connection was never made, so that no byte of the call left us."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError)


def _retry_after(answer: Answer) -> float | None:
    value = {name.lower(): text for name, text in answer.headers.items()}.get("retry-after", "")
    return float(value) if value.isdigit() else None


def _short(error: Exception) -> str:
    """Name the failure without its text: that may hold an address with a query."""
    return type(error).__name__
