"""Uniconta's daily calls: counted by the hour, forecast, and kept for sales and day closes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from integration.flows.outcome import Done
from settings_app.models import Operation, SafetyInterval, Tenant
from syncjobs import quota, runner
from syncjobs.hooks import healing
from syncjobs.models import CallCount, HookCheck, SyncJob
from syncjobs.quota import Value
from syncjobs.selectors import status
from tests import factories

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 3, tzinfo=UTC)


def use(tenant: Tenant, count: int, *, at: datetime = NOON) -> None:
    CallCount.objects.update_or_create(
        tenant=tenant, system="uniconta", date=at.date(), hour=at.hour, defaults={"count": count}
    )


def test_calls_are_counted_by_the_hour_with_their_time_and_failures(nordlys: Tenant) -> None:
    for minutes, failed in ((0, False), (1, True), (70, False)):
        at = NOON + timedelta(minutes=minutes)
        quota.count_call(nordlys, "uniconta", now=at, failed=failed, elapsed_ms=100)
    rows = CallCount.objects.order_by("hour").values_list("hour", "count", "failed", "elapsed_ms")
    assert list(rows) == [(12, 2, 1, 200), (13, 1, 0, 100)]
    assert quota.calls_of_day(nordlys, NOON) == {"customers1st": 0, "uniconta": 3}


@pytest.mark.parametrize(
    ("used", "waiting"),
    [(3999, set()), (4000, {Value.LOW}), (4749, {Value.LOW}), (4750, {Value.LOW, Value.MIDDLE})],
)
def test_what_can_wait_waits_and_sales_never_do(
    nordlys: Tenant, used: int, waiting: set[Value]
) -> None:
    use(nordlys, used)
    waits = {value: quota.wait_of(nordlys, value, NOON) for value in Value}
    assert {value for value, wait in waits.items() if wait} == waiting
    assert all(wait.until == MIDNIGHT for wait in waits.values() if wait)


def test_the_limit_is_the_tenants_own(nordlys: Tenant, fjord: Tenant) -> None:
    Operation.objects.create(tenant=nordlys, uniconta_calls=75_000)
    use(nordlys, 4800)
    use(fjord, 4800)
    assert quota.wait_of(nordlys, Value.MIDDLE, NOON) is None
    assert quota.wait_of(fjord, Value.MIDDLE, NOON) is not None


def test_the_forecast_follows_the_shape_of_the_last_days(nordlys: Tenant) -> None:
    for day in range(1, 8):
        for hour, count in ((9, 200), (15, 600)):
            use(nordlys, count, at=NOON.replace(hour=hour) - timedelta(days=day))
    use(nordlys, 400, at=NOON.replace(hour=9))  # twice as busy as usual
    told = quota.forecast(nordlys, NOON)
    assert told == 1600
    actual = 400 + 1200
    assert abs(told - actual) < actual / 10


def test_without_history_the_day_goes_on_as_it_began(nordlys: Tenant) -> None:
    assert quota.forecast(nordlys, NOON.replace(hour=0, minute=30)) is None
    use(nordlys, 300, at=NOON.replace(hour=3))
    assert quota.forecast(nordlys, NOON) == 600
    assert status(nordlys, NOON)["quota"]["uniconta"] == {
        "limit": 5000,
        "used": 300,
        "used_percent": 6,
        "forecast": 600,
        "waiting": [],
    }


def test_customers_wait_until_tomorrow_without_losing_an_attempt_while_sales_go_on(
    nordlys: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flow(context: Any, source_id: str) -> Done:
        return Done("in step")

    monkeypatch.setattr(runner, "FLOWS", {"sale_to_order": flow, "customer_to_debtor": flow})
    use(nordlys, 4900)
    customer = factories.job(nordlys, "1", kind="customer_to_debtor")
    sale = factories.job(nordlys, "2")
    with time_machine.travel(NOON, tick=False):
        runner.work_tenant(nordlys.pk)
    customer.refresh_from_db()
    sale.refresh_from_db()
    assert (customer.state, customer.attempts, customer.next_attempt_at) == ("WAITING", 0, MIDNIGHT)
    assert sale.state == "DONE"
    assert SyncJob.objects.filter(reason="").count() == 1


def test_a_list_of_customers_waits_like_a_single_one(nordlys: Tenant) -> None:
    use(nordlys, 4900)
    for number in range(20):
        factories.job(nordlys, str(number), kind="customer_to_debtor")
    with time_machine.travel(NOON, tick=False):
        runner.work_tenant(nordlys.pk)
    rows = SyncJob.objects.values_list("state", "attempts", "next_attempt_at").distinct()
    assert list(rows.order_by()) == [("WAITING", 0, MIDNIGHT)]


def test_a_webhook_check_waits_too(nordlys: Tenant) -> None:
    SafetyInterval.objects.create(tenant=nordlys, kind="sale_to_order", hours=3)
    use(nordlys, 4000)
    with time_machine.travel(NOON, tick=False):
        assert not healing.heal_tenant(nordlys.pk)
    assert HookCheck.objects.get().next_check_at == MIDNIGHT
