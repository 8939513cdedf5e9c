"""Webhook switches and safety intervals: a tenant has them all; a person only turns them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import TabularInline

from settings_app.admin.connection import SettingsRowAdmin
from settings_app.admin.reason_form import ReasonInline
from settings_app.models import SafetyInterval, WebhookSwitch


class WebhookSwitchInline(ReasonInline, TabularInline):
    """Webhook switches (point 11)."""

    model = WebhookSwitch
    extra = 0
    can_delete = False
    readonly_fields = ["system", "entity", "event"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """All switches exist from the first save of the tenant."""
        return False


class SafetyIntervalInline(ReasonInline, TabularInline):
    """Safety intervals."""

    model = SafetyInterval
    extra = 0
    can_delete = False
    readonly_fields = ["kind"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """All intervals exist from the first save of the tenant."""
        return False


@admin.register(WebhookSwitch)
class WebhookSwitchAdmin(SettingsRowAdmin):
    """One switch and its history."""

    list_display = ["__str__", "tenant", "on"]
    list_filter = ["system", "on"]
    readonly_fields = ["system", "entity", "event"]


@admin.register(SafetyInterval)
class SafetyIntervalAdmin(SettingsRowAdmin):
    """One interval and its history."""

    list_display = ["kind", "tenant", "hours"]
    readonly_fields = ["kind"]
