"""Two filled shops, Zebra and Otter, and everybody who may knock."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from requests.adapters import BaseAdapter

from integration import http
from settings_app.models import Membership, Tenant
from settings_app.services.roles import ROLES
from tests.people.filling import open_tenant


class _Nobody(BaseAdapter):
    """A network in which no vendor can be reached."""

    def send(self, *args: Any, **kwargs: Any) -> requests.Response:
        raise requests.ConnectionError("nobody is there")

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture(autouse=True)
def unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let both vendors be down: pages that read them say so, at once."""

    def session() -> requests.Session:
        made = requests.Session()
        made.mount("https://", _Nobody())
        return made

    monkeypatch.setattr(http, "_new_session", session)


@pytest.fixture
def zebra(db: None) -> Tenant:
    """The shop whose things nobody else may see."""
    return open_tenant("zebra")


@pytest.fixture
def otter(db: None) -> Tenant:
    """Another shop."""
    return open_tenant("otter")


def browser_of(user: User) -> Client:
    """Return a browser in which this user is logged in."""
    client = Client(raise_request_exception=True)
    client.force_login(user)
    return client


def person(name: str, *tenants: Tenant) -> User:
    """Make a member of the tenants: in a role, or `staff` with every single permission, or `nobody` with none."""
    user = User.objects.create_user(name, is_staff=True)
    if name in ROLES:
        user.groups.add(Group.objects.get(name=name))
    elif name == "staff":
        user.user_permissions.set(Permission.objects.all())
    for tenant in tenants:
        Membership.objects.create(tenant=tenant, user=user)
    return user


@pytest.fixture
def browser() -> Callable[..., Client]:
    """Return what opens a browser as a person of these tenants."""
    return lambda name, *tenants: browser_of(person(name, *tenants))
