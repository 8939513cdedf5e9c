"""Uniconta without sockets: companies, sessions and the door that every call comes through."""

import threading
from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.switches import Switches
from sandbox.uniconta import posting_routes, record_routes, session_routes
from sandbox.uniconta.calls import Call, Route, find_route
from sandbox.uniconta.change_urls import ChangeUrls, build_calls
from sandbox.uniconta.company import LOCAL, Change, Company
from sandbox.uniconta.errors import BadField, Refusal
from sandbox.uniconta.replies import bad_field_reply, refusal_reply
from sandbox.uniconta.sessions import Session, Sessions, User
from sandbox.uniconta.staff import Staff
from sandbox.uniconta.table import Row
from sandbox.web import BadJson, Reply, Request

ROUTES = (*session_routes.ROUTES, *record_routes.ROUTES, *posting_routes.ROUTES)
HOOK_FAULTS = ("hook_drop", "hook_duplicate", "hook_late", "hook_reorder")
FREE_CALLS = 5000  # per user and day; every further 5,000 add a second to each call
FULL_LATENCY = "429"


class UnicontaState:
    """All of the vendor: what the API answers, and what tests and people ask and do beside it.

    The first company that was added is the one that the short forms (`balances()`, `invoices` ...) mean.
    """

    def __init__(self, *, clock: Clock, switches: Switches, faults: Faults) -> None:
        self.clock = clock
        self.switches = switches
        self.faults = faults
        self.lock = threading.RLock()
        self.free_calls = FREE_CALLS  # a paid option lifts it to 75,000
        self.companies: dict[int, Company] = {}
        self.sessions = Sessions(clock=clock, switches=switches)
        self.change_urls = ChangeUrls(lock=self.lock, company=self.companies.get, now=clock.now)

    # The vendor's side ----------------------------------------------------------------------

    def handle(self, request: Request) -> Reply:
        """Answer one call; then the change URLs of what it changed are called."""
        with self.lock:
            reply = self._answer(request)
            self._queue_change_urls()
        self.change_urls.notify()
        return reply

    def expire_token(self, request: Request) -> Reply:
        """Make the token of a call void at once and answer 401."""
        with self.lock:
            self.sessions.void(_bearer(request))
        return Reply(401)

    def add_company(self, company_id: int, **members: Any) -> Company:
        """Open a company with empty books."""
        company = Company(company_id=company_id, clock=self.clock, switches=self.switches)
        company["Company"].add(members)
        self.companies[company_id] = company
        return company

    def add_user(self, user: User) -> None:
        """Let someone log in."""
        self.sessions.users[user.login] = user

    def clear(self) -> None:
        """Forget everything: companies, users, sessions and waiting change-URL calls."""
        with self.lock:
            self.companies.clear()
            self.sessions = Sessions(clock=self.clock, switches=self.switches)
            self.change_urls.clear()

    # The tester's side ----------------------------------------------------------------------

    def company(self, company_id: int | None = None) -> Company:
        """Return a company; without an id the first one."""
        return self.companies[next(iter(self.companies)) if company_id is None else company_id]

    def staff(self, company_id: int | None = None) -> Staff:
        """Return someone who works in the company with the vendor's own program."""
        return Staff(self.company(company_id), lock=self.lock, done=self._after_staff)

    def balances(self, company_id: int | None = None) -> dict[str, Decimal]:
        """Return the ledger's balance per account that has entries, debit positive."""
        with self.lock:
            return self.company(company_id).balances()

    def debtor_balances(self, company_id: int | None = None) -> dict[str, Decimal]:
        """Return the balance per debtor that has entries, owed money positive."""
        with self.lock:
            return self.company(company_id).debtor_balances()

    def open_items(self, account: str, company_id: int | None = None) -> list[Row]:
        """Return the open items of a debtor, oldest first."""
        with self.lock:
            return self.company(company_id).open_items(account)

    @property
    def invoices(self) -> list[Row]:
        """The invoices and credit notes of the first company."""
        with self.lock:
            return self.company().invoices

    @property
    def orders(self) -> list[Row]:
        """The orders of the first company that are still there."""
        with self.lock:
            return self.company().orders

    @property
    def ledger(self) -> list[Row]:
        """The entries of the first company's ledger."""
        with self.lock:
            return self.company().ledger

    def snapshot(self) -> dict[int, dict[str, tuple[Row, ...]]]:
        """Return the whole state, sessions apart, as a value to compare with a later one."""
        with self.lock:
            return {
                company_id: company.snapshot() for company_id, company in self.companies.items()
            }

    def close_period(self, until: date, company_id: int | None = None) -> None:
        """Close the books up to and including a day."""
        self.company(company_id).closed_until = until

    def calls_of(self, login: str) -> int:
        """Return how many calls of a user counted today."""
        return self.sessions.calls.get((login, self._day()), 0)

    # ----------------------------------------------------------------------------------------

    def _answer(self, request: Request) -> Reply:
        exact = self.switches.get("uni.path_case") == "sensitive"
        open_reply = session_routes.answer_open(
            request, sessions=self.sessions, companies=self.companies, exact=exact
        )
        if open_reply is not None:
            return open_reply
        session = self.sessions.find(_bearer(request))
        if session is None:
            return Reply(401)
        delay = self._delay(session)
        if delay is None:
            return Reply(429)
        found = find_route(ROUTES, request, exact=exact)
        if found is None:
            return Reply(404)
        route, names = found
        company = self.companies[session.company_id]
        call = Call(
            request=request,
            company=company,
            session=session,
            names=names,
            companies=self.companies,
        )
        reply = _run(route, call)
        reply.delay += delay
        reply.facts["company"] = company.id
        return reply

    def _delay(self, session: Session) -> float | None:
        """Count a call and return how long it takes, in seconds; None when it is one too many [A59]."""
        count = self.sessions.count_call(session, self._day())
        latency = self.switches.get("uni.latency_ms")
        if latency == FULL_LATENCY:
            return 0.0 if count <= self.free_calls else None
        return int(latency) / 1000 + (count - 1) // self.free_calls

    def _day(self) -> str:
        return self.clock.now().astimezone(LOCAL).date().isoformat()

    def _after_staff(self) -> None:
        with self.lock:
            self._queue_change_urls()
        self.change_urls.notify()

    def _queue_change_urls(self) -> None:
        for company in self.companies.values():
            for change in _taken(company.changes):
                for call in build_calls(company, change):
                    fault = self.faults.take("uniconta", HOOK_FAULTS, path=change.table)
                    kind = fault.kind if fault else ""
                    seconds = float(fault.params.get("seconds", 60)) if fault else 0.0
                    self.change_urls.queue(call, fault=kind, seconds=seconds)


def _run(route: Route, call: Call) -> Reply:
    """Run a handler, all of it or nothing, and word what it raises."""
    company = call.company
    try:
        if not route.all_or_nothing:
            return route.handler(call)
        with company.transaction():
            return route.handler(call)
    except Refusal as refusal:
        company.last_error[refusal.name] = refusal.detail
        return refusal_reply(refusal, area=route.area, switches=call.switches)
    except BadField as error:
        return bad_field_reply(error)
    except BadJson as error:
        return bad_field_reply(BadField("$", str(error)))


def _bearer(request: Request) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _taken(changes: list[Change]) -> list[Change]:
    taken = list(changes)
    changes.clear()
    return taken
