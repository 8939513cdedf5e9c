"""The small HTTP layer both vendors' servers share: requests, replies, routes, the WSGI edge."""

import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import parse_qs, unquote
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import simplejson

from sandbox.call_log import CallLog
from sandbox.faults import Fault, Faults

BEFORE_WORK = ("status", "slow", "reset", "lost_reply", "timeout_after_work", "expired_token")
FOREVER_S = 60.0


class BadJson(ValueError):
    """The body is not JSON."""


class ConnectionCut(Exception):
    """The server hangs up without an answer."""


@dataclass
class Request:
    """One HTTP request, as both servers and the requests adapter see it."""

    method: str
    path: str
    query: dict[str, list[str]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> Any:
        """Return the body's JSON, numbers with a point as Decimal; BadJson if it is none."""
        try:
            return simplejson.loads(self.body.decode(), use_decimal=True)
        except ValueError as error:
            raise BadJson(str(error)) from error

    def first(self, name: str, default: str | None = None) -> str | None:
        """Return the first value of a query parameter."""
        return self.query.get(name, [default])[0]


@dataclass
class Reply:
    """One answer: bytes and text go out as they are, anything else as JSON."""

    status: int
    body: Any = b""
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    #: Seconds the server takes its time before it answers; slept outside every lock.
    delay: float = 0.0
    #: What the call log keeps of this call beside its path and status.
    facts: dict[str, Any] = field(default_factory=dict)

    def content(self) -> bytes:
        """Return the exact bytes of the body."""
        if isinstance(self.body, bytes):
            return self.body
        return self.body.encode() if isinstance(self.body, str) else dump(self.body)


class App(Protocol):
    """A vendor's server without its sockets."""

    def handle(self, request: Request) -> Reply:
        """Answer one request."""
        ...

    def expire_token(self, request: Request) -> Reply:
        """Make the token of this request void and answer as the vendor does then."""
        ...


T = TypeVar("T")


class Routes(Generic[T]):
    """Finds what belongs to a method and a path; `{name}` in a pattern is a parameter."""

    def __init__(self) -> None:
        """Start empty."""
        self._routes: list[tuple[str, tuple[str, ...], T]] = []

    def add(self, method: str, pattern: str, target: T) -> None:
        """Register a target; literal segments win over parameters."""
        self._routes.append((method.upper(), _segments(pattern), target))
        self._routes.sort(key=lambda route: sum(part.startswith("{") for part in route[1]))

    def find(self, method: str, path: str) -> tuple[T, dict[str, str]] | None:
        """Return the target and the path's parameters, or None."""
        parts = _segments(path)
        for known, pattern, target in self._routes:
            if known == method.upper() and _fits(pattern, parts):
                return target, _parameters(pattern, parts)
        return None

    def knows_path(self, path: str) -> bool:
        """Tell whether the path exists under any method (405 instead of 404)."""
        parts = _segments(path)
        return any(_fits(pattern, parts) for _, pattern, _ in self._routes)


def dump(value: Any) -> bytes:
    """Return compact JSON; Decimals become numbers with all their digits."""
    text: str = simplejson.dumps(value, use_decimal=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def answer(
    app: App,
    request: Request,
    *,
    name: str,
    faults: Faults,
    calls: CallLog,
    wait: Callable[[float], None] = time.sleep,
) -> Reply:
    """Answer one request, faults included; ConnectionCut when the server hangs up."""
    fault = faults.take(name, BEFORE_WORK, method=request.method, path=request.path)
    if fault is not None and fault.kind == "reset":
        _note(calls, name, request, Reply(0), fault)
        raise ConnectionCut
    if fault is not None and fault.kind == "slow":
        wait(float(fault.params.get("seconds", FOREVER_S)))
    reply = _work(app, request, fault)
    _note(calls, name, request, reply, fault)
    if reply.delay:
        wait(reply.delay)
    if fault is not None and fault.kind == "timeout_after_work":
        wait(float(fault.params.get("seconds", FOREVER_S)))
    if fault is not None and fault.kind in ("lost_reply", "timeout_after_work"):
        raise ConnectionCut
    return reply


def wsgi(app: App, name: str, faults: Faults, calls: CallLog) -> WSGIApplication:
    """Return the WSGI callable of a vendor's server."""

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = read_request(environ)
        try:
            reply = answer(app, request, name=name, faults=faults, calls=calls)
        except ConnectionCut:
            _hang_up(environ)
            raise ConnectionResetError from None
        return send(reply, start_response)

    return application


def read_request(environ: WSGIEnvironment) -> Request:
    """Return the request of a WSGI environment."""
    size = int(environ.get("CONTENT_LENGTH") or 0)
    headers = {
        key[5:].replace("_", "-").lower(): str(value)
        for key, value in environ.items()
        if key.startswith("HTTP_")
    }
    headers["content-type"] = environ.get("CONTENT_TYPE") or ""
    return Request(
        method=environ["REQUEST_METHOD"],
        path=environ.get("PATH_INFO", "/").encode("latin-1").decode(errors="replace"),
        query=parse_query(environ.get("QUERY_STRING", "")),
        headers=headers,
        body=environ["wsgi.input"].read(size) if size else b"",
    )


def send(reply: Reply, start_response: StartResponse) -> Iterable[bytes]:
    """Write a reply to a WSGI server."""
    content = reply.content()
    phrase = HTTPStatus(reply.status).phrase
    headers = {"Content-Type": reply.content_type, "Content-Length": str(len(content))}
    start_response(f"{reply.status} {phrase}", [*{**headers, **reply.headers}.items()])
    return [content]


def parse_query(text: str) -> dict[str, list[str]]:
    """Return the parameters of a query string, empty values included."""
    return parse_qs(text, keep_blank_values=True)


def _work(app: App, request: Request, fault: Fault | None) -> Reply:
    if fault is not None and fault.kind == "status":
        headers = dict(fault.params.get("headers", {}))
        return Reply(int(fault.params["status"]), fault.params.get("body", ""), headers)
    if fault is not None and fault.kind == "expired_token":
        return app.expire_token(request)
    return app.handle(request)


def _note(calls: CallLog, name: str, request: Request, reply: Reply, fault: Fault | None) -> None:
    facts: dict[str, Any] = {key: values[0] for key, values in request.query.items()}
    if fault is not None:
        facts["fault"] = fault.kind
    calls.add(
        name,
        method=request.method,
        path=request.path,
        status=reply.status,
        facts={**facts, **reply.facts},
    )


def _hang_up(environ: WSGIEnvironment) -> None:
    connection = environ.get("werkzeug.socket")
    if connection is not None:
        connection.shutdown(socket.SHUT_RDWR)


def _segments(path: str) -> tuple[str, ...]:
    return tuple(part for part in path.split("/") if part)


def _fits(pattern: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    return len(pattern) == len(parts) and all(
        want.startswith("{") or want == have for want, have in zip(pattern, parts, strict=True)
    )


def _parameters(pattern: tuple[str, ...], parts: tuple[str, ...]) -> dict[str, str]:
    return {
        want[1:-1]: unquote(have)
        for want, have in zip(pattern, parts, strict=True)
        if want.startswith("{")
    }
