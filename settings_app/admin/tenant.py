"""The tenant page: everything of the tenant file in one place."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import action
from unfold.enums import ActionVariant

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
from settings_app.admin.tenant_form import FIELDS, TenantForm
from settings_app.admin.tenant_history import TenantHistoryMixin
from settings_app.models import DoctorReport, Membership, Tenant
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
class TenantAdmin(TenantHistoryMixin, TenantScopedAdmin):
    """Set a tenant up, from its connections to its safety intervals."""

    tenant_path = "pk"
    form = TenantForm
    list_display = ["slug", "name", "status", "timezone", "guide"]
    actions_list = ["new_shop"]
    show_add_link = False  # a shop is made by the guide; one way beside the list is enough
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
        return [*super().get_readonly_fields(request, obj), *(["slug", "doctor"] if obj else [])]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for responsibility only whom may change the tenant."""
        fields = [*FIELDS, *(["doctor"] if obj else [])]
        return [*fields, "responsibility"] if self.has_change_permission(request, obj) else fields

    @action(  # type: ignore[untyped-decorator]  # unfold is untyped
        description=_("New shop"),
        url_path="new-shop",
        permissions=["add"],
        icon="add_business",
        variant=ActionVariant.PRIMARY,
    )
    def new_shop(self, request: HttpRequest) -> HttpResponse:
        """Begin the setup guide with a new tenant."""
        return HttpResponseRedirect(reverse("admin:wizard_new"))

    @admin.display(description=_("guide"))
    def guide(self, obj: Tenant) -> str:
        """Return the ways into the setup guide and to the switches."""
        return format_html(
            '<a class="text-primary-600 underline" href="{}">{}</a> · <a class="text-primary-600 underline" href="{}">{}</a>',
            reverse("admin:wizard_start", args=[obj.slug]),
            _("Setup"),
            reverse("admin:wizard_grid", args=[obj.slug]),
            _("Switches"),
        )

    @admin.display(description=_("doctor"))
    def doctor(self, obj: Tenant) -> str:
        """Say what the doctor last said, with the way to its page."""
        report = DoctorReport.objects.filter(tenant=obj).first()
        if report is None:
            return "-"
        address = reverse("admin:settings_app_doctorreport_change", args=[report.pk])
        return format_html('<a href="{}">{}</a>', address, report.summary)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Save the tenant with the reason for going live."""
        obj._change_reason = form.reason(request.user.get_username()) or None
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """Save, complete the rows that every tenant has, and let its maker see it."""
        self._check_examined(request, form, formsets)
        super().save_related(request, form, formsets, change)
        complete_tenant(form.instance)
        if not change and not request.user.is_superuser:
            Membership.objects.get_or_create(
                tenant=form.instance, user_id=int(request.user.pk or 0)
            )

    def _check_examined(self, request: HttpRequest, form: Any, formsets: Any) -> None:
        """Take going live back when settings change with it: the doctor has not seen those."""
        others = set(form.changed_data) - {"status"}
        if not form.by_doctor or not (others or any(one.has_changed() for one in formsets)):
            return
        tenant = form.instance
        tenant.status = form.initial["status"]
        tenant._change_reason = (
            "not live: settings were changed with it, which the doctor has not seen"
        )
        tenant.save()
        text = _(
            "It did not go live: the doctor has not seen what you changed. Let it examine the tenant again."
        )
        self.message_user(request, text, messages.WARNING)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: what was booked stays; pause the tenant instead."""
        return False
