"""What every admin page of ours inherits."""

from typing import Any

import pytest
from django.contrib.admin import AdminSite
from django.contrib.auth.models import Permission, User
from django.db import models
from django.http import HttpRequest
from django.test import RequestFactory

from settings_app.admin.base import ReadOnlyAdmin, TenantScopedAdmin
from settings_app.models import Membership, PaymentType, Tenant


def request_of(user: User) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = user
    return request


@pytest.fixture
def fjord_request(fjord: Tenant) -> HttpRequest:
    user = User.objects.create_user("fjord-staff", is_staff=True)
    user.user_permissions.set(Permission.objects.all())
    Membership.objects.create(tenant=fjord, user=user)
    return request_of(user)


@pytest.fixture
def root_request(db: None) -> HttpRequest:
    return request_of(User.objects.create_superuser("root"))


def offered(page: TenantScopedAdmin, field: Any, request: HttpRequest) -> set[str]:
    choice = page.formfield_for_foreignkey(field, request)
    return {str(row) for row in choice.queryset}


def test_a_foreign_key_to_a_tenant_offers_visible_tenants(
    nordlys: Tenant, fjord_request: HttpRequest, root_request: HttpRequest
) -> None:
    page = TenantScopedAdmin(PaymentType, AdminSite())
    field = PaymentType._meta.get_field("tenant")

    assert offered(page, field, fjord_request) == {"fjord"}
    assert offered(page, field, root_request) == {"fjord", "nordlys"}


def test_a_foreign_key_to_a_tenants_row_offers_rows_of_visible_tenants(
    nordlys: Tenant, fjord_request: HttpRequest, root_request: HttpRequest
) -> None:
    page = TenantScopedAdmin(PaymentType, AdminSite())
    field = models.ForeignKey(PaymentType, on_delete=models.CASCADE)

    assert offered(page, field, fjord_request) == {"Fjordkort → 6830"}
    assert len(offered(page, field, root_request)) == 3


def test_permissions_are_asked_of_the_row(nordlys: Tenant, fjord_request: HttpRequest) -> None:
    page = TenantScopedAdmin(PaymentType, AdminSite())
    own = PaymentType.objects.get(title="Fjordkort")
    theirs = PaymentType.objects.get(title="Dankort")

    for ask in (page.has_view_permission, page.has_change_permission, page.has_delete_permission):
        assert ask(fjord_request, own)
        assert not ask(fjord_request, theirs)


def test_a_log_can_be_seen_and_never_changed(nordlys: Tenant, root_request: HttpRequest) -> None:
    page = ReadOnlyAdmin(PaymentType, AdminSite())
    row = PaymentType.objects.get(title="Dankort")

    assert page.has_view_permission(root_request, row)
    assert not page.has_add_permission(root_request)
    assert not page.has_change_permission(root_request, row)
    assert not page.has_delete_permission(root_request, row)


def test_a_log_shows_rows_of_visible_tenants_only(
    nordlys: Tenant, fjord_request: HttpRequest
) -> None:
    rows = ReadOnlyAdmin(PaymentType, AdminSite()).get_queryset(fjord_request)

    assert [row.title for row in rows] == ["Fjordkort"]
