"""Who is told of problems, and the daily limit of calls; a page of its own, with its history."""

from django.contrib import admin

from settings_app.admin.connection import SettingsRowAdmin
from settings_app.models import Operation


@admin.register(Operation)
class OperationAdmin(SettingsRowAdmin):
    """Alerts and quota of a tenant; the row is made with the tenant."""

    list_display = ["tenant", "alert_emails", "uniconta_calls", "quota_share"]
