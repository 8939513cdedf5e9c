"""The business day of a sale near midnight, whatever zone the API's times are in [A1]."""

from datetime import datetime
from typing import Any

import pytest

from sandbox.customers1st.basket import card, line
from sandbox.demo_day import BELL
from tests.journeys.world import Build, World

pytestmark = pytest.mark.django_db(transaction=True)

NIGHT = {  # moment of sale -> business day in Copenhagen
    "2026-03-02T00:30:00+01:00": "2026-03-02",
    "2026-03-02T23:30:00+01:00": "2026-03-02",
    "2026-07-01T00:30:00+02:00": "2026-07-01",
    "2026-07-01T22:30:00+02:00": "2026-07-01",
}


def open_shop(build_world: Build, reading: str, setting: str = "utc") -> World:
    world = build_world({"c1st.naive_time": reading})
    world.tenant.customers1st.naive_time = setting
    world.tenant.customers1st.save()
    world.command("hooks", "nordlys", "--repair")
    return world


def sell_at(world: World, text: str) -> None:
    moment = datetime.fromisoformat(text)
    world.clock.set(moment)
    world.till.sell([line(BELL)], [card()], at=moment)


def invoice_days(world: World) -> list[Any]:
    return [f"{row['Date']:%Y-%m-%d}" for row in world.uniconta.invoices]


@pytest.mark.parametrize("setting", ["utc", "store_local"])
@pytest.mark.parametrize("reading", ["utc", "store_local"])
@pytest.mark.parametrize(("moment", "day"), NIGHT.items())
def test_the_webhook_tells_the_zone(
    build_world: Build, reading: str, setting: str, moment: str, day: str
) -> None:
    world = open_shop(build_world, reading, setting)

    sell_at(world, moment)
    world.catch_up()

    assert set(world.states().values()) == {"DONE"}
    assert invoice_days(world) == [day]


@pytest.mark.parametrize("zone", ["utc", "store_local"])
@pytest.mark.parametrize(("moment", "day"), NIGHT.items())
def test_without_webhooks_the_setting_decides(
    build_world: Build, zone: str, moment: str, day: str
) -> None:
    world = open_shop(build_world, zone, setting=zone)
    world.faults.add("customers1st", "hook_drop")

    sell_at(world, moment)
    world.command("sync", "nordlys", "sale_to_order")
    world.work()

    assert invoice_days(world) == [day]


def test_what_one_webhook_told_holds_for_sales_found_without_one(build_world: Build) -> None:
    world = open_shop(build_world, "store_local", setting="utc")
    sell_at(world, "2026-03-02T12:00:00+01:00")
    world.catch_up()
    world.faults.add("customers1st", "hook_drop")

    sell_at(world, "2026-03-02T23:30:00+01:00")
    world.command("sync", "nordlys", "sale_to_order", "--full")
    world.work()

    assert invoice_days(world) == ["2026-03-02", "2026-03-02"]
