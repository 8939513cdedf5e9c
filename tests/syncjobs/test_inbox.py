"""A call is stored raw and folded; what it says is a hint."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from settings_app.models import Tenant
from syncjobs import inbox, queue
from syncjobs.change_url import read_change_call
from syncjobs.folding import fold
from syncjobs.inbox import Received
from syncjobs.models import Delivery, SyncJob
from tests import factories
from tests.factories import NOON


def body_of(event: str | None, **content: Any) -> bytes:
    wrapped = {"content": content, "event": event, "storeid": 3000}
    return json.dumps(wrapped if event else content).encode()


def received(body: bytes = b"", query: str = "", **headers: str) -> Received:
    return Received(method="POST", query=query, headers=headers, body=body, at=NOON)


def from_store(tenant: Tenant, body: bytes, **headers: str) -> Delivery:
    return inbox.accept_customers1st(tenant, received(body, **headers))


def from_company(tenant: Tenant, query: str) -> Delivery:
    return inbox.accept_uniconta(tenant.uniconta, received(query=query))


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("customer.created", "customer_to_debtor"),
        ("customer.updated", "customer_to_debtor"),
        ("product.created", "product_to_item"),
        ("product.updated", "product_to_item"),
        ("pospayment.created", "sale_to_order"),
        ("posbalance.created", "day_close_to_journal"),
    ],
)
def test_each_event_leads_to_its_kind_of_job(nordlys: Tenant, event: str, kind: str) -> None:
    delivery = from_store(nordlys, body_of(event, id=7))
    assert delivery.job is not None
    assert (delivery.job.kind, delivery.job.source_id, delivery.job.state) == (kind, "7", "WAITING")
    assert (delivery.event, delivery.source_id, delivery.skipped_reason) == (event, "7", "")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"id": 7, "paymentno": 1}, "sale_to_order"),
        ({"id": 7, "balance_no": 1}, "day_close_to_journal"),
        ({"id": 7, "productno": None}, "product_to_item"),
        ({"id": 7, "customerno": "K1"}, "customer_to_debtor"),
    ],
)
def test_a_bare_body_is_told_by_its_shape(
    nordlys: Tenant, content: dict[str, Any], kind: str
) -> None:
    job = from_store(nordlys, body_of(None, **content)).job
    assert job is not None
    assert job.kind == kind


def test_a_bare_sale_is_kept_under_the_name_of_its_event(nordlys: Tenant) -> None:
    assert from_store(nordlys, body_of(None, id=7, paymentno=1)).event == "pospayment.created"


def test_an_event_that_is_not_used_is_stored_without_a_job(nordlys: Tenant) -> None:
    delivery = from_store(nordlys, body_of("giftcard.created", id=7))
    assert delivery.skipped_reason == "This event is not used."
    assert (delivery.job, SyncJob.objects.count(), queue.depth()) == (None, 0, 0)


def test_an_event_that_is_switched_off_leaves_a_skipped_job_with_its_reason(
    nordlys: Tenant,
) -> None:
    delivery = from_store(nordlys, body_of("customer.deleted", id=7))
    job = SyncJob.objects.get()
    assert job.state == "SKIPPED"
    assert "customer deleted” of Customers 1st is off" in job.reason
    assert (delivery.job, queue.depth()) == (job, 0)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b"\xff\xfe",
        b"[" * 100_000,
        body_of("pospayment.created"),
        body_of("pospayment.created", id=None),
        body_of("pospayment.created", id="abc"),
        body_of("pospayment.created", id=-7),
        body_of("pospayment.created", id="7" * 200),
        body_of("pospayment.created", id="\u00b2"),
        body_of("pospayment.created", id={"$gt": 0}),
        body_of(None, id=7),
    ],
)
def test_a_body_that_names_no_event_or_no_record_needs_a_person(
    nordlys: Tenant, body: bytes
) -> None:
    delivery = from_store(nordlys, body)
    job = SyncJob.objects.get()
    assert (job.kind, job.state, job.source_id) == (
        "unknown",
        "NEEDS_PERSON",
        f"delivery:{delivery.pk}",
    )
    assert (bytes(Delivery.objects.get().body), delivery.job) == (body, job)


def test_two_broken_bodies_are_two_jobs(nordlys: Tenant) -> None:
    from_store(nordlys, b"{")
    from_store(nordlys, b"{")
    assert SyncJob.objects.filter(kind="unknown").count() == 2


def test_texts_that_no_database_takes_are_cleaned(nordlys: Tenant) -> None:
    delivery = from_store(nordlys, body_of("odd\x00event" * 20, id="a\x00b"), X="a\x00b")
    assert "\x00" not in delivery.event + delivery.source_id + str(delivery.headers)
    assert len(delivery.event) == 80


def test_a_leading_zero_is_the_same_record(nordlys: Tenant) -> None:
    from_store(nordlys, body_of("pospayment.created", id="007"))
    from_store(nordlys, body_of("pospayment.created", id=7))
    assert SyncJob.objects.get().source_id == "7"


def test_secrets_in_headers_are_not_stored(nordlys: Tenant) -> None:
    delivery = from_store(
        nordlys,
        body_of("pospayment.created", id=7),
        **{
            "X-C1st-Webhook-Signature": "the-signature",
            "Authorization": "Bearer the-token",
            "Cookie": "the-cookie",
            "User-Agent": "C1st/1.0",
        },
    )
    assert "the-" not in json.dumps(delivery.headers)
    assert delivery.headers["X-C1st-Webhook-Signature"] == "present"
    assert delivery.headers["User-Agent"] == "C1st/1.0"


@pytest.mark.parametrize(
    ("query", "kind", "source_id"),
    [
        ("Table=Debtor&RowId=5&Key=K1&Action=Update", "debtor_to_customer", "K1"),
        ("table=DEBTOR?rowid=5?key=K1?operation=ADD", "debtor_to_customer", "K1"),
        ("Table=InvItem&RowId=5&Key=A%26B+C&Action=Insert", "item_to_product", "A&B C"),
        ("Table=InvItem&RowId=5&Key=A?B&Action=Insert", "item_to_product", "A?B"),
        ("Table=InvItem&RowId=7731&Key=&Action=Update", "item_to_product", "row:7731"),
        ("Table=InvItemStorage&RowId=7731&Action=Update", "item_to_product", "row:7731"),
        ("Table=InvItemStorage&RowId=7731&Key=A&Action=Delete", "item_to_product", "A"),
        ("CompanyId=70123&Table=InvItem&Key=A&Action=Whatever", "item_to_product", "A"),
        ("?CompanyId=70123?Table=InvItem?Key=A", "item_to_product", "A"),
        ("Table=InvItem&Key=A&Action=Update&k=the-argument", "item_to_product", "A"),
    ],
)
def test_a_change_call_in_any_form_leads_to_its_job(
    nordlys: Tenant, query: str, kind: str, source_id: str
) -> None:
    job = from_company(nordlys, query).job
    assert job is not None
    assert (job.kind, job.source_id, job.state) == (kind, source_id, "WAITING")


def test_a_deleted_debtor_is_skipped_while_deletes_are_off(nordlys: Tenant) -> None:
    from_company(nordlys, "Table=Debtor&Key=K1&Operation=Delete")
    assert SyncJob.objects.get().state == "SKIPPED"


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("CompanyId=70124&Table=Debtor&Key=K1", "The call is about another company."),
        ("CompanyId=x&Table=Debtor&Key=K1", "The call is about another company."),
        ("CompanyId=70123&Table=Contact&Key=K1", "This table is not used."),
    ],
)
def test_a_change_call_that_is_not_ours_is_stored_without_a_job(
    nordlys: Tenant, query: str, reason: str
) -> None:
    delivery = from_company(nordlys, query)
    assert (delivery.skipped_reason, delivery.job, queue.depth()) == (reason, None, 0)


@pytest.mark.parametrize(
    "query", ["", "Table=Debtor", "Key=K1", "Table=Debtor&RowId=x", "Table=Debtor&Key=%00", "&&??"]
)
def test_a_change_call_without_table_or_record_needs_a_person(nordlys: Tenant, query: str) -> None:
    assert from_company(nordlys, query).job is not None
    assert SyncJob.objects.get().kind == "unknown"


@given(query=st.text(max_size=60))
def test_no_query_breaks_the_reader(query: str) -> None:
    call = read_change_call(query)
    assert call is None or call.source_id


def test_calls_about_one_record_fold_into_one_waiting_job(nordlys: Tenant) -> None:
    deliveries = [from_store(nordlys, body_of("pospayment.created", id=7)) for _n in range(3)]
    assert {delivery.job for delivery in deliveries} == {SyncJob.objects.get()}
    assert queue.depth() == 1


def test_records_do_not_fold_across_tenants_or_kinds(nordlys: Tenant, fjord: Tenant) -> None:
    from_store(nordlys, body_of("pospayment.created", id=7))
    from_store(nordlys, body_of("posbalance.created", id=7))
    from_store(fjord, body_of("pospayment.created", id=7))
    assert SyncJob.objects.count() == 3


@pytest.mark.parametrize("state", ["RUNNING", "DONE", "SKIPPED", "NEEDS_PERSON"])
def test_a_call_after_the_job_began_makes_a_new_waiting_one(nordlys: Tenant, state: str) -> None:
    factories.job(nordlys, "7", state=state)
    from_store(nordlys, body_of("pospayment.created", id=7))
    assert SyncJob.objects.filter(state="WAITING").count() == 1
    assert SyncJob.objects.filter(state=state).count() == 1


def test_a_burst_of_sales_wakes_the_workers_once(nordlys: Tenant) -> None:
    for number in range(20):
        from_store(nordlys, body_of("pospayment.created", id=number))
    assert queue.depth() == 1


def test_a_sale_after_an_old_waiting_one_wakes_the_workers(nordlys: Tenant) -> None:
    factories.job(nordlys, "1", created_at=NOON - timedelta(minutes=5))
    from_store(nordlys, body_of("pospayment.created", id=7))
    assert queue.depth() == 1


def test_a_job_that_backs_off_keeps_its_time(nordlys: Tenant) -> None:
    later = NOON + timedelta(minutes=10)
    factories.job(nordlys, "7", attempts=3, next_attempt_at=later)
    assert fold(nordlys, "sale_to_order", "7", now=NOON).next_attempt_at == later


def test_a_job_that_was_put_off_and_never_tried_is_brought_forward(nordlys: Tenant) -> None:
    fold(nordlys, "sale_to_order", "7", now=NOON, due_at=NOON + timedelta(hours=1))
    fold(nordlys, "sale_to_order", "7", now=NOON, due_at=NOON + timedelta(hours=2))
    assert SyncJob.objects.get().next_attempt_at == NOON + timedelta(hours=1)
    fold(nordlys, "sale_to_order", "7", now=NOON)
    assert SyncJob.objects.get().next_attempt_at == NOON


def test_two_calls_that_race_share_one_job(
    nordlys: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other call's row appears between our look and our insert."""
    create = SyncJob.objects.create

    def lose_the_race(**values: Any) -> SyncJob:
        monkeypatch.setattr(SyncJob.objects, "create", create)
        create(**values)
        return create(**values)

    monkeypatch.setattr(SyncJob.objects, "create", lose_the_race)
    job = fold(nordlys, "sale_to_order", "7", now=NOON)
    assert job == SyncJob.objects.get()


def test_a_fold_that_never_wins_raises_what_the_door_answers_with_503(
    nordlys: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def always_lose(**values: Any) -> SyncJob:
        raise IntegrityError("taken")

    monkeypatch.setattr(SyncJob.objects, "create", always_lose)
    with pytest.raises(IntegrityError):
        fold(nordlys, "sale_to_order", "7", now=NOON)
