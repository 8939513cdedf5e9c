"""10,000 products for the first time, then nothing, then changes: calls and memory, as ratios of one run.

PRODUCTS=1000 makes it shorter; the long form has 50,000, and tells that memory does not grow with them.
"""

import os
import resource
import tempfile
import time
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from unittest import mock

from django.core.management import call_command

from bench.setting import LONG, set_up
from bench.table import Promise, Table, run

if TYPE_CHECKING:
    from tests.journeys.shops import Shops

PRODUCTS = int(os.environ.get("PRODUCTS", "50000" if LONG else "10000"))
CHANGED = PRODUCTS // 100


@dataclass
class Measured:
    """What one sync did."""

    name: str
    document: dict[str, int]
    reads: int
    writes: int
    seconds: float
    peak: int  # bytes that the process grew by


def main() -> Table:
    """Measure."""
    with tempfile.TemporaryDirectory() as folder:
        set_up(f"sqlite:///{folder}/bench.sqlite3")
        call_command("migrate", verbosity=0)
        return _measure()


def _measure() -> Table:
    from integration.http import TokenBucket  # the settings must stand first
    from tests.journeys.shops import Shops

    shops = Shops()
    free = TokenBucket(10**9, 10**9)
    with (
        mock.patch("integration.http._new_session", shops.session),
        mock.patch("integration.customers1st.client.bucket_for", return_value=free),
    ):
        shop = shops.nordlys
        with mock.patch("sandbox.customers1st.products._check_unique"):  # it looks at all others
            for number in range(PRODUCTS):
                shop.shop.add_product(
                    f"Product {number}",
                    f"B{number:06}",
                    barcode=f"57{number:011}",
                    price=Decimal("100.00") + number % 900,
                )
        total = len(shop.products())
        first = _sync(shops, "first sync", "product_to_item")
        idle = _sync(shops, "nothing changed", "product_to_item")
        shops.clock.advance(3600)
        for number in list(shop.products())[:CHANGED]:
            shop.shop.edit_product(number, title=f"Renamed {number}")
        changed = _sync(shops, f"{CHANGED} changed", "product_to_item")
        back = _sync(shops, "first look back", "item_to_product")
    return _table(total, first, idle, changed, back)


def _sync(shops: "Shops", name: str, kind: str) -> Measured:
    mark, started = shops.mark(), time.monotonic()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    document = shops.nordlys.sync(kind)
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    writes = sum(shops.writes(after=mark).values())
    reads = sum(shops.calls(after=mark).values()) - writes
    return Measured(name, document, reads, writes, time.monotonic() - started, peak)


def _table(total: int, *runs: Measured) -> Table:
    first, idle = runs[0], runs[1]
    allowed = total / 200 + total / 1000 + 15
    rows = [
        [
            run.name,
            *(f"{run.document[name]:,}" for name in ("created", "updated")),
            f"{run.reads}",
            f"{run.writes}",
            f"{run.peak / 2**20:.1f}",
            f"{run.seconds:.1f}",
        ]
        for run in runs
    ]
    made = first.document["created"]
    return Table(
        title=f"A catalogue of {PRODUCTS:,} products",
        columns=["", "created", "updated", "reads", "writes", "MB grown", "s"],
        rows=rows,
        promises=[
            Promise("at most one write for 100 new records", first.writes <= -(-made // 100)),
            Promise(f"at most {allowed:.0f} reads for the first time", first.reads <= allowed),
            Promise(
                "nothing changed: no write, at most 8 reads", not idle.writes and idle.reads <= 8
            ),
        ],
    )


if __name__ == "__main__":
    run(main)
