"""The journeys' shop for every kind of receipt that a till can make."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import pytest

from integration.http import TokenBucket
from sandbox.customers1st.basket import Pay, Wish
from sandbox.customers1st.models import Payment
from sandbox.demo_day import CLUB
from settings_app.models import Tenant
from settings_app.services import apply_file
from syncjobs.models import LinkRow
from tests.journeys.tenant_files import TENANT_FILE
from tests.journeys.world import World

Sums = dict[str, Decimal]


class ShopWorld(World):
    """One shop whose customer 5001 is debtor K1001; receipts are told to us one by one, without hooks."""

    def __init__(self, switches: Mapping[str, str]) -> None:
        super().__init__(switches, tenant_file=TENANT_FILE)
        LinkRow.objects.create(
            tenant=self.tenant,
            entity="customer",
            customers1st_id=str(CLUB),
            uniconta_key="K1001",
        )

    def setup(self, text: str = "") -> None:
        """Set the tenant up as at first, then with these changes, as a consultant does by tenant files."""
        apply_file(TENANT_FILE)
        if text:
            apply_file(f"tenant: {{slug: nordlys, name: Nordlys Cykler ApS}}\n{text}")
        self.tenant = Tenant.objects.get(slug="nordlys")

    def deliver(self, source_id: str) -> None:
        """Fold the job of a receipt, as a webhook does."""
        self.fold("sale_to_order", source_id)

    def deliver_close(self, close_id: int) -> None:
        """Fold the job of a day close, as a webhook does."""
        self.fold("day_close_to_journal", close_id)

    def sell(
        self, lines: Iterable[Wish], tenders: Sequence[Pay] | None = None, *, customer: int = 0
    ) -> Payment:
        """Ring a receipt up and tell our side."""
        sale = self.till.sell(lines, tenders, customer=customer or None)
        self.deliver(str(sale.id))
        return sale

    def balances(self) -> Sums:
        """Return the ledger's balances that are not zero."""
        return dict(self.books().accounts)

    def debtors(self) -> Sums:
        """Return the debtors' balances that are not zero."""
        return dict(self.books().debtors)


def open_shop(
    monkeypatch: pytest.MonkeyPatch, switches: Mapping[str, str] | None = None
) -> ShopWorld:
    """Open a shop under these readings of the vendors; calls of ours reach it, and no rate limit slows them."""
    world = ShopWorld(switches or {})
    wide = TokenBucket(1_000_000, 1_000_000)
    monkeypatch.setattr("integration.http._new_session", world.session)
    monkeypatch.setattr("integration.customers1st.client.bucket_for", lambda token: wide)
    return world
