"""Safety runs, registrations and call counts."""

from django.contrib import admin

from settings_app.admin.base import TenantFilter
from syncjobs.admin.base import LogAdmin
from syncjobs.models import CallCount, HookRegistration, SafetyRun


@admin.register(SafetyRun)
class SafetyRunAdmin(LogAdmin):
    """When each safety job last went well, and when it is due."""

    list_display = ["tenant", "kind", "last_good_run_at", "next_run_at", "last_error"]
    list_filter = [TenantFilter, "kind"]


@admin.register(HookRegistration)
class HookRegistrationAdmin(LogAdmin):
    """What the last comparison of webhook registrations found."""

    list_display = ["tenant", "system", "name", "state", "checked_at"]
    list_filter = [TenantFilter, "system"]


@admin.register(CallCount)
class CallCountAdmin(LogAdmin):
    """Remote calls by day."""

    list_display = ["tenant", "system", "date", "count"]
    list_filter = [TenantFilter, "system"]
