"""Going live needs a green doctor just asked, or a person who takes responsibility with a reason that is kept."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from settings_app.models import DoctorReport, Tenant
from settings_app.services import apply_file, going_live
from settings_app.services.going_live import FRESH
from tests.settings_app.admin.pages import address, filled_in
from tests.settings_app.files import NORDLYS


@pytest.fixture
def draft(nordlys: Tenant) -> Tenant:
    """Nordlys before it goes live."""
    Tenant.objects.filter(pk=nordlys.pk).update(status="draft")
    nordlys.refresh_from_db()
    return nordlys


def examined(
    tenant: Tenant,
    *,
    is_green: bool = True,
    ago: timedelta | None = timedelta(minutes=1),
    changed: bool = False,
) -> None:
    """Let the doctor have found nothing a minute ago, unless told otherwise; `ago` None: never asked."""
    now = timezone.now()
    DoctorReport.objects.filter(tenant=tenant).update(
        is_green=is_green,
        ran_at=None if ago is None else now - ago,
        changed_at=now if changed else None,
    )


def go_live(browser: Client, tenant: Tenant, **values: str) -> Any:
    """Choose live on the tenant's page and save."""
    path = address(Tenant, tenant.pk, "change")
    answer = browser.post(path, filled_in(browser, path) | {"status": "live", **values})
    tenant.refresh_from_db()
    return answer


def newest_reason(tenant: Tenant) -> str | None:
    reason: str | None = tenant.history.latest().history_change_reason
    return reason


def test_a_green_doctor_lets_it_go_live_and_the_history_says_so(
    draft: Tenant, nordlys_staff: Client
) -> None:
    examined(draft)

    assert go_live(nordlys_staff, draft).status_code == 302

    assert draft.status == "live"
    assert "the doctor of" in (newest_reason(draft) or "")


@pytest.mark.parametrize(
    ("report", "words"),
    [
        ({"ago": None}, "not examined this tenant yet"),
        ({"is_green": False}, "found errors"),
        ({"ago": FRESH + timedelta(minutes=1)}, "too old"),
        ({"changed": True}, "changed since"),
    ],
)
def test_without_a_green_doctor_just_asked_it_stays_a_draft(
    draft: Tenant, nordlys_staff: Client, report: dict[str, Any], words: str
) -> None:
    examined(draft, **report)

    answer = go_live(nordlys_staff, draft)

    assert (answer.status_code, draft.status) == (200, "draft")
    assert words in answer.content.decode()
    assert "take responsibility" in answer.content.decode()


def test_a_person_may_take_responsibility_with_a_reason_that_is_kept(
    draft: Tenant, nordlys_staff: Client
) -> None:
    examined(draft, is_green=False)
    reason = "The shop opens today; the bookkeeper blocks account 5831 on purpose. " * 4

    go_live(nordlys_staff, draft, responsibility=reason)

    assert draft.status == "live"
    assert newest_reason(draft) == (
        f"went live on the responsibility of nordlys-staff: {reason.strip()}"
    )


def test_a_blank_reason_is_none(draft: Tenant, nordlys_staff: Client) -> None:
    go_live(nordlys_staff, draft, responsibility="   ")

    assert draft.status == "draft"


def test_what_is_changed_with_it_was_not_examined(draft: Tenant, nordlys_staff: Client) -> None:
    examined(draft)

    answer = go_live(nordlys_staff, draft, **{"setup-0-journal": "ANOTHER"})

    assert (answer.status_code, draft.status) == (302, "draft")
    draft.setup.refresh_from_db()
    assert draft.setup.journal == "ANOTHER"
    assert "which the doctor has not seen" in (newest_reason(draft) or "")


def test_a_live_tenant_is_edited_and_paused_without_any_doctor(
    nordlys: Tenant, nordlys_staff: Client
) -> None:
    path = address(Tenant, nordlys.pk, "change")
    for status in ("live", "paused"):
        data = filled_in(nordlys_staff, path) | {"name": "Nordlys", "status": status}
        data |= {"change_reason": "The shop is closed for a week."}
        assert nordlys_staff.post(path, data).status_code == 302
        nordlys.refresh_from_db()
        assert (nordlys.name, nordlys.status) == ("Nordlys", status)


def test_a_new_tenant_cannot_start_live(superuser: Client) -> None:
    path = address(Tenant, "add")
    data = filled_in(superuser, path) | {"slug": "klit", "name": "Klit", "status": "live"}

    assert superuser.post(path, data).status_code == 200
    assert not Tenant.objects.filter(slug="klit").exists()


def test_anothers_staff_takes_no_responsibility_here(draft: Tenant, fjord_staff: Client) -> None:
    examined(draft)

    path = address(Tenant, draft.pk, "change")
    fjord_staff.post(path, {"status": "live", "responsibility": "mine"})

    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_tenant_file_goes_live_as_it_stands_and_is_the_reason(db: None) -> None:
    apply_file(NORDLYS, reason="tenant apply nordlys.yaml")

    tenant = Tenant.objects.get(slug="nordlys")
    assert (tenant.status, newest_reason(tenant)) == ("live", "tenant apply nordlys.yaml")


def test_a_changed_setting_makes_the_report_old(
    nordlys: Tenant, django_capture_on_commit_callbacks: Any
) -> None:
    examined(nordlys)
    assert DoctorReport.objects.get(tenant=nordlys).is_current

    with django_capture_on_commit_callbacks(execute=True):
        apply_file(NORDLYS.replace("journal: C1ST", "journal: KASSE"))

    report = DoctorReport.objects.get(tenant=nordlys)
    assert not report.is_current
    assert "settings changed since" in report.summary


@pytest.mark.parametrize("way", ["guide", "tenant page", "tenant file", "pausing"])
def test_its_status_alone_leaves_the_report_as_new_as_it_was(
    way: str, draft: Tenant, nordlys_staff: Client, django_capture_on_commit_callbacks: Any
) -> None:
    examined(draft)
    person = User.objects.get(username="nordlys-staff")
    ways: dict[str, Callable[[], Any]] = {
        "guide": lambda: going_live.go_live(draft, user=person, reason="green"),
        "tenant page": lambda: go_live(nordlys_staff, draft),
        "tenant file": lambda: apply_file(NORDLYS),
        "pausing": lambda: apply_file(NORDLYS.replace("status: live", "status: paused")),
    }

    with django_capture_on_commit_callbacks(execute=True):
        ways[way]()

    draft.refresh_from_db()
    assert draft.status != "draft"
    assert DoctorReport.objects.get(tenant=draft).is_current


def test_a_setting_changed_with_the_status_makes_the_report_old(
    draft: Tenant, nordlys_staff: Client, django_capture_on_commit_callbacks: Any
) -> None:
    examined(draft)

    with django_capture_on_commit_callbacks(execute=True):
        go_live(nordlys_staff, draft, responsibility="mine", **{"setup-0-journal": "ANOTHER"})

    assert draft.status == "live"
    assert not DoctorReport.objects.get(tenant=draft).is_current
