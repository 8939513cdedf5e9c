"""Every page of the settings' admin, and how a person fills the tenant page in."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.test import Client

from settings_app.models import DoctorReport, Tenant

# the doctor's report is no setting: tests/syncjobs/doctor looks at its page
MODELS: list[type[Model]] = [
    model
    for model in admin.site._registry
    if model._meta.app_label == "settings_app" and model is not DoctorReport
]


def address(model: type[Model], *parts: Any) -> str:
    """Return the address of a model's list, or of a page below it."""
    path = "".join(f"{part}/" for part in parts)
    return f"/admin/settings_app/{model._meta.model_name}/{path}"


def row_of(model: type[Model], tenant: Tenant) -> Any:
    """Return one row of that model that belongs to the tenant."""
    if model is Tenant:
        return tenant
    return model._default_manager.filter(tenant=tenant).first()


def filled_in(browser: Client, path: str) -> dict[str, Any]:
    """Return what a browser would send if the form of a page were submitted as it is shown."""
    context = browser.get(path).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    data: dict[str, Any] = {}
    for form in forms:
        for bound in form:
            shows = getattr(bound.field.widget, "render_value", True)
            value = bound.value() if shows else ""
            if value is True:
                data[bound.html_name] = "on"
            elif value is not None and value is not False:  # 0 is a value
                data[bound.html_name] = str(value)
            if bound.field.show_hidden_initial:  # of a default that is made anew each time
                data[bound.html_initial_name] = str(value)
    return data
