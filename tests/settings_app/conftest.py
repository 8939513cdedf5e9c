"""Two shops and three people: a superuser, Nordlys' staff and Fjord's staff."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from settings_app.models import Membership, Tenant
from settings_app.services import apply_file
from tests.settings_app.files import FJORD, NORDLYS


@pytest.fixture
def nordlys(db: None) -> Tenant:
    apply_file(NORDLYS)
    return Tenant.objects.get(slug="nordlys")


@pytest.fixture
def fjord(db: None) -> Tenant:
    apply_file(FJORD)
    return Tenant.objects.get(slug="fjord")


def staff_of(tenant: Tenant) -> Client:
    """Return the browser of a staff user with every permission of the settings, in one tenant."""
    user = User.objects.create_user(f"{tenant.slug}-staff", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="settings_app"))
    Membership.objects.create(tenant=tenant, user=user)
    return browser_of(user)


def browser_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def superuser(db: None) -> Client:
    return browser_of(User.objects.create_superuser("root"))


@pytest.fixture
def nordlys_staff(nordlys: Tenant) -> Client:
    return staff_of(nordlys)


@pytest.fixture
def fjord_staff(fjord: Tenant) -> Client:
    return staff_of(fjord)
