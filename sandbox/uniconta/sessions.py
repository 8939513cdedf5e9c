"""Log-in: users, sessions and their tokens (contracts/uniconta.md section 1)."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.clock import Clock
from sandbox.switches import Switches
from sandbox.uniconta.errors import Refusal

ACCESS_LIFETIME = timedelta(hours=1)
REFRESH_LIFETIME = timedelta(days=7)
FULL_NAME = re.compile(r"00(\d+)/(.+)")


@dataclass(frozen=True, kw_only=True)
class User:
    """Someone who may log in, and the companies that are open to them."""

    login: str
    password: str
    companies: tuple[int, ...]
    default_company: int | None = None


@dataclass(kw_only=True)
class Session:
    """One log-in; `number` counts log-ins, `tokens` are access tokens with their end."""

    user: User
    company_id: int
    number: int
    refresh_token: str
    refresh_until: datetime
    tokens: dict[str, datetime] = field(default_factory=dict)


class Sessions:
    """All sessions of all users."""

    def __init__(self, *, clock: Clock, switches: Switches) -> None:
        self.users: dict[str, User] = {}
        self.calls: dict[tuple[str, str], int] = {}  # user and local day -> calls [A59]
        self._clock = clock
        self.switches = switches
        self._sessions: list[Session] = []
        self._logins = 0

    def log_in(self, username: str, password: str, *, exists: Callable[[int], bool]) -> Session:
        """Start a session; raises Refusal."""
        match = FULL_NAME.fullmatch(username)
        login = match[2] if match else username
        user = self.users.get(login)
        if user is None or user.password != password:
            raise Refusal("NoRights", field="Username", value=login)
        company_id = int(match[1]) if match else user.default_company
        if company_id is None or not exists(company_id) or company_id not in user.companies:
            raise Refusal("NoCompanyId")
        if self.switches.get("uni.parallel_sessions") == "oldest_dropped":
            self._sessions = [other for other in self._sessions if other.user != user]
        self._logins += 1
        session = Session(
            user=user,
            company_id=company_id,
            number=self._logins,
            refresh_token="",
            refresh_until=self._clock.now(),
        )
        self._sessions.append(session)
        self._renew(session)
        return session

    def refresh(self, refresh_token: str) -> Session:
        """Renew a session by its refresh token, which is used up; raises Refusal."""
        session = self._find_by_refresh(refresh_token)
        if session is None or session.refresh_until <= self._clock.now():
            raise Refusal("NoRights", field="refreshToken")
        if self.switches.get("uni.company_after_refresh") == "default_company":
            session.company_id = session.user.default_company or session.user.companies[-1]
        self._renew(session)
        return session

    def log_out(self, refresh_token: str) -> None:
        """End a session."""
        session = self._find_by_refresh(refresh_token)
        if session is not None:
            self._sessions.remove(session)

    def find(self, token: str) -> Session | None:
        """Return the session of a valid access token."""
        now = self._clock.now()
        for session in self._sessions:
            if now < session.tokens.get(token, datetime.min.replace(tzinfo=now.tzinfo)):
                return session
        return None

    def void(self, token: str) -> None:
        """Make an access token invalid at once."""
        for session in self._sessions:
            session.tokens.pop(token, None)

    def count_call(self, session: Session, day: str) -> int:
        """Count a call of the session's user and return the day's number of calls."""
        key = (session.user.login, day)
        self.calls[key] = self.calls.get(key, 0) + 1
        return self.calls[key]

    def newest_token(self, session: Session) -> str:
        """Return the access token that was given out last."""
        return next(reversed(session.tokens))

    def _find_by_refresh(self, refresh_token: str) -> Session | None:
        for session in self._sessions:
            if secrets.compare_digest(session.refresh_token.encode(), refresh_token.encode()):
                return session
        return None

    def _renew(self, session: Session) -> None:
        now = self._clock.now()
        session.tokens = {token: end for token, end in session.tokens.items() if now < end}
        parts = (secrets.token_urlsafe(12), secrets.token_urlsafe(48), secrets.token_urlsafe(24))
        session.tokens[".".join(parts)] = now + ACCESS_LIFETIME
        session.refresh_token = secrets.token_urlsafe(48)
        session.refresh_until = now + REFRESH_LIFETIME
