"""Two shops on the whole sandbox without sockets: their tenants, and what is done to them through the commands."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import requests
from django.conf import settings
from django.core.management import call_command

from sandbox.clock import Clock
from sandbox.customers1st.shop import Shop
from sandbox.requests_adapter import HOSTS, SandboxAdapter
from sandbox.server import Sandbox
from sandbox.uniconta.company import Company
from sandbox.uniconta.staff import Staff
from settings_app.models import Tenant
from settings_app.services import apply_file
from syncjobs.models import DocumentRow, SyncJob

KINDS = ("customer_to_debtor", "product_to_item", "debtor_to_customer", "item_to_product")
ADDRESSES = {
    "customers1st": "https://customers1st.sandbox/api",
    "uniconta": "https://uniconta.sandbox",
}
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TENANT = """
tenant: {{slug: {slug}, name: {slug}, status: live}}
customers1st:
  base_url: {customers1st}
  api_token: {token}
  webhook_secret: sandbox-secret
uniconta:
  base_url: {uniconta}
  company_id: {company}
  username: c1st
  password: sandbox-password
setup:
  default_debtor_group: "1"
  pos_debtor: {pos_debtor}
  default_item_group: "1"
  journal: C1ST
  cash_account: "5810"
variant_fields:
  xStyleNo: styleno
  xSize: size
  xColor: color
  xCustomField1: customfield1
  xCustomField2: customfield2
  xCustomField3: customfield3
  xCustomField4: customfield4
  xBarcode: alternativebarcode
webhooks:
  customers1st:
    customer: {{created: true, updated: true}}
    product: {{created: true, updated: true}}
  uniconta:
    debtor: {{created: true, updated: true}}
    item: {{created: true, updated: true}}
"""


class ShopWorld:
    """One shop: its till, its company, its tenant."""

    def __init__(
        self, sandbox: Sandbox, *, slug: str, store: int, company: int, token: str
    ) -> None:
        self.slug = slug
        self.shop: Shop = sandbox.customers1st.shop(store)
        self.company: Company = sandbox.uniconta.company(company)
        self.staff: Staff = sandbox.uniconta.staff(company)
        self._sandbox = sandbox
        apply_file(
            TENANT.format(
                slug=slug, token=token, company=company, pos_debtor=f"POS{store}", **ADDRESSES
            )
        )
        self.tenant = Tenant.objects.get(slug=slug)

    def sync(self, kind: str, *options: str) -> dict[str, Any]:
        """Run `sync` and return its document."""
        return run("sync", self.slug, kind, *options)

    def settle(self, *kinds: str) -> None:
        """Sync these kinds, all unless named, and work what they leave, until nothing is due."""
        for kind in kinds or KINDS:
            self.sync(kind)
            self.drain()

    def drain(self) -> dict[str, Any]:
        """Work everything that is due or waits for its time."""
        for _ in range(10):
            document = run("drain", "--tenant", self.slug)
            waiting = SyncJob.objects.filter(tenant=self.tenant, state="WAITING")
            if not waiting.exists():
                break
            past = datetime.now(UTC) - timedelta(minutes=5)
            waiting.update(next_attempt_at=past)
            DocumentRow.objects.filter(first_look_at__isnull=False).update(first_look_at=past)
        return document

    def debtors(self) -> dict[str, Mapping[str, Any]]:
        """Return all debtors by account."""
        return {row["Account"]: dict(row) for row in self.company["Debtor"]}

    def items(self) -> dict[str, Mapping[str, Any]]:
        """Return all items by number."""
        return {row["Item"]: dict(row) for row in self.company["InvItem"]}

    def customers(self) -> dict[int, dict[str, Any]]:
        """Return all customers by id."""
        return {number: dict(row) for number, row in self.shop.store.customers.items()}

    def products(self) -> dict[int, dict[str, Any]]:
        """Return all products by id."""
        return {number: dict(row) for number, row in self.shop.store.products.items()}

    def state(self) -> str:
        """Return all master data of both sides."""
        return repr((self.debtors(), self.items(), self.customers(), self.products()))


class Shops:
    """The sandbox with its two shops."""

    def __init__(self, *, clock: Clock | None = None) -> None:
        settings.ALLOWED_API_HOSTS = [*settings.ALLOWED_API_HOSTS, *HOSTS]
        self.clock = clock or Clock(NOON)
        self.sandbox = Sandbox(clock=self.clock)
        self.sandbox.customers1st.set_bucket(None)
        self.nordlys = ShopWorld(
            self.sandbox, slug="nordlys", store=3000, company=70123, token="sandbox-token"
        )
        self.fjord = ShopWorld(
            self.sandbox, slug="fjord", store=3001, company=70124, token="sandbox-token-fjord"
        )

    def session(self) -> requests.Session:
        """Return a session that reaches both vendors."""
        session, adapter = requests.Session(), SandboxAdapter(self.sandbox)
        for host in HOSTS:
            session.mount(f"https://{host}", adapter)
        return session

    def calls(self, *, after: int) -> dict[str, int]:
        """Return how many calls of each kind were made since a mark: method and path without ids."""
        counted: dict[str, int] = {}
        for call in self.sandbox.calls.find(after=after):
            name = f"{call.method} {call.path.rstrip('0123456789')}"
            counted[name] = counted.get(name, 0) + 1
        return counted

    def writes(self, *, after: int) -> dict[str, int]:
        """Return the writing calls among them."""
        return {name: n for name, n in self.calls(after=after).items() if not _reads(name)}

    def mark(self) -> int:
        """Return the number of the newest call."""
        return self.sandbox.calls.last()


def run(*words: str) -> dict[str, Any]:
    """Run a command and return its JSON document."""
    out = StringIO()
    call_command(*words, "--json", stdout=out)
    document: dict[str, Any] = json.loads(out.getvalue())
    return document


def _reads(name: str) -> bool:
    method, path = name.split(" ", 1)
    return method == "GET" or path.lower().startswith(("/query/", "/login", "/refresh"))
