"""The operator's numbers: complete, without a tenant's name, and as cheap with many finished jobs."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError

from settings_app.models import Tenant
from syncjobs import metrics, quota, tally
from syncjobs.models import Breaker, JobState, Problem, SyncJob, Tally
from tests import factories
from tests.factories import NOON


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other tests have counted in memory does not count here."""
    monkeypatch.setattr(tally, "_kept", {})


def page() -> str:
    return metrics.render(NOON)[0].decode()


def test_everything_is_told(nordlys: Tenant) -> None:
    factories.job(nordlys, "1", created_at=NOON - timedelta(minutes=5))
    factories.held_job(nordlys, "2", created_at=NOON - timedelta(hours=1))
    tally.count(tally.JOBS, "sale_to_order", "DONE", by=7)
    tally.count(tally.CALLS, "uniconta", "answered", by=2, total=1500)
    tally.later(tally.ANSWERS, "customers1st", "200")
    tally.later(tally.ANSWERS, "customers1st", "200")
    Breaker.objects.create(tenant=nordlys, system="uniconta", denied=True)
    Problem.objects.create(
        tenant=nordlys, key="x", state="OPEN", cause="x", first_seen_at=NOON, last_seen_at=NOON
    )
    quota.count_call(nordlys, "uniconta", now=NOON, failed=False, elapsed_ms=1)
    text = page()
    for line in (
        'c1u_jobs{kind="sale_to_order",state="WAITING"} 1.0',
        'c1u_oldest_job_age_seconds{state="WAITING"} 300.0',
        'c1u_oldest_job_age_seconds{state="NEEDS_PERSON"} 3600.0',
        'c1u_jobs_finished_total{kind="sale_to_order",state="DONE"} 7.0',
        'c1u_remote_calls_total{outcome="answered",system="uniconta"} 2.0',
        'c1u_remote_call_seconds_total{outcome="answered",system="uniconta"} 1.5',
        'c1u_webhook_answers_total{status="200",system="customers1st"} 2.0',
        'c1u_tenants_not_called{system="uniconta"} 1.0',
        "c1u_problems 1.0",
        "c1u_quota_used_ratio 0.0002",
    ):
        assert line in text, line
    assert "nordlys" not in text


def test_no_query_counts_finished_jobs(nordlys: Tenant, django_assert_max_num_queries: Any) -> None:
    SyncJob.objects.bulk_create(
        SyncJob(
            tenant=nordlys, kind="sale_to_order", source_id=str(n), state="DONE", created_at=NOON
        )
        for n in range(300)
    )
    with django_assert_max_num_queries(16) as queries:
        page()
    for query in queries.captured_queries:
        if "COUNT(" in query["sql"] and "syncjobs_syncjob" in query["sql"]:
            assert JobState.WAITING.value in query["sql"]  # only the unfinished, by their index


def test_counters_are_kept_while_the_database_is_away(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: Any, **values: Any) -> None:
        raise OperationalError("away")

    with monkeypatch.context() as patch:
        patch.setattr(tally, "count", away)
        tally.later(tally.ANSWERS, "uniconta", "200")
        tally.write()
    tally.write()
    assert Tally.objects.get().count == 1
