"""The side bar: every page it names exists, and nobody is led to a page they may not see."""

import pytest
from django.contrib.auth.models import User
from django.test import Client, RequestFactory

from config.navigation import environment_label, unfold


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
