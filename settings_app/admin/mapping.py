"""Lists of the tenant page, each with a history page of its own."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import TabularInline

from settings_app.admin.base import TenantScopedAdmin
from settings_app.admin.reason_form import ReasonInline
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


class VariantFieldInline(ReasonInline, TabularInline):
    """User fields of items."""

    model = VariantField
    extra = 0


class FieldMasterInline(ReasonInline, TabularInline):
    """Fields that always come from one side."""

    model = FieldMaster
    extra = 0


@admin.register(FieldMaster, PaymentType, Register, ServiceItem, VariantField)
class ListRowAdmin(TenantScopedAdmin):
    """One row of a list and its history; made here or on the tenant page."""

    list_display = ["__str__", "tenant"]
    list_select_related = ["tenant"]

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for the tenant once: a row never moves to another one."""
        return ["tenant"] if obj is not None else None
