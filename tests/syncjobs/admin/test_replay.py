"""A stored call can be run again, one or many, after a page that says how many; with today's configuration."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from settings_app.models import Tenant
from syncjobs import inbox
from syncjobs.models import Delivery, SyncJob
from tests import factories
from tests.factories import NOON

LIST = reverse("admin:syncjobs_delivery_changelist")


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def deliver(tenant: Tenant, number: int, event: str = "pospayment.created") -> Delivery:
    body = json.dumps({"event": event, "content": {"id": number}}).encode()
    received = inbox.Received(method="POST", query="", headers={}, body=body, at=NOON)
    return inbox.accept_customers1st(tenant, received)


def press(client: Client, *rows: Delivery, **values: Any) -> Any:
    data = {"action": "run_again", "_selected_action": [row.pk for row in rows], **values}
    return client.post(LIST, data)


@pytest.fixture
def staff(nordlys: Tenant) -> Client:
    """Staff of Nordlys."""
    return browser_of(factories.staff_of(nordlys))


def test_the_number_is_shown_first_and_nothing_runs_yet(nordlys: Tenant, staff: Client) -> None:
    rows = [deliver(nordlys, 1), deliver(nordlys, 1), deliver(nordlys, 2)]
    SyncJob.objects.update(state="DONE")
    page = press(staff, *rows)
    assert (page.context["count"], page.context["records"]) == (3, 2)
    assert "3 calls are read again" in page.content.decode()
    assert not SyncJob.objects.filter(state="WAITING").exists()
    press(staff, *rows, confirmed="yes")
    assert SyncJob.objects.filter(state="WAITING").count() == 2
    rows[0].refresh_from_db()
    assert rows[0].job is not None
    assert rows[0].job.state == "WAITING"


def test_all_that_a_filter_shows_run_again(nordlys: Tenant, staff: Client) -> None:
    rows = [deliver(nordlys, number) for number in range(5)]
    SyncJob.objects.update(state="DONE")
    press(staff, rows[0], select_across="1", confirmed="yes")
    assert SyncJob.objects.filter(state="WAITING").count() == 5


def test_todays_switches_count(nordlys: Tenant, staff: Client) -> None:
    switch = nordlys.webhook_switches.get(system="customers1st", entity="sale", event="created")
    switch.on = False
    switch.save()
    row = deliver(nordlys, 1)
    assert row.skipped_reason
    switch.on = True
    switch.save()
    press(staff, row, confirmed="yes")
    row.refresh_from_db()
    assert row.skipped_reason == ""
    assert SyncJob.objects.filter(state="WAITING", source_id="1").exists()
    switch.on = False
    switch.save()
    press(staff, row, confirmed="yes")
    row.refresh_from_db()
    assert "is off" in row.skipped_reason


def test_a_call_from_uniconta_runs_again_too(nordlys: Tenant, staff: Client) -> None:
    query = "CompanyId=70123&Table=Debtor&RowId=5&Key=1001&Action=Update"
    received = inbox.Received(method="GET", query=query, headers={}, body=b"", at=NOON)
    row = inbox.accept_uniconta(nordlys.uniconta, received)
    SyncJob.objects.update(state="DONE")
    press(staff, row, confirmed="yes")
    assert SyncJob.objects.filter(state="WAITING", kind="debtor_to_customer").exists()


def test_what_cannot_be_read_or_is_not_used_makes_no_job(nordlys: Tenant, staff: Client) -> None:
    received = inbox.Received(method="POST", query="", headers={}, body=b"{", at=NOON)
    rows = [inbox.accept_customers1st(nordlys, received), deliver(nordlys, 1, "giftcard.created")]
    before = SyncJob.objects.count()
    press(staff, *rows, confirmed="yes")
    assert SyncJob.objects.count() == before
    assert all(Delivery.objects.values_list("skipped_reason", flat=True))


def test_only_its_own_people_with_the_permission_run_it(
    nordlys: Tenant, fjord: Tenant, staff: Client
) -> None:
    row = deliver(nordlys, 1)
    SyncJob.objects.update(state="DONE")
    looker = browser_of(factories.staff_of(nordlys, name="looker", may_act=False))
    other = browser_of(factories.staff_of(fjord))
    for client in (looker, other):
        press(client, row, confirmed="yes")
    assert not SyncJob.objects.filter(state="WAITING").exists()
    operator = browser_of(User.objects.create_superuser("operator"))
    press(operator, row, confirmed="yes")
    assert SyncJob.objects.filter(state="WAITING").exists()
