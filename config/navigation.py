"""How the admin looks and where its pages are found, by person (django-unfold)."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def unfold() -> dict[str, Any]:
    """Return the settings of django-unfold."""
    return {
        "SITE_TITLE": _("Customers 1st ↔ Uniconta"),
        "SITE_HEADER": _("Customers 1st ↔ Uniconta"),
        "SITE_SYMBOL": "sync_alt",
        "SITE_URL": None,
        "SHOW_LANGUAGES": True,
        "ENVIRONMENT": "config.navigation.environment_label",
        "SIDEBAR": {"show_search": True, "navigation": _navigation()},
        "COLORS": {"primary": BLUE},
        "STYLES": [lambda request: static("syncjobs/admin.css")],
        "DASHBOARD_CALLBACK": "syncjobs.admin.overview.index",
        "GLOBAL_CALLBACK": "settings_app.admin.chooser.chooser_context",
    }


def environment_label(request: HttpRequest) -> list[Any]:
    """Return the label that tells a laptop with its sandbox from the real thing."""
    return [_("Sandbox"), "info"] if settings.DEBUG else [_("Production"), "danger"]


BLUE = {
    "50": "oklch(97.0% .014 254.604)",
    "100": "oklch(93.2% .032 255.585)",
    "200": "oklch(88.2% .059 254.128)",
    "300": "oklch(80.9% .105 251.813)",
    "400": "oklch(70.7% .165 254.624)",
    "500": "oklch(62.3% .214 259.815)",
    "600": "oklch(54.6% .245 262.881)",
    "700": "oklch(48.8% .243 264.376)",
    "800": "oklch(42.4% .199 265.638)",
    "900": "oklch(37.9% .146 265.522)",
    "950": "oklch(28.2% .091 267.935)",
}


def _navigation() -> list[dict[str, Any]]:
    return [
        {
            "title": _("Daily work"),
            "items": [
                _address(
                    _("Overview"), "dashboard", "overview", permission="syncjobs.view_syncjob"
                ),
                _page(_("Issues"), "report", "syncjobs", "issue"),
                _page(_("Sync jobs"), "checklist", "syncjobs", "syncjob"),
                _page(_("Day closes"), "point_of_sale", "syncjobs", "daycloseproof"),
                _page(_("Documents"), "receipt_long", "syncjobs", "documentrow"),
                _page(_("Links"), "link", "syncjobs", "linkrow"),
            ],
        },
        {
            "title": _("Setup"),
            "items": [
                _page(_("Tenants"), "store", "settings_app", "tenant"),
                _page(_("Doctor"), "stethoscope", "settings_app", "doctorreport"),
                _page(_("Setup points"), "tune", "settings_app", "setup"),
                _page(_("Payment types"), "credit_card", "settings_app", "paymenttype"),
                _page(_("Webhook switches"), "toggle_on", "settings_app", "webhookswitch"),
                _page(_("Alerts and quota"), "notifications", "settings_app", "operation"),
            ],
        },
        {
            "title": _("Audit"),
            "items": [
                {
                    "title": _("Change history"),
                    "icon": "history",
                    "link": reverse_lazy("admin:settings_app_tenant_changes_of_all"),
                    "permission": _may_view("settings_app", "historicaltenant"),
                },
                _page(_("Deliveries"), "inbox", "syncjobs", "delivery"),
                _page(_("Steps"), "list_alt", "syncjobs", "step"),
            ],
        },
        {
            "title": _("Operation"),
            "items": [
                _page(_("Safety runs"), "health_and_safety", "syncjobs", "safetyrun"),
                _page(_("Sweeps"), "manage_search", "syncjobs", "sweeprun"),
                _page(_("Problems"), "warning", "syncjobs", "problem"),
                _page(_("Paused calls"), "pause_circle", "syncjobs", "breaker"),
                _page(_("Webhook registrations"), "webhook", "syncjobs", "hookregistration"),
                _page(_("Tenant states"), "monitor_heart", "syncjobs", "tenantstate"),
                _page(_("Users"), "person", "auth", "user"),
                _page(_("Roles"), "group", "auth", "group"),
            ],
        },
    ]


def _page(title: Any, icon: str, app: str, model: str) -> dict[str, Any]:
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{model}_changelist"),
        "permission": _may_view(app, model),
    }


def _address(title: Any, icon: str, name: str, *, permission: str) -> dict[str, Any]:
    def allowed(request: HttpRequest) -> bool:
        return bool(request.user.has_perm(permission))

    return {"title": title, "icon": icon, "link": reverse_lazy(name), "permission": allowed}


def _may_view(app: str, model: str) -> Callable[[HttpRequest], bool]:
    def allowed(request: HttpRequest) -> bool:
        user = request.user
        return user.has_perm(f"{app}.view_{model}") or user.has_perm(f"{app}.change_{model}")

    return allowed
