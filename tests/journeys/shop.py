"""The journeys' shop with the sandbox's own till: every kind of receipt that a till can make."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import pytest

from integration.http import TokenBucket
from sandbox.customers1st.basket import Pay, Wish
from sandbox.customers1st.models import Payment
from sandbox.customers1st.seed import seed
from sandbox.customers1st.state import Customers1st
from settings_app.models import Tenant
from settings_app.services import apply_file
from syncjobs.models import LinkRow, SyncJob
from tests.journeys.world import World

NORDLYS, CLUB = 3000, 5001
RECEIPTS_FILE = """
tenant: {slug: nordlys, name: Nordlys Cykler ApS, status: live}
setup:
  auto_invoice_debtor_sales: true
  gift_card: {kind: multi, item: GAVEKORT}
  voucher: {kind: multi, item: TILGODE}
  deposit: {kind: multi, item: DEPOSIT}
payment_types:
  - {title: Dankort, account: "5830"}
  - {title: MobilePay, account: "5831"}
  - {title: EUR, account: "5815"}
registers:
  - {register_id: 502, cash_account: "5811"}
"""
Sums = dict[str, Decimal]


class ShopWorld(World):
    """One shop whose till is the sandbox's; `shop` is what its people do."""

    def __init__(self, switches: Mapping[str, str]) -> None:
        super().__init__()
        for name, reading in switches.items():
            self.switches.set(name, reading)
        server = Customers1st(clock=self.clock, switches=self.switches, faults=self.faults)
        server.set_bucket(None)
        seed(server)
        self.till = server  # type: ignore[assignment]  # answers the same calls as the small till
        self.shop = server.shop(NORDLYS)
        self.setup()
        LinkRow.objects.create(
            tenant=self.tenant,
            entity="customer",
            customers1st_id=str(CLUB),
            uniconta_key="K1001",
        )

    def setup(self, text: str = "") -> None:
        """Change the tenant as a consultant does, by a tenant file."""
        apply_file(RECEIPTS_FILE)
        if text:
            apply_file(f"tenant: {{slug: nordlys, name: Nordlys Cykler ApS}}\n{text}")
        self.tenant = Tenant.objects.get(slug="nordlys")

    def sell(
        self, lines: Iterable[Wish], tenders: Sequence[Pay] | None = None, *, customer: int = 0
    ) -> Payment:
        """Ring a receipt up and tell our side."""
        sale = self.shop.sell(lines, tenders, customer=customer or None)
        self.deliver(str(sale.id))
        return sale

    def balances(self) -> Sums:
        """Return the ledger's balances that are not zero."""
        rows = self.uniconta.balances()
        return {account: amount for account, amount in rows.items() if amount}

    def debtors(self) -> Sums:
        """Return the debtors' balances that are not zero."""
        rows = self.uniconta.debtor_balances()
        return {account: amount for account, amount in rows.items() if amount}

    def causes(self) -> list[str]:
        """Return why jobs need a person."""
        jobs = SyncJob.objects.filter(state="NEEDS_PERSON").order_by("id")
        return list(jobs.values_list("cause", flat=True))


def open_shop(
    monkeypatch: pytest.MonkeyPatch, switches: Mapping[str, str] | None = None
) -> ShopWorld:
    """Open a shop under these readings of the vendors; calls of ours reach it, and no rate limit slows them."""
    world = ShopWorld(switches or {})
    wide = TokenBucket(1_000_000, 1_000_000)
    monkeypatch.setattr("integration.http._new_session", world.session)
    monkeypatch.setattr("integration.customers1st.client.bucket_for", lambda token: wide)
    return world
