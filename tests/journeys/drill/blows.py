"""The drill: a shop sells, something is killed, and until every accepted call is worked again the seconds are counted."""

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from sqlite3 import OperationalError as SqliteTrouble
from typing import Any

from psycopg import OperationalError as PostgresTrouble

from sandbox.customers1st.basket import card, cash, line, mobilepay, on_account
from sandbox.customers1st.models import Payment
from sandbox.customers1st.seed import NORDLYS
from tests.journeys.drill.processes import Role
from tests.journeys.drill.site import Site
from tests.journeys.processes import wait_until

LIGHTS, BAG, SEAT, BELL, HELMET, CUSTOMER = 1001, 1002, 1004, 1005, 1102, 5002
PROMISED = 60.0  # seconds until everything that was accepted is worked again
AT_A_CALL = frozenset({Role.BUSY_WORKER, Role.MAIN, Role.CLUSTER, Role.SENTINEL})
MOST_BOUNDARIES = 24  # calls of three sales, each with its beginning and end

UNATTENDED = """
SELECT count(*) FROM syncjobs_syncjob WHERE (started_at IS NULL OR started_at <= '{since}')
AND (state = 'RUNNING' OR (state = 'WAITING' AND (next_attempt_at IS NULL OR next_attempt_at <= '{now}')))
"""


@dataclass(frozen=True)
class Blow:
    """One kill, and how it was got over."""

    role: Role
    cluster: int
    where: str
    seconds: float  # until everything accepted was worked again

    def __str__(self) -> str:
        return f"{self.role} of cluster {self.cluster}, {self.where}: {self.seconds:.1f} s"


class Seller:
    """Someone at the till."""

    def __init__(self, site: Site, chance: random.Random) -> None:
        self._shop = site.sandbox.customers1st.shop(NORDLYS)
        self._chance = chance
        self.sold: list[Payment] = []

    def sell(self) -> None:
        """Make one receipt: cash, card, split, discounted, on account, or a return."""
        kinds: tuple[Callable[[], Payment], ...] = (
            lambda: self._shop.sell([line(LIGHTS)], [cash()]),
            lambda: self._shop.sell([line(SEAT)], [card()]),
            lambda: self._shop.sell([line(BAG, discount="100.00")], [mobilepay()]),
            lambda: self._shop.sell([line(SEAT), line(BELL)], [card("1000.00"), cash()]),
            lambda: self._shop.sell([line(HELMET)], [on_account()], customer=CUSTOMER),
            self._take_back,
        )
        self.sold.append(self._chance.choice(kinds)())

    def receipts(self) -> list[dict[str, Any]]:
        """Return what was sold as the API shows it."""
        return [self._shop.show_payment(payment.id) for payment in self.sold]

    def _take_back(self) -> Payment:
        goods = [p for p in self.sold if p.returns is None and p.customer_id is None]
        if not goods:
            return self._shop.sell([line(BELL)], [cash()])
        return self._shop.return_(self._chance.choice(goods), [cash()])


class Drill:
    """Blows against one site, in an order that the seed decides."""

    def __init__(self, site: Site, *, seed: int) -> None:
        self._site, self._chance = site, random.Random(seed)  # noqa: S311 - repeatable, no secret
        self.seller = Seller(site, self._chance)
        self.blows: list[Blow] = []

    def sell_first(self) -> None:
        """Sell once in peace: look-ups are proven by a document that is known to be there."""
        self.seller.sell()
        invoices = self._site.sandbox.uniconta
        wait_until(lambda: invoices.invoices, seconds=PROMISED, what="a first invoice")
        self.wait_until_done(seconds=PROMISED)

    def strike(self, role: Role, *, cluster: int = 0, sales: int = 6) -> Blow:
        """Kill one while `sales` are made, and wait until everything is worked again; AssertionError after 60 seconds."""
        self._site.wait_until_whole()
        struck = threading.Event()
        steps = self._chance.randint(1, MOST_BOUNDARIES)
        moment, at_a_call = self._chance.uniform(0, 1.0), role in AT_A_CALL
        at: list[datetime] = []

        def kill() -> None:
            if self._site.kill(role, cluster=cluster):
                at.append(datetime.now(UTC))
            struck.set()

        where = f"boundary {steps}" if at_a_call else f"after {moment:.2f} s"
        if at_a_call:
            self._site.sandbox.boundaries.at(steps, kill)
        else:
            threading.Timer(moment, kill).start()
        for _ in range(sales):
            self.seller.sell()
            time.sleep(self._chance.uniform(0.02, 0.2))
        struck.wait(timeout=PROMISED)
        assert at, f"nothing had the role {role}"
        since = time.monotonic()
        self.wait_until_attended(at[0])
        blow = Blow(role, cluster, where, time.monotonic() - since)
        self.blows.append(blow)
        return blow

    def wait_until_attended(self, since: datetime) -> None:
        """Wait until every accepted call's job was taken up after that moment, or waits for a time of its own."""

        def attended() -> bool:
            query = UNATTENDED.format(since=since, now=datetime.now(UTC))
            return not self._site.hooks_due() and self._value(query) == 0

        wait_until(attended, seconds=PROMISED, what="all that was accepted being worked again")

    def wait_until_done(self, *, seconds: float) -> None:
        """Wait until no job waits or runs."""
        query = "SELECT count(*) FROM syncjobs_syncjob WHERE state IN ('WAITING', 'RUNNING')"
        wait_until(lambda: self._value(query) == 0, seconds=seconds, what="all jobs being done")

    def _value(self, query: str) -> Any:
        """Return a query's value; a database that is down has none."""
        with suppress(PostgresTrouble, SqliteTrouble):
            return self._site.value(query)
