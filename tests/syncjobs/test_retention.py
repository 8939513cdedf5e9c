"""Old rows go in small batches; failures, proofs and what is still in work stay."""

from datetime import timedelta
from typing import Any

import pytest

from settings_app.models import Tenant
from syncjobs import inbox, retention
from syncjobs.models import CallCount, Delivery, DocumentRow, LinkRow, Step, SweepRun, SyncJob
from tests import factories
from tests.factories import NOON

OLD = NOON - timedelta(days=1000)


def deliver(tenant: Tenant, source_id: int) -> Delivery:
    body = b'{"event":"pospayment.created","content":{"id":%d}}' % source_id
    received = inbox.Received(method="POST", query="", headers={}, body=body, at=OLD)
    return inbox.accept_customers1st(tenant, received)


def grow_old(tenant: Tenant, source_id: int, state: str) -> None:
    delivery = deliver(tenant, source_id)
    SyncJob.objects.filter(deliveries=delivery).update(state=state, finished_at=OLD)
    Step.objects.create(tenant=tenant, job=delivery.job, at=OLD, text="x")


def test_what_is_done_goes_and_what_needs_a_person_stays(nordlys: Tenant) -> None:
    for number, state in enumerate(["DONE", "SKIPPED", "NEEDS_PERSON", "WAITING"], start=1):
        grow_old(nordlys, number, state)
    factories.document(nordlys)
    LinkRow.objects.create(
        tenant=nordlys, entity="product", customers1st_id="1", uniconta_key="NL-1"
    )
    Step.objects.create(tenant=nordlys, at=OLD, text="a batch")
    SweepRun.objects.create(tenant=nordlys, kind="sale_to_order", started_at=OLD)
    CallCount.objects.create(tenant=nordlys, system="uniconta", date=OLD.date(), count=1)
    retention.prune(NOON)
    states = {"NEEDS_PERSON", "WAITING"}
    assert set(SyncJob.objects.values_list("state", flat=True)) == states
    assert set(Delivery.objects.values_list("job__state", flat=True)) == states
    assert set(Step.objects.values_list("job__state", flat=True)) == states
    assert (DocumentRow.objects.count(), LinkRow.objects.count()) == (1, 1)
    assert not SweepRun.objects.exists()
    assert not CallCount.objects.exists()


def test_each_class_has_its_own_age(nordlys: Tenant, settings: Any) -> None:
    grow_old(nordlys, 1, "DONE")
    settings.RETENTION_DAYS = {**settings.RETENTION_DAYS, "jobs": 5000, "steps": 5000}
    retention.prune(NOON)
    assert not Delivery.objects.exists()
    assert (SyncJob.objects.count(), Step.objects.count()) == (1, 1)


def test_batches_are_small_and_a_run_ends(nordlys: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    monkeypatch.setattr(retention, "BATCHES_A_RUN", 2)
    for _number in range(7):
        Step.objects.create(tenant=nordlys, at=OLD, text="x")
    assert retention.prune(NOON)["steps"] == 4
    assert retention.prune(NOON)["steps"] == 3
    assert retention.prune(NOON)["steps"] == 0
