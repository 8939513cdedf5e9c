"""Making a user for a shop is one page: name, role and shops."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from settings_app.models import Tenant
from settings_app.services import complete_tenant
from settings_app.services.roles import grant_roles

PASSWORD = "en lang sætning om cykler"


@pytest.fixture
def nordlys(db: None) -> Tenant:
    tenant = Tenant.objects.create(slug="nordlys", name="Nordlys Cykler ApS")
    complete_tenant(tenant)
    Tenant.objects.create(slug="fjord", name="Fjord Sport")
    grant_roles(apps)
    return tenant


@pytest.fixture
def operator(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("operator"))
    return client


def test_a_new_user_gets_role_and_shops_and_may_log_in_at_once(
    nordlys: Tenant, operator: Client
) -> None:
    page = operator.get(reverse("admin:auth_user_add")).content.decode()
    assert page.index('name="shops"') < page.rindex("Nordlys Cykler ApS")
    assert ">bookkeeper</option>" in page

    answer = operator.post(
        reverse("admin:auth_user_add"),
        {
            "username": "bodil",
            "usable_password": "true",
            "password1": PASSWORD,
            "password2": PASSWORD,
            "role": Group.objects.get(name="bookkeeper").pk,
            "shops": [nordlys.pk],
        },
    )

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    user = User.objects.get(username="bodil")
    assert user.is_staff
    assert [group.name for group in user.groups.all()] == ["bookkeeper"]
    assert [row.tenant.slug for row in user.tenant_memberships.all()] == ["nordlys"]
    browser = Client()
    assert browser.login(username="bodil", password=PASSWORD)
    shops = browser.get(reverse("admin:settings_app_tenant_changelist")).content.decode()
    assert "Nordlys Cykler ApS" in shops
    assert "Fjord Sport" not in shops


def test_the_shops_of_a_user_stand_on_the_users_page(nordlys: Tenant, operator: Client) -> None:
    user = User.objects.create_user("bodil", is_staff=True)

    page = operator.get(reverse("admin:auth_user_change", args=[user.pk])).content.decode()

    assert "tenant_memberships-TOTAL_FORMS" in page
