"""The three people who look at the admin, and the rows that they look at."""

from django.contrib.auth.models import User
from django.test import Client

from settings_app.models import Tenant
from tests import factories


def browser_of(user: User) -> Client:
    """Return the browser of somebody who is logged in."""
    client = Client()
    client.force_login(user)
    return client


def operator() -> Client:
    """Return a superuser's browser."""
    return browser_of(User.objects.create_superuser("operator"))


def staff(*tenants: Tenant, may_act: bool = True) -> Client:
    """Return the browser of staff who see these tenants and everything of this app."""
    name = "-".join(each.slug for each in tenants)
    return browser_of(factories.staff_of(*tenants, name=f"{name}-people", may_act=may_act))
