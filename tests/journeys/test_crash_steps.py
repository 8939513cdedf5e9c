"""A worker that is killed with SIGKILL at a step boundary, with another one after it: every effect exactly once."""

import os
import random
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from sandbox.customers1st.basket import card, cash, line, on_account
from sandbox.customers1st.models import Payment
from sandbox.customers1st.seed import NORDLYS
from sandbox.server import Sandbox
from syncjobs.ahead import ENOUGH
from tests.journeys.drill import books
from tests.journeys.drill.steps import workers
from tests.journeys.processes import Service, own_database
from tests.journeys.tenant_files import TENANT_FILE

pytestmark = pytest.mark.services

LIGHTS, HELMET = 1001, 1102
STRIDE = int(os.environ.get("CRASH_STRIDE", "25"))  # `make drill` takes every step


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def service(sandbox: Sandbox, tmp_path: Path) -> Iterator[Service]:
    sandbox.customers1st.set_bucket(None)
    addresses = sandbox.serve()
    file = tmp_path / "nordlys.yaml"
    file.write_text(
        TENANT_FILE.replace("http://127.0.0.1:8700/api", addresses.customers1st).replace(
            "http://127.0.0.1:8701", addresses.uniconta
        )
    )
    with own_database(tmp_path) as url:
        service = Service(url)
        service.environment["RETRY_TIME_SCALE"] = "0.01"
        service.manage("migrate", "--verbosity", "0")
        service.manage("tenant", "apply", os.fspath(file))
        yield service


def test_a_worker_killed_at_any_step_leaves_every_effect_exactly_once(
    sandbox: Sandbox, service: Service
) -> None:
    shop = sandbox.customers1st.shop(NORDLYS)
    sold: list[Payment] = []

    def sell() -> list[int]:
        """Sell in cash, and on account to somebody who is no debtor yet."""
        customer = shop.add_customer(f"Kunde {len(sold)}")["id"]
        sales = [
            shop.sell([line(LIGHTS), line(HELMET, discount="50.00")], [cash()]),
            shop.sell([line(HELMET)], [on_account("500.00"), card()], customer=customer),
        ]
        sold.extend(sales)
        return [sale.id for sale in sales]

    with workers(service) as crew:
        crew.work(*sell())  # in peace: what stands proves the look-ups
        steps = int(crew.work(*sell()))
        first = random.Random(STRIDE).randint(1, STRIDE)  # noqa: S311 - repeatable, no secret
        killed = 0
        for boundary in range(first, steps + 1, STRIDE):
            killed += crew.work(*sell(), die_at=boundary) == "killed"
            assert crew.work().isdigit()

    assert killed >= (steps - first) // STRIDE
    check(sandbox, service, sold)
    debtors = Counter(row["Name"] for row in sandbox.uniconta.company()["Debtor"])
    assert all(debtors[f"Kunde {number}"] == 1 for number in range(0, len(sold), 2))
    balances = sandbox.uniconta.debtor_balances()
    assert Counter(balances.values())[Decimal("500.00")] == len(sold) // 2


def test_a_worker_killed_at_any_step_of_receipts_in_line_leaves_every_effect_exactly_once(
    sandbox: Sandbox, service: Service
) -> None:
    shop = sandbox.customers1st.shop(NORDLYS)
    sold: list[Payment] = []

    def sell() -> list[int]:
        """Sell so often that the orders go out together."""
        sales = [shop.sell([line(HELMET)], [card()]) for _ in range(ENOUGH)]
        sold.extend(sales)
        return [sale.id for sale in sales]

    with workers(service) as crew:
        crew.work(*sell())
        steps = int(crew.work(*sell()))
        first = random.Random(STRIDE).randint(1, STRIDE)  # noqa: S311 - repeatable, no secret
        killed = 0
        for boundary in range(first, steps + 1, STRIDE):
            killed += crew.work(*sell(), die_at=boundary) == "killed"
            assert crew.work().isdigit()

    assert killed >= (steps - first) // STRIDE
    lists = sandbox.calls.count("uniconta", path="*InsertList/DebtorOrderClient")
    assert lists >= killed // 2  # who died before it did not try another
    check(sandbox, service, sold)


def check(sandbox: Sandbox, service: Service, sold: list[Payment]) -> None:
    """Assert that everything was worked and each receipt stands in the books once."""
    assert service.value("SELECT count(*) FROM syncjobs_syncjob WHERE state <> 'DONE'") == 0
    shop = sandbox.customers1st.shop(NORDLYS)
    receipts = [shop.show_payment(sale.id) for sale in sold]
    books.check_state(sandbox, receipts)
