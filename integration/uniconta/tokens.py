"""One Uniconta session per company, shared by all workers (contracts/uniconta.md section 1) [A56] [A57] [A58]."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from integration.errors import AccessDenied
from integration.http import Answer, Http, raise_for_transport
from integration.uniconta.values import number_of

LIFETIME = timedelta(hours=1)
RENEW_BEFORE = timedelta(minutes=10)  # so a token is renewed when it is 50 minutes old
# why a log-in gives no session, in the evidence of its AccessDenied
REFUSED, STOPPED, WRONG_COMPANY = "log-in refused", "log-ins stopped", "wrong company"
REFUSALS_BEFORE_STOP = 3  # more could lock the user out [A56]


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """A session's tokens, both secret; all four members are kept.

    `refusals` counts refused log-ins in a row; then the tokens are empty.
    """

    token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime
    refusals: int = 0


class TokenStore(Protocol):
    """Where the company's session is kept. Saving None (new credentials, a person's wish) allows log-ins again."""

    def load(self) -> Tokens | None:
        """Return the session as last saved by any worker."""
        ...

    def save(self, tokens: Tokens | None) -> None:
        """Keep the session, or forget it."""
        ...

    def lock(self) -> AbstractContextManager[None]:
        """Let one worker at a time renew the session, for as long as up to four calls take."""
        ...


class MemoryTokenStore:
    """A session for the threads of one process."""

    def __init__(self) -> None:
        self._tokens: Tokens | None = None
        self._lock = threading.Lock()

    def load(self) -> Tokens | None:
        """Return the session."""
        return self._tokens

    def save(self, tokens: Tokens | None) -> None:
        """Keep the session, or forget it."""
        self._tokens = tokens

    def lock(self) -> AbstractContextManager[Any]:
        """Let one thread at a time renew the session."""
        return self._lock


@dataclass(frozen=True, kw_only=True)
class Login:
    """Who logs in, and for which company."""

    company_id: int
    username: str
    password: str = field(repr=False)

    @property
    def usernames(self) -> tuple[str, ...]:
        """The names to log in with, in order: `00<CompanyId>/<LoginId>` selects the company at once.

        A name that selects a company itself is tried as it stands first.
        """
        own = f"00{self.company_id}/{self.username.rpartition('/')[2]}"
        return tuple(dict.fromkeys([self.username if "/" in self.username else own, own]))


class Session:
    """Gives a valid token of the right company; renews it when it is old or was refused."""

    def __init__(
        self, *, http: Http, login: Login, store: TokenStore, now: Callable[[], datetime]
    ) -> None:
        self._http = http
        self._login = login
        self._store = store
        self._now = now

    def token(self, *, refused: str = "") -> str:
        """Return a valid token; `refused` is the one that the vendor just answered 401 to.

        Raises AccessDenied when the log-in is refused or leads into another company, RetryableError when Uniconta
        cannot be reached. Nothing of the caller's was sent then.
        """
        tokens = self._store.load()
        if tokens is not None and self._is_good(tokens, refused):
            return tokens.token
        with self._store.lock():
            tokens = self._store.load()
            if tokens is not None and self._is_good(tokens, refused):
                return tokens.token  # another worker has renewed it meanwhile
            return self._renew(tokens, refused)

    def _is_good(self, tokens: Tokens, refused: str) -> bool:
        if not tokens.token or tokens.token == refused:
            return False
        return self._now() < tokens.expires_at - RENEW_BEFORE

    def _renew(self, tokens: Tokens | None, refused: str) -> str:
        refusals = tokens.refusals if tokens else 0
        if refusals >= REFUSALS_BEFORE_STOP:
            raise AccessDenied(_stopped_text(refusals), evidence={"reason": STOPPED})
        if tokens is not None and tokens.refresh_token:
            answer = self._http.call("POST", "/refresh", body=tokens.refresh_token, write=False)
            fresh = self._tokens_in(answer, known_refresh=tokens.refresh_token)
            if fresh and fresh.token != refused and self._is_in_company(fresh.token):
                self._store.save(fresh)
                return fresh.token
        return self._log_in(refusals)

    def _log_in(self, refusals: int) -> str:
        for username in self._login.usernames:
            fresh = self._log_in_as(username, refusals)
            if self._is_in_company(fresh.token):
                self._store.save(fresh)
                return fresh.token
        raise AccessDenied(
            f"The log-in does not lead into company {self._login.company_id}; nothing was sent.",
            evidence={"reason": WRONG_COMPANY},
        )

    def _log_in_as(self, username: str, refusals: int) -> Tokens:
        body = {"Username": username, "Password": self._login.password}
        answer = self._http.call("POST", "/login", body=body, write=False)
        fresh = self._tokens_in(answer)
        if fresh is None:
            refusals += 1
            nothing = Tokens(token="", refresh_token="", expires_at=self._now(), refusals=refusals)
            self._store.save(nothing)
            name = _refusal_name(answer)
            raise AccessDenied(
                _refused_text(refusals, name, self._login.company_id),
                evidence={"reason": REFUSED, "status": answer.status, "answer": name},
            )
        return fresh

    def _tokens_in(self, answer: Answer, *, known_refresh: str = "") -> Tokens | None:
        """Return the tokens of a log-in or refresh answer, None when it was refused in any form [A56]."""
        raise_for_transport(answer, write=False)
        try:
            value = answer.json()
        except ValueError:
            return None
        if answer.status >= 300 or not isinstance(value, dict) or not value.get("token"):
            return None
        return Tokens(
            token=str(value["token"]),
            refresh_token=str(value.get("refreshToken") or known_refresh),
            expires_at=self._now() + LIFETIME,
        )

    def _is_in_company(self, token: str) -> bool:
        """Tell whether a session stands in our company, before anything else is done with it [A57]."""
        headers = {"Authorization": f"Bearer {token}"}
        answer = self._http.call(
            "POST", "/Query/Get/CompanyClient", body=[{}], headers=headers, write=False
        )
        raise_for_transport(answer, write=False)
        return _company_ids(answer) == {self._login.company_id}


def _company_ids(answer: Answer) -> set[int]:
    try:
        rows = answer.json()
    except ValueError:
        return set()
    if answer.status >= 300 or not isinstance(rows, list):
        return set()
    return {number_of(row.get("PrimaryKeyId")) for row in rows if isinstance(row, dict)}


def _stopped_text(refusals: int) -> str:
    return (
        f"Uniconta refused the log-in {refusals} times in a row; no more is tried, so that the user is not locked out. "
        "Check user and password of the connection."
    )


def _refused_text(refusals: int, name: str, company_id: int) -> str:
    if refusals >= REFUSALS_BEFORE_STOP:
        return _stopped_text(refusals)
    if name == "NoCompanyId":
        return (
            f"Uniconta refused the log-in to company {company_id}. "
            "Check user and password of the connection, and its company id."
        )
    return "Uniconta refused the log-in. Check user and password of the connection."


def _refusal_name(answer: Answer) -> str:
    """Return the name of a refusal; a log-in's answer is never kept in any other form."""
    name = answer.clean(answer.text.strip().strip('"'))
    return name if name.isalnum() and len(name) <= 40 else "(not kept)"
