"""The two doors hold what every door must hold, and what is special to each."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from integration.customers1st.signature import sign
from settings_app.models import Tenant
from syncjobs import queue
from syncjobs.models import Delivery, SyncJob, TenantState, WorkerHeartbeat
from tests.factories import NORDLYS_COMPANY, NORDLYS_SECRET, NORDLYS_STORE
from tests.webhook_cases import SignedWebhookCases, WebhookCases

EXAMPLES = Path(__file__).parent.parent / "contracts" / "examples"
SIGNATURE = "X-C1st-Webhook-Signature"
SALE = b'{"content":{"id":70001,"paymentno":1284},"event":"pospayment.created","storeid":3000}'


def call_customers1st(client: Client, body: bytes = SALE, secret: str = NORDLYS_SECRET) -> Any:
    return client.post(
        f"/hooks/customers1st/{NORDLYS_STORE}/",
        data=body,
        content_type="application/json",
        headers={SIGNATURE: sign(secret, body)},
    )


def call_uniconta(client: Client, query: str) -> Any:
    return client.get(f"/hooks/uniconta/{NORDLYS_COMPANY}/", QUERY_STRING=query)


class TestCustomers1stHook(SignedWebhookCases):
    path = "/hooks/customers1st/{}/"
    look_up = "get_customers1st_connection"
    refused_methods = ("GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
    signature_header = SIGNATURE

    def call(self, client: Client, body: bytes | None = None, **changes: Any) -> Any:
        data = SALE if body is None else body
        signed = {SIGNATURE: self.sign(data, NORDLYS_SECRET)}
        return client.post(
            self.path.format(changes.get("hook", NORDLYS_STORE)),
            data=data,
            content_type="application/json",
            headers=changes.get("headers", signed),
        )

    def good_hook(self, tenant: Tenant) -> str:
        return str(tenant.customers1st.hook_uuid)

    def sign(self, body: bytes, secret: str) -> str:
        return sign(secret, body)


class TestUnicontaHook(WebhookCases):
    path = "/hooks/uniconta/{}/"
    look_up = "get_uniconta_connection"
    refused_methods = ("PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")

    def call(self, client: Client, body: bytes | None = None, **changes: Any) -> Any:
        hook = changes.get("hook", NORDLYS_COMPANY)
        query = "CompanyId=70123&Table=Debtor&RowId=5321&Key=K1001&Action=Update"
        return client.post(
            self.path.format(hook),
            data=b"{}" if body is None else body,
            content_type="application/json",
            QUERY_STRING=query,
        )

    def good_hook(self, tenant: Tenant) -> str:
        return str(tenant.uniconta.hook_uuid)


def test_the_contracts_own_example_is_accepted_byte_for_byte(
    client: Client, nordlys: Tenant
) -> None:
    folder = EXAMPLES / "customers1st"
    example = json.loads((folder / "hook_signature.json").read_text())
    nordlys.customers1st.webhook_secret = example["secret"]
    nordlys.customers1st.save()
    body = (folder / "hook_pospayment_created.json").read_bytes()[: example["body_bytes"]]
    answer = client.post(
        f"/hooks/customers1st/{NORDLYS_STORE}/",
        data=body,
        content_type="application/json",
        headers={SIGNATURE: example["headers"][SIGNATURE]},
    )
    assert answer.status_code == 200
    assert bytes(Delivery.objects.get().body) == body
    assert SyncJob.objects.get().source_id == "70001"


def test_signatures_that_the_contract_forbids_are_refused(client: Client, nordlys: Tenant) -> None:
    example = json.loads((EXAMPLES / "customers1st" / "hook_signature.json").read_text())
    nordlys.customers1st.webhook_secret = example["secret"]
    nordlys.customers1st.save()
    body = (EXAMPLES / "customers1st" / "hook_pospayment_created.json").read_bytes()
    forbidden = example["must_fail"]
    for name in ("reserialised_body_signature", "hex_digest_not_accepted"):
        answer = client.post(
            f"/hooks/customers1st/{NORDLYS_STORE}/",
            data=body[: example["body_bytes"]],
            content_type="application/json",
            headers={SIGNATURE: forbidden[name]},
        )
        assert answer.status_code == 401, name


def test_the_old_secret_is_accepted_for_a_day_and_no_longer(
    client: Client, nordlys: Tenant
) -> None:
    store = nordlys.customers1st
    store.previous_webhook_secret, store.webhook_secret = NORDLYS_SECRET, "new-secret"
    store.previous_secret_until = timezone.now() + timedelta(hours=24)
    store.save()
    assert call_customers1st(client).status_code == 200
    assert call_customers1st(client, secret="new-secret").status_code == 200
    store.previous_secret_until = timezone.now() - timedelta(seconds=1)
    store.save()
    assert call_customers1st(client).status_code == 401


def test_a_secret_that_cannot_be_decrypted_is_told_as_503(
    client: Client, nordlys: Tenant, settings: Any
) -> None:
    settings.FIELD_ENCRYPTION_KEYS = ["bm90LXRoZS1zYW1lLWtleS1hcy1iZWZvcmUtMTIzNDU="]
    assert call_customers1st(client).status_code == 503


@pytest.mark.parametrize(
    "variant",
    json.loads((EXAMPLES / "uniconta" / "change_url_call.json").read_text())["variants"],
    ids=lambda variant: str(variant["name"]),
)
def test_every_form_of_the_change_call_leads_to_a_job(
    variant: dict[str, Any], client: Client, nordlys: Tenant
) -> None:
    nordlys.webhook_switches.update(on=True)
    request = variant["request"]
    body = "" if request["body"] is None else json.dumps(request["body"])
    answer = client.generic(
        request["method"],
        f"/hooks/uniconta/{NORDLYS_COMPANY}/",
        body,
        content_type="application/json",
        QUERY_STRING=request["query"],
    )
    assert (answer.status_code, answer.json()) == (200, {"status": "stored"})
    job = SyncJob.objects.get()
    is_debtor = "Table=Debtor" in request["query"]
    assert job.kind == ("debtor_to_customer" if is_debtor else "item_to_product")
    assert job.state == "WAITING"
    assert f"Key={job.source_id}" in request["query"]


def test_a_broken_body_that_is_rightly_signed_is_stored_and_needs_a_person(
    client: Client, nordlys: Tenant
) -> None:
    assert call_customers1st(client, b"{broken").json() == {"status": "stored"}
    delivery, job = Delivery.objects.get(), SyncJob.objects.get()
    assert (job.kind, job.source_id) == ("unknown", f"delivery:{delivery.pk}")
    assert job.state == "NEEDS_PERSON"
    assert job.cause
    assert job.cure
    assert delivery.job == job


def statements(captured: CaptureQueriesContext) -> list[str]:
    """Return the statements that are no bookkeeping of transactions."""
    ours = ("SELECT", "INSERT", "UPDATE", "DELETE")
    return [query["sql"] for query in captured if query["sql"].startswith(ours)]


def test_taking_a_call_in_costs_few_statements(client: Client, nordlys: Tenant) -> None:
    with CaptureQueriesContext(
        connection,
    ) as first:
        call_customers1st(client)
    # connection, doorstep, wake-up, job, delivery; PostgreSQL rings too
    assert len(statements(first)) == 5 + (connection.vendor == "postgresql")
    with CaptureQueriesContext(connection) as repeat:
        call_customers1st(client)
    # connection, doorstep, delivery
    assert len(statements(repeat)) == 3


def test_a_process_is_alive_without_a_database(
    client: Client, django_assert_num_queries: Any, db: None
) -> None:
    with django_assert_num_queries(0):
        assert client.get("/healthz").status_code == 200


def test_readiness_needs_a_worker_that_beats(client: Client, db: None) -> None:
    assert client.get("/readyz").status_code == 503
    beat = WorkerHeartbeat.objects.create(beat_at=timezone.now())
    assert client.get("/readyz").json() == {
        "status": "ready",
        "database": "ok",
        "queue": "ok",
        "worker": "ok",
    }
    beat.beat_at = timezone.now() - timedelta(minutes=5)
    beat.save()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["worker"]) == (503, "silent")


def test_a_worker_at_a_tenant_counts_as_alive(client: Client, nordlys: Tenant) -> None:
    TenantState.objects.create(
        tenant=nordlys, holder="someone", lease_until=timezone.now() + timedelta(seconds=20)
    )
    assert client.get("/readyz").status_code == 200


def test_readiness_without_a_database_is_503(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> int:
        raise OperationalError("connection refused")

    monkeypatch.setattr(queue, "depth", fail)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "down")


def test_metrics_tell_jobs_by_kind_and_state_and_no_tenant(client: Client, nordlys: Tenant) -> None:
    call_customers1st(client)
    call_customers1st(client)
    WorkerHeartbeat.objects.create(beat_at=timezone.now() - timedelta(seconds=7))
    text = client.get("/metrics").content.decode()
    assert 'c1u_jobs{kind="sale_to_order",state="WAITING"} 1.0' in text
    assert f"c1u_deliveries_total {Delivery.objects.latest('pk').pk:.1f}" in text
    assert "c1u_queue_messages 1.0" in text
    assert "c1u_worker_heartbeat_age_seconds 7." in text
    assert "c1u_oldest_due_job_age_seconds 0." in text
    assert "nordlys" not in text


def test_an_address_without_its_last_slash_is_taken_too(client: Client, nordlys: Tenant) -> None:
    wrong = client.post(f"/hooks/customers1st/{NORDLYS_STORE}", b"{}", "application/json")
    taken = client.get(f"/hooks/uniconta/{NORDLYS_COMPANY}?Table=Debtor&Key=1&RowId=1")
    assert (wrong.status_code, taken.status_code) == (401, 200)
