"""A sweep says what webhooks had missed, as number and share, and why."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import responses

from settings_app.models import Tenant
from syncjobs import inbox
from syncjobs.models import SafetyRun, SweepRun, SyncJob
from syncjobs.safety.search import Search
from syncjobs.safety.sweep import sweep
from tests.syncjobs.safety.conftest import KIND

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LOG = "https://api.c1st.com/api/hooks/log"


def entry(number: int, source_id: int, status: str, http: Any = None) -> dict[str, Any]:
    payload = {"event": "pospayment.created", "content": {"id": source_id}}
    return {
        "id": number,
        "resthookid": 1,
        "event": "pospayment.created",
        "url": "https://sync.example.com/hooks/",
        "payload": json.dumps(payload),
        "status": status,
        "attempts": 3,
        "last_http_status": http,
    }


@pytest.fixture
def found(swept: Tenant, looks: list[Callable[[Search], None]]) -> list[str]:
    """The ids that the sweep finds out of step; an earlier run went well."""
    SafetyRun.objects.create(
        tenant=swept,
        kind=KIND,
        seen_until=NOON - timedelta(hours=3),
        last_good_run_at=NOON - timedelta(hours=3),
    )
    ids: list[str] = []

    def look(search: Search) -> None:
        search.result.unchanged += 5
        for source_id in ids:
            search.queue(source_id)

    looks.append(look)
    return ids


def deliver(tenant: Tenant, source_id: str) -> None:
    body = json.dumps({"event": "pospayment.created", "content": {"id": int(source_id)}})
    received = inbox.Received(method="POST", query="", headers={}, body=body.encode(), at=NOON)
    inbox.accept_customers1st(tenant, received)


@responses.activate
def test_the_vendors_log_tells_why(swept: Tenant, found: list[str]) -> None:
    rows = [
        entry(9, 2, "failed", 503),
        entry(8, 3, "failed", None),
        entry(7, 4, "pending", 503),
        entry(6, 5, "successful", 200),
        entry(5, 4, "failed", 503),  # older
    ]
    responses.get(LOG, json={"content": rows, "hasMore": False})
    found += ["1", "2", "3", "4", "5"]
    result = sweep(swept, KIND, now=NOON)
    assert (result.queued, result.missed) == (5, 5)
    assert result.reasons == {
        "not_sent": 1,
        "refused": 1,
        "unreachable": 1,
        "late": 1,
        "unknown": 1,
    }
    row = SweepRun.objects.get()
    assert (row.seen, row.missed, row.share, row.reasons) == (10, 5, 0.5, result.reasons)


def test_what_a_webhook_told_of_is_not_missed(swept: Tenant, found: list[str]) -> None:
    deliver(swept, "1")  # still waits
    deliver(swept, "2")
    SyncJob.objects.filter(source_id="2").update(state="DONE")
    found += ["1", "2"]
    result = sweep(swept, KIND, now=NOON)
    assert (result.queued, result.missed, result.reasons) == (2, 0, {})


def test_what_came_while_its_switch_was_off_is_told(swept: Tenant, found: list[str]) -> None:
    switch = swept.webhook_switches.get(system="customers1st", entity="sale", event="created")
    switch.on = False
    switch.save()
    deliver(swept, "1")
    switch.on = True
    switch.save()
    found.append("1")
    assert sweep(swept, KIND, now=NOON).reasons == {"switched_off": 1}


@responses.activate
@pytest.mark.parametrize("answer", [{"json": {"content": []}}, {"status": 404, "json": {}}])
def test_without_a_log_the_reason_is_unknown(
    swept: Tenant, found: list[str], answer: dict[str, Any]
) -> None:
    responses.get(LOG, **answer)
    found.append("1")
    assert sweep(swept, KIND, now=NOON).reasons == {"unknown": 1}


def test_a_first_or_full_run_proves_nothing_and_asks_nobody(
    swept: Tenant, found: list[str]
) -> None:
    found.append("1")
    assert sweep(swept, KIND, now=NOON, full=True).missed == 0


def test_nothing_missed_costs_no_call(swept: Tenant, found: list[str]) -> None:
    assert sweep(swept, KIND, now=NOON).missed == 0
    assert SweepRun.objects.get().share == 0.0
