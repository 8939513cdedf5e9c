"""What all our admin pages share: a staff user sees the tenants of their memberships only."""

from typing import Any, TypeVar

from django import forms
from django.contrib import admin
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from settings_app.models import Tenant
from settings_app.signals import tenant_changed

Row = TypeVar("Row", bound=models.Model)


def visible_tenants(request: HttpRequest) -> "QuerySet[Tenant]":
    """Return the tenants this user may see."""
    if request.user.is_superuser:
        return Tenant.objects.all()
    return Tenant.objects.filter(memberships__user_id=request.user.pk or 0)


class TenantFilter(admin.SimpleListFilter):
    """Filter by tenant; offers only the tenants this user may see."""

    title = _("tenant")
    parameter_name = "tenant"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the visible tenants."""
        return [(str(tenant.pk), str(tenant)) for tenant in visible_tenants(request)]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep the rows of the chosen tenant."""
        return queryset.filter(tenant=self.value()) if self.value() else queryset


class ScopedMixin:
    """Limits rows, foreign keys and objects to the visible tenants; `tenant_path` leads from a row to its tenant."""

    tenant_path = "tenant"

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the visible rows."""
        rows = super().get_queryset(request)  # type: ignore[misc]  # a mixin of ModelAdmin
        if request.user.is_superuser:
            return rows
        return rows.filter(**{f"{self.tenant_path}__in": visible_tenants(request)}).distinct()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer only visible tenants."""
        if db_field.related_model is Tenant:
            kwargs["queryset"] = visible_tenants(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]  # a mixin


class TenantScopedAdmin(ScopedMixin, SimpleHistoryAdmin):
    """A page with change history, scoped to visible tenants; saving tells the workers that settings changed."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """Save, then tell the listeners once the transaction is through."""
        super().save_related(request, form, formsets, change)
        row = form.instance
        tenant_id = row.pk if isinstance(row, Tenant) else row.tenant_id
        transaction.on_commit(lambda: tenant_changed.send(Tenant, tenant_id=tenant_id))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """Show the history of visible rows only, deleted ones to superusers only."""
        if not request.user.is_superuser and self.get_object(request, object_id) is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return super().history_view(request, object_id, extra_context)

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> Any:
        """Show one version of visible rows only."""
        if not request.user.is_superuser and self.get_object(request, object_id) is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return super().history_form_view(request, object_id, version_id, extra_context)


class ReadOnlyAdmin(ScopedMixin, admin.ModelAdmin[Any]):
    """A log: looked at, never changed by hand."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False


class SecretInput(forms.PasswordInput):
    """Never shows what is stored."""

    def __init__(self) -> None:
        super().__init__(render_value=False, attrs={"autocomplete": "new-password"})


class SecretsForm(forms.ModelForm[Any]):
    """Keeps a stored secret when its box is left empty."""

    secrets: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.secrets:
            field = self.fields[name]
            is_set = bool(getattr(self.instance, name))
            field.widget = SecretInput()
            field.required = False
            state = (
                _("A value is stored. Leave empty to keep it.")
                if is_set
                else _("Nothing is stored yet.")
            )
            field.help_text = f"{field.help_text} {state}"
            self.initial.pop(name, None)

    def clean(self) -> dict[str, Any] | None:
        """Put the stored secret back where the box was left empty."""
        cleaned = super().clean() or self.cleaned_data
        for name in self.secrets:
            if not cleaned.get(name):
                cleaned[name] = getattr(self.instance, name)
        return cleaned
