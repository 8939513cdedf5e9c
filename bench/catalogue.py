"""A first sync of products, then nothing, then changes: calls, memory and time, at two sizes of one run.

PRODUCTS=1000 makes it shorter; the long form has 50,000. Each size has a process of its own, and so have its vendors.
"""

import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.setting import LONG, use
from bench.table import Promise, Table, run
from bench.vendors import Vendors, own_process

PRODUCTS = int(os.environ.get("PRODUCTS", "50000" if LONG else "10000"))
FEWER = 5  # times fewer products, to compare with
FLAT = 12.0  # MB more for the larger size; 8,000 products kept in memory would take twice that
MB = 2**20
TO_ITEM, TO_PRODUCT = "product_to_item", "item_to_product"


@dataclass(frozen=True)
class Measured:
    """What one sync did."""

    name: str
    created: int
    updated: int
    reads: int
    writes: int
    grown: float  # MB of the process at most, above its start
    seconds: float
    processor: float  # seconds of ours


def main() -> Table:
    """Measure both sizes."""
    few, many = _alone(PRODUCTS // FEWER), _alone(PRODUCTS)
    return Table(
        title=f"A catalogue of {PRODUCTS:,} products",
        note="Seconds are those of both vendors and of the till's rate limit too, processor and memory are ours alone.",
        columns=["", "created", "updated", "reads", "writes", "MB grown", "s", "processor, s"],
        rows=[
            [f"{steps[0].created:,} products: {each.name}", *_cells(each)]
            for steps in (few, many)
            for each in steps
        ],
        promises=_promises(few, many),
    )


def _cells(each: Measured) -> list[str]:
    return [
        f"{each.created:,}",
        f"{each.updated:,}",
        f"{each.reads}",
        f"{each.writes}",
        f"{each.grown:.1f}",
        f"{each.seconds:.1f}",
        f"{each.processor:.1f}",
    ]


def _promises(few: Sequence[Measured], many: Sequence[Measured]) -> list[Promise]:
    first, idle = many[0], many[1]
    allowed = first.created / 200 + first.created / 1000 + 15
    least, most = (max(each.grown for each in steps) for steps in (few, many))
    costs = [each.processor / each.created for each in (few[0], first)]
    return [
        Promise("at most one write for 100 new records", first.writes <= -(-first.created // 100)),
        Promise(f"at most {allowed:.0f} reads for the first time", first.reads <= allowed),
        Promise("nothing changed: no write, at most 8 reads", not idle.writes and idle.reads <= 8),
        Promise(
            f"flat memory: at most {FLAT:.0f} MB more than the {least:.1f} MB of {few[0].created:,}",
            most <= least + FLAT,
        ),
        Promise(
            f"a record costs at most 1.5 of one among {few[0].created:,}: {costs[1] / costs[0]:.2f}",
            costs[1] <= 1.5 * costs[0],
        ),
    ]


def _alone(size: int) -> list[Measured]:
    """Measure one size in a process of its own."""
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "bench.catalogue", f"{size}"], stdout=subprocess.PIPE, check=True
    )
    return [Measured(**each) for each in json.loads(done.stdout)]


def _measure(size: int) -> list[Measured]:
    with tempfile.TemporaryDirectory() as folder, own_process(size) as vendors:
        use(f"sqlite:///{folder}/bench.sqlite3", ALLOWED_API_HOSTS=vendors.hosts())
        _open_shop(vendors)
        _sync(vendors, "customers, to warm up", "customer_to_debtor")
        first = _sync(vendors, "first sync", TO_ITEM)
        idle = _sync(vendors, "nothing changed", TO_ITEM)
        vendors.do("clock", advance=3600)
        changed = _rename(vendors, size // 100)
        return [
            first,
            idle,
            _sync(vendors, f"{changed:,} changed", TO_ITEM),
            _sync(vendors, "first look back", TO_PRODUCT),
            _sync(vendors, "everything compared", TO_ITEM, "--full"),
        ]


def _open_shop(vendors: Vendors) -> None:
    from sandbox.customers1st.seed import TOKEN
    from sandbox.uniconta.seed import NORDLYS as COMPANY
    from settings_app.services import apply_file
    from tests.journeys.shops import TENANT

    apply_file(
        TENANT.format(
            slug="nordlys",
            token=TOKEN,
            company=COMPANY,
            pos_debtor="POS3000",
            customers1st=vendors.customers1st,
            uniconta=vendors.uniconta,
        )
    )


def _rename(vendors: Vendors, count: int) -> int:
    """Let the shop rename so many products."""
    from syncjobs.models import LinkRow

    linked = LinkRow.objects.filter(entity="product").order_by("id")
    ids = linked.values_list("customers1st_id", flat=True)[:count]
    for number in ids:
        vendors.do("product", id=int(number), title=f"Renamed {number}")
    return len(ids)


def _sync(vendors: Vendors, name: str, kind: str, *options: str) -> Measured:
    from tests.journeys.shops import run as run_command  # once Django is set up

    _, mark = vendors.calls()
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # the highest memory counts from here
    before, started, worked = _memory("VmRSS"), time.monotonic(), time.process_time()
    document = run_command("sync", "nordlys", kind, *options)
    grown = _memory("VmHWM") - before
    seconds, processor = time.monotonic() - started, time.process_time() - worked
    calls, _ = vendors.calls(after=mark)
    return Measured(
        name=name,
        created=document["created"],
        updated=document["updated"],
        reads=calls.reads,
        writes=calls.writes,
        grown=grown / MB,
        seconds=seconds,
        processor=processor,
    )


def _memory(line: str) -> int:
    """Return one of the kernel's numbers about this process, in bytes."""
    status = Path("/proc/self/status").read_text()
    return int(status.split(f"{line}:")[1].split()[0]) * 1024


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps([asdict(each) for each in _measure(int(sys.argv[1]))]))
    else:
        run(main)
