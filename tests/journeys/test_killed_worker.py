"""A worker that is really killed in the middle of a call, and another one that comes after it."""

import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from sandbox.customers1st.basket import card, line
from sandbox.customers1st.seed import NORDLYS
from sandbox.server import Sandbox
from tests.journeys.processes import Service, kill, own_database, wait_until
from tests.journeys.tenant_files import TENANT_FILE

pytestmark = pytest.mark.services

SEAT, PRICE = 1004, Decimal("1250.00")
ONE_JOB = """
from django.utils import timezone
from settings_app.models import Tenant
from syncjobs.folding import fold
fold(Tenant.objects.get(), "sale_to_order", "{source_id}", now=timezone.now())
"""
IN_A_CALL = "SELECT kind || ' ' || source_id FROM syncjobs_documentrow WHERE state = 'SENDING'"
WRITES = {
    "ORDER": "/Crud/Insert/DebtorOrderClient",
    "ORDER_LINES": "/Crud/InsertList/DebtorOrderLineClient",
    "INVOICE": "/Invoice/GenerateDebtorInvoice",
    "SETTLEMENT": "/GLJournal/PostDailyJournal",
}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def service(sandbox: Sandbox, tmp_path: Path) -> Iterator[Service]:
    addresses = sandbox.serve()
    file = tmp_path / "nordlys.yaml"
    file.write_text(
        TENANT_FILE.replace("http://127.0.0.1:8700/api", addresses.customers1st).replace(
            "http://127.0.0.1:8701", addresses.uniconta
        )
    )
    with own_database(tmp_path) as url:
        service = Service(url)
        service.environment["RETRY_TIME_SCALE"] = "0.1"
        service.manage("migrate", "--verbosity", "0")
        service.manage("tenant", "apply", os.fspath(file))
        yield service


def sell(sandbox: Sandbox, service: Service) -> str:
    payment = sandbox.customers1st.shop(NORDLYS).sell([line(SEAT)], [card()])
    service.python(ONE_JOB.format(source_id=payment.id))
    return str(payment.id)


@pytest.mark.parametrize("kind", WRITES)
@pytest.mark.parametrize("fault", ["slow", "timeout_after_work"])
def test_a_worker_killed_in_a_call_leaves_exactly_one_effect(
    sandbox: Sandbox, service: Service, kind: str, fault: str
) -> None:
    sell(sandbox, service)
    service.manage("drain", "--json")  # a first sale stands, so that look-ups can be proven
    source_id = sell(sandbox, service)
    sandbox.faults.add("uniconta", fault, times=1, path=WRITES[kind], seconds=1)

    first = service.start("drain", "--json")
    wait_until(
        lambda: service.value(IN_A_CALL) == f"{kind} {source_id}",
        seconds=30,
        what=f"{kind} being sent",
    )
    kill(first.pid)
    first.wait(timeout=10)
    for _ in range(10):  # a second look is due a moment after the first
        service.manage("drain", "--json")
        if not service.value("SELECT 1 FROM syncjobs_syncjob WHERE state = 'WAITING'"):
            break

    assert not sandbox.uniconta.open_items("POS3000")
    assert len(sandbox.uniconta.invoices) == 2
    assert sandbox.uniconta.balances()["5830"] == 2 * PRICE
    assert sandbox.uniconta.debtor_balances()["POS3000"] == 0
    assert not service.value("SELECT 1 FROM syncjobs_syncjob WHERE state <> 'DONE'")
