"""Both vendors in a process of their own, so that time and memory that are measured are ours alone.

    python -m bench.vendors PRODUCTS

It prints its addresses and ends with its standard input. What is done to the vendors goes through their control API.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from unittest import mock

import requests

from sandbox.clock import Clock
from sandbox.customers1st.seed import NORDLYS
from sandbox.server import Sandbox

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Calls:
    """How many calls were made."""

    reads: int
    writes: int


@dataclass(frozen=True)
class Vendors:
    """Where the vendors listen, and what can be done to them."""

    customers1st: str
    uniconta: str
    control: str

    def hosts(self) -> str:
        """Return what ALLOWED_API_HOSTS must name."""
        return ",".join(url.split("/")[2] for url in (self.customers1st, self.uniconta))

    def do(self, what: str, **body: Any) -> Any:
        """Post to the control API."""
        reply = requests.post(f"{self.control}/{what}", json=body, timeout=600)
        reply.raise_for_status()
        return reply.json()

    def calls(self, *, after: int = 0) -> tuple[Calls, int]:
        """Return the calls made since a mark, and the mark to count from next."""
        reply = requests.get(f"{self.control}/calls", params={"after": after}, timeout=60)
        made = reply.json()["calls"]
        reads = sum(_reads(call) for call in made)
        return Calls(reads, len(made) - reads), max([after, *(call["n"] for call in made)])


@contextmanager
def own_process(products: int) -> Iterator[Vendors]:
    """Give both vendors, the till with that many products more; they end with the block."""
    with subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "bench.vendors", f"{products}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        yield Vendors(**json.loads(process.stdout.readline()))


def _reads(call: dict[str, Any]) -> bool:
    paths = ("/query/", "/login", "/refresh")
    return call["method"] == "GET" or str(call["path"]).lower().startswith(paths)


def _serve(products: int) -> None:
    sandbox = Sandbox(clock=Clock(NOON))
    sandbox.customers1st.set_bucket(None)
    shop = sandbox.customers1st.shop(NORDLYS)
    with mock.patch("sandbox.customers1st.products._check_unique"):  # it looks at all others
        for number in range(products):
            shop.add_product(
                f"Product {number}",
                f"B{number:06}",
                barcode=f"57{number:011}",
                price=Decimal("100.00") + number % 900,
            )
    print(json.dumps(asdict(sandbox.serve())), flush=True)
    sys.stdin.read()
    sandbox.stop()


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
