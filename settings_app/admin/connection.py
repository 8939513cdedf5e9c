"""The two connections, on the tenant page and with a history page each."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import StackedInline

from settings_app.admin.base import TenantScopedAdmin
from settings_app.admin.reason_form import ReasonInline
from settings_app.admin.secret_form import SecretsForm, SecretsMixin
from settings_app.models import Customers1stConnection, UnicontaConnection
from settings_app.services import keep_previous_secret


class Customers1stForm(SecretsForm):
    """The store's connection; secrets are write-only."""

    secrets = ("api_token", "webhook_secret")

    class Meta:
        model = Customers1stConnection
        fields = ["base_url", "api_token", "webhook_secret", "hook_uuid", "naive_time"]

    def clean(self) -> dict[str, Any] | None:
        """Let the old webhook secret be accepted for a day."""
        cleaned = super().clean()
        keep_previous_secret(self.instance, secret=(cleaned or {}).get("webhook_secret"))
        return cleaned


class UnicontaForm(SecretsForm):
    """The company's connection; the password is write-only."""

    secrets = ("password",)

    class Meta:
        model = UnicontaConnection
        fields = ["base_url", "company_id", "username", "password", "hook_uuid"]


class Customers1stInline(SecretsMixin, ReasonInline, StackedInline):
    """The store, on the tenant page."""

    model = Customers1stConnection
    form = Customers1stForm
    can_delete = False


class UnicontaInline(SecretsMixin, ReasonInline, StackedInline):
    """The company, on the tenant page."""

    model = UnicontaConnection
    form = UnicontaForm
    private = ("hook_uuid",)  # its calls are unsigned: who knows the address may call
    can_delete = False


class SettingsRowAdmin(TenantScopedAdmin):
    """A row of the tenant page on its own, for its history; made with the tenant, deleted never."""

    list_filter: Sequence[Any] = []
    list_select_related = ["tenant"]
    exclude = ["tenant"]  # a row never moves to another tenant

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows are made with their tenant."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows stay as long as their tenant."""
        return False


@admin.register(Customers1stConnection)
class Customers1stAdmin(SecretsMixin, SettingsRowAdmin):
    """The store's connection and its history."""

    form = Customers1stForm
    list_display = ["tenant", "base_url"]


@admin.register(UnicontaConnection)
class UnicontaAdmin(SecretsMixin, SettingsRowAdmin):
    """The company's connection and its history."""

    form = UnicontaForm
    private = ("hook_uuid",)
    list_display = ["tenant", "company_id", "base_url"]
