"""A client that holds every request and every answer against the contract."""

from dataclasses import dataclass
from typing import Any

import simplejson

from sandbox.customers1st.seed import TOKEN
from sandbox.server import Sandbox
from sandbox.web import Reply, Request
from tests.sandbox.contracts import definition_name, endpoint, problems

ERRORS = (
    "ErrorResponse",
    "ValidationErrorResponse",
    "ValidationErrorResponseObserved",
    "FormRequestValidationResponse",
    "ThrottleResponse",
)


@dataclass
class Answer:
    """One answer of the server."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def content(self) -> Any:
        """Return what the answer wraps."""
        return self.body["content"]


class Api:
    """Calls the sandbox's Customers 1st; wrong requests must say `wrong=True`."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Call this sandbox."""
        self._sandbox = sandbox

    def get(self, path: str, **query: Any) -> Answer:
        """GET with query parameters; underscores at the end of a name are cut."""
        return self.call("GET", path, query=query)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        token: str = TOKEN,
        wrong: bool = False,
    ) -> Answer:
        """Make one call and check both sides of it."""
        row = endpoint(method, path)
        if row is not None and "body" in row and not wrong:
            assert problems(definition_name(row["body"]), body) == []
        request = Request(
            method,
            f"/api{path}",
            query={name: [str(value)] for name, value in (query or {}).items()},
            headers={"authorization": f"Bearer {token}", **(headers or {})},
            body=b"" if body is None else simplejson.dumps(body, use_decimal=True).encode(),
        )
        reply = self._sandbox.answer("customers1st", request, wait=lambda _: None)
        return _checked(row, reply)


def _checked(row: dict[str, Any] | None, reply: Reply) -> Answer:
    content = reply.content()
    if reply.content_type != "application/json" or not content:
        return Answer(reply.status, content.decode(), reply.headers)
    body = simplejson.loads(content, use_decimal=True)
    if reply.status < 300:
        assert row is not None
        assert reply.status == row["response"]["status"]
        assert problems(definition_name(row["response"]["schema"]), body) == []
    else:
        assert any(problems(name, body) == [] for name in ERRORS), body
    return Answer(reply.status, body, reply.headers)
