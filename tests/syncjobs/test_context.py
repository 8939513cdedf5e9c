"""The ports of the flows on the database."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from integration.errors import Hold
from integration.flows.context import Context
from integration.flows.outcome import Done, Outcome
from integration.flows.registry import FLOWS
from integration.ports import Document, DocumentKind, DocumentState, Link, StaleDocument
from settings_app.models import Tenant
from syncjobs import again, runner
from syncjobs.context import build_context, ended_last_hour, may_end
from syncjobs.lease import tenant_lease
from syncjobs.models import JobKind, JobState, LinkRow, SyncJob, TenantState
from syncjobs.steps import StepTable
from syncjobs.stores import CacheTable, DocumentTable, LinkTable
from tests.factories import job

pytestmark = pytest.mark.django_db
LINK = Link(
    entity="customer",
    customers1st_id="5001",
    uniconta_key="K1001",
    row_id=5321,
    facts={"group": "1"},
    seen_customers1st={"name": "aa"},
    seen_uniconta={"name": "bb"},
)
CANDIDATES = [{"key": "K1", "name": "Anna", "by": "e-mail"}]


def test_a_run_reads_a_cached_value_once_and_sees_what_it_changes(
    nordlys: Tenant, fjord: Tenant, django_assert_num_queries: Any
) -> None:
    CacheTable(nordlys)["items"] = {"1004": (1, 2)}
    cache = CacheTable(nordlys)

    with django_assert_num_queries(1):
        assert cache["items"] == cache["items"] == {"1004": [1, 2]}  # as JSON holds it
    cache["items"] = {}
    assert cache["items"] == {}
    del cache["items"]
    assert "items" not in cache
    assert "items" not in CacheTable(fjord)


def test_a_link_is_found_from_either_side_as_it_was_stored(nordlys: Tenant, fjord: Tenant) -> None:
    links = LinkTable(nordlys)
    links.save(LINK)

    assert links.get("customer", "5001") == LINK
    assert links.get_by_key("customer", "K1001") == LINK
    assert links.get_by_row("customer", 5321) == LINK
    assert links.get_by_row("customer", 0) is None
    assert links.get_by_key("product", "K1001") is None
    assert LinkTable(fjord).get("customer", "5001") is None


def test_a_uniconta_key_belongs_to_one_link(nordlys: Tenant, fjord: Tenant) -> None:
    links = LinkTable(nordlys)
    links.save(LINK)
    LinkTable(fjord).save(LINK)

    with pytest.raises(StaleDocument, match="K1001"):
        links.save(replace(LINK, customers1st_id="5002"))
    links.save(replace(LINK, uniconta_key="K1002"))
    links.remove(replace(LINK, uniconta_key="K1002"))
    links.save(replace(LINK, customers1st_id="5002"))

    assert links.get("customer", "5001") is None


def test_many_links_are_stored_together_all_or_none(
    nordlys: Tenant, django_assert_max_num_queries: Any
) -> None:
    links = LinkTable(nordlys)
    links.save(LINK)
    created_at = LinkRow.objects.get().created_at
    changed = replace(LINK, row_id=9, facts={"name": "Ny"}, ended_at=timezone.now())
    many = [replace(LINK, customers1st_id=f"{n}", uniconta_key=f"K{n}") for n in range(100)]

    with django_assert_max_num_queries(6):
        links.save_all([LINK, *many, changed])
    claimed = replace(LINK, customers1st_id="5003", uniconta_key="K7")
    with pytest.raises(StaleDocument, match="K7"):
        links.save_all([replace(LINK, customers1st_id="5002", uniconta_key="K2000"), claimed])

    assert links.get("customer", "5001") == changed
    assert LinkRow.objects.get(customers1st_id="5001").created_at == created_at
    assert LinkRow.objects.count() == 101


def test_many_links_are_found_by_id_key_or_row(nordlys: Tenant, fjord: Tenant) -> None:
    links = LinkTable(nordlys)
    many = [
        replace(LINK, customers1st_id=f"{n}", uniconta_key=f"K{n}", row_id=n) for n in range(1, 6)
    ]
    links.save_all(many)
    LinkTable(fjord).save_all(many)

    found = links.list("customer", ids=["1", "9"], keys=["K2", "K9"], row_ids=[3, 9])

    assert {link.customers1st_id for link in found} == {"1", "2", "3"}
    assert links.list("product", ids=["1"], keys=["K2"], row_ids=[3]) == []
    assert links.list("customer") == []


def test_what_ended_in_the_last_hour_is_counted_per_tenant(nordlys: Tenant, fjord: Tenant) -> None:
    now = timezone.now()
    LinkTable(nordlys).save(replace(LINK, ended_at=now - timedelta(minutes=59)))
    old = replace(LINK, customers1st_id="2", uniconta_key="K2", row_id=2)
    LinkTable(nordlys).save(replace(old, ended_at=now - timedelta(minutes=61)))

    assert (ended_last_hour(nordlys), ended_last_hour(fjord)) == (1, 0)


def test_twenty_records_an_hour_may_end_and_more_by_a_persons_word(nordlys: Tenant) -> None:
    now = timezone.now()
    state = TenantState.objects.create(tenant=nordlys)
    for number in range(20):
        assert may_end(nordlys)
        each = replace(
            LINK, customers1st_id=str(number), uniconta_key=str(number), row_id=number + 1
        )
        LinkTable(nordlys).save(replace(each, ended_at=now))
    assert not may_end(nordlys)

    state.deletes_let, state.deletes_let_at = 5, now
    state.save()
    assert may_end(nordlys)
    state.deletes_let_at = now - timedelta(minutes=61)
    state.save()
    assert not may_end(nordlys)


def test_a_document_is_found_by_the_number_that_it_shall_carry(nordlys: Tenant) -> None:
    with tenant_lease(nordlys.pk) as lease:
        assert lease is not None
        documents = DocumentTable(nordlys, lease)
        intent = Document(
            kind=DocumentKind.DEBTOR,
            key="c1st:3000:customer:5001",
            source_id="5001",
            number="C5001",
            state=DocumentState.SENDING,
        )
        documents.save(intent, was=None)

        assert documents.with_number(DocumentKind.DEBTOR, "C5001") == intent
        assert documents.with_number(DocumentKind.CUSTOMER, "C5001") is None


def test_the_context_tells_the_switches_and_our_own_address(nordlys: Tenant) -> None:
    with tenant_lease(nordlys.pk) as lease:
        assert lease is not None
        context = build_context(nordlys, lease=lease, steps=StepTable(nordlys))

    assert context.is_on("customers1st", "customer", "created")
    assert not context.is_on("customers1st", "customer", "deleted")
    assert context.own_hook == str(nordlys.customers1st.hook_uuid)
    assert context.may_end()


def test_the_choices_of_an_unclear_match_stay_on_the_job_until_it_is_done(
    nordlys: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes: list[Any] = [Hold("two", "choose", evidence={"candidates": CANDIDATES}), Done("ok")]

    def flow(context: Context, source_id: str) -> Outcome:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return Done("ok")

    monkeypatch.setitem(FLOWS, "customer_to_debtor", flow)
    row = job(nordlys, "5001", kind=JobKind.CUSTOMER_TO_DEBTOR)

    runner.work_tenant(nordlys.pk)
    row.refresh_from_db()
    assert (row.state, row.candidates) == (JobState.NEEDS_PERSON, CANDIDATES)

    again.retry_job(row, now=timezone.now())
    assert SyncJob.objects.get(pk=row.pk).candidates == []
    runner.work_tenant(nordlys.pk)
    row.refresh_from_db()
    assert (row.state, row.candidates) == (JobState.DONE, [])
