"""Nordlys rightly set up against the sandbox's two vendors, in process; what a test then spoils is its own."""

import copy
from collections.abc import Mapping
from typing import Any

import pytest
import requests

from integration import http
from integration.customers1st import client as customers1st_client
from sandbox.requests_adapter import HOSTS, SandboxAdapter
from sandbox.server import Sandbox
from settings_app.models import Tenant
from settings_app.services import apply_file
from syncjobs import hooks
from syncjobs.doctor import Report, run_doctor

ADDRESS = "https://sync.example.com"
TENANT_FILE = """
tenant: {slug: nordlys, name: Nordlys Cykler ApS, timezone: Europe/Copenhagen, status: live}
customers1st:
  base_url: https://customers1st.sandbox/api
  api_token: sandbox-token
  webhook_secret: sandbox-secret
uniconta:
  base_url: https://uniconta.sandbox
  company_id: 70123
  username: c1st
  password: sandbox-password
setup:
  default_debtor_group: "1"
  pos_debtor: POS3000
  default_item_group: "1"
  auto_invoice_pos_sales: true
  auto_invoice_debtor_sales: true
  journal: C1ST
  cash_account: "5810"
  cash_difference_account: "2910"
  rounding_account: "2920"
  cash_payment_type: Kontant
  debtor_payment_type: Debitor
  day_close_enabled: true
  sales_from: 2026-01-01
  expense_account: "2750"
  bank_account: "5820"
  discount_items: {"25": RABAT25, "0": RABAT0}
  misc_items: {"25": DIV25, "0": DIV0}
  gift_card: {kind: multi, item: GAVEKORT}
  voucher: {kind: multi, item: TILGODE}
  deposit: {kind: multi, item: DEPOSIT}
payment_types:
  - {title: Dankort, account: "5830"}
  - {title: MobilePay, account: "5831"}
  - {title: EUR, account: "5815"}
registers:
  - {register_id: 501, cash_account: "5810"}
  - {register_id: 502, cash_account: "5811"}
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
    customer: {created: true, updated: true}
    product: {created: true, updated: true}
    sale: {created: true}
    day_close: {created: true}
  uniconta:
    debtor: {created: true, updated: true}
    item: {created: true, updated: true}
safety:
  customer_to_debtor: 3
  product_to_item: 6
  sale_to_order: 3
  day_close_to_journal: 24
  debtor_to_customer: 6
  item_to_product: 12
"""


class World:
    """The sandbox, the tenant, and the doctor who looks at both."""

    def __init__(
        self, settings: Any, monkeypatch: pytest.MonkeyPatch, *, like: "World | None" = None
    ) -> None:
        """Set Nordlys up; `like` is a world whose tenant is in the database and whose webhooks are copied."""
        self.sandbox = Sandbox()
        self.settings = settings
        settings.ALLOWED_API_HOSTS = list(HOSTS)
        settings.PUBLIC_BASE_URL = ADDRESS
        monkeypatch.setattr(http, "_new_session", self._session)
        monkeypatch.setattr(customers1st_client, "_buckets", {})
        if like is None:
            apply_file(TENANT_FILE)
            hooks.repair(Tenant.objects.get(slug="nordlys"))
        else:
            self._copy_registrations(like)
        self.tenant = Tenant.objects.get(slug="nordlys")
        self.sandbox.calls.clear()

    @property
    def store(self) -> Any:
        """The shop at Customers 1st."""
        return self.sandbox.customers1st.stores[3000]

    @property
    def company(self) -> Any:
        """The company at Uniconta."""
        return self.sandbox.uniconta.company()

    def change(self, table: str, *key: Any, **members: Any) -> None:
        """Change a record in Uniconta as if it had always been so; without a key the only one."""
        rows = self.company[table]
        rows.change(self.company.row(table, *key) if key else next(iter(rows)), **members)

    def setup(self, **values: Any) -> None:
        """Change points of the setup."""
        type(self.tenant.setup).objects.filter(tenant=self.tenant).update(**values)

    def fresh(self) -> Tenant:
        """Return the tenant as it stands in the database."""
        return Tenant.objects.get(pk=self.tenant.pk)

    def examine(self) -> Report:
        """Let the doctor look."""
        return run_doctor(self.fresh())

    def found(self) -> set[tuple[str, str]]:
        """Return id and level of everything that the doctor finds."""
        return {(row.kind.id, row.kind.level.value) for row in self.examine().findings}

    def calls(self) -> Mapping[str, int]:
        """Return how often each vendor was called, and at what."""
        return self.sandbox.calls.by_path()

    def _copy_registrations(self, other: "World") -> None:
        for row in other.store.hooks.values():
            self.store.hooks[row["id"]] = dict(row)
            self.store.numbers.next("hook")
        for row in other.company["TableChangeEvent"]:
            self.company["TableChangeEvent"].add(row)
        kept = other.sandbox.uniconta.sessions._sessions  # the tenant's token is one of these
        self.sandbox.uniconta.sessions._sessions = copy.deepcopy(kept)

    def _session(self) -> requests.Session:
        session = requests.Session()
        for host in HOSTS:
            session.mount(f"https://{host}", SandboxAdapter(self.sandbox))
        return session
