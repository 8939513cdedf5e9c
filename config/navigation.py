"""How the admin looks and where its pages are found, by person (django-unfold)."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.functional import lazy
from django.utils.text import capfirst
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
        # unfold's search of the menu knows models alone and fails on Enter: the menu is short enough without it
        "SIDEBAR": {"show_search": False, "navigation": _navigation()},
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
                _page("report", "syncjobs", "issue"),
                _page("checklist", "syncjobs", "syncjob"),
                _page("point_of_sale", "syncjobs", "daycloseproof"),
                _page("receipt_long", "syncjobs", "documentrow"),
                _page("link", "syncjobs", "linkrow"),
            ],
        },
        {
            "title": _("Setup"),
            "items": [
                _page("store", "settings_app", "tenant"),
                _page("stethoscope", "settings_app", "doctorreport"),
                _page("tune", "settings_app", "setup"),
                _page("credit_card", "settings_app", "paymenttype"),
                _page("toggle_on", "settings_app", "webhookswitch"),
                _page("notifications", "settings_app", "operation"),
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
                _page("inbox", "syncjobs", "delivery"),
                _page("list_alt", "syncjobs", "step"),
            ],
        },
        {
            "title": _("Operation"),
            "items": [
                _page("health_and_safety", "syncjobs", "safetyrun"),
                _page("manage_search", "syncjobs", "sweeprun"),
                _page("warning", "syncjobs", "problem"),
                _page("pause_circle", "syncjobs", "breaker"),
                _page("webhook", "syncjobs", "hookregistration"),
                _page("monitor_heart", "syncjobs", "tenantstate"),
                _page("person", "auth", "user"),
                _page("group", "auth", "group"),
            ],
        },
    ]


def _page(icon: str, app: str, model: str) -> dict[str, Any]:
    """Return the entry of a list, called what the list itself and the way to it are called."""

    def title() -> str:
        return str(capfirst(apps.get_model(app, model)._meta.verbose_name_plural))

    return {
        "title": lazy(title, str)(),
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
