"""Everybody opens every page of the admin: nothing of a shop is seen by another's people, and auditors change nothing."""

import io
import logging
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client

from settings_app.models import Tenant
from settings_app.services.roles import ROLES
from syncjobs.wizard.step import Step
from syncjobs.wizard.steps import BY_KEY, LAST
from tests.people.conftest import browser_of, person
from tests.people.filling import marks_of, models_of_tenants, rows_of
from tests.people.walk import KINDS_OF_STEPS, OWN_QUERIES, QUERIES, Page, autocompletes, pages

REFUSED = {302, 403, 404, 405}
OWNED = {Tenant, *models_of_tenants()}
NO_DATA = {"contenttypes.contenttype", "sessions.session"}


def body(response: Any) -> str:
    """Return everything that an answer says; of a workbook what its sheets hold."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content[:2] == b"PK":
        return unzipped(content)
    return str(content.decode("utf-8", errors="replace"))


def unzipped(content: bytes) -> str:
    """Return all text of a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


def asked(
    tenant: Tenant, found: Iterable[Page], *, questions: Sequence[str] = QUERIES
) -> Iterable[tuple[str, Page]]:
    """Yield every address to be opened, lists with every question too; none of them holds the mark itself."""
    number = 77_001_001
    for page in found:
        own = OWN_QUERIES.get(page.name, QUERIES[:1])
        for query in questions if page.name.endswith("_changelist") else own:
            yield page.address + query.format(pk=tenant.pk, number=number), page
    for address in autocompletes():
        yield address, Page(address, None, "autocomplete")


def everything() -> dict[str, list[Any]]:
    """Return all rows of the database but sessions."""
    return {
        model._meta.label_lower: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label_lower not in NO_DATA
    }


def without_echo(text: str, address: str) -> str:
    """Return a page without the numbers that it was asked with."""
    asked_for = re.findall(r"\d{8}", address)
    for number in asked_for:
        text = text.replace(number, "")
    return text


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Say nothing of refusals: there are hundreds."""
    caplog.set_level(logging.CRITICAL, "django.request")


@pytest.fixture
def anonymous(db: None) -> Client:
    return Client()


@pytest.mark.parametrize("role", ["superuser", *ROLES, "staff"])
def test_members_open_every_page_and_nothing_breaks(
    role: str, zebra: Tenant, otter: Tenant
) -> None:
    root = User.objects.create_superuser("root")
    browser = browser_of(root if role == "superuser" else person(role, zebra))
    seen = set()

    found = pages(zebra, every_step=role in {"superuser", "staff"})
    for address, page in asked(zebra, found, questions=QUERIES[:1]):
        response = browser.get(address)
        assert response.status_code in {200, *REFUSED}, address
        text = body(response)
        if "zebra" in text:
            seen.add(page.model)
        if role != "superuser":
            for mark in marks_of("otter"):
                assert mark not in text, address

    models = {model for model in models_of_tenants() if model in registered()}
    assert models - seen == set()


def registered() -> set[type[Any]]:
    return set(admin.site._registry)


@pytest.mark.parametrize("role", [*ROLES, "staff", "nobody"])
def test_anothers_people_see_nothing_anywhere(role: str, zebra: Tenant, otter: Tenant) -> None:
    browser = browser_of(person(role, otter))

    questions = QUERIES if role == "staff" else QUERIES[:3]
    for address, _page in asked(zebra, pages(zebra), questions=questions):
        response = browser.get(address)
        assert response.status_code in {200, *REFUSED}, address
        text = without_echo(body(response), address)
        for mark in marks_of("zebra"):
            assert mark not in text, address


@pytest.mark.parametrize("role", ["staff", "nobody"])
def test_staff_of_no_tenant_sees_nothing_of_any(role: str, zebra: Tenant, otter: Tenant) -> None:
    browser = browser_of(person(role))

    for tenant in (zebra, otter):
        for address, _page in asked(tenant, pages(tenant), questions=QUERIES[:2]):
            text = without_echo(body(browser.get(address)), address)
            for mark in (*marks_of("zebra"), *marks_of("otter")):
                assert mark not in text, address


def test_a_stranger_is_asked_to_log_in(zebra: Tenant, anonymous: Client) -> None:
    for address, page in asked(zebra, pages(zebra), questions=QUERIES[:1]):
        response = anonymous.get(address)
        if page.name in {"login", "logout", "jsi18n"}:
            continue
        assert response.status_code in {302, 405}, address
        if response.status_code == 302:
            assert response["Location"].startswith("/admin/login/"), address


ATTEMPT = {
    "post": "yes",
    "change_reason": "because",
    "reason": "because",
    "name": "changed",
    "slug": "zebra",
    "title": "changed",
    "account": "1",
    "status": "paused",
    "do": "post",
    "close": "1",
    "tenant": "zebra",
    "confirm": "yes",
    "on": "2026-03-02",
}


def attempts(page: Page, tenant: Tenant) -> Iterable[dict[str, Any]]:
    """Yield what somebody might send to a page; to a list every action with every row of the tenant."""
    yield ATTEMPT
    if page.name.endswith("_changelist") and page.model in registered():
        rows = [row.pk for row in rows_of(page.model, tenant)] if page.model in OWNED else [1]
        for name in ["delete_selected", *(admin.site._registry[page.model].actions or ())]:
            yield {**ATTEMPT, "action": name, "_selected_action": rows, "confirmed": "yes"}


@pytest.mark.parametrize("who", ["auditor of zebra", "staff of otter", "nobody of zebra"])
def test_whatever_they_send_nothing_of_the_shop_changes(
    who: str, zebra: Tenant, otter: Tenant
) -> None:
    role, _of, mark = who.split()
    browser = browser_of(person(role, {"zebra": zebra, "otter": otter}[mark]))
    found = [page for page in pages(zebra) if page.name not in {"logout", "password_change"}]
    before = everything()

    for page in found:
        for data in attempts(page, zebra):
            response = browser.post(page.address, data)
            assert response.status_code in {200, *REFUSED, 400}, page.address
            body(response)

    after = everything()
    for label in before:
        assert after[label] == before[label], label


def test_the_walk_finds_the_pages_that_matter(zebra: Tenant) -> None:
    names = {page.name for page in pages(zebra)}

    assert {
        "index",
        "autocomplete",
        "settings_app_tenant_as_of",
        "settings_app_tenant_changes_export",
        "settings_app_paymenttype_revert",
        "settings_app_paymenttype_restore",
        "settings_app_paymenttype_simple_history",
        "settings_app_doctorreport_fix",
        "syncjobs_syncjob_choose",
        "syncjobs_daycloseproof_paper",
        "syncjobs_daycloseproof_due",
        "syncjobs_documentrow_reverse",
        "syncjobs_step_export",
        "auth_user_password_change",
        "overview",
        "tenant-overview",
        "choose-tenant",
        "wizard_new",
        "wizard_start",
        "wizard_search",
        "wizard_grid",
        "wizard_step",
    } <= names


def test_no_kind_of_step_is_left_out(zebra: Tenant) -> None:
    kept = {BY_KEY[key] for key in KINDS_OF_STEPS}
    kinds: list[Callable[[Step], bool]] = [
        lambda step: step.is_connection,
        lambda step: bool(step.asks) and not step.table,
        lambda step: bool(step.table),
        lambda step: step.key == "switches",
        lambda step: step.key == LAST,
    ]

    assert all(any(kind(step) for step in kept) for kind in kinds)
    assert {page.name for page in pages(zebra)} == {
        page.name for page in pages(zebra, every_step=True)
    }
