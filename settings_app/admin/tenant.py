"""The tenant page: everything of the tenant file in one place."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import TabularInline

from settings_app.admin.base import TenantScopedAdmin
from settings_app.admin.connection import Customers1stInline, UnicontaInline
from settings_app.admin.mapping import (
    FieldMasterInline,
    PaymentTypeInline,
    RegisterInline,
    ServiceItemInline,
    VariantFieldInline,
)
from settings_app.admin.setup import SetupInline
from settings_app.admin.switches import SafetyIntervalInline, WebhookSwitchInline
from settings_app.models import Membership, Tenant
from settings_app.services import complete_tenant


class MembershipInline(TabularInline):
    """Who may see the tenant."""

    model = Membership
    extra = 0
    autocomplete_fields = ["user"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let superusers only decide who sees what."""
        return bool(request.user.is_superuser)

    has_add_permission = has_view_permission
    has_change_permission = has_view_permission
    has_delete_permission = has_view_permission


@admin.register(Tenant)
class TenantAdmin(TenantScopedAdmin):
    """Set a tenant up, from its connections to its safety intervals."""

    tenant_path = "pk"
    list_display = ["slug", "name", "status", "timezone"]
    list_filter = ["status"]
    search_fields = ["slug", "name"]
    history_list_display = ["status"]
    inlines = [
        Customers1stInline,
        UnicontaInline,
        SetupInline,
        PaymentTypeInline,
        RegisterInline,
        ServiceItemInline,
        VariantFieldInline,
        FieldMasterInline,
        WebhookSwitchInline,
        SafetyIntervalInline,
        MembershipInline,
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep the slug once it is given: addresses and keys hold on to it."""
        return [*super().get_readonly_fields(request, obj), *(["slug"] if obj else [])]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """Save, complete the rows that every tenant has, and let its maker see it."""
        super().save_related(request, form, formsets, change)
        complete_tenant(form.instance)
        if not change and not request.user.is_superuser:
            Membership.objects.get_or_create(
                tenant=form.instance, user_id=int(request.user.pk or 0)
            )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: what was booked stays; pause the tenant instead."""
        return False
