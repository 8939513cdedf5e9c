"""Registrations heal themselves, for few calls; the gap is swept and the tenant told once."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from integration.customers1st.hooks import HookLogEntry, RestHook
from integration.errors import RetryableError
from settings_app.models import SafetyInterval, Tenant
from settings_app.signals import tenant_changed
from syncjobs import queue, schedules
from syncjobs.hooks import healing
from syncjobs.models import HookCheck, HookRegistration, Problem, SafetyRun, TenantState
from tests.factories import NOON, NORDLYS_STORE

OURS = f"https://sync.example.com/hooks/customers1st/{NORDLYS_STORE}/"


class Vendors:
    """Both vendors' registrations, and the calls they got."""

    def __init__(self) -> None:
        self.hooks: list[RestHook] = []
        self.log: list[HookLogEntry] = []
        self.rows: list[dict[str, Any]] = []
        self.calls: list[str] = []
        self.down = False

    def _call(self, name: str) -> None:
        self.calls.append(name)
        if self.down:
            raise RetryableError("It could not be reached.")

    def list_hooks(self) -> list[RestHook]:
        self._call("list_hooks")
        return list(self.hooks)

    def list_hook_log(self) -> list[HookLogEntry]:
        self._call("list_hook_log")
        return self.log

    def create_hook(self, event: str, url: str) -> int:
        self._call(f"create {event}")
        number = len(self.hooks) + 1
        self.hooks.append(RestHook(id=number, event=event, url=url, active=True))
        return number

    def update_hook(self, hook: RestHook) -> None:
        self._call(f"update {hook.event}")
        self.hooks = [hook if row.id == hook.id else row for row in self.hooks]

    def delete_hook(self, number: int) -> None:
        self._call(f"delete {number}")
        self.hooks = [row for row in self.hooks if row.id != number]

    def query(self, entity: str) -> list[dict[str, Any]]:
        self._call("query")
        return [dict(row) for row in self.rows]

    def insert(self, entity: str, row: dict[str, Any]) -> dict[str, Any]:
        self._call("insert")
        self.rows.append({**row, "RowId": len(self.rows) + 1})
        return self.rows[-1]

    def delete(self, entity: str, row: dict[str, Any]) -> None:
        self._call("remove")
        self.rows = [known for known in self.rows if known["RowId"] != row["RowId"]]


@pytest.fixture
def vendors(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Vendors:
    """Both vendors, without any registration."""
    settings.PUBLIC_BASE_URL = "https://sync.example.com"
    vendors = Vendors()
    for name in ("customers1st_client", "uniconta_client"):
        monkeypatch.setattr(f"syncjobs.hooks.comparison.{name}", lambda *a, **k: vendors)
    return vendors


def heal(tenant: Tenant, *, minutes: int = 0) -> bool:
    with time_machine.travel(NOON + timedelta(minutes=minutes), tick=False):
        return healing.heal_tenant(tenant.pk)


def states(tenant: Tenant) -> dict[str, str]:
    return dict(HookRegistration.objects.filter(tenant=tenant).values_list("name", "state"))


def test_what_is_missing_is_made_and_then_a_check_costs_three_calls(
    nordlys: Tenant, vendors: Vendors
) -> None:
    assert heal(nordlys)
    assert {hook.event for hook in vendors.hooks} >= {"pospayment.created", "product.updated"}
    assert len(vendors.rows) == 2
    assert not Problem.objects.exists()  # a first registration is no gap
    vendors.calls.clear()
    assert not heal(nordlys, minutes=14)
    assert heal(nordlys, minutes=15)
    assert vendors.calls == ["list_hooks", "list_hook_log", "query"]


def test_a_lost_registration_is_made_again_its_gap_swept_and_the_tenant_told_once(
    nordlys: Tenant, vendors: Vendors
) -> None:
    SafetyInterval.objects.create(tenant=nordlys, kind="sale_to_order", hours=24)
    SafetyRun.objects.create(
        tenant=nordlys, kind="sale_to_order", next_run_at=NOON + timedelta(days=1)
    )
    heal(nordlys)
    foreign = RestHook(id=900, event="pospayment.created", url="https://x.example/", active=True)
    vendors.hooks = [hook for hook in vendors.hooks if hook.event != "pospayment.created"]
    vendors.hooks.append(foreign)
    heal(nordlys, minutes=20)
    assert OURS in {hook.url for hook in vendors.hooks if hook.event == "pospayment.created"}
    assert foreign in vendors.hooks
    assert SafetyRun.objects.get().next_run_at == NOON + timedelta(minutes=20)
    told = Problem.objects.get()
    assert told.tenant == nordlys
    assert "pospayment.created" in told.cause
    heal(nordlys, minutes=40)
    assert Problem.objects.count() == 1
    assert SafetyRun.objects.get().next_run_at == NOON + timedelta(minutes=20)


def test_disabled_and_doubled_ones_are_mended(nordlys: Tenant, vendors: Vendors) -> None:
    heal(nordlys)
    first = vendors.hooks[0]
    vendors.hooks[0] = RestHook(id=first.id, event=first.event, url=OURS, active=False)
    vendors.hooks.append(RestHook(id=800, event=first.event, url=OURS, active=False))
    heal(nordlys, minutes=20)
    same = [hook for hook in vendors.hooks if hook.event == first.event]
    assert [hook.active for hook in same] == [True]
    assert states(nordlys)[first.event] == "mended"


def test_a_failing_one_is_told_and_swept_once_not_at_every_check(
    nordlys: Tenant, vendors: Vendors
) -> None:
    heal(nordlys)
    hook = next(hook for hook in vendors.hooks if hook.event == "pospayment.created")
    vendors.log = [
        HookLogEntry(
            id=1,
            hook_id=hook.id,
            event=hook.event,
            url=OURS,
            status="failed",
            attempts=9,
            last_http_status="502",
            last_failed_reason="",
            initiated_at=None,
            succeeded_at=None,
            payload="",
        )
    ]
    for minutes in (20, 40, 60):
        heal(nordlys, minutes=minutes)
    problem = Problem.objects.get()
    assert problem.first_seen_at == NOON + timedelta(minutes=20)
    assert "PUBLIC_BASE_URL" in problem.cure
    assert "is off" in problem.cure  # no safety job looks for what was missed


def test_a_switch_that_a_person_turned_off_stays_off_and_costs_nothing_more(
    nordlys: Tenant, vendors: Vendors
) -> None:
    heal(nordlys)
    nordlys.webhook_switches.update(on=False)
    tenant_changed.send(Tenant, tenant_id=nordlys.pk)
    heal(nordlys, minutes=1)  # at once, not after a quarter of an hour
    assert (vendors.hooks, vendors.rows) == ([], [])
    heal(nordlys, minutes=20)
    assert states(nordlys) == {}
    vendors.calls.clear()
    assert not heal(nordlys, minutes=40)
    assert vendors.calls == []


def test_a_vendor_that_is_down_is_asked_less_and_less_often(
    nordlys: Tenant, vendors: Vendors
) -> None:
    vendors.down = True
    waits = []
    minutes = 0
    for _try in range(3):
        heal(nordlys, minutes=minutes)
        due = HookCheck.objects.get().next_check_at
        assert due is not None
        waits.append((due - NOON).total_seconds() / 60 - minutes)
        minutes = int((due - NOON).total_seconds() / 60)
    assert waits == [15, 30, 60]
    assert HookCheck.objects.get().last_error == "It could not be reached."


def test_an_unforeseen_error_is_seen(
    nordlys: Tenant, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vendors, "list_hooks", lambda: 1 / 0)
    heal(nordlys)
    assert HookCheck.objects.get().last_error == "ZeroDivisionError"


def test_a_busy_tenant_stays_due_and_one_that_is_not_live_is_left_alone(
    nordlys: Tenant, klit: Tenant, vendors: Vendors
) -> None:
    TenantState.objects.create(tenant=nordlys, holder="x", lease_until=NOON + timedelta(seconds=9))
    assert not heal(nordlys)
    assert healing.tenants_due(NOON) == {nordlys.pk}
    assert vendors.calls == []


def test_the_tick_queues_the_check(nordlys: Tenant) -> None:
    schedules.run_tick(NOON)
    later = NOON + timedelta(days=3650)
    assert queue.waiting("heal_tenant", now=later) == {(nordlys.pk,)}
