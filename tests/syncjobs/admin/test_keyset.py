"""Long lists: pages by key, counts that may be estimates, and the same number of queries however long they are."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from settings_app.models import Tenant
from syncjobs import search
from syncjobs.admin import keyset
from syncjobs.models import Delivery, JobWord, Step, SyncJob
from tests import factories
from tests.factories import NOON
from tests.syncjobs.admin.people import operator, staff

PAGE = "/admin/syncjobs/syncjob/"


@pytest.fixture
def many(nordlys: Tenant) -> list[int]:
    """The keys of 120 jobs, the newest first; three pages of a list."""
    rows = [
        SyncJob(
            tenant=nordlys, kind="sale_to_order", source_id=str(n), state="DONE", created_at=NOON
        )
        for n in range(120)
    ]
    SyncJob.objects.bulk_create(rows)
    return list(SyncJob.objects.order_by("-pk").values_list("pk", flat=True))


@pytest.fixture
def browser(nordlys: Tenant) -> Client:
    return staff(nordlys)


def look(browser: Client, query: str = "") -> Any:
    return browser.get(f"{PAGE}{query}").context["cl"]


def keys(cl: Any) -> list[int]:
    return [row.pk for row in cl.result_list]


def test_older_pages_lead_to_the_end_and_newer_ones_back(many: list[int], browser: Client) -> None:
    first = look(browser)
    second = look(browser, first.older_url)
    third = look(browser, second.older_url)

    assert keys(first) + keys(second) + keys(third) == many
    assert [len(keys(cl)) for cl in (first, second, third)] == [50, 50, 20]
    assert (first.newest_url, first.newer_url, third.older_url) == ("", "", "")
    assert keys(look(browser, third.newer_url)) == keys(second)
    back = look(browser, second.newer_url)
    assert (keys(back), back.newer_url) == (keys(first), "")
    assert keys(look(browser, third.newest_url)) == keys(first)


def test_what_arrives_meanwhile_shifts_no_page(
    nordlys: Tenant, many: list[int], browser: Client
) -> None:
    older = look(browser).older_url
    factories.job(nordlys, "new", state="DONE")

    assert keys(look(browser, older)) == many[50:100]


def test_filters_stay_on_every_page(nordlys: Tenant, many: list[int], browser: Client) -> None:
    SyncJob.objects.filter(pk__in=many[::2]).update(state="SKIPPED")

    first = look(browser, "?state__exact=SKIPPED")
    second = look(browser, first.older_url)

    assert keys(first) + keys(second) == many[::2]


@pytest.mark.parametrize("query", ["?before=x", "?after=-1", "?before=", f"?before={'9' * 30}"])
def test_a_place_that_is_no_number_is_no_place(
    query: str, many: list[int], browser: Client
) -> None:
    assert keys(look(browser, query)) == many[:50]


def test_a_page_beyond_both_ends_is_empty_and_leads_back(many: list[int], browser: Client) -> None:
    below = look(browser, f"?before={many[-1]}")
    above = look(browser, f"?after={many[0]}")

    assert (keys(below), keys(above)) == ([], [])
    assert below.newest_url


def test_the_count_is_exact_while_there_are_few(many: list[int], browser: Client) -> None:
    assert str(look(browser).told_count) == "120"
    assert str(look(browser, "?state__exact=NEEDS_PERSON").told_count) == "0"


def test_many_are_not_counted_to_the_end(
    many: list[int], browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyset, "COUNTED_AT_MOST", 50)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    told = str(look(browser).told_count)

    assert told == ("about 120" if connection.vendor == "postgresql" else "more than 50")


@pytest.mark.parametrize(("page", "queries"), [(PAGE, 7), ("/admin/syncjobs/step/", 8)])
def test_a_list_costs_as_many_queries_with_many_rows_as_with_few(
    page: str, queries: int, nordlys: Tenant, browser: Client, django_assert_num_queries: Any
) -> None:
    def fill(count: int) -> None:
        for number in range(count):
            job = factories.job(nordlys, f"{page}{count}{number}", name="Jens")
            Step.objects.create(tenant=nordlys, job=job, at=NOON, text="x", evidence={"a": "b"})

    fill(60)
    with django_assert_num_queries(
        queries
    ):  # session, person, tenants, rights (2), rows, count, jobs
        browser.get(page)
    fill(100)
    with django_assert_num_queries(queries):
        browser.get(page)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by its statistics")
@pytest.mark.parametrize(
    "page",
    [
        f"{PAGE}?",
        f"{PAGE}?state__exact=DONE",
        f"{PAGE}?q=Jens",
        f"{PAGE}?q=Jens+NL-77",
        "/admin/syncjobs/step/?",
        "/admin/syncjobs/delivery/?",
    ],
)
@pytest.mark.parametrize("who", ["operator", "staff", "staff of both"])
def test_a_list_costs_sqlite_as_much_work_with_many_rows_as_with_few(
    who: str, page: str, nordlys: Tenant, fjord: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyset, "COUNTED_AT_MOST", 50)
    monkeypatch.setattr(search, "COMMON", 50)
    tenants = {"staff": [nordlys], "staff of both": [nordlys, fjord]}
    browser = operator() if who == "operator" else staff(*tenants[who])

    grow(nordlys, fjord, until=300)
    few = work(browser, page)
    grow(nordlys, fjord, until=3000)

    assert work(browser, page) < 1.5 * few


def grow(*tenants: Tenant, until: int) -> None:
    """Let there be this many jobs, each with a step, a call and a word; few have another word too."""
    start = SyncJob.objects.count()
    jobs = SyncJob.objects.bulk_create(
        SyncJob(
            tenant=tenants[n % len(tenants)],
            kind="sale_to_order",
            source_id=str(n),
            state="DONE",
            created_at=NOON,
        )
        for n in range(start, until)
    )
    Step.objects.bulk_create(Step(tenant=each.tenant, job=each, at=NOON, text="x") for each in jobs)
    Delivery.objects.bulk_create(
        Delivery(tenant=each.tenant, job=each, method="POST", body=b"", received_at=NOON)
        for each in jobs
    )
    JobWord.objects.bulk_create(
        JobWord(tenant=each.tenant, job=each, word=word)
        for each in jobs
        for word in (["jens", "nl-77"] if int(each.source_id) < 20 else ["jens"])
    )


def work(browser: Client, page: str) -> int:
    """Return how many hundred steps SQLite's machine takes for a page."""
    taken = 0

    def note() -> int:
        nonlocal taken
        taken += 1
        return 0

    machine = connection.connection
    machine.set_progress_handler(note, 100)
    try:
        assert browser.get(page).status_code == 200
    finally:
        machine.set_progress_handler(None, 0)
    return taken
