"""Who may open a page of the guide, and who may save it: who sets shops up, and may change the models that it writes."""

from typing import Any

from django.http import Http404, HttpRequest

from settings_app.admin.chooser import visible_tenants
from settings_app.models import Tenant
from syncjobs.wizard.step import Step

# part of the tenant file -> models whose rows are changed, and whether rows come and go
MODELS = {
    "tenant": ("tenant", False),
    "customers1st": ("customers1stconnection", False),
    "uniconta": ("unicontaconnection", False),
    "setup": ("setup", False),
    "webhooks": ("webhookswitch", False),
    "safety": ("safetyinterval", False),
    "payment_types": ("paymenttype", True),
    "registers": ("register", True),
    "variant_fields": ("variantfield", True),
    "service_items": ("serviceitem", True),
}


def tenant_or_404(request: HttpRequest, slug: str) -> Tenant:
    """Return the tenant when this user may see it; another one's does not exist for them."""
    tenant = visible_tenants(request).filter(slug=slug).first()
    if tenant is None or not _may(request.user, "view", "tenant"):
        raise Http404
    return tenant


def may_save(user: Any, step: Step) -> bool:
    """Tell whether a user may save a step."""
    sections = step.sections or {"tenant"}
    return bool(user.has_perm("syncjobs.change_wizardstep")) and all(
        _may_write(user, *MODELS[section]) for section in sections
    )


def parts_of_own(user: Any, step: Step) -> list[str]:
    """Return what of a step a user may change on the settings' own pages, by parts of the tenant file."""
    return sorted(section for section in step.sections if _may_write(user, *MODELS[section]))


def may_add_shop(user: Any) -> bool:
    """Tell whether a user may make a tenant."""
    return bool(user.has_perm("settings_app.add_tenant"))


def _may_write(user: Any, model: str, rows: bool) -> bool:
    actions = ("add", "change", "delete") if rows else ("change",)
    return all(user.has_perm(f"settings_app.{action}_{model}") for action in actions)


def _may(user: Any, action: str, model: str) -> bool:
    names = (f"settings_app.{action}_{model}", f"settings_app.change_{model}")
    return any(user.has_perm(name) for name in names)
