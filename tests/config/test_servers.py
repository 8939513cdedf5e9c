"""The two ways a server starts the project."""

import pytest
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client

from config.asgi import application as asgi
from config.wsgi import application as wsgi


def test_both_servers_find_their_application() -> None:
    assert isinstance(wsgi, WSGIHandler)
    assert isinstance(asgi, ASGIHandler)


@pytest.mark.django_db
def test_the_address_alone_leads_to_the_admin() -> None:
    response = Client().get("/")

    assert response.status_code == 302
    assert response["Location"] == "/admin/"


@pytest.mark.django_db
def test_the_admin_asks_who_is_there_before_anything_else() -> None:
    response = Client().get("/admin/settings_app/tenant/")

    assert response.status_code == 302
    assert response["Location"].startswith("/admin/login/")
