"""The two connections, on the tenant page and with a history page each."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from settings_app.admin.base import SecretsForm, TenantFilter, TenantScopedAdmin
from settings_app.models import Customers1stConnection, Tenant, UnicontaConnection
from settings_app.services.tenant_file import keep_previous_secret


class Customers1stForm(SecretsForm):
    """The store's connection; secrets are write-only."""

    secrets = ("api_token", "webhook_secret")

    class Meta:
        model = Customers1stConnection
        fields = ["tenant", "base_url", "api_token", "webhook_secret", "hook_uuid", "naive_time"]

    def clean(self) -> dict[str, Any] | None:
        """Let the old webhook secret be accepted for a day."""
        cleaned = super().clean()
        keep_previous_secret(self.instance, (cleaned or {}).get("webhook_secret"))
        return cleaned


class UnicontaForm(SecretsForm):
    """The company's connection; the password is write-only."""

    secrets = ("password",)

    class Meta:
        model = UnicontaConnection
        fields = ["tenant", "base_url", "company_id", "username", "password", "hook_uuid"]


class Customers1stInline(admin.StackedInline[Customers1stConnection, Tenant]):
    """The store, on the tenant page."""

    model = Customers1stConnection
    form = Customers1stForm


class UnicontaInline(admin.StackedInline[UnicontaConnection, Tenant]):
    """The company, on the tenant page."""

    model = UnicontaConnection
    form = UnicontaForm


class SettingsRowAdmin(TenantScopedAdmin):
    """A row of the tenant page on its own, for its history; made and deleted on the tenant page."""

    list_filter = [TenantFilter]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows are made on the tenant page."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Connections and setups stay as long as their tenant."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A row never moves to another tenant."""
        return ["tenant"]


@admin.register(Customers1stConnection)
class Customers1stAdmin(SettingsRowAdmin):
    """The store's connection and its history."""

    form = Customers1stForm
    list_display = ["tenant", "base_url"]


@admin.register(UnicontaConnection)
class UnicontaAdmin(SettingsRowAdmin):
    """The company's connection and its history."""

    form = UnicontaForm
    list_display = ["tenant", "company_id", "base_url"]
