"""One close over thousands of sales with `settle_at: close`: time per sale, calls per sale, exactly one posting.

Run by `make bench`; SALES=1000 makes the largest close smaller. Receipts are booked as they would be over the day, then the
register is closed; both parts are measured. Calls are counted over everything, the first sale to the sealed proof.
"""

import os
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unittest import mock

import django
from django.conf import settings
from django.core.management import call_command

if TYPE_CHECKING:
    from tests.journeys.world import World

LARGEST = int(os.environ.get("SALES", "10000"))
SIZES = [LARGEST // 10, LARGEST // 5, LARGEST // 2, LARGEST]
MOST_PER_SALE = 3  # Uniconta calls of a sale, and 2 % of them for what is done in sets (DESIGN 6)
PAGE = 200  # receipts in one page of Customers 1st [A3]
FIXED = 40  # reads of set-up: settings, registers, closes, accounts, groups, labels
STEADY = 1.5  # how much dearer a sale of the largest close may be than one of the smallest


@dataclass(frozen=True)
class Measured:
    """What one close cost, its sales included."""

    sales: int
    booking: float  # seconds
    closing: float
    uniconta: int  # calls
    customers1st: int
    postings: int
    proofs: int
    causes: int


def main() -> int:
    """Measure and print; 1 when a promise is broken."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DEBUG": "on",
            "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
        }
        django.setup()
        settings.LOGGING_CONFIG = None
        call_command("migrate", verbosity=0)
        _print_head()
        runs = []
        for sales in SIZES:
            runs.append(_measure(sales))
            _print_row(runs[-1])
        return _judge(runs)


def _measure(sales: int) -> Measured:
    from integration.http import TokenBucket  # the settings must stand first
    from settings_app.models import Tenant
    from syncjobs.models import DayCloseProof, SyncJob
    from tests.journeys.tenant_files import TENANT_FILE
    from tests.journeys.world import World

    call_command("flush", interactive=False, verbosity=0)
    call_command("migrate", verbosity=0)
    world = World(tenant_file=TENANT_FILE + "\nsafety: {sale_to_order: off}\n")
    Tenant.objects.get(slug="nordlys").setup.__class__.objects.update(settle_at="close")
    free = TokenBucket(10**9, 10**9)
    with (
        mock.patch("integration.http._new_session", world.session),
        mock.patch("integration.customers1st.client.bucket_for", return_value=free),
    ):
        _ring_up(world, sales)
        booking = _work(world)
        close = world.till.close(501, counted=None, to_bank=100)
        world.fold("day_close_to_journal", close.id)
        closing = _work(world)
        calls = Counter(call.system for call in world.calls.find())
        postings = world.calls.count(path="*PostDailyJournal")
        return Measured(
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


def _print_head() -> None:
    print("\nOne day close, settle_at: close (seconds of processor time, both vendors included)")
    print(
        f"{'sales':>7}{'booking':>10}{'closing':>10}{'ms/sale':>9}{'Uniconta':>10}{'a sale':>8}"
        f"{'Customers':>11}{'a sale':>8}{'postings':>10}{'proofs':>8}",
        flush=True,
    )


def _print_row(run: Measured) -> None:
    per_sale = (run.booking + run.closing) / run.sales * 1000
    print(
        f"{run.sales:>7}{run.booking:>10.1f}{run.closing:>10.1f}{per_sale:>9.1f}"
        f"{run.uniconta:>10}{run.uniconta / run.sales:>8.3f}"
        f"{run.customers1st:>11}{run.customers1st / run.sales:>8.3f}{run.postings:>10}{run.proofs:>8}",
        flush=True,
    )


def _judge(runs: list[Measured]) -> int:
    """Print how the promises were kept; 1 when one is broken."""
    first, last = runs[0], runs[-1]
    ratios = {
        "closing": (last.closing / last.sales) / (first.closing / first.sales),
        "booking": (last.booking / last.sales) / (first.booking / first.sales),
    }
    for name, ratio in ratios.items():
        print(
            f"{name} a sale, largest against smallest: {ratio:.2f} (linear is 1; at most {STEADY})"
        )
    kept = all(ratio <= STEADY for ratio in ratios.values())
    for run in runs:
        allowed = MOST_PER_SALE * run.sales * 1.02
        pages = run.sales / PAGE
        kept = kept and (run.postings, run.proofs, run.causes) == (1, 1, 0)
        kept = kept and run.uniconta <= allowed + FIXED
        kept = kept and run.customers1st <= run.sales + pages + FIXED
    print(
        f"allowed: Uniconta {MOST_PER_SALE} a sale and 2 % of that, Customers 1st one a sale and a page per {PAGE}"
    )
    print("kept" if kept else "BROKEN")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
