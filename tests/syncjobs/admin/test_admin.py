"""Three people look at the admin: the operator, Nordlys' staff, and Fjord's staff."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from settings_app.models import Tenant
from syncjobs import inbox, issues
from syncjobs.lease import tenant_lease
from syncjobs.models import (
    Breaker,
    CachedRows,
    CallCount,
    Delivery,
    DocumentRow,
    HookRegistration,
    Issue,
    LinkRow,
    Problem,
    SafetyRun,
    Step,
    SweepRun,
    SyncJob,
    TenantState,
    UnicontaSession,
)
from tests import factories
from tests.factories import NOON

PAGES = [
    Breaker,
    CallCount,
    Delivery,
    DocumentRow,
    HookRegistration,
    Issue,
    LinkRow,
    Problem,
    SafetyRun,
    Step,
    SweepRun,
    SyncJob,
    TenantState,
]


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def operator(db: None) -> Client:
    """A superuser."""
    return browser_of(User.objects.create_superuser("operator"))


@pytest.fixture
def nordlys_staff(nordlys: Tenant) -> Client:
    """Staff of Nordlys with all permissions of this app."""
    return browser_of(factories.staff_of(nordlys))


@pytest.fixture
def fjord_staff(fjord: Tenant) -> Client:
    """Staff of Fjord with all permissions of this app."""
    return browser_of(factories.staff_of(fjord))


def everything(tenant: Tenant) -> dict[type[Any], Any]:
    """Make one row of every page."""
    body = b'{"content":{"id":70001},"event":"pospayment.created","note":"<script>x</script>"}'
    received = inbox.Received(method="POST", query="", headers={"A": "b"}, body=body, at=NOON)
    delivery = inbox.accept_customers1st(tenant, received)
    Step.objects.create(
        tenant=tenant, job=delivery.job, at=NOON, text="<b>bold</b>", evidence={"a": "<i>"}
    )
    return {
        Delivery: delivery,
        SyncJob: delivery.job,
        Step: Step.objects.get(tenant=tenant),
        DocumentRow: factories.document(tenant),
        LinkRow: LinkRow.objects.create(
            tenant=tenant, entity="product", customers1st_id="1", uniconta_key="NL-1"
        ),
        SafetyRun: SafetyRun.objects.create(tenant=tenant, kind="sale_to_order"),
        SweepRun: SweepRun.objects.create(
            tenant=tenant,
            kind="sale_to_order",
            started_at=NOON,
            seen=4,
            missed=1,
            reasons={"not_sent": 1},
        ),
        HookRegistration: HookRegistration.objects.create(
            tenant=tenant, system="uniconta", name="Debtor", state="ok", checked_at=NOON
        ),
        CallCount: CallCount.objects.create(tenant=tenant, system="uniconta", date=NOON.date()),
        Problem: Problem.objects.create(
            tenant=tenant,
            key="queue",
            state="OPEN",
            cause="x",
            first_seen_at=NOON,
            last_seen_at=NOON,
        ),
        Issue: issue_of(delivery.job),
        Breaker: Breaker.objects.create(tenant=tenant, system="uniconta", denied=True),
        TenantState: TenantState.objects.create(tenant=tenant, invoice_stop="0.01 off"),
    }


def issue_of(job: SyncJob | None) -> Issue:
    """Let a job need a person and return its issue."""
    assert job is not None
    job.state, job.cause = "NEEDS_PERSON", job.cause or "Payment type “Swish” is not mapped."
    job.issue = issues.issue_of(job, now=NOON)
    job.save()
    return job.issue


def held_issue(tenant: Tenant, source_id: str, **values: Any) -> Issue:
    """Make a job that needs a person and return its issue."""
    return issue_of(factories.held_job(tenant, source_id, **values))


def address(model: type[Any], page: str = "changelist", *arguments: Any) -> str:
    return reverse(f"admin:syncjobs_{model._meta.model_name}_{page}", args=arguments)


@pytest.mark.parametrize("model", PAGES)
def test_each_page_shows_own_rows_only(
    model: type[Any],
    nordlys: Tenant,
    operator: Client,
    nordlys_staff: Client,
    fjord_staff: Client,
) -> None:
    row = everything(nordlys)[model]
    seen = {
        name: list(client.get(address(model)).context["cl"].queryset)
        for name, client in (
            ("operator", operator),
            ("own", nordlys_staff),
            ("other", fjord_staff),
        )
    }
    assert seen == {"operator": [row], "own": [row], "other": []}
    change = address(model, "change", row.pk)
    assert operator.get(change).status_code == 200
    assert nordlys_staff.get(change).status_code == 200
    assert fjord_staff.get(change).status_code == 302


@pytest.mark.parametrize("model", PAGES)
def test_nobody_adds_changes_or_deletes(
    model: type[Any], nordlys: Tenant, operator: Client, nordlys_staff: Client
) -> None:
    row = everything(nordlys)[model]
    for client in (operator, nordlys_staff):
        if model is not LinkRow:  # linking by hand has its own tests
            assert client.get(address(model, "add")).status_code == 403
        assert client.post(address(model, "change", row.pk), {"state": "DONE"}).status_code == 403
        assert client.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", PAGES)
def test_a_list_costs_the_same_with_more_rows(
    model: type[Any],
    nordlys: Tenant,
    nordlys_staff: Client,
    django_assert_max_num_queries: Any,
) -> None:
    everything(nordlys)
    for number in range(20):
        job = factories.job(nordlys, f"9{number}")
        Step.objects.create(tenant=nordlys, job=job, at=NOON, text="x")
        factories.document(nordlys, f"9{number}")
    with django_assert_max_num_queries(9):
        assert nordlys_staff.get(address(model)).status_code == 200


def test_filters_and_search_find_the_record(
    nordlys: Tenant, nordlys_staff: Client, fjord: Tenant
) -> None:
    factories.job(fjord, "1")
    factories.job(nordlys, "11", state="DONE", created_at=timezone.now() - timedelta(days=60))
    factories.job(nordlys, "2", created_at=timezone.now() - timedelta(days=3))
    wanted = factories.held_job(nordlys, "1", created_at=timezone.now())
    for query in ("q=1", "state__exact=NEEDS_PERSON", "age=1"):
        found = nordlys_staff.get(f"{address(SyncJob)}?{query}").context["cl"].queryset
        assert list(found) == [wanted], query
    other = nordlys_staff.get(f"{address(SyncJob)}?tenant={fjord.pk}").context["cl"].queryset
    assert not other.exists()
    month = nordlys_staff.get(f"{address(SyncJob)}?age=30").context["cl"].queryset
    assert month.count() == 2


def test_payments_that_left_something_open_are_listed(
    nordlys: Tenant, fjord: Tenant, nordlys_staff: Client
) -> None:
    DocumentRow.objects.create(tenant=nordlys, kind="SETTLEMENT", key="a", facts={})
    for tenant in (nordlys, fjord):
        DocumentRow.objects.create(
            tenant=tenant, kind="SETTLEMENT", key="b", facts={"left_open": "12.00"}
        )

    answer = nordlys_staff.get(address(DocumentRow), {"left_open": "1"})

    assert [row.key for row in answer.context["cl"].queryset] == ["b"]


def test_the_job_page_tells_steps_and_documents_and_escapes_them(
    nordlys: Tenant, nordlys_staff: Client, fjord: Tenant
) -> None:
    job = everything(nordlys)[SyncJob]
    factories.document(fjord, key="c1st:fjords-own")
    text = nordlys_staff.get(address(SyncJob, "change", job.pk)).content.decode()
    assert "&lt;b&gt;bold&lt;/b&gt;" in text
    assert "c1st:3000:payment:70001" in text
    assert "fjords-own" not in text
    assert "<b>bold" not in text


def test_the_delivery_page_shows_the_body_as_text(nordlys: Tenant, nordlys_staff: Client) -> None:
    delivery = everything(nordlys)[Delivery]
    text = nordlys_staff.get(address(Delivery, "change", delivery.pk)).content.decode()
    assert "&lt;script&gt;x&lt;/script&gt;" in text
    assert "<script>x" not in text


def press(client: Client, model: type[Any], action: str, *rows: Any) -> Any:
    return client.post(
        address(model), {"action": action, "_selected_action": [row.pk for row in rows]}
    )


def test_run_again_makes_own_jobs_due_and_is_written_down(
    nordlys: Tenant, fjord: Tenant, nordlys_staff: Client
) -> None:
    own, other = factories.held_job(nordlys), factories.held_job(fjord)
    press(nordlys_staff, SyncJob, "run_again", own, other)
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.state, other.state) == ("WAITING", "NEEDS_PERSON")
    assert LogEntry.objects.get().user.username == "nordlys-staff"


def test_a_button_needs_the_permission_to_change(nordlys: Tenant) -> None:
    looker = browser_of(factories.staff_of(nordlys, name="looker", may_act=False))
    job = factories.held_job(nordlys)
    document = factories.document(nordlys, state="SENDING")
    state = TenantState.objects.create(tenant=nordlys, invoice_stop="0.01 off")
    assert looker.get(address(SyncJob)).status_code == 200
    press(looker, SyncJob, "run_again", job)
    press(looker, DocumentRow, "send_again", document)
    assert release(looker, state).status_code == 403
    for row in (job, document, state):
        row.refresh_from_db()
    assert (job.state, document.state, state.invoice_stop) == (
        "NEEDS_PERSON",
        "SENDING",
        "0.01 off",
    )


def test_a_document_is_sent_again_only_when_its_outcome_is_unknown_and_it_is_ones_own(
    nordlys: Tenant, fjord: Tenant, nordlys_staff: Client
) -> None:
    job = factories.held_job(nordlys, "1", mended_by="unknown")
    own = factories.document(nordlys, "1", state="SENDING", first_look_at=NOON)
    sent = factories.document(nordlys, "2", state="SENT")
    other = factories.document(fjord, "1", state="SENDING")
    press(nordlys_staff, DocumentRow, "send_again", own, sent, other)
    for row in (job, own, sent, other):
        row.refresh_from_db()
    assert (own.state, own.first_look_at) == ("PLANNED", None)
    assert (sent.state, other.state, job.state) == ("SENT", "SENDING", "WAITING")
    assert "nordlys-staff" in Step.objects.get().text


def test_a_document_is_not_sent_again_while_a_worker_may_be_sending_it(
    nordlys: Tenant, nordlys_staff: Client
) -> None:
    document = factories.document(nordlys, "1", state="SENDING")
    with tenant_lease(nordlys.pk):
        press(nordlys_staff, DocumentRow, "send_again", document)
    document.refresh_from_db()
    assert document.state == "SENDING"
    assert not Step.objects.exists()


def test_a_record_of_the_setup_is_sent_again_from_the_guide(
    nordlys: Tenant, nordlys_staff: Client
) -> None:
    key = "setup:GLDailyJournalClient:C1ST"
    document = factories.document(nordlys, key, kind="SETUP", key=key, state="SENDING")
    press(nordlys_staff, DocumentRow, "send_again", document)
    document.refresh_from_db()
    assert document.state == "PLANNED"


def release(client: Client, state: TenantState, stop: str = "invoices") -> Any:
    """Release a stop, with a reason."""
    page = reverse("admin:syncjobs_tenantstate_release", args=[state.pk, stop])
    return client.post(page, {"reason": "VAT group mended"})


def test_the_invoice_stop_is_released_by_its_own_people_only_and_with_a_reason(
    nordlys: Tenant, nordlys_staff: Client, fjord_staff: Client
) -> None:
    state = TenantState.objects.create(tenant=nordlys, invoice_stop="0.01 off")
    job = factories.held_job(nordlys, mended_by="stop")
    page = reverse("admin:syncjobs_tenantstate_release", args=[state.pk, "invoices"])
    assert release(fjord_staff, state).status_code == 404
    nordlys_staff.post(page, {"reason": " "})
    state.refresh_from_db()
    assert state.invoice_stop == "0.01 off"
    assert "0.01 off" in nordlys_staff.get(page).content.decode()
    release(nordlys_staff, state)
    state.refresh_from_db()
    job.refresh_from_db()
    assert (state.invoice_stop, job.state) == ("", "WAITING")
    told = Step.objects.get().text
    assert "0.01 off" in told
    assert "VAT group mended" in told
    assert release(nordlys_staff, state).status_code == 403  # nothing is stopped any more


def test_the_delete_stop_is_released_by_those_who_may_and_written_down(
    nordlys: Tenant, admin_client: Client, nordlys_staff: Client, fjord_staff: Client
) -> None:
    looker = browser_of(factories.staff_of(nordlys, name="looker", may_act=False))
    state = TenantState.objects.create(tenant=nordlys, delete_stop="More than 20 records")
    job = factories.held_job(nordlys, mended_by="deletes")
    for stranger in (fjord_staff, looker):
        release(stranger, state, "deletes")
        state.refresh_from_db()
        assert state.delete_stop
    for person, name in ((nordlys_staff, "nordlys-staff"), (admin_client, "admin")):
        assert "More than 20 records" in person.get(address(TenantState)).content.decode()
        release(person, state, "deletes")
        state.refresh_from_db()
        job.refresh_from_db()
        assert (state.delete_stop, job.state) == ("", "WAITING")
        told = Step.objects.latest("pk").text
        assert (name in told, "More than 20 records" in told) == (True, True)
        assert LogEntry.objects.latest("pk").user.username == name
        TenantState.objects.update(delete_stop="More than 20 records")


def test_a_stop_has_its_button_wherever_it_is_told_and_who_may_not_is_told_who_can(
    nordlys: Tenant, nordlys_staff: Client
) -> None:
    looker = browser_of(factories.staff_of(nordlys, name="looker", may_act=False))
    for stop, mended_by in (("invoices", "stop"), ("deletes", "deletes")):
        job = factories.held_job(nordlys, stop, mended_by=mended_by, cause=stop)
        issue = held_issue(nordlys, f"{stop}1", cause=f"{stop} off", mended_by=mended_by)
        state, _made = TenantState.objects.update_or_create(
            tenant=nordlys, defaults={"invoice_stop": "0.01 off", "delete_stop": "More than 20"}
        )
        button = reverse("admin:syncjobs_tenantstate_release", args=[state.pk, stop])
        told_at = [
            address(SyncJob, "change", job.pk),
            address(Issue, "change", issue.pk),
            address(Issue),
            "/admin/overview/nordlys/",
        ]
        for page in told_at:
            assert f'href="{button}"' in nordlys_staff.get(page).content.decode(), page
            text = looker.get(page).content.decode()
            assert button not in text, page
            assert "a person with the role operator, consultant or bookkeeper can" in text, page
        assert button in nordlys_staff.get(address(TenantState)).content.decode()
        assert (
            button in nordlys_staff.get(address(TenantState, "change", state.pk)).content.decode()
        )
        refused = looker.get(button).content.decode()
        assert "a person with the role" in refused
        assert "<textarea" not in refused


def test_who_may_not_change_a_setting_is_told_who_can_instead_of_being_led_to_it(
    nordlys: Tenant, nordlys_staff: Client, operator: Client
) -> None:
    issue = held_issue(nordlys, "1", mended_by="setup")  # cured by the payment types
    for page in (
        address(Issue, "change", issue.pk),
        address(Issue),
        "/admin/overview/nordlys/",
    ):
        text = nordlys_staff.get(page).content.decode()
        assert "/shop/nordlys/payment_types/#at-" not in text, page
        assert "a person with the role consultant or bookkeeper can" in text, page
        assert "/shop/nordlys/payment_types/#at-" in operator.get(page).content.decode()


def test_a_held_receipt_is_called_booked_by_hand_by_those_who_may(
    nordlys: Tenant, nordlys_staff: Client, fjord_staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("syncjobs.reversals.store_id", lambda context: 3000)
    auditor = browser_of(factories.staff_of(nordlys, name="looker", may_act=False))
    job = factories.held_job(nordlys, "70001", kind="sale_to_order")
    button = reverse("admin:syncjobs_syncjob_by_hand", args=[job.pk])
    story = address(SyncJob, "change", job.pk)
    assert button in nordlys_staff.get(story).content.decode()
    text = auditor.get(story).content.decode()
    assert button not in text
    assert "a person with the role bookkeeper can" in text
    for stranger in (auditor, fjord_staff):
        assert stranger.post(button, {"reason": "x"}).status_code == 403
    nordlys_staff.post(button, {"reason": ""})
    assert not DocumentRow.objects.exists()

    nordlys_staff.post(button, {"reason": "Invoice 9001"})

    word, job = DocumentRow.objects.get(), SyncJob.objects.get(pk=job.pk)
    assert (word.kind, word.key) == ("BY_HAND", "c1st:3000:payment:70001")
    assert (word.facts["person"], word.facts["reason"]) == ("nordlys-staff", "Invoice 9001")
    assert job.state == "WAITING"
    assert "nordlys-staff has dealt with it by hand: Invoice 9001" in Step.objects.get().text
    assert "Invoice 9001" in LogEntry.objects.get().change_message
    assert button not in nordlys_staff.get(story).content.decode()
    assert "nordlys-staff: Invoice 9001" in nordlys_staff.get(story).content.decode()


def test_calls_are_let_through_again_by_its_own_people_only(
    nordlys: Tenant, nordlys_staff: Client, fjord_staff: Client
) -> None:
    row = Breaker.objects.create(tenant=nordlys, system="uniconta", denied=True, reason="no")
    job = factories.held_job(nordlys, mended_by="setup")
    press(fjord_staff, Breaker, "call_again", row)
    row.refresh_from_db()
    assert row.denied
    press(nordlys_staff, Breaker, "call_again", row)
    row.refresh_from_db()
    job.refresh_from_db()
    assert (row.denied, row.reason, job.state) == (False, "", "WAITING")
    assert "nordlys-staff" in Step.objects.get().text


def test_issues_are_counted_and_lead_to_the_place_of_their_cure(
    nordlys: Tenant, operator: Client
) -> None:
    TenantState.objects.create(tenant=nordlys, invoice_stop="0.01 off")
    for number in range(3):
        held_issue(nordlys, str(number), mended_by="setup")
    held_issue(nordlys, "8", cause="0.01 off", mended_by="stop")
    closed = held_issue(nordlys, "9", cause="Debtor X is blocked.", mended_by="uniconta")
    closed.jobs.update(state="DONE")
    page = operator.get(address(Issue))
    assert sorted(row.held for row in page.context["cl"].queryset) == [1, 3]
    text = page.content.decode()
    assert "/shop/nordlys/payment_types/#at-payment_types." in text
    assert f"/syncjobs/tenantstate/{nordlys.pk}/release/invoices/" in text
    everything_said = operator.get(f"{address(Issue)}?open=all").context["cl"].queryset
    assert everything_said.count() == 3
    issue = Issue.objects.get(mended_by="setup")
    text = operator.get(address(Issue, "change", issue.pk)).content.decode()
    assert text.count("/syncjobs/syncjob/") >= 3


def test_all_records_of_an_issue_run_again_by_its_own_people_only(
    nordlys: Tenant, nordlys_staff: Client, fjord_staff: Client
) -> None:
    for number in range(3):
        issue = held_issue(nordlys, str(number))
    other = factories.held_job(nordlys, "9", cause="Another cause.")
    press(fjord_staff, Issue, "run_again", issue)
    assert not SyncJob.objects.filter(state="WAITING").exists()
    press(nordlys_staff, Issue, "run_again", issue)
    assert SyncJob.objects.filter(state="WAITING").count() == 3
    other.refresh_from_db()
    assert other.state == "NEEDS_PERSON"
    assert LogEntry.objects.filter(user__username="nordlys-staff").exists()


def test_secrets_caches_and_the_queue_have_no_page(operator: Client) -> None:
    registered = {model._meta.label for model in admin.site._registry}
    assert UnicontaSession._meta.label not in registered
    assert CachedRows._meta.label not in registered
    assert not {label for label in registered if label.startswith("django_q.")}


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("DONE", False),
        ("SKIPPED", False),
        ("WAITING", False),
        ("RUNNING", False),
        ("NEEDS_PERSON", True),
    ],
)
def test_only_a_job_that_needs_a_person_says_what_mends_it(
    nordlys: Tenant, nordlys_staff: Client, state: str, shown: bool
) -> None:
    row = factories.job(nordlys, state=state)

    page = nordlys_staff.get(address(SyncJob, "change", row.pk)).content.decode()

    assert ("a look by a person" in page) is shown
