"""A shop without sockets: both vendors of the sandbox, their hooks led into our own addresses, one live tenant.

A journey lets people act (`world.till`, `world.staff`), then `world.catch_up()`, and looks at `world.books()`,
`world.states()` and `world.writes()`. Switches and faults of the vendors are `world.switches` and `world.faults`.
"""

import json
import random
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests
from django.core.management import call_command
from django.test import Client

from sandbox.call_log import Call
from sandbox.customers1st.seed import NORDLYS as NORDLYS_STORE
from sandbox.requests_adapter import SandboxAdapter
from sandbox.server import CUSTOMERS1ST, UNICONTA, Sandbox
from sandbox.uniconta.change_urls import HookCall
from settings_app.models import Tenant
from settings_app.services import apply_file
from syncjobs import finishing, runner
from syncjobs.folding import fold
from syncjobs.models import Breaker, DocumentRow, SyncJob, TenantState
from tests.journeys.tenant_files import TENANT_FILE

HOSTS = {"127.0.0.1:8700": CUSTOMERS1ST, "127.0.0.1:8701": UNICONTA}
READING = ("/query/", "/login", "/refresh", "/logout", "/gljournal/checkjournal")


class Killed(BaseException):
    """The worker's process ends here."""


@dataclass(frozen=True)
class Books:
    """What stands in the company's ledger: balances that are not zero, debit and owed money positive."""

    accounts: Mapping[str, Decimal]
    debtors: Mapping[str, Decimal]


@dataclass(frozen=True)
class Hook:
    """One call of a vendor as it reached us."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class _Adapter(SandboxAdapter):
    """Leads a session into both vendors; the world hears of each call before and after it."""

    def __init__(self, world: "World") -> None:
        super().__init__(world.sandbox, hosts=HOSTS)
        self._world = world

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        """Answer one request as a socket would."""
        self._world.at_call("before", request)
        response = super().send(request, *args, **kwargs)
        self._world.at_call("after", request)
        return response


class World:
    """One shop and its tenant."""

    def __init__(
        self, switches: Mapping[str, str] | None = None, *, tenant_file: str = TENANT_FILE
    ) -> None:
        self.sandbox = Sandbox(seeded=True)
        self.clock, self.switches = self.sandbox.clock, self.sandbox.switches
        self.faults, self.calls = self.sandbox.faults, self.sandbox.calls
        self.customers1st, self.uniconta = self.sandbox.customers1st, self.sandbox.uniconta
        self.till = self.customers1st.shop(NORDLYS_STORE)
        self.company, self.staff = self.uniconta.company(), self.uniconta.staff()
        self.customers1st.set_bucket(None)
        self.customers1st.outbox.sender = self._receive
        for name, reading in (switches or {}).items():
            self.switches.set(name, reading)
        apply_file(tenant_file)
        self.tenant = Tenant.objects.get(slug="nordlys")
        self.received: list[Hook] = []
        self.web_up = True  # else every hook meets a server that cannot store it
        self.kill_at: int | None = None
        self._boundary = 0

    # Calls of ours ---------------------------------------------------------------------------

    def session(self) -> requests.Session:
        """Return a session that reaches both servers."""
        session = requests.Session()
        session.mount("http://", _Adapter(self))
        return session

    def at_call(self, when: str, request: requests.PreparedRequest) -> None:
        """Count a boundary; the worker dies at the one that the test named."""
        self._boundary += 1
        if self._boundary == self.kill_at:
            raise Killed(f"{when} {request.method} {request.url}")

    def boundaries(self) -> int:
        """Return how many call boundaries were passed so far."""
        return self._boundary

    def bury(self) -> None:
        """Let the lease of a dead worker end."""
        TenantState.objects.update(lease_until=datetime.now(UTC) - timedelta(seconds=1))

    def writes(self) -> list[Call]:
        """Return the writing calls that either vendor has seen since `calls.clear()`."""
        return [
            call
            for call in self.calls.find()
            if call.method != "GET" and not call.path.lower().startswith(READING)
        ]

    # Hooks of theirs -------------------------------------------------------------------------

    def deliver_hooks(self, *, after_s: float = 0) -> int:
        """Let both vendors send what is due, `after_s` seconds from now; returns the number of calls."""
        if after_s:
            self.clock.advance(after_s)
        self.uniconta.change_urls.sender = self._receive_change
        try:
            return self.sandbox.deliver_hooks()
        finally:
            self.uniconta.change_urls.sender = None  # never in the middle of a call of ours

    def repeat_hooks(self, *, seed: int = 1) -> int:
        """Send everything that was received once more, shuffled; returns the number of calls."""
        hooks = list(self.received)
        random.Random(seed).shuffle(hooks)  # noqa: S311 - a repeatable order, no secret
        for hook in hooks:
            assert self.post(hook) == 200
        return len(hooks)

    def post(self, hook: Hook) -> int:
        """Send one call to our own address and return the status."""
        answer = Client().generic(
            hook.method,
            hook.path,
            hook.body,
            content_type="application/json",
            headers=dict(hook.headers),
        )
        return answer.status_code

    def _receive(self, url: str, headers: dict[str, str], body: bytes, timeout: float) -> int:
        return self._take(Hook("POST", _path(url), headers, body))

    def _receive_change(self, call: HookCall) -> int:
        return self._take(Hook(call.method, _path(call.url), call.headers, call.body))

    def _take(self, hook: Hook) -> int:
        if not self.web_up:
            return 503
        self.received.append(hook)
        return self.post(hook)

    # Work of ours ----------------------------------------------------------------------------

    def command(self, *words: str) -> Any:
        """Run a management command with `--json` and return its document."""
        out = StringIO()
        call_command(*words, "--json", stdout=out)
        return json.loads(out.getvalue())

    def catch_up(self) -> None:
        """Deliver hooks and work jobs until both vendors and we are silent."""
        while self.deliver_hooks():
            self.work()
        self.work()

    def fold(self, kind: str, source_id: object) -> None:
        """Fold a job, as a webhook or a safety job does."""
        fold(self.tenant, kind, str(source_id), now=datetime.now(UTC))

    def work(self, *, rounds: int = 30) -> None:
        """Work until nothing is left, jumping over every waiting time."""
        for _ in range(rounds):
            if not self.work_once():
                return
        raise AssertionError("it never came to rest")

    def work_once(self) -> bool:
        """Work what is due, then jump over the waiting times; False when nothing is left."""
        worked = runner.work_tenant(self.tenant.pk)
        finishing.finish_tenant(self.tenant.pk)
        if not worked and not self._waits():
            return False
        self._jump()
        return True

    def _waits(self) -> bool:
        state = TenantState.objects.get(tenant=self.tenant)
        jobs = SyncJob.objects.filter(state="WAITING").exists()
        return jobs or state.batch_after is not None

    def _jump(self) -> None:
        """Let every waiting time be over."""
        past = datetime.now(UTC) - timedelta(minutes=5)
        SyncJob.objects.filter(state="WAITING").update(next_attempt_at=past)
        TenantState.objects.filter(batch_after__isnull=False).update(batch_after=past)
        DocumentRow.objects.filter(first_look_at__isnull=False).update(first_look_at=past)
        Breaker.objects.filter(open_until__isnull=False).update(open_until=past)

    # What came of it -------------------------------------------------------------------------

    def states(self, kind: str = "sale_to_order") -> dict[str, str]:
        """Return the state of the newest job of each record of a kind."""
        jobs = SyncJob.objects.filter(kind=kind).order_by("id")
        return dict(jobs.values_list("source_id", "state"))

    def causes(self) -> list[str]:
        """Return why jobs need a person."""
        jobs = SyncJob.objects.filter(state="NEEDS_PERSON").order_by("id")
        return list(jobs.values_list("cause", flat=True))

    def books(self) -> Books:
        """Return the balances of the company's ledger."""
        accounts, debtors = self.uniconta.balances(), self.uniconta.debtor_balances()
        return Books(_without_zero(accounts), _without_zero(debtors))

    def remote(self) -> Any:
        """Return what both vendors hold, hooks and their logs apart, as a value to compare with a later one."""
        companies = {
            company_id: {name: rows for name, rows in tables.items() if name != "TableChangeEvent"}
            for company_id, tables in self.uniconta.snapshot().items()
        }
        stores = {
            store.id: deepcopy(
                (store.products, store.customers, store.payments, store.closes, store.giftcards)
            )
            for store in self.customers1st.stores.values()
        }
        return companies, stores


class Build(Protocol):
    """The fixture that opens a shop; its webhooks are not registered yet."""

    def __call__(
        self, switches: Mapping[str, str] | None = None, *, tenant_file: str = TENANT_FILE
    ) -> World:
        """Return the shop."""


def _without_zero(sums: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {name: amount for name, amount in sums.items() if amount}


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
