"""From the webhook's bytes to the posted books, through the address and the commands that are really used."""

from typing import Any

import pytest

from sandbox.customers1st.basket import card, line
from sandbox.demo_day import BELL
from syncjobs.models import Delivery, SyncJob
from tests.journeys.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def sell(world: World) -> None:
    """Sell a bell by card; its webhook waits at the vendor."""
    world.till.sell([line(BELL, price=100)], [card()])


def drained(world: World) -> dict[str, Any]:
    result: dict[str, Any] = world.command("drain")
    return result


def test_a_signed_webhook_is_drained_into_the_books(world: World) -> None:
    sell(world)

    assert world.deliver_hooks() == 1
    assert [world.repeat_hooks() for _ in range(2)] == [1, 1]
    result = drained(world)

    assert result["jobs"] == {
        "WAITING": 0,
        "RUNNING": 0,
        "DONE": 1,
        "SKIPPED": 0,
        "NEEDS_PERSON": 0,
    }
    assert result["worked"] == 1
    job = SyncJob.objects.get()
    assert job.started_at is not None
    assert job.finished_at is not None
    assert job.created_at <= job.started_at <= job.finished_at
    assert Delivery.objects.count() == 3
    assert world.uniconta.balances()["5830"] == 100
    assert world.uniconta.debtor_balances()["POS3000"] == 0
    assert drained(world)["worked"] == 0


def test_an_unsigned_call_does_nothing(world: World) -> None:
    world.till.store.secret = "wrong"
    sell(world)

    world.deliver_hooks()

    assert world.till.store.hook_log[-1]["last_http_status"] == "401"
    assert not Delivery.objects.exists()


def test_a_paused_tenant_loses_nothing(world: World) -> None:
    sell(world)
    world.tenant.status = "paused"
    world.tenant.save()
    assert world.deliver_hooks() == 1
    assert drained(world)["worked"] == 0

    world.tenant.status = "live"
    world.tenant.save()

    assert drained(world)["jobs"]["DONE"] == 1
    assert len(world.uniconta.invoices) == 1


def test_remote_calls_are_counted_by_system(world: World) -> None:
    before = world.command("status", "nordlys")["calls_today"]
    sell(world)
    world.deliver_hooks()
    drained(world)

    calls = world.command("status", "nordlys")["calls_today"]

    assert {system: calls[system] - before[system] for system in calls} == {
        system: world.calls.count(system) for system in calls
    }
