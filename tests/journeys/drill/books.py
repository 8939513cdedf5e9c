"""What must stand in the books after a drill, by the till's own figures alone."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sandbox.customers1st.seed import NORDLYS
from sandbox.server import Sandbox
from tests.journeys.drill.site import Site
from tests.journeys.processes import wait_until

REVENUE, VAT, ROUNDING, DEBTORS = "1010", "6510", "2920", "5600"
TENDERS = {"Kontant": "5810", "Dankort": "5830", "MobilePay": "5831", "Debitor": DEBTORS}
SETTLE = """
import json, time
from io import StringIO
from django.core.management import CommandError, call_command
def run(*words):
    out = StringIO()
    call_command(*words, "--json", stdout=out)
    return json.loads(out.getvalue())
deadline, swept = time.monotonic() + 100, False
while time.monotonic() < deadline:
    try:
        swept = swept or run("sync", "nordlys", "sale_to_order")
        run("drain")
    except CommandError:  # a worker is at the tenant
        time.sleep(0.5)
        continue
    status = run("status", "nordlys")
    if not any((status["jobs"]["WAITING"], status["jobs"]["RUNNING"], status["settlements_waiting"])):
        break
    time.sleep(0.5)
print(json.dumps(status))
"""
OERE = Decimal("0.01")
Receipts = Sequence[Mapping[str, Any]]


def expected(receipts: Receipts) -> dict[str, Decimal]:
    """Return the balance of each account that is not zero, debit positive."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for receipt in receipts:
        gross = sum((_money(row["total_incl_vat"]) for row in receipt["articles"]), Decimal(0))
        vat = (gross / 5).quantize(OERE, rounding=ROUND_HALF_UP)  # 25 % out of the gross total
        sums[VAT] -= vat
        sums[REVENUE] -= gross - vat
        for tender in receipt["paymenttypes"]:
            amount = _money(tender["amount"])
            sums[TENDERS[tender["title"]]] += amount
            if tender["cash"]:
                sums[ROUNDING] -= amount - _money(tender["unroundedcash"])
    return {account: amount for account, amount in sums.items() if amount}


def check(site: Site, receipts: Receipts) -> None:
    """Compare the whole remote state, then tell of every receipt once more and see that nothing is written."""
    status = settle_all(site)
    assert status["needs_person"] == []
    check_state(site.sandbox, receipts)
    before, mark = site.sandbox.uniconta.snapshot(), site.sandbox.calls.last()
    shop = site.sandbox.customers1st.shop(NORDLYS)
    for receipt in receipts:
        shop.emit("pospayment.created", dict(receipt))
    wait_until(lambda: not site.hooks_due(), seconds=60, what="the hooks")
    settle_all(site)
    assert _writes(site, after=mark) == []
    assert site.sandbox.uniconta.snapshot() == before


def settle_all(site: Site) -> dict[str, Any]:
    """Find what no webhook told (a dead web server), work and settle until nothing waits; returns the status."""
    status: dict[str, Any] = json.loads(site.service.python(SETTLE).splitlines()[-1])
    waiting = [status["jobs"]["WAITING"], status["jobs"]["RUNNING"], status["settlements_waiting"]]
    assert not any(waiting), status
    return status


def check_state(sandbox: Sandbox, receipts: Receipts) -> None:
    """Compare orders, invoices and the ledger with what the receipts say: each booked exactly once, all paid."""
    uniconta = sandbox.uniconta
    references = Counter(row["ReferenceNumber"] for row in uniconta.invoices)
    wished = Counter(f"c1st:{each['storeid']}:payment:{each['id']}" for each in receipts)
    assert references == wished
    assert uniconta.orders == []
    assert {name: amount for name, amount in uniconta.balances().items() if amount} == expected(
        receipts
    )
    assert uniconta.open_items("POS3000") == []
    assert uniconta.debtor_balances()["POS3000"] == 0


def _writes(site: Site, *, after: int) -> list[str]:
    return [
        f"{call.method} {call.path}"
        for call in site.sandbox.calls.find(after=after)
        if call.method != "GET" and not call.path.lower().startswith(("/query/", "/login"))
    ]


def _money(value: Any) -> Decimal:
    return Decimal(str(value))
