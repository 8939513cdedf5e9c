"""Links are found, made and undone by their own people only, and every hand leaves a line in the log."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from settings_app.models import Tenant
from syncjobs.models import JobState, LinkRow, Step, SyncJob
from tests import factories
from tests.syncjobs.admin.test_admin import browser_of, fjord_staff, nordlys_staff, operator

__all__ = ["fjord_staff", "nordlys_staff", "operator"]

LIST = "/admin/syncjobs/linkrow/"
CANDIDATES = [
    {"key": key, "name": "Ole", "by": "phone number", "customers1st_id": "7", "uniconta_key": key}
    for key in ("K1", "K2")
]


def link(tenant: Tenant, number: int, **facts: Any) -> LinkRow:
    return LinkRow.objects.create(
        tenant=tenant,
        entity="product",
        customers1st_id=str(number),
        uniconta_key=f"NL-{number}",
        facts=facts,
    )


def shown(client: Client, query: str) -> list[str]:
    return [row.uniconta_key for row in client.get(f"{LIST}?{query}").context["cl"].queryset]


def test_a_link_is_found_by_what_people_know(
    nordlys: Tenant, fjord: Tenant, nordlys_staff: Client
) -> None:
    link(nordlys, 1, name="Hjelm Sort", barcode="5701", styleno="HJ24")
    link(nordlys, 22, name="Lygte")
    link(fjord, 1, name="Hjelm Sort", barcode="5701")
    for query in ("q=hjelm", "q=5701", "q=HJ24", "q=1", "q=NL-1"):
        assert shown(nordlys_staff, query) == ["NL-1"], query
    assert shown(nordlys_staff, "entity__exact=customer") == []


def test_families_stand_together_by_style_number(nordlys: Tenant, nordlys_staff: Client) -> None:
    link(nordlys, 1, styleno="B", color="Sort", size="M")
    link(nordlys, 2, name="no family")
    link(nordlys, 3, styleno="A", color="Hvid", size="S")
    fourth = link(nordlys, 4, styleno="B", color="Hvid", size="L")
    assert shown(nordlys_staff, "families=yes") == ["NL-3", "NL-4", "NL-1"]
    text = nordlys_staff.get(f"{LIST}{fourth.pk}/change/").content.decode()
    assert "NL-1" in text
    assert "NL-3" not in text


def press(client: Client, *rows: LinkRow, **more: str) -> Any:
    data = {"action": "undo", "_selected_action": [row.pk for row in rows], **more}
    return client.post(LIST, data)


def test_a_link_is_undone_after_a_question(
    nordlys: Tenant, fjord: Tenant, nordlys_staff: Client
) -> None:
    own, other = link(nordlys, 1), link(fjord, 2)
    answer = press(nordlys_staff, own, other)
    assert "NL-1" in answer.content.decode()
    assert "NL-2" not in answer.content.decode()
    assert LinkRow.objects.count() == 2
    press(nordlys_staff, own, other, confirm="yes")
    assert list(LinkRow.objects.all()) == [other]
    assert "nordlys-staff" in Step.objects.get(tenant=nordlys).text
    assert LogEntry.objects.get().user.username == "nordlys-staff"


def test_who_only_looks_undoes_and_links_nothing(nordlys: Tenant) -> None:
    looker = browser_of(factories.staff_of(nordlys, name="looker", may_act=False))
    row = link(nordlys, 1)
    press(looker, row, confirm="yes")
    assert LinkRow.objects.exists()
    assert looker.get(f"{LIST}add/").status_code == 403


def add(client: Client, tenant: Tenant, **changes: str) -> Any:
    data = {
        "tenant": tenant.pk,
        "entity": "customer",
        "customers1st_id": "7",
        "uniconta_key": "K7",
        **changes,
    }
    return client.post(f"{LIST}add/", data)


def test_a_link_made_by_hand_lets_the_pair_be_compared(
    nordlys: Tenant, nordlys_staff: Client
) -> None:
    assert add(nordlys_staff, nordlys).status_code == 302
    row = LinkRow.objects.get()
    assert (row.customers1st_id, row.uniconta_key, row.seen_customers1st) == ("7", "K7", {})
    job = SyncJob.objects.get()
    assert (job.kind, job.source_id, job.state) == ("customer_to_debtor", "7", "WAITING")
    assert "nordlys-staff" in Step.objects.get().text


@pytest.mark.parametrize(
    "changes",
    [
        {"customers1st_id": "x"},
        {"uniconta_key": "K1"},
        {"customers1st_id": "1"},
        {"entity": "sale"},
    ],
)
def test_what_is_linked_already_or_no_record_is_refused(
    nordlys: Tenant, nordlys_staff: Client, changes: dict[str, str]
) -> None:
    LinkRow.objects.create(
        tenant=nordlys, entity="customer", customers1st_id="1", uniconta_key="K1"
    )
    assert add(nordlys_staff, nordlys, **changes).status_code == 200
    assert LinkRow.objects.count() == 1


def test_nobody_links_in_another_tenant(nordlys: Tenant, fjord_staff: Client) -> None:
    assert add(fjord_staff, nordlys).status_code == 200
    assert not LinkRow.objects.exists()


def choose(client: Client, job: SyncJob, place: int, *, post: bool = True) -> Any:
    path = reverse("admin:syncjobs_syncjob_choose", args=[job.pk, place])
    return client.post(path) if post else client.get(path)


def unclear(tenant: Tenant) -> SyncJob:
    return factories.held_job(
        tenant, "7", kind="customer_to_debtor", candidates=CANDIDATES, mended_by="uniconta"
    )


def test_a_candidate_is_chosen_with_a_button_and_the_job_runs_again(
    nordlys: Tenant, nordlys_staff: Client
) -> None:
    job = unclear(nordlys)
    page = nordlys_staff.get(f"/admin/syncjobs/syncjob/{job.pk}/change/").content.decode()
    assert reverse("admin:syncjobs_syncjob_choose", args=[job.pk, 1]) in page
    assert "K2" in choose(nordlys_staff, job, 1, post=False).content.decode()
    assert not LinkRow.objects.exists()
    choose(nordlys_staff, job, 1)
    row = LinkRow.objects.get()
    assert (row.entity, row.customers1st_id, row.uniconta_key) == ("customer", "7", "K2")
    states = list(SyncJob.objects.filter(source_id="7").values_list("state", flat=True))
    assert states.count(JobState.WAITING) == 1
    assert JobState.NEEDS_PERSON not in states


def test_a_candidate_that_is_taken_or_gone_changes_nothing(
    nordlys: Tenant, nordlys_staff: Client
) -> None:
    job = unclear(nordlys)
    LinkRow.objects.create(
        tenant=nordlys, entity="customer", customers1st_id="9", uniconta_key="K2"
    )
    choose(nordlys_staff, job, 1)
    choose(nordlys_staff, job, 5)
    job.refresh_from_db()
    assert job.state == JobState.NEEDS_PERSON
    assert LinkRow.objects.count() == 1


def test_nobody_chooses_for_another_tenant_or_without_permission(
    nordlys: Tenant, fjord_staff: Client, operator: Client
) -> None:
    job = unclear(nordlys)
    looker = browser_of(factories.staff_of(nordlys, name="looker", may_act=False))
    assert choose(fjord_staff, job, 0).status_code == 403
    assert choose(looker, job, 0).status_code == 403
    assert not LinkRow.objects.exists()
    assert choose(operator, job, 0).status_code == 302
    assert LinkRow.objects.exists()
