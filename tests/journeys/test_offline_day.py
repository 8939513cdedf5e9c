"""A whole day offline: hooks get lost, calls fail at random; one sweep of everything later each thing stands exactly once.

The world is drawn from a seed. THOROUGH_DAYS=20 lives through more of them, and larger ones.
"""

import os
import random
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError

from sandbox.customers1st.basket import card, cash, line, mobilepay, returned
from sandbox.customers1st.models import Payment
from syncjobs.models import SyncJob
from tests.journeys.tenant_files import FULL_FILE
from tests.journeys.world import Build, World
from tests.syncjobs.drift.told import drift

pytestmark = pytest.mark.django_db(transaction=True)

THOROUGH = int(os.environ.get("THOROUGH_DAYS", "0"))
SIZE = 5 if THOROUGH else 1
SALES, RECORDS, EDITS = 100 * SIZE, 25 * SIZE, 30 * SIZE
MASTER = ("customer_to_debtor", "product_to_item", "debtor_to_customer", "item_to_product")
KINDS = (*MASTER, "sale_to_order", "day_close_to_journal")
CALL_FAULTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("status", {"status": 429, "headers": {"Retry-After": "1"}}),
    ("status", {"status": 500}),
    ("status", {"status": 503}),
    ("reset", {}),
    ("lost_reply", {}),
)
HOOK_FAULTS = ("hook_drop", "hook_duplicate", "hook_late", "hook_reorder")
MOST_TRIES = 30
IDLE_CALLS = 16  # of all six sweeps together, however large the shop is


class Day:
    """One shop's day, drawn from a seed."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.rng = world, random.Random(seed)  # noqa: S311 - a repeatable day, no secret
        self.receipts: list[Payment] = []
        self.closes: list[int] = []
        till = world.till
        till.edit_customer(5004, name="Navngivet")
        self.products = [
            int(till.add_product(f"Vare {n}", f"V{n:04}", price=Decimal(20) + n)["id"])
            for n in range(RECORDS)
        ]
        self.customers = [int(till.add_customer(f"Kunde {n}")["id"]) for n in range(RECORDS)]
        self.items = [f"U{n:04}" for n in range(RECORDS)]
        for item in self.items:
            world.staff.add(
                "InvItem", Item=item, Name=item, Group="1", ItemType="Item", CostModel="FIFO"
            )
        self._sell()  # booked in peace: a company's first posting proves that postings can be found
        self.sweep()

    def live(self) -> None:
        """Sell, edit and close while hooks and calls go wrong; half of the day nothing of ours is there."""
        for part, is_up in enumerate((True, False, True)):
            self.world.web_up = is_up
            self._break()
            for number in range(SALES // 3 + 1):
                self._act(number)
                if is_up and number % 20 == 19:
                    self._work()
            if part:
                self.closes.append(self.world.till.close().id)
            self.world.deliver_hooks(after_s=3600)
        self.world.web_up = True

    def sweep(self) -> None:
        """Sweep everything once, as the safety jobs do: what fails is tried again."""
        for kind in KINDS:
            self._sync(kind)
            self._work()

    def _sync(self, kind: str) -> None:
        for _try in range(MOST_TRIES):
            try:
                self.world.command("sync", "nordlys", kind)
            except CommandError:
                continue
            return
        raise AssertionError(f"{kind} could not be swept")

    def _work(self) -> None:
        self.world.deliver_hooks()
        self.world.work(rounds=300)

    def _act(self, number: int) -> None:
        self.world.clock.advance(60)
        self._sell()
        if number % (SALES // EDITS + 1) == 0:
            self._edit(number)

    def _sell(self) -> None:
        rng, till = self.rng, self.world.till
        if self.receipts and rng.random() < 0.1:
            sold = self.receipts.pop(rng.randrange(len(self.receipts)))  # taken back once at most
            till.return_(sold, [cash()], lines=[returned(sold.lines[0], 1)])
            return
        wishes = [
            line(product, rng.randint(1, 3))
            for product in rng.sample(self.products, rng.randint(1, 3))
        ]
        customer = rng.choice(self.customers) if rng.random() < 0.2 else None
        tender = rng.choice([card, cash, mobilepay])
        self.receipts.append(till.sell(wishes, [tender()], customer=customer))

    def _edit(self, number: int) -> None:
        rng, world = self.rng, self.world
        turn = rng.randrange(6)
        if turn == 0:
            world.till.edit_product(rng.choice(self.products), title=f"Ny titel {number}")
        elif turn == 1:
            world.till.edit_customer(rng.choice(self.customers), address=f"Vej {number}")
        elif turn == 2:
            world.staff.edit("InvItem", rng.choice(self.items), Name=f"Nyt navn {number}")
        elif turn == 3:
            made = world.till.add_product(f"Sen vare {number}", f"S{len(self.products)}", price=9)
            self.products.append(int(made["id"]))
        elif turn == 4:
            self.customers.append(int(world.till.add_customer(f"Sen kunde {number}")["id"]))
        else:
            account = f"D{len(world.company['Debtor'])}"
            world.staff.add("Debtor", Account=account, Name=account, Group="1")

    def _break(self) -> None:
        """Ask for faults at random: of hooks, and of calls of ours."""
        rng, faults = self.rng, self.world.faults
        for system in ("customers1st", "uniconta"):
            for kind in HOOK_FAULTS:
                for _time in range(4 * SIZE):
                    late: dict[str, Any] = {"seconds": 900} if kind == "hook_late" else {}
                    faults.add(system, kind, after=rng.randrange(15 * SIZE), **late)
            for _time in range(6 * SIZE):
                kind, params = rng.choice(CALL_FAULTS)
                faults.add(system, kind, after=rng.randrange(60 * SIZE), **params)


def assert_each_stands_once(day: Day) -> None:
    """Every completed receipt has one invoice and one posting of its payment, every close one posting; no order is left."""
    world = day.world
    invoices = Counter(row["ReferenceNumber"] for row in world.uniconta.invoices)
    sold = [each for each in world.till.store.payments.values() if each.status == "completed"]
    assert len(sold) >= SALES
    assert invoices == Counter(f"c1st:3000:payment:{each.id}" for each in sold)
    totals = {row["ReferenceNumber"]: row["TotalAmount"] for row in world.uniconta.invoices}
    assert totals == {f"c1st:3000:payment:{each.id}": each.sum for each in sold}
    assert not world.uniconta.orders
    assert world.books().debtors == {}
    assert not world.uniconta.open_items("POS3000")


def assert_nothing_waits() -> None:
    assert not SyncJob.objects.filter(state__in=("WAITING", "RUNNING")).exists()
    assert list(SyncJob.objects.filter(state="NEEDS_PERSON").values_list("cause", flat=True)) == []


@pytest.mark.parametrize("seed", range(1, 2 + THOROUGH))
def test_a_day_offline_ends_with_everything_exactly_once(build_world: Build, seed: int) -> None:
    world = build_world(tenant_file=FULL_FILE)
    world.command("hooks", "nordlys", "--repair")
    day = Day(world, seed)
    assert drift("nordlys")[0]["found"] == 0

    day.live()
    day.sweep()

    world.faults.clear()
    assert_nothing_waits()
    assert_each_stands_once(day)
    assert set(world.states("day_close_to_journal").values()) == {"DONE"}
    document, code = drift("nordlys")
    assert (code, document["differences"], document["notes"]) == (0, [], [])

    world.catch_up()  # late hooks and our own echo
    world.clock.advance(3600)
    for kind in KINDS:
        world.command("sync", "nordlys", kind)
        world.work()
    before = world.remote()
    world.calls.clear()
    for kind in KINDS:
        world.command("sync", "nordlys", kind)
        world.work()
    assert world.writes() == []
    assert len(world.calls.find()) <= IDLE_CALLS
    assert world.remote() == before
