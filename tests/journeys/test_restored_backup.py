"""A backup is restored: the rows forget, Uniconta does not, and every sale still has exactly one effect."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from sandbox.customers1st.basket import card, line
from sandbox.demo_day import BELL
from syncjobs import gaps, runner
from syncjobs.models import (
    DocumentRow,
    Gap,
    Presence,
    SafetyRun,
    SyncJob,
    TenantState,
)
from syncjobs.safety.sweep import sweep
from tests.journeys.world import Killed, World

pytestmark = pytest.mark.django_db(transaction=True)


def ring_up(world: World, *, at: datetime | None = None) -> None:
    world.till.sell([line(BELL, price=100)], [card()], at=at)


def sell(world: World, count: int = 1) -> None:
    for _ in range(count):
        ring_up(world)
    world.catch_up()


def backup() -> dict[str, Any]:
    return {
        "documents": list(DocumentRow.objects.values()),
        "jobs": list(SyncJob.objects.values()),
        "state": list(TenantState.objects.values()),
    }


def restore(rows: dict[str, Any]) -> None:
    """Bring the rows of a backup back and forget what came after."""
    DocumentRow.objects.all().delete()
    SyncJob.objects.all().delete()
    TenantState.objects.all().delete()
    SafetyRun.objects.all().delete()
    TenantState.objects.bulk_create(TenantState(**row) for row in rows["state"])
    SyncJob.objects.bulk_create(SyncJob(**row) for row in rows["jobs"])
    for row in rows["documents"]:
        DocumentRow.objects.bulk_create([DocumentRow(**row)])


def stand_still(hours: int = 8) -> None:
    """Let the rows have been asleep until now."""
    Presence.objects.update(at=datetime.now(UTC) - timedelta(hours=hours))


def come_again(world: World) -> None:
    """Let the hooks come once more, and the safety job look."""
    world.repeat_hooks()
    sweep(world.tenant, "sale_to_order", now=datetime.now(UTC))
    world.catch_up()


def assert_one_effect_each(world: World, count: int) -> None:
    assert len(world.uniconta.invoices) == count
    assert not world.uniconta.orders
    assert world.uniconta.balances()["5830"] == 100 * count
    assert world.uniconta.debtor_balances()["POS3000"] == 0
    assert set(world.states().values()) == {"DONE"}
    assert DocumentRow.objects.filter(kind="SETTLEMENT", state="CONFIRMED").count() == count


@pytest.mark.parametrize("declared", [True, False])
def test_what_the_rows_forgot_is_found_and_never_made_twice(world: World, declared: bool) -> None:
    sell(world)
    rows = backup()
    sell(world, 2)
    before = world.remote()

    restore(rows)
    if declared:
        call_command("restored", stdout=StringIO())
    else:
        stand_still()
    world.calls.clear()
    come_again(world)

    assert world.writes() == []
    assert world.remote() == before
    assert_one_effect_each(world, 3)
    sell(world)
    assert_one_effect_each(world, 4)


def test_a_backup_from_the_middle_of_a_sale_makes_nothing_twice(world: World) -> None:
    sell(world)
    start = world.boundaries()
    sell(world)
    calls = world.boundaries() - start
    for number in range(3, 3 + calls):
        ring_up(world)
        world.deliver_hooks()
        world.kill_at = world.boundaries() + number - 2
        try:
            world.work()
        except Killed:
            world.bury()
        rows = backup()
        world.kill_at = None
        world.work()

        restore(rows)
        stand_still()
        world.bury()
        come_again(world)

        assert_one_effect_each(world, number)


def test_a_night_without_the_service_costs_one_look_per_sale_and_no_person(world: World) -> None:
    sell(world)
    stand_still()
    world.calls.clear()
    sell(world)

    assert_one_effect_each(world, 2)
    assert Gap.objects.get().restored is False
    looks = world.calls.find("uniconta", path="*/Query/Get/Debtor[OI]*")
    assert len(looks) == 5  # order and invoice by two anchors each, and the read-back
    assert len(world.calls.find("uniconta", path="*/Query/Get/GLTransClient")) == 2


def test_what_happens_after_the_gap_is_a_first_attempt_again(world: World) -> None:
    sell(world)
    stand_still()
    gaps.mark(datetime.now(UTC))
    ring_up(world, at=datetime.now(UTC) + timedelta(hours=1))
    world.deliver_hooks()
    world.calls.clear()

    runner.work_tenant(world.tenant.pk)

    assert world.calls.count("uniconta") == 3


def test_the_first_sales_of_a_new_tenant_need_no_person_after_a_stop(world: World) -> None:
    world.switches.set("uni.reference_flow", "none")
    gaps.mark(datetime.now(UTC))
    stand_still()
    sell(world, 2)

    assert_one_effect_each(world, 2)


def test_blind_look_ups_after_a_restored_backup_need_a_person(world: World) -> None:
    world.switches.set("uni.reference_flow", "none")
    sell(world)
    rows = backup()
    sell(world)
    restore(rows)
    call_command("restored", stdout=StringIO())
    come_again(world)

    assert len(world.uniconta.invoices) == 2
    assert "NEEDS_PERSON" in world.states().values()
    assert "A backup was restored." in world.causes()[0]


def test_short_pauses_and_a_new_installation_are_no_gap() -> None:
    now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    for minutes in (0, 1, 6, 11):
        gaps.mark(now + timedelta(minutes=minutes))
    assert not Gap.objects.exists()
    gaps.mark(now + timedelta(minutes=17))
    assert Gap.objects.get().began_at == now + timedelta(minutes=11)
