"""A backup is restored: the rows forget, Uniconta does not, and every sale still has exactly one effect."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

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

CARD = {"title": "Dankort", "amount": Decimal(100)}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    monkeypatch.setattr("integration.http._new_session", world.session)
    return world


def sell(world: World, *numbers: int) -> None:
    for number in numbers:
        world.deliver(world.till.sell(number, [{"price": "100"}], [CARD]))
    world.drain()


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


def come_again(world: World, *numbers: int) -> None:
    for number in numbers:
        world.deliver(str(number))
    sweep(world.tenant, "sale_to_order", now=datetime.now(UTC))
    world.drain()


def assert_one_effect_each(world: World, count: int) -> None:
    assert len(world.uniconta.invoices) == count
    assert not world.uniconta.orders
    assert world.uniconta.balances()["5830"] == 100 * count
    assert world.uniconta.debtor_balances()["POS3000"] == 0
    assert set(world.states().values()) == {"DONE"}
    assert DocumentRow.objects.filter(kind="SETTLEMENT", state="CONFIRMED").count() == count


@pytest.mark.parametrize("declared", [True, False])
def test_what_the_rows_forgot_is_found_and_never_made_twice(world: World, declared: bool) -> None:
    sell(world, 1)
    rows = backup()
    sell(world, 2, 3)
    before = world.uniconta.snapshot()

    restore(rows)
    if declared:
        call_command("restored", stdout=StringIO())
    else:
        stand_still()
    come_again(world, 3, 2)

    assert world.uniconta.snapshot() == before
    assert_one_effect_each(world, 3)
    sell(world, 4)
    assert_one_effect_each(world, 4)


def test_a_backup_from_the_middle_of_a_sale_makes_nothing_twice(world: World) -> None:
    sell(world, 1)
    start = world.boundaries()
    sell(world, 2)
    calls = world.boundaries() - start
    for number in range(3, 3 + calls):
        world.deliver(world.till.sell(number, [{"price": "100"}], [CARD]))
        world.kill_at = world.boundaries() + number - 2
        try:
            world.drain()
        except Killed:
            world.bury()
        rows = backup()
        world.kill_at = None
        world.drain()

        restore(rows)
        stand_still()
        world.bury()
        come_again(world, number)

        assert_one_effect_each(world, number)


def test_a_night_without_the_service_costs_one_look_per_sale_and_no_person(world: World) -> None:
    sell(world, 1)
    stand_still()
    world.calls.clear()
    world.till.sell(2, [{"price": "100"}], [CARD])
    come_again(world, 2)

    assert_one_effect_each(world, 2)
    assert Gap.objects.get().restored is False
    looks = world.calls.find("uniconta", path="*/Query/Get/Debtor[OI]*")
    assert len(looks) == 5  # order and invoice by two anchors each, and the read-back
    assert len(world.calls.find("uniconta", path="*/Query/Get/GLTransClient")) == 2


def test_what_happens_after_the_gap_is_a_first_attempt_again(world: World) -> None:
    sell(world, 1)
    stand_still()
    gaps.mark(datetime.now(UTC))
    later = datetime.now(UTC) + timedelta(hours=1)
    source_id = world.till.sell(2, [{"price": "100"}], [CARD])
    world.till.sales[2]["date"] = f"{later:%Y-%m-%d %H:%M:%S}"
    world.calls.clear()

    world.deliver(source_id)
    runner.work_tenant(world.tenant.pk)

    assert world.calls.count("uniconta") == 3


def test_the_first_sales_of_a_new_tenant_need_no_person_after_a_stop(world: World) -> None:
    world.switches.set("uni.reference_flow", "none")
    gaps.mark(datetime.now(UTC))
    stand_still()
    sell(world, 1, 2)

    assert_one_effect_each(world, 2)


def test_blind_look_ups_after_a_restored_backup_need_a_person(world: World) -> None:
    world.switches.set("uni.reference_flow", "none")
    sell(world, 1)
    rows = backup()
    sell(world, 2)
    restore(rows)
    call_command("restored", stdout=StringIO())
    come_again(world, 2)

    assert len(world.uniconta.invoices) == 2
    assert world.states()["2"] == "NEEDS_PERSON"
    assert "A backup was restored." in SyncJob.objects.get(state="NEEDS_PERSON").cause


def test_short_pauses_and_a_new_installation_are_no_gap() -> None:
    now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    for minutes in (0, 1, 6, 11):
        gaps.mark(now + timedelta(minutes=minutes))
    assert not Gap.objects.exists()
    gaps.mark(now + timedelta(minutes=17))
    assert Gap.objects.get().began_at == now + timedelta(minutes=11)
