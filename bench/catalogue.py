"""10,000 products for the first time, then nothing, then changes: calls and memory, as ratios of one run.

Run by `make bench`; PRODUCTS=1000 makes it shorter.
"""

import os
import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from decimal import Decimal
from unittest import mock

import django
from django.conf import settings
from django.core.management import call_command

PRODUCTS = int(os.environ.get("PRODUCTS", "10000"))
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
        return _measure()


def _measure() -> int:
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
    return _print(total, first, idle, changed, back)


def _sync(shops: "Shops", name: str, kind: str) -> Measured:  # noqa: F821 - imported once Django is set up
    mark, started = shops.mark(), time.monotonic()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    document = shops.nordlys.sync(kind)
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    writes = sum(shops.writes(after=mark).values())
    reads = sum(shops.calls(after=mark).values()) - writes
    return Measured(name, document, reads, writes, time.monotonic() - started, peak)


def _print(total: int, *runs: Measured) -> int:
    first, idle = runs[0], runs[1]
    print(f"{'':24}{'created':>9}{'updated':>9}{'reads':>7}{'writes':>8}{'MB':>6}{'s':>7}")
    for run in runs:
        made, changed = run.document["created"], run.document["updated"]
        print(
            f"{run.name:24}{made:>9}{changed:>9}{run.reads:>7}{run.writes:>8}"
            f"{run.peak / 2**20:>6.1f}{run.seconds:>7.1f}"
        )
    share = first.writes / first.document["created"]
    print(f"writes of the first sync per record made: {share:.2%} (promised: at most 1 %)")
    allowed = total / 200 + total / 1000 + 15
    print(
        f"reads of the first sync against pages:    {first.reads / allowed:.0%} of what is allowed"
    )
    print(f"idle sync against the first one:          {idle.reads / first.reads:.1%} of its reads")
    kept = (
        first.writes <= -(-first.document["created"] // 100)
        and first.reads <= allowed
        and idle.writes == 0
        and idle.reads <= 8
    )
    print("kept" if kept else "BROKEN")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
