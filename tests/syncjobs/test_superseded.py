"""A record that nothing is left to be done for needs nobody any more; one that merely may not be synced still does."""

from typing import Any

import pytest

from integration.flows.outcome import Done, Outcome, Skipped
from settings_app.models import Tenant
from syncjobs import runner
from tests import factories


@pytest.mark.parametrize(
    ("outcome", "left"),
    [
        (Done("in step"), "SKIPPED"),
        (Skipped("There is no such sale.", nothing_left=True), "SKIPPED"),
        (Skipped("The switch is off."), "NEEDS_PERSON"),
    ],
)
def test_what_a_later_job_leaves_of_an_older_one_that_needs_a_person(
    nordlys: Tenant, monkeypatch: pytest.MonkeyPatch, outcome: Outcome, left: str
) -> None:
    def flow(context: Any, source_id: str) -> Outcome:
        return outcome

    monkeypatch.setattr(runner, "FLOWS", {"sale_to_order": flow})
    older, of_another = factories.held_job(nordlys, "1"), factories.held_job(nordlys, "2")
    job = factories.job(nordlys, "1")

    runner.work_tenant(nordlys.pk)

    older.refresh_from_db()
    of_another.refresh_from_db()
    assert (older.state, of_another.state) == (left, "NEEDS_PERSON")
    assert (older.reason == f"superseded by job {job.pk}") is (left == "SKIPPED")


def test_a_kind_that_this_version_does_not_sync_leaves_its_older_job_to_a_person(
    nordlys: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "FLOWS", {})
    older = factories.held_job(nordlys, "1")
    factories.job(nordlys, "1")

    runner.work_tenant(nordlys.pk)

    older.refresh_from_db()
    assert older.state == "NEEDS_PERSON"
