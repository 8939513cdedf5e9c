"""One receipt that makes no sense: a person is told which and why, everything else goes on."""

from decimal import Decimal
from typing import cast

import pytest

from sandbox.customers1st.basket import card, line
from sandbox.customers1st.models import Payment
from sandbox.demo_day import BELL
from syncjobs.models import SyncJob
from tests.journeys.world import Build, World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(build_world: Build) -> World:
    """A shop whose hooks are not registered: the safety job finds everything."""
    return build_world()


def sell(world: World) -> Payment:
    return world.till.sell([line(BELL, price=100)], [card()])


def sell_one_unreadable_among_two(world: World) -> Payment:
    sell(world)
    broken = sell(world)
    sell(world)
    broken.tenders[0].amount = cast("Decimal", "100,00 kr")
    return broken


def test_a_sweep_goes_on_past_it_and_asks_a_person(world: World) -> None:
    broken = sell_one_unreadable_among_two(world)

    swept = world.command("sync", "nordlys", "sale_to_order")
    world.work()

    assert (swept["queued"], swept["needs_person"]) == (2, 1)
    assert sorted(world.states().values()) == ["DONE", "DONE", "NEEDS_PERSON"]
    job = SyncJob.objects.get(state="NEEDS_PERSON")
    assert job.source_id == str(broken.id)
    assert "“paymenttypes”" in job.cause
    assert "100,00 kr" in job.cause
    assert job.cure
    assert len(world.uniconta.invoices) == 2


def test_a_dry_sweep_only_counts_it(world: World) -> None:
    sell_one_unreadable_among_two(world)

    swept = world.command("sync", "nordlys", "sale_to_order", "--dry-run")

    assert (swept["queued"], swept["needs_person"]) == (2, 1)
    assert not SyncJob.objects.exists()


def test_its_own_job_asks_a_person_at_once(world: World) -> None:
    broken = sell_one_unreadable_among_two(world)

    world.fold("sale_to_order", broken.id)
    world.work()

    job = SyncJob.objects.get()
    assert (job.state, job.attempts) == ("NEEDS_PERSON", 1)
    assert "“paymenttypes”" in job.cause


def test_it_is_booked_once_it_is_mended(world: World) -> None:
    broken = sell_one_unreadable_among_two(world)
    world.command("sync", "nordlys", "sale_to_order")
    world.work()
    broken.tenders[0].amount = Decimal(100)

    world.command("sync", "nordlys", "sale_to_order")
    world.work()

    assert set(world.states().values()) == {"DONE"}
    assert len(world.uniconta.invoices) == 3
