"""What all our admin pages share: a staff user sees the tenants of their memberships only."""

from types import SimpleNamespace
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import flatten_fieldsets
from django.http import HttpRequest, HttpResponseRedirect
from unfold.admin import ModelAdmin

from settings_app.admin.chooser import (
    TenantChangeList,
    chosen_tenant,
    tenants_on_offer,
    visible_tenants,
)
from settings_app.admin.history import HistoryMixin
from settings_app.admin.reason_form import MISSING, REASON, ReasonForm, by, wants_reason
from settings_app.fields import EncryptedTextField
from settings_app.models import Tenant
from settings_app.services import announce_change


class ScopedMixin:
    """Limits rows, foreign keys and objects to the visible tenants; `tenant_path` leads from a row to its tenant."""

    tenant_path = "tenant"

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the visible rows."""
        rows = super().get_queryset(request)  # type: ignore[misc]  # a mixin of ModelAdmin
        if request.user.is_superuser:
            return rows
        # their ids, read once: a subquery would keep the database from the indexes that begin with the tenant
        keys = [each.pk for each in tenants_on_offer(request)]
        return rows.filter(**{f"{self.tenant_path}__in": keys})

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[TenantChangeList]:
        """Narrow lists to the chosen tenant."""
        return TenantChangeList

    def get_list_display(self, request: HttpRequest) -> Any:
        """Leave the tenant out while one is chosen: every row is its."""
        columns = super().get_list_display(request)  # type: ignore[misc]  # a mixin
        if chosen_tenant(request) is None or self.tenant_path != "tenant":
            return columns
        return [name for name in columns if name != "tenant"] or columns

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer only visible tenants, and only rows of visible tenants."""
        related = db_field.related_model
        if related is Tenant:
            kwargs["queryset"] = visible_tenants(request)
        elif any(field.name == "tenant" for field in related._meta.get_fields()):
            kwargs["queryset"] = related._default_manager.filter(
                tenant__in=visible_tenants(request)
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]  # a mixin

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse rows of other tenants."""
        return self._is_visible(request, obj) and super().has_view_permission(request, obj)  # type: ignore[misc]  # a mixin

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse rows of other tenants."""
        return self._is_visible(request, obj) and super().has_change_permission(request, obj)  # type: ignore[misc]  # a mixin

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse rows of other tenants."""
        return self._is_visible(request, obj) and super().has_delete_permission(request, obj)  # type: ignore[misc]  # a mixin

    def _is_visible(self, request: HttpRequest, obj: Any) -> bool:
        """Tell whether a row belongs to a tenant this user may see; asks the tenant, so deleted rows count too."""
        if obj is None or request.user.is_superuser:
            return True
        for name in self.tenant_path.split("__"):
            obj = getattr(obj, name)
        tenant_id = obj.pk if isinstance(obj, Tenant) else obj
        return visible_tenants(request).filter(pk=tenant_id).exists()


class TenantScopedAdmin(ScopedMixin, HistoryMixin, ModelAdmin):
    """A page with change history, scoped to visible tenants; saving tells the workers that settings changed.

    Every change is signed with the person and the reason given on the page; rows are deleted one by one, for a reason.
    """

    delete_confirmation_template = "settings_app/delete.html"

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> Any:
        """Show or save a row and what hangs on it."""
        with by(request):
            return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """Delete a row after asking why."""
        row = self.get_object(request, object_id)
        context = {**(extra_context or {}), "reason": REASON}
        if row is not None and self.has_delete_permission(request, row):
            every = [field.name for field in self.opts.fields]
            context["wanted"] = wants_reason(SimpleNamespace(data=request.POST), row, every)
            if request.method == "POST" and context["wanted"]:
                self.message_user(request, str(MISSING), messages.ERROR)
                return HttpResponseRedirect(request.path)
        with by(request):
            return super().delete_view(request, object_id, context)

    def get_actions(self, request: HttpRequest) -> Any:
        """Offer no deletion of many rows at once: each has its reason."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Add the box for the reason where something may be changed."""
        shown = kwargs.pop("fields", ())
        if shown is None:  # the page asks which fields there are
            return super().get_form(request, obj, change=change, fields=None, **kwargs)
        shown = shown or flatten_fieldsets(self.get_fieldsets(request, obj))
        kwargs["fields"] = [name for name in shown if name != REASON]
        form = super().get_form(request, obj, change=change, **kwargs)
        if not self._may_save(request, obj):
            return form
        return type(form.__name__, (ReasonForm, form), {})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Put the box for the reason last."""
        fieldsets = super().get_fieldsets(request, obj)
        if not self._may_save(request, obj):
            return fieldsets
        return [*fieldsets, (None, {"fields": [REASON]})]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """Save, then tell the listeners once the transaction is through."""
        super().save_related(request, form, formsets, change)
        row = form.instance
        only_status = change and not (
            set(form.changed_data) - {"status", "responsibility", REASON}
            or any(one.has_changed() for one in formsets)
        )
        tenant_id = row.pk if isinstance(row, Tenant) else row.tenant_id
        announce_change(tenant_id, only_status=only_status)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete a row, then tell the listeners."""
        tenant_id = obj.tenant_id
        super().delete_model(request, obj)
        announce_change(tenant_id)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show what may not be changed as text; the history page does not do so by itself."""
        if obj is not None and not self.has_change_permission(request, obj):
            return [
                field.name
                for field in self.opts.fields
                if field.editable
                and not field.primary_key
                and not isinstance(field, EncryptedTextField)
                and field.name not in (self.exclude or ())
            ]
        return super().get_readonly_fields(request, obj)

    def _may_save(self, request: HttpRequest, obj: Any) -> bool:
        if obj is None:
            return bool(self.has_add_permission(request))
        return self.has_change_permission(request, obj)


class ReadOnlyAdmin(ScopedMixin, ModelAdmin):
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
