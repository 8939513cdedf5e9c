"""One close over many sales with `settle_at: close`: time and calls a sale, exactly one posting.

SALES=10000 makes the largest close larger, as BENCH=long does. Receipts are booked as they would be over the day, then the
register is closed; both parts are measured. Calls are counted over everything, the first sale to the sealed proof.
"""

import os
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unittest import mock

from django.core.management import call_command

from bench.setting import LONG, set_up
from bench.table import Promise, Table, run

if TYPE_CHECKING:
    from tests.journeys.world import World

LARGEST = int(os.environ.get("SALES", "10000" if LONG else "400"))
SIZES = [LARGEST // 10, LARGEST // 4, LARGEST]
MOST_PER_SALE = 3  # Uniconta calls of a sale, and 2 % of them for what is done in sets (DESIGN 6)
PAGE = 200  # receipts in one page of Customers 1st [A3]
FIXED = 40  # reads of set-up: settings, registers, closes, accounts, groups, labels
STEADY = 1.5  # how much dearer a sale of the largest close may be than one of the smallest


@dataclass(frozen=True)
class Close:
    """What one close cost, its sales included."""

    sales: int
    booking: float  # seconds
    closing: float
    uniconta: int  # calls
    customers1st: int
    postings: int
    proofs: int
    causes: int

    @property
    def right(self) -> bool:
        """Tell whether it was posted and proven once, and nothing waits for a person."""
        return (self.postings, self.proofs, self.causes) == (1, 1, 0)

    @property
    def within_calls(self) -> bool:
        """Tell whether both vendors were called no more than was promised."""
        uniconta = MOST_PER_SALE * self.sales * 1.02 + FIXED
        customers1st = self.sales + self.sales / PAGE + FIXED
        return self.uniconta <= uniconta and self.customers1st <= customers1st

    @property
    def cells(self) -> list[str]:
        """Return its row of the table."""
        return [
            f"{self.sales:,}",
            f"{self.booking / self.sales * 1000:.1f}",
            f"{self.closing / self.sales * 1000:.1f}",
            f"{self.uniconta / self.sales:.3f}",
            f"{self.customers1st / self.sales:.3f}",
            str(self.postings),
            str(self.proofs),
        ]


def measure() -> Table:
    """Play closes of growing size."""
    with tempfile.TemporaryDirectory() as folder:
        set_up(f"sqlite:///{folder}/bench.sqlite3")
        call_command("migrate", verbosity=0)
        closes = [_close(sales) for sales in SIZES]
    small, large = closes[0], closes[-1]
    booking = (large.booking / large.sales) / (small.booking / small.sales)
    closing = (large.closing / large.sales) / (small.closing / small.sales)
    return Table(
        title="One day close, settled at the close",
        note="Processor time, that of the sandbox's two vendors included.",
        columns=[
            "sales",
            "booking, ms a sale",
            "closing, ms a sale",
            "Uniconta calls a sale",
            "Customers 1st calls a sale",
            "postings",
            "proofs",
        ],
        rows=[each.cells for each in closes],
        promises=[
            Promise("each is posted and proven once", all(each.right for each in closes)),
            Promise(
                f"Uniconta is called {MOST_PER_SALE} times a sale and 2 % of that, Customers 1st once and a page"
                f" for {PAGE}, and {FIXED} times for the set-up",
                all(each.within_calls for each in closes),
            ),
            Promise(
                f"a sale of the largest costs at most {STEADY:g} of one of the smallest:"
                f" booking {booking:.2f}, closing {closing:.2f}",
                max(booking, closing) <= STEADY,
            ),
        ],
    )


def _close(sales: int) -> Close:
    from settings_app.models import Tenant  # the settings must stand first
    from syncjobs.models import DayCloseProof, SyncJob
    from tests.journeys.tenant_files import TENANT_FILE
    from tests.journeys.world import World

    call_command("flush", interactive=False, verbosity=0)
    call_command("migrate", verbosity=0)
    world = World(tenant_file=TENANT_FILE + "\nsafety: {sale_to_order: off}\n")
    Tenant.objects.get(slug="nordlys").setup.__class__.objects.update(settle_at="close")
    with (
        mock.patch("integration.http._new_session", world.session),
        mock.patch("syncjobs.pace.SharedPace.take"),
    ):
        _ring_up(world, sales)
        booking = _work(world)
        close = world.till.close(501, counted=None, to_bank=100)
        world.fold("day_close_to_journal", close.id)
        closing = _work(world)
        calls = Counter(call.system for call in world.calls.find())
        postings = world.calls.count(path="*PostDailyJournal")
        return Close(
            sales=sales,
            booking=booking,
            closing=closing,
            uniconta=calls["uniconta"],
            customers1st=calls["customers1st"],
            postings=postings,
            proofs=DayCloseProof.objects.count(),
            causes=SyncJob.objects.filter(state="NEEDS_PERSON").count(),
        )


def _ring_up(world: "World", sales: int) -> None:
    """Ring the sales up, each of one or two lines, in cash, by card or with the wallet; their jobs wait."""
    from sandbox.customers1st.basket import card, cash, line, mobilepay

    ways = (cash, card, mobilepay)
    for number in range(sales):
        wishes = [line(1001, price="199.95"), line(1005, price="125.00")][: 1 + number % 2]
        sale = world.till.sell(wishes, [ways[number % 3]()])
        world.fold("sale_to_order", sale.id)
    world.calls.clear()


def _work(world: "World") -> float:
    started = time.process_time()
    world.work()
    return time.process_time() - started


if __name__ == "__main__":
    run(measure)
