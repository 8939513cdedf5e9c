"""The four roles, as groups: what each may do. Which tenants a person sees is another question, see Membership.

A migration calls `grant_roles`; a later one that adds a model calls it again.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions

APPS = ("settings_app", "syncjobs")
# settings by whom they concern: what the shop's money does, and how the service reaches and runs the tenant
MONEY = frozenset({"paymenttype", "register", "serviceitem"})
RUNNING = frozenset(
    {"tenant", "customers1stconnection", "unicontaconnection", "operation", "safetyinterval"}
)
GUIDE = frozenset({"wizardstep", "wizardlists"})  # the setup guide, for who sets shops up
BY_CONSENT = frozenset({"reverse_posting", "accept_close"})  # what the books say; no setting


def _looks(app: str, verb: str, model: str) -> bool:
    """Tell whether a permission only looks; the history models have theirs too."""
    return verb == "view"


def _acts(app: str, verb: str, model: str) -> bool:
    """Tell whether a permission presses buttons on a log, a link or the doctor."""
    is_log = app == "syncjobs" and model not in GUIDE
    return verb == "change" and (is_log or model == "doctorreport")


def _operator(app: str, verb: str, model: str) -> bool:
    return verb == "change" and (_acts(app, verb, model) or model in RUNNING)


def _consultant(app: str, verb: str, model: str) -> bool:
    is_setting = app == "settings_app" and not model.startswith("historical")
    guides = verb == "change" and model in GUIDE
    return guides or _acts(app, verb, model) or (is_setting and model != "membership")


def _bookkeeper(app: str, verb: str, model: str) -> bool:
    return _acts(app, verb, model) or model in MONEY or f"{verb}_{model}" in BY_CONSENT


ROLES: Mapping[str, Callable[[str, str, str], bool]] = {
    "operator": _operator,
    "consultant": _consultant,
    "bookkeeper": _bookkeeper,
    "auditor": _looks,
}


def may(role: str, app: str, codename: str) -> bool:
    """Tell whether a role has a permission: everybody looks, and each role does what is its own."""
    verb, _line, model = codename.partition("_")
    return app in APPS and (_looks(app, verb, model) or ROLES[role](app, verb, model))


def grant_roles(apps: Apps, schema_editor: Any = None) -> None:
    """Make the groups and give them what they lack; what an operator gave them on top stays.

    For migrations: permissions are made after all of them, so those of our models are made here first.
    """
    for label in APPS:
        config: Any = apps.get_app_config(label)
        module = getattr(config, "models_module", None)  # an application of a migration has none
        config.models_module = True
        create_permissions(config, verbosity=0, apps=apps)
        config.models_module = module
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label__in=APPS
    )
    rows = list(permissions.select_related("content_type"))
    for role in ROLES:
        group, _made = apps.get_model("auth", "Group").objects.get_or_create(name=role)
        group.permissions.add(
            *(row for row in rows if may(role, row.content_type.app_label, row.codename))
        )


def remove_roles(apps: Apps, schema_editor: Any = None) -> None:
    """Undo `grant_roles`: remove the four groups."""
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()
