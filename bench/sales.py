"""Sale to invoice of one shop, every call to a vendor taking 50 ms: at the rate of a busy shop, and at five times it.

Open loop: the till sells at its times whether or not earlier sales are invoiced. Both vendors are here, web and a
cluster of two are processes as in docs/operator.md; the clock of an invoice starts when the receipt is closed.
"""

import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.clusters import wait_for
from bench.setting import LONG, set_up
from bench.table import Promise, Table, run

if TYPE_CHECKING:
    from tests.journeys.drill.site import Site

BUSY, FULL = 1, 5  # sales a second
SECONDS = 60 if LONG else 20
LATENCY = 0.050  # seconds of each call, beside what the sandbox takes
PROMISED = 5.0  # seconds from sale to invoice, at p95


@dataclass(frozen=True)
class Sold:
    """What came of some sales."""

    waits: list[float]  # seconds from sale to invoice, in the order of the sales
    late: int  # sales without an invoice when the last was made
    seconds: float  # from the first sale to the last invoice
    calls: float  # calls to the vendors for each sale, with the settlements that came meanwhile


def measure() -> Table:
    """Measure on each database of this machine."""
    set_up()
    from tests.journeys.drill import postgres  # the settings must stand first

    rows, promises = [], []
    for name in ("SQLite", "PostgreSQL") if postgres.is_there() else ("SQLite",):
        for rate, sold in _on(postgresql=name == "PostgreSQL").items():
            rows.append([f"{name}, {rate}/s", *_cells(sold)])
            promises.append(
                Promise(
                    f"{name}: of {rate}/s, 95 of 100 are invoiced within {PROMISED:g} s",
                    _percentile(sold.waits, 95) < PROMISED,
                )
            )
    return Table(
        title="Sale to invoice",
        note=(
            f"One tenant, {SECONDS} s, {LATENCY * 1000:g} ms for each call. Only one worker at a time is at a tenant and"
            " its calls go one after another: their time alone sets the rate that it cannot pass. A sale costs four"
            " (the receipt; order, lines, invoice); where five or more wait, the receipt and the invoice and a share of"
            " the two calls that make all orders and lines. A set that is settled together costs five."
        ),
        columns=[
            "",
            "p50, s",
            "p95, s",
            "waiting at the last sale",
            "calls a sale",
            "so at most, /s",
            "worked, /s",
        ],
        rows=rows,
        promises=promises,
    )


def _cells(sold: Sold) -> list[str]:
    return [
        f"{_percentile(sold.waits, 50):.2f}",
        f"{_percentile(sold.waits, 95):.2f}",
        f"{sold.late}",
        f"{sold.calls:.1f}",
        f"{1 / (sold.calls * LATENCY):.1f}",
        f"{len(sold.waits) / sold.seconds:.1f}",
    ]


def _percentile(values: list[float], of: int) -> float:
    return statistics.quantiles(values, n=100)[of - 1]


def _on(*, postgresql: bool) -> dict[int, Sold]:
    """Return what came of each rate on one database."""
    from tests.journeys.drill.site import open_site

    with (
        tempfile.TemporaryDirectory() as folder,
        open_site(Path(folder), postgresql=postgresql) as site,
    ):
        site.sandbox.boundaries.latency = LATENCY
        _sell(site, number=5, rate=FULL)  # logs in, and reads what is then kept
        return {rate: _sell(site, number=rate * SECONDS, rate=rate) for rate in (BUSY, FULL)}


def _sell(site: "Site", *, number: int, rate: int) -> Sold:
    """Make sales at their times, and wait for every invoice."""
    from sandbox.customers1st.basket import card, line
    from sandbox.customers1st.seed import NORDLYS

    shop, mark = site.sandbox.customers1st.shop(NORDLYS), site.sandbox.calls.last()
    sold: dict[str, float] = {}
    invoiced: dict[str, float] = {}
    begin = time.perf_counter()
    for count in range(number):
        while time.perf_counter() < begin + count / rate:
            _look(site, invoiced)
        sale = shop.sell([line(1004)], [card()])
        sold[f"c1st:{NORDLYS}:payment:{sale.id}"] = time.perf_counter()
    _look(site, invoiced)
    late = len(sold.keys() - invoiced.keys())
    wait_for(lambda: sold.keys() <= _look(site, invoiced).keys(), pause=0)
    jobs = "SELECT count(*) FROM syncjobs_syncjob WHERE state IN ('WAITING', 'RUNNING')"
    wait_for(lambda: site.value(jobs) == 0, pause=0.2)
    calls = Counter(call.system for call in site.sandbox.calls.find(after=mark))
    return Sold(
        waits=[invoiced[key] - sold[key] for key in sold],
        late=late,
        seconds=max(invoiced[key] for key in sold) - begin,
        calls=calls.total() / number,
    )


def _look(site: "Site", invoiced: dict[str, float]) -> Mapping[str, float]:
    """Note the time of every invoice that is new since the last look, a moment ago."""
    time.sleep(0.01)
    for row in site.sandbox.uniconta.invoices[len(invoiced) :]:
        invoiced[row["ReferenceNumber"]] = time.perf_counter()
    return invoiced


if __name__ == "__main__":
    run(measure)
