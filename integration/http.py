"""The one door to the network: time-outs, rate limit, redaction, and what a failure means for a write.

Nothing is repeated in here: jobs repeat, because only they know whether a write may be sent again.
"""

import re
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol
from urllib.parse import urlencode

import requests
import simplejson
import urllib3
from requests.adapters import HTTPAdapter

from integration import errors
from integration.errors import ContractBroken, RetryableError, UnknownOutcome
from integration.ports import CallRecord

HttpSession = requests.Session  # what the clients hand in, so that they need not import requests

MAX_BODY = 20 * 1024 * 1024
EVIDENCE_LENGTH = 2000
PARSED_LENGTH = 256 * 1024  # a longer body is cut before its secrets are looked for
SHORTEST_SECRET = 4  # shorter texts would mask half the log
SECRET_PATHS = frozenset({"/login", "/refresh"})
HIDDEN = "***"

# `argument` is the secret of a change URL, handed back to us
_NAMES = r"(?:(?:access|api|refresh)?_?token|argument|authorization|password|(?:\w+_)?secret)"
_SECRET_NAME = re.compile(_NAMES, re.IGNORECASE)
_NAMED_SECRET = re.compile(rf'(\\?"{_NAMES}\\?"\s*:\s*\\?")(?:[^"\\]|\\.)*', re.IGNORECASE)
_BEARER = re.compile(r"(bearer\s+)[\w.~+/=-]{8,}", re.IGNORECASE)
_HOOK_PATH = re.compile(r"(/hooks/\w+/)[\w-]+")  # the id in it is the secret of a change URL

_NEVER_SENT = (
    urllib3.exceptions.NewConnectionError,  # refused, unreachable, name not found
    urllib3.exceptions.ConnectTimeoutError,
)


class _TooLarge(Exception):
    """The answer is larger than any we know."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a vendor answered, whatever its status."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    system: str = "The vendor"
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def text(self) -> str:
        """The body as text, unredacted."""
        return self.body.decode("utf-8-sig", errors="replace")

    def json(self) -> Any:
        """Return the body as JSON, numbers with a point as Decimal; raises ValueError."""
        return _parsed(self.body)

    @property
    def excerpt(self) -> str:
        """The body without secrets, cut to what a log needs."""
        return _readable(self.body, secrets=self.secrets)

    def clean(self, text: str) -> str:
        """Return a text taken from this answer without secrets, for a message."""
        return _masked(text, secrets=self.secrets)

    def evidence(self) -> dict[str, object]:
        """Return what an error keeps of this answer."""
        return {"status": self.status, "answer": self.excerpt}


class TokenBucket:
    """Keeps a vendor's rate limit on our side; `take` blocks until a call is allowed. Thread-safe."""

    def __init__(
        self,
        size: int,
        per_second: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._size, self._per_second = size, per_second
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._tokens, self._filled_at = float(size), clock()

    def take(self) -> None:
        """Take one token, waiting for it when the bucket is empty."""
        with self._lock:
            now = self._clock()
            refill = (now - self._filled_at) * self._per_second
            self._tokens = min(self._size, self._tokens + refill) - 1
            self._filled_at = now
            wait = max(0.0, -self._tokens / self._per_second)
        if wait:
            self._sleep(wait)


class Pace(Protocol):
    """A rate limit; TokenBucket is that of one process."""

    def take(self) -> None:
        """Take the place of one call, waiting for it when there is none."""
        ...


class Http:
    """Sends calls to one vendor and says what came back or what a failure means.

    `system` names the vendor in records and messages; `timeout` is (connect, read) in seconds; `on_call` is told
    of every call, failed ones too.
    """

    def __init__(
        self,
        *,
        system: str,
        base_url: str,
        timeout: tuple[float, float],
        bucket: Pace | None = None,
        on_call: Callable[[CallRecord], None] | None = None,
        session: HttpSession | None = None,
    ) -> None:
        self._system = system
        self._base_url = base_url.rstrip("/")
        self._timeout, self._bucket, self._on_call = timeout, bucket, on_call
        self._session = session or _new_session()
        self.server_time: datetime | None = None  # what the newest answer's Date header said

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

        Raises RetryableError when surely nothing was done, UnknownOutcome when a write may have happened,
        ContractBroken for an endless answer, AccessDenied for an address or token that cannot be sent.
        """
        if self._bucket is not None:
            self._bucket.take()
        secrets = _secrets_in(path, headers, body)
        started = time.monotonic()
        record: dict[str, Any] = {
            "system": self._system,
            "method": method,
            "path": path,
            "query": _readable_query(query),
            "request": _readable_request(path, body, secrets),
            "write": write,
        }
        try:
            answer = self._send(
                method, path, query=query, body=body, headers=headers, secrets=secrets
            )
        except (OSError, urllib3.exceptions.HTTPError, ValueError, _TooLarge) as error:
            self._report(record, started, error=_kind_of(error))
            # without its cause: that may quote a header or an address
            raise self._failure(error, write=write) from None
        self.server_time = _moment(answer, "date") or self.server_time
        response = "(not kept)" if path.lower() in SECRET_PATHS else answer.excerpt
        self._report(record, started, status=answer.status, response=response)
        return answer

    def _send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None,
        body: Any,
        headers: Mapping[str, str] | None,
        secrets: tuple[str, ...],
    ) -> Answer:
        sent_headers = {"Accept": "application/json", **(headers or {})}
        data = None
        if body is not None:
            sent_headers["Content-Type"] = "application/json"
            data = simplejson.dumps(body, use_decimal=True)
        with self._session.request(
            method,
            self._base_url + path,
            params=dict(query or {}),
            data=data,
            headers=sent_headers,
            auth=_keep_headers,
            timeout=self._timeout,
            allow_redirects=False,
            stream=True,
            verify=True,
        ) as response:
            return Answer(
                status=response.status_code,
                headers=dict(response.headers),
                body=_read(response),
                system=self._system,
                secrets=secrets,
            )

    def _report(self, record: Mapping[str, Any], started: float, **outcome: Any) -> None:
        if self._on_call is None:
            return
        facts: dict[str, Any] = {"status": None, "response": "", **record, **outcome}
        self._on_call(CallRecord(**facts, elapsed_ms=int((time.monotonic() - started) * 1000)))

    def _failure(self, error: Exception, *, write: bool) -> errors.IntegrationError:
        """Return what a call without a readable answer means."""
        evidence = {"failure": _kind_of(error)}
        # requests' words for an address or header that it cannot send, and letters no header can hold
        if isinstance(error, ValueError):
            return errors.AccessDenied(
                f"The address or the access token of {self._system} cannot be used as it stands.",
                evidence=evidence,
            )
        if isinstance(error, _TooLarge) and not write:
            return ContractBroken(
                f"{self._system} sent a larger answer than any we know.", evidence=evidence
            )
        if not write or _never_sent(error):
            return RetryableError(f"{self._system} could not be reached.", evidence=evidence)
        return UnknownOutcome(
            f"The connection to {self._system} broke; it is not known whether the work was done.",
            evidence=evidence,
        )


def raise_for_transport(answer: Answer, *, write: bool) -> None:
    """Raise for the statuses that are about the way, not about the record: 3xx, 408, 429, 5xx.

    429 is always retryable; the others are an UnknownOutcome on a write.
    """
    status, system = answer.status, answer.system
    if status == 429:
        raise RetryableError(
            f"{system} asks us to slow down.",
            retry_after=_retry_after(answer),
            evidence=answer.evidence(),
        )
    if status < 300 or (400 <= status < 500 and status != 408):
        return
    if write:
        raise UnknownOutcome(
            f"{system} answered with status {status}; it is not known whether the work was done.",
            evidence=answer.evidence(),
        )
    if status < 400:
        raise ContractBroken(
            f"{system} sends us to another address; we do not follow.", evidence=answer.evidence()
        )
    raise RetryableError(
        f"{system} failed with status {status}.",
        retry_after=_retry_after(answer),
        evidence=answer.evidence(),
    )


def _new_session() -> HttpSession:
    session = HttpSession()
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(pool_connections=2, pool_maxsize=4, max_retries=0))
    return session


def _keep_headers(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Stand in for `auth`, so that a .netrc of the machine never replaces our Authorization header."""
    return request


def _read(response: requests.Response) -> bytes:
    chunks: list[bytes] = []
    size = 0
    for chunk in response.iter_content(65536):
        size += len(chunk)
        if size > MAX_BODY:
            raise _TooLarge
        chunks.append(chunk)
    return b"".join(chunks)


def _never_sent(error: Exception) -> bool:
    """Tell whether the connection was never made, so that no byte of the call left us."""
    reason = _reason(error)
    if isinstance(reason, urllib3.exceptions.ProxyError):
        reason = reason.original_error
    if isinstance(reason, urllib3.exceptions.SSLError):
        return any(isinstance(part, ssl.SSLCertVerificationError) for part in reason.args)
    return isinstance(error, requests.ConnectTimeout) or isinstance(reason, _NEVER_SENT)


def _reason(error: Exception) -> object:
    return getattr(error.args[0], "reason", None) if error.args else None


def _kind_of(error: Exception) -> str:
    """Name a failure without its text: that may quote a header or an address."""
    parts = [part for part in (error, _reason(error)) if part is not None]
    return ": ".join(type(part).__name__ for part in parts).lstrip("_")


def _retry_after(answer: Answer) -> float | None:
    """Return the seconds that the vendor asks us to wait: a number or a date."""
    value = _header(answer, "retry-after")
    if re.fullmatch(r"\d{1,9}(\.\d+)?", value):
        return float(value)
    moment = _moment(answer, "retry-after")
    return None if moment is None else max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _header(answer: Answer, name: str) -> str:
    return next((text.strip() for key, text in answer.headers.items() if key.lower() == name), "")


def _moment(answer: Answer, name: str) -> datetime | None:
    """Return the date in a header as an instant, None when there is none or it cannot be read."""
    try:
        moment = parsedate_to_datetime(_header(answer, name))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_secret(name: object) -> bool:
    return _SECRET_NAME.fullmatch(str(name)) is not None


def _secrets_in(path: str, headers: Mapping[str, str] | None, body: Any) -> tuple[str, ...]:
    """Return the secrets that this call carries, so that an answer which quotes them is masked too."""
    found = [text.split(" ", 1)[-1] for name, text in (headers or {}).items() if _is_secret(name)]
    if path.lower() in SECRET_PATHS:
        values = body.items() if isinstance(body, Mapping) else [("token", body)]
        found += [str(text) for name, text in values if _is_secret(name)]
    return tuple(secret for secret in found if len(secret) >= SHORTEST_SECRET)


def _readable_query(query: Mapping[str, Any] | None) -> str:
    pairs = (query or {}).items()
    return urlencode([(name, HIDDEN if _is_secret(name) else v) for name, v in pairs])


def _readable_request(path: str, body: Any, secrets: tuple[str, ...]) -> str:
    if body is None:
        return ""
    if path.lower() in SECRET_PATHS:
        return "(not kept)"
    return _readable(simplejson.dumps(body, use_decimal=True).encode(), secrets=secrets)


def _readable(body: bytes, *, secrets: tuple[str, ...]) -> str:
    """Return a body as text without secrets, cut, and without what a database cannot store."""
    text = body[: 4 * EVIDENCE_LENGTH].decode("utf-8-sig", errors="replace")
    if len(body) <= PARSED_LENGTH:
        with suppress(ValueError):  # no JSON: the text as it stands
            value = _without_secrets(_parsed(body))
            text = simplejson.dumps(value, use_decimal=True, ensure_ascii=False)
    return _masked(text, secrets=secrets)[:EVIDENCE_LENGTH]


def _masked(text: str, *, secrets: tuple[str, ...]) -> str:
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    for pattern in (_NAMED_SECRET, _BEARER, _HOOK_PATH):
        text = pattern.sub(rf"\1{HIDDEN}", text)
    return text.replace("\x00", "").encode("utf-8", errors="replace").decode()


def _without_secrets(value: Any) -> Any:
    if isinstance(value, Mapping):
        hides_value = _is_secret(value.get("key"))
        return {
            name: HIDDEN
            if _is_secret(name) or (hides_value and name == "value")
            else _without_secrets(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [_without_secrets(inner) for inner in value]
    return value


def _parsed(body: bytes) -> Any:
    try:
        return simplejson.loads(body.decode("utf-8-sig"), use_decimal=True)
    except RecursionError as error:
        raise ValueError("The JSON is nested too deeply.") from error
