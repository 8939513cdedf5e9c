"""The command `day-close` and the schedule of day closes."""

import json
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from sandbox.customers1st.basket import cash, line
from settings_app.models import SafetyInterval, Setup, Tenant
from syncjobs.models import DayCloseProof, SafetyRun, SyncJob
from syncjobs.safety import schedule
from tests.journeys.shop import ShopWorld, open_shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> ShopWorld:
    return open_shop(monkeypatch)


def run(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("day-close", "nordlys", *arguments, "--json", stdout=out)
    return dict(json.loads(out.getvalue()))


def test_it_posts_all_that_are_due_whatever_the_switches_say(world: ShopWorld) -> None:
    world.tenant.webhook_switches.filter(entity="day_close").update(on=False)
    world.sell([line(1001)], [cash(200)])
    world.till.close(501, counted=1195, to_bank=120)

    told = run()

    (close,) = told["closes"]
    assert close["state"] == "DONE"
    assert [row["credit"] for row in close["lines"]] == ["-5.00", "-120.00"]
    assert world.balances()["5820"] == 120
    assert run()["closes"] == []


def test_a_date_names_the_business_day(world: ShopWorld) -> None:
    world.till.close(501, counted=990, at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC))
    world.till.close(501, counted=980, at=datetime(2026, 3, 3, 12, 0, tzinfo=UTC))

    told = run("--date", "2026-03-02")

    assert [close["number"] for close in told["closes"]] == [118]
    assert DayCloseProof.objects.get().close_no == 118


def test_a_dry_run_shows_the_lines_and_writes_nothing(world: ShopWorld) -> None:
    world.sell([line(1001)], [cash(200)])
    world.work()
    world.till.close(501, counted=1195, to_bank=120)
    before, jobs = world.uniconta.snapshot(), SyncJob.objects.count()
    world.calls.clear()

    told = run("--dry-run")

    (close,) = told["closes"]
    assert (close["state"], told["dry_run"]) == ("READY", True)
    assert [row["text"] for row in close["lines"]] == ["Z 118 kassedifference", "Z 118 til bank"]
    assert world.uniconta.snapshot() == before
    assert world.calls.count("uniconta") == 0
    assert {call.method for call in world.calls.find()} == {"GET"}
    assert SyncJob.objects.count() == jobs


def test_a_close_that_needs_a_person_is_told_and_is_no_failure(world: ShopWorld) -> None:
    Setup.objects.filter(tenant=world.tenant).update(bank_account="")
    world.till.close(501, to_bank=100)
    (close,) = run()["closes"]
    assert close["state"] == "NEEDS_PERSON"
    assert "No bank account" in close["text"]
    assert close["cure"]
    (close,) = run("--dry-run")["closes"]
    assert close["state"] == "HELD"


def test_a_dry_run_says_what_a_close_waits_for(world: ShopWorld) -> None:
    world.sell([line(1001)], [cash(200)])  # not worked yet
    world.till.sell([line(1001)], [cash(200)])  # not heard of yet
    world.till.close(501)
    (close,) = run("--dry-run")["closes"]
    assert close["state"] == "WAITS"
    assert close["text"] == "Waits for 2 receipts still in work: 1284, 1285."
    assert "goes on by itself" in close["cure"]


def test_for_people_it_prints_the_lines(world: ShopWorld) -> None:
    world.till.close(501, to_bank=100)
    out = StringIO()
    call_command("day-close", "nordlys", "--dry-run", stdout=out)
    assert "5820 / 5810  credit -100.00  Z 118 til bank" in out.getvalue()
    call_command("day-close", "nordlys", stdout=out)
    call_command("day-close", "nordlys", stdout=out)
    assert "No day close is due." in out.getvalue()


def test_what_cannot_be_done_is_said_in_a_line(world: ShopWorld) -> None:
    with pytest.raises(CommandError, match="is no date"):
        run("--date", "yesterday")
    Tenant.objects.update(status=Tenant.Status.PAUSED)
    with pytest.raises(CommandError, match="nothing is posted"):
        run()


def test_nothing_before_the_first_day_is_posted(world: ShopWorld) -> None:
    Setup.objects.filter(tenant=world.tenant).update(sales_from="2026-03-02")
    old = world.till.close(501, counted=990, at=datetime(2026, 3, 1, 12, 0, tzinfo=UTC))
    assert run()["closes"] == []
    world.deliver_close(old.id)
    world.work()
    assert SyncJob.objects.get().state == "SKIPPED"


def test_the_schedule_follows_its_own_switch_and_interval(world: ShopWorld) -> None:
    now = datetime.now(UTC)
    world.till.close(501, counted=990)
    Setup.objects.filter(tenant=world.tenant).update(day_close_enabled=False)
    world.tenant.webhook_switches.filter(entity="day_close").update(on=True)
    SafetyInterval.objects.update_or_create(
        tenant=world.tenant, kind="day_close_to_journal", defaults={"hours": 24}
    )
    schedule.sweep_tenant(world.tenant.pk)
    assert not SyncJob.objects.exists()

    Setup.objects.filter(tenant=world.tenant).update(day_close_enabled=True)
    schedule.sweep_tenant(world.tenant.pk)
    world.work()
    assert SyncJob.objects.get().state == "DONE"
    before = world.uniconta.snapshot()
    world.calls.clear()
    SafetyRun.objects.update(next_run_at=now)
    schedule.sweep_tenant(world.tenant.pk)
    assert world.calls.count() == 1
    assert world.uniconta.snapshot() == before


def test_sync_keeps_its_shape_and_needs_the_switch_of_day_closes(world: ShopWorld) -> None:
    world.till.close(501, counted=990)

    def sync() -> dict[str, Any]:
        out = StringIO()
        call_command("sync", "nordlys", "day_close_to_journal", "--json", stdout=out)
        return dict(json.loads(out.getvalue()))

    assert sync()["skipped"] == 1
    world.tenant.webhook_switches.filter(entity="day_close").update(on=True)
    assert sync() == {
        "kind": "day_close_to_journal",
        "created": 0,
        "updated": 0,
        "unchanged": 0,
        "skipped": 0,
        "needs_person": 0,
        "queued": 1,
        "dry_run": False,
        "missed": 0,
        "reasons": {},
    }
    world.work()
    assert sync()["unchanged"] == 1
