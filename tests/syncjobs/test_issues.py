"""Records that the same cause holds up are one issue, and close with it."""

from datetime import timedelta

import pytest

from integration.errors import Hold
from integration.flows.outcome import Done
from settings_app.models import Tenant
from settings_app.signals import tenant_changed
from syncjobs import again, issues, runner
from syncjobs.issues import common_text
from syncjobs.models import Issue, SyncJob
from syncjobs.selectors import status
from tests import factories
from tests.factories import NOON


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Receipt 1007 has no lines.", "Receipt 98 has no lines."),
        (
            "The lines of receipt 7 add up to 12.50, its sum is 12.00.",
            "The lines of receipt 1208 add up to 1.299,95, its sum is -0.05.",
        ),
        (
            "The payment c1st:3000:payment:1 is posted in part only (found: 12.00).",
            "The payment c1st:3000:payment:2 is posted in part only (found: 7.50).",
        ),
        (
            "The invoice of order 1001 cannot be read back from Uniconta.",
            "The invoice of order 1002 cannot be read back from Uniconta.",
        ),
    ],
)
def test_a_records_own_numbers_do_not_part_it_from_the_others(first: str, second: str) -> None:
    assert common_text(first, "1") == common_text(second, "2")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("GL account 5830 is blocked.", "GL account 5831 is blocked."),
        ("Payment type “Swish” has no account.", "Payment type “Klarna” has no account."),
        ("Item RABAT25 is blocked.", "Item RABAT0 is blocked."),
        ("Debtor 1001 is blocked.", "Debtor 1002 is blocked."),
    ],
)
def test_what_has_to_be_mended_parts_them(first: str, second: str) -> None:
    assert common_text(first, "70001") != common_text(second, "70002")


def test_the_id_of_the_record_is_left_out_only_as_a_word() -> None:
    assert common_text("Record 12 in group 1200", "12") == "Record … in group 1200"


def held(tenant: Tenant, number: int, cause: str, code: str = "") -> SyncJob:
    def flow(context: object, source_id: str) -> Done:
        raise Hold(cause, "Mend it.", code=code)

    job = factories.job(tenant, str(number))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "FLOWS", {"sale_to_order": flow})
        runner.work_tenant(tenant.pk)
    job.refresh_from_db()
    return job


def test_the_same_cause_is_one_issue_with_its_number(nordlys: Tenant, fjord: Tenant) -> None:
    for number in range(3):
        held(nordlys, number, f"Receipt {number} has no lines.")
    held(nordlys, 9, "GL account 5830 is blocked.")
    held(fjord, 1, "Receipt 1 has no lines.")
    told = status(nordlys, NOON)["issues"]
    assert [(row["count"], row["cause"]) for row in told] == [
        (3, "Receipt 2 has no lines."),
        (1, "GL account 5830 is blocked."),
    ]
    assert Issue.objects.count() == 3


def test_a_code_groups_whatever_the_words(nordlys: Tenant) -> None:
    one = held(nordlys, 1, "“Lamp” is odd.", code="odd")
    two = held(nordlys, 2, "“Bell” is odd.", code="odd")
    assert one.issue == two.issue


def test_a_record_that_succeeds_closes_its_own_and_the_last_closes_the_issue(
    nordlys: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = held(nordlys, 1, "Receipt 1 has no lines.")
    two = held(nordlys, 2, "Receipt 2 has no lines.")
    assert one.issue == two.issue
    monkeypatch.setattr(runner, "FLOWS", {"sale_to_order": lambda context, pk: Done("in step")})
    again.retry_job(one, now=NOON)
    runner.work_tenant(nordlys.pk)
    assert [row["count"] for row in status(nordlys, NOON)["issues"]] == [1]
    issue = one.issue
    assert issue is not None
    assert again.retry_issue(issue, now=NOON) == 1
    runner.work_tenant(nordlys.pk)
    assert status(nordlys, NOON)["issues"] == []


def test_an_issue_that_is_back_counts_from_its_return(nordlys: Tenant) -> None:
    job = factories.held_job(nordlys, "1")
    issue = issues.issue_of(job, now=NOON)
    SyncJob.objects.filter(pk=job.pk).update(issue=issue)
    later = NOON + timedelta(days=3)
    assert issues.issue_of(job, now=later).first_seen_at == NOON
    SyncJob.objects.update(state="DONE")
    assert issues.issue_of(job, now=later).first_seen_at == later


def test_a_job_without_an_issue_is_adopted(nordlys: Tenant) -> None:
    factories.held_job(nordlys, "1")
    factories.held_job(nordlys, "2")
    assert issues.adopt(NOON) == 2
    assert issues.adopt(NOON) == 0
    assert Issue.objects.get().jobs.count() == 2


@pytest.mark.parametrize("mended_by", ["setup", "uniconta"])
def test_a_changed_setting_runs_what_it_may_have_mended(nordlys: Tenant, mended_by: str) -> None:
    job = factories.held_job(nordlys, mended_by=mended_by)
    other = factories.held_job(nordlys, "2", mended_by="customers1st")
    tenant_changed.send(Tenant, tenant_id=nordlys.pk)
    job.refresh_from_db()
    other.refresh_from_db()
    assert (job.state, other.state) == ("WAITING", "NEEDS_PERSON")
