"""Lists of the tenant page, each with a history page of its own."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from unfold.admin import TabularInline

from settings_app.admin.base import TenantScopedAdmin
from settings_app.admin.reason_form import ReasonFormSet, ReasonInline
from settings_app.admin.restoring import RestoreMixin
from settings_app.models import (
    FieldMaster,
    PaymentType,
    Register,
    ServiceItem,
    VariantField,
)


class PaymentTypeInline(ReasonInline, TabularInline):
    """Payment types and their accounts."""

    model = PaymentType
    extra = 0


class RegisterInline(ReasonInline, TabularInline):
    """Registers with a cash account of their own."""

    model = Register
    extra = 0


class ServiceItemInline(ReasonInline, TabularInline):
    """Discount and free-text items, one per VAT rate."""

    model = ServiceItem
    extra = 0


class VariantFieldFormSet(ReasonFormSet):
    """The user fields of a tenant; each field of the till has one at most."""

    def clean(self) -> None:
        """Refuse two user fields for one field of the till."""
        super().clean()
        kept = [form for form in self.forms if form not in self.deleted_forms]
        sources = [form.cleaned_data.get("customers1st_field") for form in kept]
        for source in sources:
            if source and sources.count(source) > 1:
                raise _two_user_fields(source)


class VariantFieldForm(forms.ModelForm[VariantField]):
    """A user field on its own page."""

    def clean(self) -> dict[str, Any] | None:
        """Refuse a second user field for a field of the till."""
        cleaned = super().clean()
        # the tenant is asked for when the row is made
        tenant = self.cleaned_data.get("tenant") or getattr(self.instance, "tenant", None)
        source = self.cleaned_data.get("customers1st_field")
        others = VariantField.objects.filter(tenant=tenant, customers1st_field=source)
        if tenant and source and others.exclude(pk=self.instance.pk).exists():
            self.add_error("customers1st_field", _two_user_fields(source))
        return cleaned


def _two_user_fields(source: str) -> ValidationError:
    text = _("“%(field)s” has two user fields; keep one of them.")
    return ValidationError(text % {"field": source})


class VariantFieldInline(ReasonInline, TabularInline):
    """User fields of items."""

    model = VariantField
    formset = VariantFieldFormSet
    extra = 0


class FieldMasterInline(ReasonInline, TabularInline):
    """Fields that always come from one side."""

    model = FieldMaster
    extra = 0


@admin.register(FieldMaster, PaymentType, Register, ServiceItem)
class ListRowAdmin(RestoreMixin, TenantScopedAdmin):
    """One row of a list and its history; made here or on the tenant page."""

    list_display = ["__str__", "tenant"]
    list_select_related = ["tenant"]

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for the tenant once: a row never moves to another one."""
        return ["tenant"] if obj is not None else None


@admin.register(VariantField)
class VariantFieldAdmin(ListRowAdmin):
    """A user field of items and its history."""

    form = VariantFieldForm
