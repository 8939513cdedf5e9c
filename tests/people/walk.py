"""Every page of the admin, found in its URLs, with the rows of a tenant as arguments.

A page whose arguments are not known fails the walk until ARGUMENTS says what they are: no page is forgotten.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.urls import URLPattern, URLResolver, get_resolver

from settings_app.models import Tenant
from syncjobs.wizard.steps import STEPS
from tests.people.filling import rows_of

GROUP = re.compile(r"\((?:\?P<(\w+)>)?(?:[^()\\]|\\.)*\)")
OWN = "own rows"
SLUG = "slug of the tenant"
VERSIONS = "versions of the row"
DELETED = "deleted rows"
# what stands in a route -> the values to try
ARGUMENTS: dict[str, Any] = {
    "object_id": OWN,
    "pk": OWN,
    "id": OWN,  # a user's password
    "slug": SLUG,
    "key": [step.key for step in STEPS],
    "version": VERSIONS,
    "version_id": VERSIONS,
    "deleted": DELETED,
    "stop": ["invoices", "deletes"],
    "place": [0],
    "number": [0],
    "kind": ["csv", "xlsx"],
    "app_label": ["settings_app", "syncjobs"],
    "content_type_id": [1],
    "url": ["nowhere"],
}
# what a list may be asked for besides
QUERIES = ("", "?tenant={pk}", "?q={number}", "?all=1", "?tenant__id__exact={pk}")
# what other pages have to be asked for, or they say nothing
OWN_QUERIES = {"wizard_search": ("?list=debtors&q=a",)}


class Page(NamedTuple):
    """A page: its address for one row, its model (None for pages of the whole site), and its name."""

    address: str
    model: type[Any] | None
    name: str


# one step of the guide of each kind: a connection, a question, a table, the grid of switches, the last page
KINDS_OF_STEPS = ("uniconta", "pos_debtor", "payment_types", "switches", "live")


def pages(tenant: Tenant, *, every_step: bool = False) -> list[Page]:
    """Return every page of the admin, those of rows with every row of the tenant; logging out comes last.

    Of the setup guide one step of each kind, or `every_step`: they all come from the same view.
    """
    found = [
        page
        for route, name in _routes(get_resolver().url_patterns, "")
        if route.startswith("admin/")
        for page in _pages(route, name, tenant)
    ]
    left_out = set() if every_step else {step.key for step in STEPS} - set(KINDS_OF_STEPS)
    kept = [
        page
        for page in found
        if page.name != "wizard_step" or page.address.split("/")[-2] not in left_out
    ]
    return sorted(kept, key=lambda page: page.name == "logout")


def _routes(patterns: Iterable[Any], before: str) -> Iterator[tuple[str, str]]:
    for each in patterns:
        route = before + _readable(each.pattern)
        if isinstance(each, URLResolver):
            yield from _routes(each.url_patterns, route)
        elif isinstance(each, URLPattern):
            yield route, each.name or ""


def _readable(pattern: Any) -> str:
    """Return a route with its arguments as {name}, whether it is written as a path or as an expression."""
    text = str(pattern)
    if not hasattr(pattern, "_route"):
        names = iter(["object_id", "version_id"])
        text = GROUP.sub(lambda found: f"{{{found[1] or next(names)}}}", text)
        return text.removeprefix("^").removesuffix("$").replace("\\Z", "").replace("\\", "")
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", text)


def _pages(route: str, name: str, tenant: Tenant) -> Iterator[Page]:
    model = _model_of(route)
    names = re.findall(r"\{(\w+)\}", route)
    unknown = [each for each in names if each not in ARGUMENTS]
    assert not unknown, f"{route}: say in ARGUMENTS what {unknown} may be"
    rows = _rows(model, tenant) if any(ARGUMENTS[each] == OWN for each in names) else [None]
    for row in rows:
        values = [_values(each, row, model, tenant) for each in names]
        for chosen in product(*values):
            yield Page(f"/{route.format(**dict(zip(names, chosen, strict=True)))}", model, name)


def _values(name: str, row: Any, model: Any, tenant: Tenant) -> list[Any]:
    values = ARGUMENTS[name]
    if values == OWN:
        return [row.pk]
    if values == VERSIONS:
        return [row.history.latest().pk]
    if values == DELETED:
        gone = model.history.filter(tenant_id=tenant.pk, history_type="-")
        assert gone.exists(), f"{model.__name__} has no deleted row of {tenant}"
        return [gone.latest().pk]
    if values == SLUG:
        return [tenant.slug]
    return list(values)


def _model_of(route: str) -> type[Any] | None:
    parts = route.split("/")
    if len(parts) > 3 and (parts[1], parts[2]) in _registered():
        return apps.get_model(parts[1], parts[2])
    return None


def _registered() -> set[tuple[str, str]]:
    return {(model._meta.app_label, str(model._meta.model_name)) for model in admin.site._registry}


def _rows(model: type[Any] | None, tenant: Tenant) -> list[Any]:
    """Return the rows whose pages are walked: one of the tenant's own, its members, or whatever there is."""
    if model is None:
        return [tenant]
    if model is User:
        return list(User.objects.filter(tenant_memberships__tenant=tenant))
    if any(field.name == "tenant" for field in model._meta.fields) or model is Tenant:
        rows = list(rows_of(model, tenant))
        assert rows, f"{model.__name__} has no row of {tenant}: the walk would prove nothing"
        return rows[:1]
    return list(model._base_manager.all()[:1])


def autocompletes() -> list[str]:
    """Return an address for every relation of every registered model to a page that can be searched."""
    found = []
    for model in admin.site._registry:
        for field in model._meta.fields:
            related: Any = field.related_model
            remote = admin.site._registry.get(related) if field.is_relation else None
            if remote is not None and remote.search_fields:
                found.append(
                    f"/admin/autocomplete/?app_label={model._meta.app_label}"
                    f"&model_name={model._meta.model_name}&field_name={field.name}&term="
                )
    return found
