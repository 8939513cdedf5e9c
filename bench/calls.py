"""What is called at the vendors: for a sale, and for safety jobs that find nothing to do.

Counted at the sandbox, without sockets; the numbers do not depend on the machine.
"""

import tempfile
from collections import Counter
from typing import TYPE_CHECKING
from unittest import mock

from django.core.management import call_command

from bench.setting import set_up
from bench.table import Promise, Table, run

if TYPE_CHECKING:
    from tests.journeys.world import World

FEW, MANY = 5, 25  # sales; what 20 more cost is the price of 20
SALE = 3.0  # Uniconta calls of a sale that goes well, beside its share of what is done in sets
IDLE = 8  # calls of a safety job that finds nothing
KINDS = (
    "customer_to_debtor",
    "product_to_item",
    "sale_to_order",
    "debtor_to_customer",
    "item_to_product",
)


def measure() -> Table:
    """Play sales and idle sweeps."""
    with tempfile.TemporaryDirectory() as folder:
        set_up(f"sqlite:///{folder}/bench.sqlite3")
        call_command("migrate", verbosity=0)
        from integration.http import TokenBucket  # the settings must stand first
        from tests.journeys.tenant_files import FULL_FILE
        from tests.journeys.world import World

        free = TokenBucket(10**9, 10**9)
        world = World({}, tenant_file=FULL_FILE)
        with (
            mock.patch("integration.http._new_session", world.session),
            mock.patch("integration.customers1st.client.bucket_for", return_value=free),
        ):
            _sales(world, FEW)  # reads what is then kept
            first, more = _sales(world, FEW), _sales(world, MANY)
            each = {name: (more[name] - first[name]) / (MANY - FEW) for name in more}
            rows = [["a sale more", f"{each['customers1st']:.2f}", f"{each['uniconta']:.2f}"]]
            idle = {kind: _idle(world, kind) for kind in KINDS}
    rows += [
        [f"idle {kind}", f"{calls['customers1st']}", f"{calls['uniconta']}"]
        for kind, calls in idle.items()
    ]
    worst = max(calls.total() for calls in idle.values())
    return Table(
        title="Remote calls",
        columns=["", "Customers 1st", "Uniconta"],
        rows=rows,
        promises=[
            Promise(
                f"a sale costs {SALE:g} calls of Uniconta, and less than half a call for its share of sets",
                each["uniconta"] <= SALE + 0.5,
            ),
            Promise(f"an idle safety job costs at most {IDLE} calls", worst <= IDLE),
        ],
    )


def _sales(world: "World", number: int) -> Counter[str]:
    """Return the calls by vendor of that many sales, their settlement included."""
    from sandbox.customers1st.basket import card, line

    world.calls.clear()
    for _ in range(number):
        sale = world.till.sell([line(1004)], [card()])
        world.fold("sale_to_order", sale.id)
    world.work()
    return _counted(world)


def _idle(world: "World", kind: str) -> Counter[str]:
    """Return the calls of a sweep that finds nothing: the third, when everything is in step."""
    for _ in range(2):
        world.command("sync", "nordlys", kind)
        world.work()
    world.calls.clear()
    world.command("sync", "nordlys", kind)
    return _counted(world)


def _counted(world: "World") -> Counter[str]:
    return Counter(call.system for call in world.calls.find())


if __name__ == "__main__":
    run(measure)
