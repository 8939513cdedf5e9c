"""How tenants stand: each trouble shows, each tenant's are its own, and a hundred cost as many queries as one."""

from datetime import timedelta
from typing import Any

import pytest

from settings_app.models import Membership, Tenant
from syncjobs.issues import issue_of
from syncjobs.models import (
    Breaker,
    CallCount,
    DayCloseProof,
    HookRegistration,
    JobCount,
    Problem,
    System,
    TenantState,
)
from syncjobs.overview import standings
from syncjobs.selectors import wished_names
from tests import factories
from tests.factories import NOON


@pytest.fixture
def hooked(nordlys: Tenant) -> Tenant:
    """A tenant whose webhooks are all well."""
    for system in System:
        for name in wished_names(nordlys, system):
            HookRegistration.objects.create(
                tenant=nordlys, system=system, name=name, state="ok", checked_at=NOON
            )
    return nordlys


def stands(tenant: Tenant) -> Any:
    return standings([tenant], NOON)[0]


def test_a_tenant_without_trouble_is_well(hooked: Tenant) -> None:
    factories.job(hooked, "1")
    factories.job(hooked, "2", state="DONE")

    row = stands(hooked)

    assert row.is_well
    assert (row.under_way, row.needs_person, row.causes) == (1, 0, 0)
    assert row.webhooks == {"customers1st": "ok", "uniconta": "ok"}


def test_each_trouble_makes_it_need_a_look(hooked: Tenant) -> None:
    def held() -> Any:
        return factories.held_job(hooked)

    def stopped() -> Any:
        return TenantState.objects.create(tenant=hooked, invoice_stop="0.01 off")

    def not_called() -> Any:
        return Breaker.objects.create(tenant=hooked, system="uniconta", denied=True)

    def problem() -> Any:
        return Problem.objects.create(
            tenant=hooked, key="x", state="OPEN", cause="c", first_seen_at=NOON, last_seen_at=NOON
        )

    for trouble in (held, stopped, not_called, problem):
        row = trouble()
        assert not stands(hooked).is_well, trouble.__name__
        row.delete()
        assert stands(hooked).is_well, trouble.__name__


@pytest.mark.parametrize(("state", "health"), [("failing", "failing"), ("disabled", "missing")])
def test_a_webhook_that_is_not_well_shows(hooked: Tenant, state: str, health: str) -> None:
    HookRegistration.objects.filter(system="uniconta", name="Debtor").update(state=state)

    row = stands(hooked)

    assert row.webhooks == {"customers1st": "ok", "uniconta": health}
    assert not row.is_well


def test_what_is_over_is_no_trouble(hooked: Tenant) -> None:
    Breaker.objects.create(tenant=hooked, system="uniconta", open_until=NOON - timedelta(seconds=1))
    Problem.objects.create(
        tenant=hooked, key="x", state="RECOVERED", cause="c", first_seen_at=NOON, last_seen_at=NOON
    )

    assert stands(hooked).is_well


def test_a_draft_is_neither_well_nor_worked(klit: Tenant) -> None:
    row = stands(klit)

    assert (row.is_live, row.is_well) == (False, False)


def test_figures_are_the_tenants_own_and_todays(hooked: Tenant, fjord: Tenant) -> None:
    for number in range(3):
        job = factories.held_job(hooked, str(number))
        job.issue = issue_of(job, now=NOON)
        job.save()
    factories.held_job(fjord)
    for tenant, count in ((hooked, 7), (fjord, 90)):
        for day in (NOON.date(), NOON.date() - timedelta(days=1)):
            JobCount.objects.create(
                tenant=tenant, day=day, kind="sale_to_order", state="DONE", count=count
            )
        for hour in (1, 2):
            CallCount.objects.create(
                tenant=tenant, system="uniconta", date=NOON.date(), hour=hour, count=count * 10
            )
    DayCloseProof.objects.create(
        tenant=hooked,
        number=1,
        kind="close",
        key="k",
        source_id="9001",
        day=NOON.date(),
        sheet={},
        previous_hash="",
        hash="",
        sealed_at=NOON,
    )

    row = stands(hooked)

    assert (row.needs_person, row.causes, row.done_today) == (3, 1, 7)
    assert (row.calls["uniconta"], row.limit, row.used_percent) == (140, 5000, 3)
    assert row.last_close == NOON.date()


def test_many_tenants_cost_as_many_queries_as_one(
    hooked: Tenant, django_assert_num_queries: Any
) -> None:
    tenants = [hooked]
    with django_assert_num_queries(10):
        standings(tenants, NOON)
    for number in range(8):
        other = factories._tenant(f"shop-{number}", f"Shop {number}", "live")
        factories.held_job(other)
        Problem.objects.create(
            tenant=other, key="x", state="OPEN", cause="c", first_seen_at=NOON, last_seen_at=NOON
        )
        tenants.append(other)
    with django_assert_num_queries(10):
        assert len(standings(tenants, NOON)) == 9
    assert not Membership.objects.exists()
