"""Pages tell times by the shop's clock; files stay in UTC."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from settings_app.models import Tenant
from syncjobs.models import SyncJob
from tests import factories
from tests.syncjobs.admin.people import browser_of, staff

LATE = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)  # the third of March in Copenhagen


def story_of(job: SyncJob) -> str:
    return f"/admin/syncjobs/syncjob/{job.pk}/change/"


@pytest.mark.parametrize(
    ("zone", "told"),
    [("Europe/Copenhagen", "2026-03-03 00:30:00"), ("America/Nuuk", "2026-03-02 21:30:00")],
)
def test_a_page_tells_the_time_of_its_shop(nordlys: Tenant, zone: str, told: str) -> None:
    Tenant.objects.update(timezone=zone)
    job = factories.job(nordlys, created_at=LATE)
    browser = staff(nordlys)

    page = browser.get(story_of(job)).content.decode()

    assert told in page
    assert zone in page  # and says whose clock it is
    export: Any = browser.get("/admin/syncjobs/syncjob/export/csv/")
    assert "2026-03-02 23:30" in b"".join(export.streaming_content).decode()


def test_shops_of_several_zones_are_told_by_copenhagens_clock_until_one_is_chosen(
    nordlys: Tenant, fjord: Tenant
) -> None:
    Tenant.objects.filter(pk=fjord.pk).update(timezone="America/Nuuk")
    job = factories.job(nordlys, created_at=LATE)
    browser = browser_of(User.objects.create_superuser("root"))

    assert "2026-03-03 00:30:00" in browser.get(story_of(job)).content.decode()
    browser.post("/admin/choose-tenant/", {"slug": "fjord"})
    assert "2026-03-02 21:30:00" in browser.get(story_of(job)).content.decode()


def test_a_moment_that_is_typed_is_the_shops(nordlys: Tenant) -> None:
    browser = browser_of(User.objects.create_superuser("root"))
    page = f"/admin/settings_app/tenant/{nordlys.pk}/as-of/"

    typed = browser.get(page, {"at": "2026-03-03T00:30:00"})
    linked = browser.get(page, {"at": LATE.isoformat()})

    assert typed.context["moment"] == linked.context["moment"] == LATE
    assert 'value="2026-03-03T00:30:00"' in linked.content.decode()


def test_nobody_else_is_asked_for_a_zone(client: Client, db: None) -> None:
    assert client.get("/admin/login/").status_code == 200
