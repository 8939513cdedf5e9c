"""Problems are noticed, told once an hour at most, and told when they are over; a flap is not told at all."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import responses
from django.core import mail

from settings_app.models import Operation, SafetyInterval, Tenant
from syncjobs import alerts, problems, queue, schedules
from syncjobs.models import (
    Breaker,
    CallCount,
    HookRegistration,
    Problem,
    SafetyRun,
    WorkerHeartbeat,
)
from tests import factories
from tests.factories import NOON

URL = "https://alerts.example.com/hook?team=1"


@pytest.fixture(autouse=True)
def well(settings: Any, db: None) -> None:
    """The operator is told by mail; a worker beats."""
    settings.ALERT_EMAILS = ["operator@example.com"]
    WorkerHeartbeat.objects.create(beat_at=NOON + timedelta(days=365))


def minutes_pass(begin: int, end: int) -> None:
    """Look and send, every minute."""
    for minute in range(begin, end):
        alerts.look(NOON + timedelta(minutes=minute))
        alerts.send(NOON + timedelta(minutes=minute))


def subjects() -> list[str]:
    return [str(message.subject) for message in mail.outbox]


def stop(tenant: Tenant) -> Breaker:
    return Breaker.objects.create(
        tenant=tenant, system="uniconta", denied=True, reason="Uniconta refused the log-in."
    )


def test_it_is_told_once_and_once_when_it_is_over(nordlys: Tenant) -> None:
    Operation.objects.create(tenant=nordlys, alert_emails="anna@example.com, bo@example.com")
    row = stop(nordlys)
    minutes_pass(0, 30)
    assert [sorted(message.to) for message in mail.outbox] == [
        ["operator@example.com"],
        ["anna@example.com", "bo@example.com"],
    ]
    assert mail.outbox[1].subject.startswith("[PROBLEM] nordlys: Uniconta is not called")
    assert "Check user and password" in mail.outbox[1].body
    row.delete()
    minutes_pass(30, 60)
    assert [subject.split()[0] for subject in subjects()] == [
        "[PROBLEM]",
        "[PROBLEM]",
        "[RECOVERED]",
        "[RECOVERED]",
    ]
    problem = Problem.objects.get()
    assert (problem.state, problem.told_state) == ("RECOVERED", "RECOVERED")


def test_a_flap_is_not_told_and_what_comes_back_within_the_hour_waits(nordlys: Tenant) -> None:
    row = stop(nordlys)
    minutes_pass(0, 1)
    row.delete()
    minutes_pass(1, 10)
    assert subjects() == []
    for begin in (10, 30, 50):  # up and down again and again
        row = stop(nordlys)
        minutes_pass(begin, begin + 10)
        row.delete()
        minutes_pass(begin + 10, begin + 20)
    assert [subject.split()[0] for subject in subjects()] == ["[PROBLEM]", "[RECOVERED]"]


def test_many_problems_are_one_mail(nordlys: Tenant) -> None:
    stop(nordlys)
    Breaker.objects.create(tenant=nordlys, system="customers1st", denied=True, reason="No.")
    minutes_pass(0, 5)
    assert len(mail.outbox) == 1
    assert mail.outbox[0].subject.endswith("(+1)")


def test_a_tenant_is_told_of_its_own_only(nordlys: Tenant, fjord: Tenant, settings: Any) -> None:
    settings.ALERT_EMAILS = []
    Operation.objects.create(tenant=nordlys, alert_emails="anna@example.com")
    Operation.objects.create(tenant=fjord, alert_emails="finn@example.com")
    stop(nordlys)
    minutes_pass(0, 5)
    assert [message.to for message in mail.outbox] == [["anna@example.com"]]


def test_a_mended_webhook_is_told_once_and_over_at_once(nordlys: Tenant) -> None:
    problems.tell_once(nordlys, "hook:x", cause="It was missing.", cure="Nothing.", now=NOON)
    minutes_pass(0, 90)
    assert len(mail.outbox) == 1
    assert Problem.objects.get().state == "RECOVERED"


def test_a_message_that_could_not_be_sent_is_sent_later(
    nordlys: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop(nordlys)

    def refuse(*args: Any, **values: Any) -> None:
        raise OSError("no mail server")

    with monkeypatch.context() as patch:
        patch.setattr("syncjobs.alerts.message.EmailMessage.send", refuse)
        minutes_pass(0, 4)
    assert mail.outbox == []
    minutes_pass(4, 15)
    assert len(mail.outbox) == 1


@responses.activate
def test_the_web_address_gets_the_same_as_json(nordlys: Tenant, settings: Any) -> None:
    settings.ALLOWED_ALERT_HOSTS = ["alerts.example.com"]
    Operation.objects.create(tenant=nordlys, alert_url=URL)
    responses.post(URL, status=204)
    stop(nordlys)
    minutes_pass(0, 5)
    assert len(responses.calls) == 1
    document = json.loads(responses.calls[0].request.body or "")
    assert document["problems"][0]["tenant"] == "nordlys"
    assert document["problems"][0]["state"] == "open"


@responses.activate
@pytest.mark.parametrize(
    "url",
    [
        "https://169.254.169.254/latest",
        "http://127.0.0.1:8700/x",
        "https://alerts.example.com@10.0.0.1/",
        "https://other.example.com/",
        "http://alerts.example.com/",
    ],
)
def test_no_message_leaves_for_an_address_that_is_not_allowed(
    nordlys: Tenant, settings: Any, url: str
) -> None:
    settings.DEBUG = False
    settings.ALLOWED_ALERT_HOSTS = ["alerts.example.com"]
    Operation.objects.create(tenant=nordlys, alert_url=url)  # whatever way it came into the row
    stop(nordlys)
    minutes_pass(0, 5)
    assert len(responses.calls) == 0


def silent_sweep(tenant: Tenant) -> None:
    SafetyInterval.objects.create(tenant=tenant, kind="sale_to_order", hours=3)
    good = NOON - timedelta(hours=5, minutes=1)
    SafetyRun.objects.create(tenant=tenant, kind="sale_to_order", last_good_run_at=good)


def failing_sweep(tenant: Tenant) -> None:
    silent_sweep(tenant)
    SafetyRun.objects.update(next_run_at=NOON + timedelta(hours=1), failures=2)


def test_a_safety_job_whose_switch_is_off_keeps_its_slots_and_is_no_problem(
    nordlys: Tenant,
) -> None:
    silent_sweep(nordlys)
    SafetyRun.objects.update(next_run_at=NOON + timedelta(hours=1))
    alerts.look(NOON)
    assert not Problem.objects.exists()


def old_job(tenant: Tenant) -> None:
    factories.job(tenant, created_at=NOON - timedelta(minutes=31))


def failing_hook(tenant: Tenant) -> None:
    HookRegistration.objects.create(
        tenant=tenant, system="uniconta", name="Debtor", state="failing", checked_at=NOON
    )


def spent_quota(tenant: Tenant) -> None:
    CallCount.objects.create(tenant=tenant, system="uniconta", date=NOON.date(), hour=3, count=4000)


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (silent_sweep, "sweep:sale_to_order"),
        (failing_sweep, "sweep:sale_to_order"),
        (old_job, "queue"),
        (failing_hook, "hook:uniconta:Debtor"),
        (stop, "calls:uniconta"),
        (spent_quota, "quota"),
    ],
)
def test_each_problem_is_noticed(
    nordlys: Tenant, make: Callable[[Tenant], object], key: str
) -> None:
    alerts.look(NOON)
    assert not Problem.objects.exists()
    make(nordlys)
    alerts.look(NOON)
    found = Problem.objects.get()
    assert (found.tenant, found.key) == (nordlys, key)
    assert found.cause
    assert found.cure


def test_silent_workers_are_a_problem_of_the_service() -> None:
    WorkerHeartbeat.objects.update(beat_at=NOON - timedelta(minutes=4))
    minutes_pass(0, 5)
    assert Problem.objects.get().tenant is None
    assert subjects() == ["[PROBLEM] service: No worker gives a sign of life."]


def test_noticing_costs_the_same_with_more_tenants(
    nordlys: Tenant, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        tenant = Tenant.objects.create(slug=f"shop-{number}", name="x", status="live")
        SafetyInterval.objects.create(tenant=tenant, kind="sale_to_order", hours=3)
    with django_assert_max_num_queries(12):
        alerts.look(NOON)


def test_the_tick_lets_a_worker_send(nordlys: Tenant) -> None:
    problems.tell_once(nordlys, "x", cause="x", cure="", now=NOON)
    schedules.run_tick(NOON)
    schedules.run_tick(NOON)
    later = NOON + timedelta(days=3650)
    assert queue.waiting("send_alerts", now=later) == {()}
