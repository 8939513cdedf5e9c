"""Jobs that needed a person run again once, however many rows tell of them."""

from typing import Any

import pytest

from settings_app.models import Tenant
from settings_app.signals import tenant_changed
from syncjobs import queue
from syncjobs.again import (
    release_delete_stop,
    release_invoice_stop,
    retry_document,
    retry_job,
    retry_jobs,
)
from syncjobs.models import CachedRows, DocumentRow, SyncJob, TenantState, UnicontaSession
from tests import factories
from tests.factories import NOON


def test_a_job_that_needs_a_person_waits_again_with_a_clean_slate(nordlys: Tenant) -> None:
    factories.held_job(nordlys, attempts=60, crashes=2, mended_by="setup")
    assert retry_jobs(nordlys, now=NOON) == 1
    job = SyncJob.objects.get()
    assert (job.state, job.attempts, job.crashes, job.next_attempt_at) == ("WAITING", 0, 0, None)
    assert (job.cause, job.cure, job.mended_by, job.finished_at) == ("", "", "", None)
    assert queue.depth() == 1


def test_other_states_other_kinds_and_other_tenants_stay(nordlys: Tenant, fjord: Tenant) -> None:
    factories.job(nordlys, "1", state="DONE")
    factories.held_job(nordlys, "2", kind="customer_to_debtor")
    factories.held_job(fjord, "3")
    assert retry_jobs(nordlys, kind="sale_to_order", now=NOON) == 0
    assert SyncJob.objects.filter(state="NEEDS_PERSON").count() == 2
    assert queue.depth() == 0


def test_only_the_jobs_that_wait_for_the_change_run_again(nordlys: Tenant) -> None:
    factories.held_job(nordlys, "1", mended_by="setup")
    factories.held_job(nordlys, "2", mended_by="uniconta")
    assert retry_jobs(nordlys, mended_by="setup", now=NOON) == 1
    assert SyncJob.objects.get(state="WAITING").source_id == "1"


def test_a_job_whose_record_waits_already_is_superseded(nordlys: Tenant) -> None:
    old = factories.held_job(nordlys, "1")
    waiting = factories.job(nordlys, "1")
    assert retry_jobs(nordlys, now=NOON) == 0
    old.refresh_from_db()
    assert old.state == "SKIPPED"
    assert "Superseded" in old.reason
    assert SyncJob.objects.get(state="WAITING") == waiting


def test_of_several_rows_of_one_record_the_newest_runs(nordlys: Tenant) -> None:
    factories.held_job(nordlys, "1")
    newest = factories.held_job(nordlys, "1")
    assert retry_jobs(nordlys, now=NOON) == 1
    assert SyncJob.objects.get(state="WAITING") == newest
    assert SyncJob.objects.filter(state="SKIPPED").count() == 1


def test_a_job_that_runs_does_not_stand_in_the_way(nordlys: Tenant) -> None:
    factories.job(nordlys, "1", state="RUNNING")
    factories.held_job(nordlys, "1")
    assert retry_jobs(nordlys, now=NOON) == 1


def test_a_paused_tenant_is_not_woken(nordlys: Tenant) -> None:
    Tenant.objects.filter(pk=nordlys.pk).update(status="paused")
    nordlys.refresh_from_db()
    factories.held_job(nordlys)
    assert retry_jobs(nordlys, now=NOON) == 1
    assert queue.depth() == 0


def stopped(tenant: Tenant) -> TenantState:
    return TenantState.objects.create(
        tenant=tenant, invoice_stop="Invoice 1 is 0.01 off.", proven_rules="x", batch_attempts=4
    )


@pytest.mark.parametrize(
    ("arguments", "released"),
    [
        ({}, True),
        ({"kind": "sale_to_order"}, True),
        ({"kind": "customer_to_debtor"}, False),
        ({"mended_by": "setup"}, False),
    ],
)
def test_a_person_who_asks_releases_the_invoice_stop(
    nordlys: Tenant, arguments: dict[str, Any], released: bool
) -> None:
    state = stopped(nordlys)
    retry_jobs(nordlys, now=NOON, **arguments)
    state.refresh_from_db()
    assert (state.invoice_stop == "") is released
    # the first invoice after a stop is read back alone
    assert (state.proven_rules == "") is released


def test_releasing_the_stop_runs_only_what_it_stopped(nordlys: Tenant) -> None:
    stopped(nordlys)
    factories.held_job(nordlys, "1", mended_by="stop")
    factories.held_job(nordlys, "2", mended_by="setup")
    assert release_invoice_stop(nordlys, now=NOON) == 1
    assert SyncJob.objects.get(state="WAITING").source_id == "1"


@pytest.mark.parametrize(
    ("arguments", "released"),
    [
        ({}, True),
        ({"kind": "customer_to_debtor"}, True),
        ({"kind": "sale_to_order"}, False),
        ({"mended_by": "setup"}, False),
    ],
)
def test_a_person_who_asks_releases_the_delete_stop(
    nordlys: Tenant, arguments: dict[str, Any], released: bool
) -> None:
    state = TenantState.objects.create(tenant=nordlys, delete_stop="More than 20")
    retry_jobs(nordlys, now=NOON, **arguments)
    state.refresh_from_db()
    assert (state.delete_stop == "") is released


def test_what_the_delete_stop_holds_is_let_through_by_its_number(nordlys: Tenant) -> None:
    state = TenantState.objects.create(tenant=nordlys, delete_stop="More than 20")
    for number in range(3):
        factories.held_job(nordlys, str(number), kind="item_to_product", mended_by="deletes")
    factories.held_job(nordlys, "9", mended_by="stop")
    assert release_delete_stop(nordlys, now=NOON) == 3
    state.refresh_from_db()
    assert (state.delete_stop, state.deletes_let, state.deletes_let_at) == ("", 3, NOON)
    assert SyncJob.objects.filter(state="WAITING").count() == 3


def test_one_job_runs_again_and_only_once(nordlys: Tenant) -> None:
    job = factories.held_job(nordlys, "1")
    factories.held_job(nordlys, "2")
    assert retry_job(job, now=NOON)
    assert not retry_job(job, now=NOON)
    assert SyncJob.objects.filter(state="WAITING").count() == 1


def test_a_call_that_could_not_be_read_is_closed_by_the_person_who_looked(nordlys: Tenant) -> None:
    job = factories.held_job(nordlys, "delivery:1", kind="unknown")
    retry_jobs(nordlys, now=NOON)
    job.refresh_from_db()
    assert job.state == "NEEDS_PERSON"
    assert retry_job(job, now=NOON)
    job.refresh_from_db()
    assert job.state == "SKIPPED"
    assert job.reason


@pytest.mark.parametrize(
    ("document", "key", "kind"),
    [
        ("CLOSE", "c1st:3000:balance:1", "day_close_to_journal"),
        ("INVOICE", "c1st:3000:payment:1", "sale_to_order"),
        ("REVERSAL", "c1st:3000:balance:1:reversal", "day_close_to_journal"),
        ("REVERSAL", "c1st:3000:payment:1:reversal", "sale_to_order"),
        ("ITEM", "c1st:3000:product:1", "product_to_item"),
    ],
)
def test_the_job_of_a_document_runs_again_not_another_kinds_of_the_same_id(
    nordlys: Tenant, fjord: Tenant, document: str, key: str, kind: str
) -> None:
    for each in ("sale_to_order", "day_close_to_journal", "product_to_item"):
        factories.held_job(nordlys, "1", kind=each)
    factories.held_job(nordlys, "2", kind=kind)
    factories.held_job(fjord, "1", kind=kind)
    row = DocumentRow.objects.create(
        tenant=nordlys, kind=document, key=key, source_id="1", state="SENDING"
    )

    assert retry_document(row, now=NOON) == 1

    job = SyncJob.objects.get(state="WAITING")
    assert (job.tenant, job.kind, job.source_id) == (nordlys, kind, "1")


def test_changed_settings_forget_what_was_read_and_run_what_they_mend(
    nordlys: Tenant, fjord: Tenant
) -> None:
    for tenant in (nordlys, fjord):
        CachedRows.objects.create(tenant=tenant, name="accounts", rows=[1], read_at=NOON)
        UnicontaSession.objects.create(tenant=tenant, token="t", refusals=3)
        factories.held_job(tenant, mended_by="setup")
    tenant_changed.send(Tenant, tenant_id=nordlys.pk)
    assert CachedRows.objects.get().tenant == fjord
    session = UnicontaSession.objects.get(tenant=nordlys)
    assert (session.token, session.refusals) == ("", 0)
    assert SyncJob.objects.get(tenant=nordlys).state == "WAITING"
    assert SyncJob.objects.get(tenant=fjord).state == "NEEDS_PERSON"
    assert queue.depth() == 1


def test_a_tenant_that_goes_live_is_woken(nordlys: Tenant, klit: Tenant) -> None:
    tenant_changed.send(Tenant, tenant_id=klit.pk)
    assert queue.depth() == 0
    tenant_changed.send(Tenant, tenant_id=nordlys.pk)
    assert queue.depth() == 1


def test_a_tenant_that_is_gone_changes_nothing(db: None) -> None:
    tenant_changed.send(Tenant, tenant_id=4711)
    assert queue.depth() == 0
