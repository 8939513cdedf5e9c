"""Long lists: pages by key, counts that may be estimates, and the same number of queries however long they are."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from settings_app.models import Tenant
from syncjobs.admin import keyset
from syncjobs.models import Step, SyncJob
from tests import factories
from tests.factories import NOON
from tests.syncjobs.admin.people import staff

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


@pytest.mark.parametrize("page", [PAGE, "/admin/syncjobs/step/"])
def test_a_list_costs_as_many_queries_with_many_rows_as_with_few(
    page: str, nordlys: Tenant, browser: Client, django_assert_num_queries: Any
) -> None:
    def fill(count: int) -> None:
        for number in range(count):
            job = factories.job(nordlys, f"{page}{count}{number}", name="Jens")
            Step.objects.create(tenant=nordlys, job=job, at=NOON, text="x", evidence={"a": "b"})

    fill(60)
    with django_assert_num_queries(7):  # session, person, tenants, rights (2), rows, count
        browser.get(page)
    fill(100)
    with django_assert_num_queries(7):
        browser.get(page)
