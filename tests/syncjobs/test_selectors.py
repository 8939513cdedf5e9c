"""What is told of a tenant comes from our rows only."""

from datetime import timedelta
from typing import Any

import pytest

from settings_app.models import Tenant
from syncjobs import selectors
from syncjobs.models import CallCount, HookRegistration, SafetyRun, System
from tests import factories
from tests.factories import NOON

STATES = {"WAITING", "RUNNING", "DONE", "SKIPPED", "NEEDS_PERSON"}


def test_all_five_states_are_counted(nordlys: Tenant, fjord: Tenant) -> None:
    factories.job(nordlys, "1", state="DONE")
    factories.job(nordlys, "2", state="DONE")
    factories.job(fjord, "3")
    counted = selectors.count_jobs([nordlys])
    assert set(counted) == STATES
    assert (counted["DONE"], counted["WAITING"]) == (2, 0)


def test_the_status_holds_what_the_checks_read(nordlys: Tenant, fjord: Tenant) -> None:
    factories.held_job(nordlys, "1")
    factories.held_job(fjord, "2")
    factories.job(nordlys, "3")
    SafetyRun.objects.create(
        tenant=nordlys,
        kind="sale_to_order",
        last_good_run_at=NOON,
        next_run_at=NOON + timedelta(hours=3),
    )
    CallCount.objects.create(tenant=nordlys, system="uniconta", date=NOON.date(), count=97)
    CallCount.objects.create(
        tenant=nordlys, system="uniconta", date=NOON.date() - timedelta(days=1), count=5000
    )
    told = selectors.status(nordlys, NOON)
    assert (told["tenant"], told["status"]) == ("nordlys", "live")
    assert set(told["jobs"]) == STATES
    assert told["kinds"]["sale_to_order"] == {
        "last_good_run_at": "2026-03-02T12:00:00Z",
        "next_run_at": "2026-03-02T15:00:00Z",
        "oldest_waiting_at": "2026-03-02T12:00:00Z",
    }
    assert len(told["kinds"]) == 6
    assert told["needs_person"] == [
        {
            "kind": "sale_to_order",
            "source_id": "1",
            "cause": "Payment type “Swish” is not mapped.",
            "cure": "Map it under payment types.",
            "since": "2026-03-02T12:00:00Z",
        }
    ]
    assert told["calls_today"] == {"customers1st": 0, "uniconta": 97}


def registered(tenant: Tenant, system: System, states: dict[str, str]) -> None:
    for name, state in states.items():
        HookRegistration.objects.create(
            tenant=tenant, system=system, name=name, state=state, checked_at=NOON
        )


@pytest.mark.parametrize(
    ("states", "health"),
    [
        ({}, "missing"),
        ({"Debtor": "ok"}, "missing"),
        ({"Debtor": "ok", "InvItem": "created"}, "ok"),
        ({"Debtor": "mended", "InvItem": "failing"}, "failing"),
        ({"Debtor": "disabled", "InvItem": "failing"}, "missing"),
        ({"Debtor": "ok", "InvItem": "ok", "foreign:Debtor": "foreign"}, "ok"),
    ],
)
def test_webhook_health_is_what_the_last_comparison_said(
    nordlys: Tenant, states: dict[str, str], health: str
) -> None:
    registered(nordlys, System.UNICONTA, states)
    assert selectors.webhook_health(nordlys, System.UNICONTA) == health


def test_webhooks_that_nobody_wishes_are_off(nordlys: Tenant) -> None:
    nordlys.webhook_switches.update(on=False)
    assert selectors.webhook_health(nordlys, System.CUSTOMERS1ST) == "off"


def test_wished_names_are_the_vendors_names(nordlys: Tenant) -> None:
    assert selectors.wished_names(nordlys, System.CUSTOMERS1ST) == [
        "customer.created",
        "customer.updated",
        "product.created",
        "product.updated",
        "pospayment.created",
        "posbalance.created",
    ]
    assert selectors.wished_names(nordlys, System.UNICONTA) == ["Debtor", "InvItem"]


def test_a_due_job_that_nobody_works_is_seen_with_its_age(nordlys: Tenant, klit: Tenant) -> None:
    factories.job(klit)
    assert selectors.oldest_unattended(NOON) is None
    factories.job(nordlys, "1", created_at=NOON - timedelta(hours=9), next_attempt_at=NOON)
    factories.job(nordlys, "2", next_attempt_at=NOON + timedelta(hours=1))
    assert selectors.oldest_unattended(NOON + timedelta(seconds=90)) == timedelta(seconds=90)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, True),
        ({"state": "RUNNING"}, True),
        ({"next_attempt_at": NOON + timedelta(seconds=2)}, True),
        ({"next_attempt_at": NOON + timedelta(seconds=3)}, False),
        ({"state": "NEEDS_PERSON"}, False),
    ],
)
def test_what_comes_soon_is_told(nordlys: Tenant, values: dict[str, Any], expected: bool) -> None:
    factories.job(nordlys, **values)
    soon = timedelta(seconds=2)
    assert selectors.has_jobs_soon([nordlys], now=NOON, within=soon) is expected
