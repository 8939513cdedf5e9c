"""The side bar: every page it names exists, and nobody is led to a page they may not see."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.text import capfirst

from config.navigation import environment_label, unfold
from integration.doctor.finding import Place
from settings_app.models import (
    PaymentType,
    Register,
    SafetyInterval,
    ServiceItem,
    Setup,
    Tenant,
    VariantField,
    WebhookSwitch,
)
from settings_app.services import complete_tenant
from syncjobs.admin.doctor_places import LABELS


def pages() -> list[dict[str, object]]:
    return [page for group in unfold()["SIDEBAR"]["navigation"] for page in group["items"]]


@pytest.mark.django_db
def test_every_page_opens_for_a_superuser(admin_client: Client) -> None:
    links = [str(page["link"]) for page in pages()]
    assert len(links) == len(set(links)) > 10
    # the overview leads on to that of the chosen tenant, or of all; nobody is led to the login
    answers = {link: admin_client.get(link, follow=True) for link in links}
    assert {link: each.status_code for link, each in answers.items()} == dict.fromkeys(links, 200)
    led = {link: each.redirect_chain for link, each in answers.items() if each.redirect_chain}
    assert led == {"/admin/overview/": [("/admin/", 302)]}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "name", "names"),
    [
        ("en", "setup", "Setup points"),
        ("da", "setup", "Opsætningspunkter"),
        ("en", "operation", "Alerts and quota"),
        ("da", "operation", "Alarmer og kvote"),
    ],
)
def test_a_list_has_one_name_in_the_side_bar_and_on_the_way_to_it(
    admin_client: Client, language: str, name: str, names: str
) -> None:
    admin_client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    tenant = Tenant.objects.create(slug="nordlys", name="Nordlys")
    complete_tenant(tenant)
    link = reverse(f"admin:settings_app_{name}_changelist")
    row = reverse(f"admin:settings_app_{name}_change", args=[getattr(tenant, name).pk])

    page = admin_client.get(row)

    told = re.findall(rf'<a href="{link}"[^>]*>(.*?)</a>', page.content.decode(), re.DOTALL)
    words = [each for each in told if "arrow_back" not in each]
    assert len(words) == 2
    assert all(names in each for each in words)


def test_the_places_of_the_doctor_are_called_what_their_lists_are() -> None:
    for model in (PaymentType, Register, SafetyInterval, ServiceItem, VariantField, WebhookSwitch):
        assert capfirst(str(model._meta.verbose_name_plural)) in {
            str(each) for each in LABELS.values()
        }
    assert LABELS[Place.SETUP] == capfirst(str(Setup._meta.verbose_name_plural))


@pytest.mark.django_db
def test_staff_without_permissions_is_led_nowhere() -> None:
    request = RequestFactory().get("/admin/")
    request.user = User.objects.create_user("anna", is_staff=True)
    assert not any(page["permission"](request) for page in pages())  # type: ignore[operator]  # a callable


def test_the_label_tells_the_sandbox_from_the_real_thing(settings: object) -> None:
    request = RequestFactory().get("/admin/")
    settings.DEBUG = True  # type: ignore[attr-defined]  # pytest-django's fixture
    assert str(environment_label(request)[0]) == "Sandbox"
    settings.DEBUG = False  # type: ignore[attr-defined]  # pytest-django's fixture
    assert str(environment_label(request)[0]) == "Production"


@pytest.mark.django_db
def test_the_first_link_of_a_page_leads_past_the_menu(admin_client: Client) -> None:
    page = admin_client.get(reverse("admin:settings_app_tenant_changelist")).content.decode()

    first = re.search(r'<a [^>]*href="([^"]*)"', page)
    assert first is not None
    assert first[1] == "#content"
    assert page.index('id="content"') > page.index('href="#content"')


@pytest.mark.django_db
def test_there_is_no_search_that_fails_on_enter(admin_client: Client) -> None:
    page = admin_client.get(reverse("admin:settings_app_tenant_changelist")).content.decode()

    for name in ("searchDropdown", "searchCommand", reverse("admin:search")):
        assert name not in page
