"""One Uniconta session per company, shared by all workers (contracts/uniconta.md section 1) [A56] [A57] [A58]."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from integration.errors import AccessDenied
from integration.http import Answer, Http, raise_for_transport

LIFETIME = timedelta(minutes=50)  # the vendor's access token lives one hour
REFUSALS_BEFORE_STOP = 3  # more could lock the user out [A56]


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """A session's tokens; renewed after `renew_at`. `refusals` counts refused log-ins in a row."""

    token: str = ""
    refresh_token: str = ""
    renew_at: datetime | None = None
    refusals: int = 0


class TokenStore(Protocol):
    """Where the company's session is kept."""

    def load(self) -> Tokens | None:
        """Return the session as last saved by any worker."""
        ...

    def save(self, tokens: Tokens) -> None:
        """Keep the session."""
        ...

    def lock(self) -> AbstractContextManager[None]:
        """Let one worker at a time renew the session."""
        ...


class MemoryTokenStore:
    """A session for one process."""

    def __init__(self) -> None:
        self._tokens: Tokens | None = None

    def load(self) -> Tokens | None:
        """Return the session."""
        return self._tokens

    def save(self, tokens: Tokens) -> None:
        """Keep the session."""
        self._tokens = tokens

    def lock(self) -> AbstractContextManager[None]:
        """Need no lock."""
        return nullcontext()


@dataclass(frozen=True, kw_only=True)
class Login:
    """Who logs in, and for which company."""

    company_id: int
    username: str
    password: str

    @property
    def full_username(self) -> str:
        """`00<CompanyId>/<LoginId>` selects the company at once."""
        return self.username if "/" in self.username else f"00{self.company_id}/{self.username}"


class UnicontaSession:
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

        Raises AccessDenied when the log-in is refused or leads into another company.
        """
        tokens = self._store.load()
        if tokens is not None and self._is_good(tokens, refused):
            return tokens.token
        with self._store.lock():
            tokens = self._store.load() or Tokens()
            if self._is_good(tokens, refused):
                return tokens.token  # another worker has renewed it meanwhile
            return self._renew(tokens, refused=refused)

    def _is_good(self, tokens: Tokens, refused: str) -> bool:
        if not tokens.token or tokens.token == refused or tokens.renew_at is None:
            return False
        return self._now() < tokens.renew_at

    def _renew(self, tokens: Tokens, *, refused: str) -> str:
        if tokens.refusals >= REFUSALS_BEFORE_STOP:
            raise AccessDenied(
                "Uniconta refused the log-in three times; no more is tried, so that the user is not locked out."
            )
        if tokens.refresh_token:
            answer = self._http.call("POST", "/refresh", body=tokens.refresh_token, write=False)
            fresh = self._kept(answer)
            if fresh is not None and fresh.token != refused and self._leads_home(fresh.token):
                self._store.save(fresh)
                return fresh.token
        return self._log_in(tokens)

    def _log_in(self, tokens: Tokens) -> str:
        body = {"Username": self._login.full_username, "Password": self._login.password}
        answer = self._http.call("POST", "/login", body=body, write=False)
        fresh = self._kept(answer)
        if fresh is None:
            self._store.save(Tokens(refusals=tokens.refusals + 1))
            raise AccessDenied(
                "Uniconta refused the log-in.",
                evidence={"status": answer.status, "answer": answer.text[:100]},
            )
        if not self._leads_home(fresh.token):
            raise AccessDenied(
                f"The log-in does not lead into company {self._login.company_id}; nothing was sent."
            )
        self._store.save(fresh)
        return fresh.token

    def _kept(self, answer: Answer) -> Tokens | None:
        """Return the tokens of a log-in or refresh answer, None when it was refused in any form [A56]."""
        raise_for_transport(answer, write=False, system="Uniconta")
        try:
            value = answer.json()
        except ValueError:
            return None
        if answer.status >= 300 or not isinstance(value, dict) or not value.get("token"):
            return None
        return Tokens(
            token=str(value["token"]),
            refresh_token=str(value.get("refreshToken") or ""),
            renew_at=self._now() + LIFETIME,
        )

    def _leads_home(self, token: str) -> bool:
        """Tell whether the session stands in our company, switching it there when it does not [A57]."""
        own = {self._login.company_id}
        headers = {"Authorization": f"Bearer {token}"}
        answer = self._http.call(
            "POST", "/Query/Get/CompanyClient", body=[{}], headers=headers, write=False
        )
        raise_for_transport(answer, write=False, system="Uniconta")
        if company_ids(answer) == own:
            return True
        answer = self._http.call(
            "GET", f"/Company/ChangeCompany/{self._login.company_id}", headers=headers, write=False
        )
        raise_for_transport(answer, write=False, system="Uniconta")
        return company_ids(answer) == own


def company_ids(answer: Answer) -> set[int]:
    """Return the ids of the companies in an answer of one company or of a list."""
    try:
        rows: Any = answer.json()
    except ValueError:
        return set()
    rows = rows if isinstance(rows, list) else [rows]
    return {
        int(row["PrimaryKeyId"])
        for row in rows
        if isinstance(row, dict) and row.get("PrimaryKeyId")
    }
