"""The eleven points."""

from django.contrib import admin
from unfold.admin import StackedInline

from settings_app.admin.connection import SettingsRowAdmin
from settings_app.admin.reason_form import ReasonInline
from settings_app.models import Setup


class SetupInline(ReasonInline, StackedInline):
    """The eleven points, on the tenant page."""

    model = Setup
    can_delete = False


@admin.register(Setup)
class SetupAdmin(SettingsRowAdmin):
    """The eleven points and their history."""

    list_display = ["tenant", "pos_debtor", "journal", "settle_at"]
