"""A Uniconta client whose vendor is a list of prepared answers."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import responses

from integration.ports import CallRecord
from integration.uniconta.client import UnicontaClient
from integration.uniconta.tokens import MemoryTokenStore, Tokens

BASE = "https://uniconta.test"
COMPANY = 70123
PASSWORD = "password-of-the-server-user"
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
OURS = [{"PrimaryKeyId": COMPANY, "CompanyName": "Nordlys Cykler ApS", "Currency": "DKK"}]
OTHERS = [{"PrimaryKeyId": 99, "CompanyName": "Another", "Currency": "DKK"}]
COMPANY_PATH = "/Query/Get/CompanyClient"

Answered = tuple[int, str]


def tokens(number: int = 1, **changes: Any) -> Tokens:
    """Return a good session, `number` telling its tokens apart."""
    facts: dict[str, Any] = {"expires_at": NOW + timedelta(hours=1), **changes}
    return Tokens(token=f"token-number-{number}", refresh_token=f"refresh-number-{number}", **facts)


def log_in_answer(number: int) -> Answered:
    """Return what a log-in or refresh answers."""
    return 200, json.dumps(
        {"token": f"token-number-{number}", "refreshToken": f"refresh-number-{number}"}
    )


@dataclass
class Uniconta:
    """The vendor: prepared answers, and what was sent to it."""

    mock: responses.RequestsMock
    sent: list[tuple[str, str, Any, str]] = field(default_factory=list)

    def answers(self, method: str, path: str, *answers: Any) -> None:
        """Answer a call with these in turn: a (status, text), an exception, or a JSON value."""
        queue = list(answers)

        def reply(request: Any) -> tuple[int, dict[str, str], Any]:
            body = request.body
            body = body.decode() if isinstance(body, bytes) else body
            token = request.headers.get("Authorization", "").removeprefix("Bearer ")
            self.sent.append((method, path, json.loads(body) if body else None, token))
            answer = queue.pop(0) if len(queue) > 1 else queue[0]
            if isinstance(answer, Exception):
                return 0, {}, answer
            if isinstance(answer, bytes):
                return 200, {}, answer
            status, text = answer if isinstance(answer, tuple) else (200, json.dumps(answer))
            return status, {}, text

        self.mock.add_callback(method, f"{BASE}{path}", callback=reply)

    def bodies(self, path: str) -> list[Any]:
        """Return the bodies that were sent to a path."""
        return [body for _method, sent, body, _token in self.sent if sent == path]

    @property
    def calls(self) -> list[str]:
        """Return the paths that were called, in order."""
        return [path for _method, path, _body, _token in self.sent]


@pytest.fixture
def uniconta(vendor: responses.RequestsMock) -> Uniconta:
    """The vendor."""
    return Uniconta(vendor)


@pytest.fixture
def store() -> MemoryTokenStore:
    """A store that holds a good session."""
    kept = MemoryTokenStore()
    kept.save(tokens())
    return kept


@pytest.fixture
def make(records: list[CallRecord], store: MemoryTokenStore) -> Callable[..., UnicontaClient]:
    """Make a client of our company, with changes."""

    def build(**changes: Any) -> UnicontaClient:
        facts: dict[str, Any] = {
            "base_url": BASE,
            "company_id": COMPANY,
            "username": "c1st",
            "password": PASSWORD,
            "tokens": store,
            "on_call": records.append,
            "now": lambda: NOW,
            **changes,
        }
        return UnicontaClient(**facts)

    return build


@pytest.fixture
def client(make: Callable[..., UnicontaClient]) -> UnicontaClient:
    """A client with a good session."""
    return make()
