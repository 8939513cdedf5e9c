"""Routes a requests.Session straight into the sandbox: no sockets, no waiting, the same errors."""

from collections.abc import Mapping
from http import HTTPStatus
from io import BytesIO
from urllib.parse import unquote, urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.response import HTTPResponse

from sandbox.server import CONTROL, CUSTOMERS1ST, UNICONTA, Sandbox
from sandbox.web import ConnectionCut, Reply, Request, parse_query

CUSTOMERS1ST_URL = "http://customers1st.sandbox/api"
UNICONTA_URL = "http://uniconta.sandbox"
CONTROL_URL = "http://control.sandbox"
HOSTS = {
    "customers1st.sandbox": CUSTOMERS1ST,
    "uniconta.sandbox": UNICONTA,
    "control.sandbox": CONTROL,
}

Timeout = float | tuple[float | None, float | None] | None


class SandboxAdapter(BaseAdapter):
    """Sends requests into a sandbox; what would wait longer than the time-out times out at once."""

    def __init__(self, sandbox: Sandbox, *, hosts: Mapping[str, str] = HOSTS) -> None:
        """Route into this sandbox; `hosts` gives the server's name for each host (with its port)."""
        super().__init__()
        self._sandbox = sandbox
        self._hosts = hosts
        self._builder = HTTPAdapter()

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Timeout = None,
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Answer as a socket would: ConnectionError when cut off, ReadTimeout when too slow."""
        parts = urlsplit(request.url or "")
        waited: list[float] = []
        try:
            reply = self._sandbox.answer(
                self._hosts[parts.netloc],
                _request(request, parts.path, parts.query),
                wait=waited.append,
            )
        except ConnectionCut:
            _check_patience(request, sum(waited), timeout)
            message = "the sandbox cut the connection"
            raise requests.ConnectionError(message, request=request) from None
        _check_patience(request, sum(waited), timeout)
        return self._response(request, reply, stream=stream)

    def close(self) -> None:
        """Nothing is open."""

    def _response(
        self, request: requests.PreparedRequest, reply: Reply, *, stream: bool
    ) -> requests.Response:
        content = reply.content()
        headers = {"Content-Type": reply.content_type, "Content-Length": str(len(content))}
        raw = HTTPResponse(
            body=BytesIO(content),
            headers={**headers, **reply.headers},
            status=reply.status,
            reason=HTTPStatus(reply.status).phrase,
            preload_content=False,
        )
        response: requests.Response = self._builder.build_response(request, raw)
        if not stream:
            response.content  # noqa: B018 - reads the body, as a session does without stream
        return response


def mount(session: requests.Session, sandbox: Sandbox) -> requests.Session:
    """Let a session reach the sandbox under the three `.sandbox` hosts; return the session."""
    adapter = SandboxAdapter(sandbox)
    for host in HOSTS:
        session.mount(f"http://{host}", adapter)
    return session


def _request(request: requests.PreparedRequest, path: str, query: str) -> Request:
    body = request.body or b""
    return Request(
        method=request.method or "GET",
        path=unquote(path) or "/",
        query=parse_query(query),
        headers={key.lower(): _text(value) for key, value in request.headers.items()},
        body=body.encode() if isinstance(body, str) else bytes(body),
    )


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _check_patience(request: requests.PreparedRequest, waited: float, timeout: Timeout) -> None:
    patience = timeout[1] if isinstance(timeout, tuple) else timeout
    if patience is not None and waited > patience:
        message = f"the sandbox took {waited:.0f} s"
        raise requests.ReadTimeout(message, request=request)
