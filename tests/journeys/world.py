"""A shop without sockets: the sandbox's Uniconta, a till that answers what it is told, and one live tenant."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from requests.adapters import BaseAdapter

from sandbox.call_log import CallLog
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.switches import Switches
from sandbox.uniconta.seed import seed_uniconta
from sandbox.uniconta.state import UnicontaState
from sandbox.web import ConnectionCut, Reply, Request, answer
from settings_app.models import Tenant
from settings_app.services import apply_file
from syncjobs import finishing, runner
from syncjobs.inbox import fold
from syncjobs.models import DocumentRow, SyncJob, TenantState

TENANT_FILE = """
tenant: {slug: nordlys, name: Nordlys Cykler ApS, status: live}
customers1st:
  base_url: http://127.0.0.1:8700/api
  api_token: sandbox-token
  webhook_secret: sandbox-secret
uniconta:
  base_url: http://127.0.0.1:8701
  company_id: 70123
  username: c1st
  password: sandbox-password
setup:
  default_debtor_group: "1"
  pos_debtor: POS3000
  default_item_group: "1"
  auto_invoice_pos_sales: true
  journal: C1ST
  cash_account: "5810"
  rounding_account: "2920"
  cash_payment_type: Kontant
  debtor_payment_type: Debitor
  discount_items: {"25": RABAT25, "0": RABAT0}
  misc_items: {"25": DIV25, "0": DIV0}
payment_types:
  - {title: Dankort, account: "5830"}
  - {title: MobilePay, account: "5831"}
webhooks:
  customers1st:
    sale: {created: true}
"""


class Killed(BaseException):
    """The worker's process ends here."""


class Till:
    """Answers GET /pospayments/{id}, the store and its configuration."""

    def __init__(self) -> None:
        self.sales: dict[int, dict[str, Any]] = {}

    def sell(self, number: int, lines: list[dict[str, Any]], tenders: list[dict[str, Any]]) -> str:
        """Ring a sale up and return its id; lines of price, quantity, and what else is to be said."""
        articles = [_article(number * 10 + n, line) for n, line in enumerate(lines, start=1)]
        self.sales[number] = {
            "id": number,
            "paymentno": 1000 + number,
            "date": "2026-03-02 09:05:12",
            "status": "completed",
            "sum": sum((row["total_incl_vat"] for row in articles), Decimal(0)),
            "storeid": 3000,
            "articles": articles,
            "paymenttypes": [{"status": "captured", "cash": 0, **tender} for tender in tenders],
        }
        return str(number)

    def handle(self, request: Request) -> Reply:
        """Answer one request."""
        if request.path == "/api/settings/store":
            return Reply(200, {"id": 3000, "title": "Nordlys"})
        if request.path == "/api/settings/configs":
            return Reply(200, {"content": [{"key": "prices_include_vat", "value": "1"}]})
        kind, _, number = request.path.removeprefix("/api/").partition("/")
        if kind == "pospayments" and not number:
            return Reply(200, {"content": list(self.sales.values()), "hasMore": False})
        if kind == "pospayments" and int(number) in self.sales:
            return Reply(200, {"content": self.sales[int(number)]})
        if kind == "products":
            content = {"id": int(number), "title": "Lygte", "productno": f"NL-{number}"}
            return Reply(200, {"content": {**content, "pricewithoutvat": Decimal("80.00")}})
        return Reply(404, {"message": "Not found"})

    def expire_token(self, request: Request) -> Reply:
        """Refuse."""
        return Reply(401)


def _article(number: int, line: dict[str, Any]) -> dict[str, Any]:
    quantity, price = Decimal(line.get("quantity", 1)), Decimal(line["price"])
    vat = Decimal(line.get("vat", 25))
    total = quantity * price
    total_vat = (total * vat / (100 + vat)).quantize(Decimal("0.01"))
    return {
        "id": number,
        "title": "Lygte",
        "productid": 1001,
        "vat": vat,
        **line,
        "quantity": quantity,
        "price": price,
        "total_incl_vat": total,
        "total_vat": total_vat,
        "total_ex_vat": total - total_vat,
    }


class Adapter(BaseAdapter):
    """Leads a requests.Session into the two servers; `before` and `after` may raise at a call."""

    def __init__(self, world: "World") -> None:
        super().__init__()
        self._world = world

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer one request as a socket would."""
        parts = urlsplit(str(request.url))
        body = request.body or b""
        inner = Request(
            method=str(request.method),
            path=parts.path,
            query=parse_qs(parts.query),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=body.encode() if isinstance(body, str) else bytes(body),
        )
        world = self._world
        name = "customers1st" if parts.port == 8700 else "uniconta"
        world.at_call("before", name, inner)
        try:
            reply = answer(
                world.till if name == "customers1st" else world.uniconta,
                inner,
                name=name,
                faults=world.faults,
                calls=world.calls,
                wait=lambda seconds: None,
            )
        except ConnectionCut:
            raise requests.ConnectionError("cut") from None
        world.at_call("after", name, inner)
        response = requests.Response()
        response.status_code = reply.status
        response.raw = io.BytesIO(reply.content())
        response.headers["Content-Type"] = reply.content_type
        return response

    def close(self) -> None:
        """Hold nothing."""


class World:
    """One shop and its tenant."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.switches = Switches()
        self.faults = Faults()
        self.calls = CallLog()
        self.till = Till()
        self.uniconta = UnicontaState(clock=self.clock, switches=self.switches, faults=self.faults)
        seed_uniconta(self.uniconta)
        apply_file(TENANT_FILE)
        self.tenant = Tenant.objects.get(slug="nordlys")
        self.kill_at: int | None = None
        self._boundary = 0

    def session(self) -> requests.Session:
        """Return a session that reaches both servers."""
        session = requests.Session()
        session.mount("http://", Adapter(self))
        return session

    def at_call(self, when: str, name: str, request: Request) -> None:
        """Count a boundary; the worker dies at the one that the test named."""
        self._boundary += 1
        if self._boundary == self.kill_at:
            raise Killed(f"{when} {name} {request.path}")

    def boundaries(self) -> int:
        """Return how many call boundaries were passed so far."""
        return self._boundary

    def deliver(self, source_id: str) -> None:
        """Fold a job for a sale, as a webhook does."""
        fold(self.tenant, "sale_to_order", source_id, now=datetime.now(UTC))

    def drain(self, *, rounds: int = 30) -> None:
        """Work until nothing is left, jumping over every waiting time."""
        for _ in range(rounds):
            worked = runner.work_tenant(self.tenant.pk)
            finishing.finish_tenant(self.tenant.pk)
            if not worked and not self._waits():
                return
            self._jump()
        raise AssertionError("it never came to rest")

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

    def bury(self) -> None:
        """Let the lease of a dead worker end."""
        TenantState.objects.update(lease_until=datetime.now(UTC) - timedelta(seconds=1))

    def writes(self) -> int:
        """Return how many writing calls Uniconta got."""
        return len(self.uniconta.company().ledger)

    def states(self) -> dict[str, str]:
        """Return the state of the newest job of each sale."""
        return dict(SyncJob.objects.order_by("id").values_list("source_id", "state"))


Build = Callable[[], World]
