"""The first pages, as three people: a superuser, own staff, another tenant's staff."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from settings_app.models import Tenant
from syncjobs.issues import issue_of
from syncjobs.models import JobCount, SafetyRun, SyncJob
from tests import factories
from tests.syncjobs.admin.people import browser_of, operator, staff

OVERVIEW = "/admin/overview/nordlys/"
CAUSE = "Payment type “Swish” is not mapped."


def held(tenant: Tenant, count: int) -> None:
    for number in range(count):
        job = factories.held_job(tenant, f"7{number}", cause=CAUSE, mended_by="setup")
        job.issue = issue_of(job, now=timezone.now())
        job.save()


def sold(tenant: Tenant, source_id: str, **values: Any) -> SyncJob:
    values = {"state": "DONE", "number": f"R{source_id}", "amount": "100.00", **values}
    return factories.job(tenant, source_id, day=timezone.localdate(), **values)


def test_everybody_sees_their_own_tenants_and_nobody_elses(nordlys: Tenant, fjord: Tenant) -> None:
    def names(browser: Client) -> list[str]:
        rows = browser.get("/admin/").context["standings"]
        return sorted(row.tenant.slug for row in rows)

    assert names(operator()) == ["fjord", "nordlys"]
    assert names(staff(nordlys, fjord)) == ["fjord", "nordlys"]
    page = staff(fjord).get("/admin/")
    assert page.context["told"].standing.tenant == fjord
    assert b"ordlys" not in page.content


def test_a_tenants_page_is_for_its_people(nordlys: Tenant, fjord: Tenant) -> None:
    assert operator().get(OVERVIEW).status_code == 200
    assert staff(nordlys).get(OVERVIEW).status_code == 200
    assert staff(fjord).get("/admin/overview/no-such/").status_code == 404
    assert Client().get(OVERVIEW)["Location"].startswith("/admin/login/")


def test_another_tenants_staff_gets_no_page(nordlys: Tenant, fjord: Tenant) -> None:
    page = staff(fjord).get(OVERVIEW)

    assert page.status_code == 404
    assert b"ordlys Cykler" not in page.content


def test_whoever_may_not_see_jobs_gets_the_list_of_pages(nordlys: Tenant) -> None:
    user = factories.staff_of(nordlys)
    user.user_permissions.clear()
    browser = browser_of(user)

    assert "standings" not in browser.get("/admin/").context
    assert browser.get(OVERVIEW).status_code == 404


def test_the_overview_leads_to_the_chosen_tenant(nordlys: Tenant, fjord: Tenant) -> None:
    both, own = staff(nordlys, fjord), staff(nordlys)

    assert both.get("/admin/overview/")["Location"] == "/admin/"
    both.post("/admin/choose-tenant/", {"slug": "nordlys"})
    assert both.get("/admin/overview/")["Location"] == OVERVIEW
    assert own.get("/admin/overview/")["Location"] == OVERVIEW


def test_it_says_what_needs_a_person_by_cause_with_the_place_of_the_cure(nordlys: Tenant) -> None:
    held(nordlys, 3)

    page = operator().get(OVERVIEW).content.decode()

    assert "3 records" in page
    assert CAUSE in page
    assert "Mend it here" in page


def test_of_a_receipt_that_was_booked_by_hand_nothing_is_missing(nordlys: Tenant) -> None:
    sold(nordlys, "1")
    for kind in ("ORDER", "INVOICE", "SETTLEMENT"):
        factories.document(nordlys, "1", kind=kind, state="HELD")
    factories.document(nordlys, "1", kind="BY_HAND", state="CONFIRMED")

    today = staff(nordlys).get(OVERVIEW).context["told"].today

    assert [tick.state for tick in today.sales[0].ticks] == ["none"] * 3


def test_todays_receipts_have_their_ticks_and_count_once(nordlys: Tenant, fjord: Tenant) -> None:
    sold(nordlys, "1", state="SKIPPED")
    sold(nordlys, "1")
    sold(nordlys, "1")
    sold(nordlys, "2", state="NEEDS_PERSON", cause="x", amount="-25.00")
    sold(fjord, "3")
    for kind in ("ORDER", "INVOICE", "SETTLEMENT"):
        factories.document(nordlys, "1", kind=kind, state="CONFIRMED", number="1")
    sold(nordlys, "9", kind="day_close_to_journal")
    factories.document(nordlys, "9", kind="CLOSE", state="CONFIRMED", key="c")

    today = staff(nordlys).get(OVERVIEW).context["told"].today

    ticks = {row.job.source_id: [tick.state for tick in row.ticks] for row in today.sales}
    assert ticks == {"1": ["yes", "yes", "yes"], "2": ["no", "waits", "waits"]}
    assert [[tick.state for tick in row.ticks] for row in today.closes] == [["yes", "waits"]]
    assert (today.count, today.total) == (2, 75)


@pytest.mark.parametrize(
    ("documents", "ticks"),
    [
        ({}, ["none", "none", "none"]),
        ({"SETTLEMENT": "PLANNED"}, ["none", "none", "waits"]),
        (
            {"ORDER": "SENT", "INVOICE": "PLANNED", "SETTLEMENT": "PLANNED"},
            ["yes", "waits", "waits"],
        ),
        ({"ORDER": "SENT", "INVOICE": "CONFIRMED"}, ["yes", "yes", "none"]),
        ({"ORDER": "SENT", "INVOICE": "HELD", "SETTLEMENT": "PLANNED"}, ["yes", "no", "waits"]),
    ],
)
def test_a_tick_says_how_far_a_receipt_has_come(
    nordlys: Tenant, documents: dict[str, str], ticks: list[str]
) -> None:
    sold(nordlys, "1")
    for kind, state in documents.items():
        factories.document(nordlys, "1", kind=kind, state=state)

    (row,) = staff(nordlys).get(OVERVIEW).context["told"].today.sales

    assert [tick.state for tick in row.ticks] == ticks


def test_each_kind_says_its_runs_and_what_waits(nordlys: Tenant) -> None:
    now = timezone.now()
    SafetyRun.objects.create(
        tenant=nordlys, kind="sale_to_order", last_good_run_at=now, next_run_at=now, last_error="no"
    )
    factories.job(nordlys, "1")
    factories.held_job(nordlys, "2")

    kinds = {row.kind: row for row in staff(nordlys).get(OVERVIEW).context["told"].kinds}

    row = kinds["sale_to_order"]
    assert (row.waiting, row.held, row.last_good, row.error) == (1, 1, now, "no")
    assert not row.is_well
    assert kinds["item_to_product"].is_well
    assert len(kinds) == 6


def test_an_overview_costs_as_many_queries_with_many_rows_as_with_few(
    nordlys: Tenant, django_assert_num_queries: Any
) -> None:
    browser = staff(nordlys)
    sold(nordlys, "1")
    factories.document(nordlys, "1")
    held(nordlys, 1)
    with django_assert_num_queries(28):
        browser.get(OVERVIEW)
    for number in range(100, 160):
        sold(nordlys, str(number))
        factories.document(nordlys, str(number))
        factories.held_job(nordlys, f"h{number}", cause=f"Debtor {number} is blocked.")
    for job in SyncJob.objects.filter(issue=None, state="NEEDS_PERSON"):
        job.issue = issue_of(job, now=timezone.now())
        job.save()
    JobCount.objects.create(
        tenant=nordlys, day=timezone.localdate(), kind="sale_to_order", state="DONE", count=5
    )
    with django_assert_num_queries(28):
        page = browser.get(OVERVIEW)
    assert len(page.context["issues"]) == 10


def test_the_first_page_costs_as_many_queries_for_many_tenants_as_for_two(
    nordlys: Tenant, fjord: Tenant, django_assert_num_queries: Any
) -> None:
    browser = operator()
    with django_assert_num_queries(13):
        browser.get("/admin/")
    for number in range(10):
        factories.held_job(factories._tenant(f"shop-{number}", f"Shop {number}", "live"))
    with django_assert_num_queries(13):
        assert len(browser.get("/admin/").context["standings"]) == 12
