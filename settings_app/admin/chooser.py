"""Which tenants a person sees, and the one they have chosen to look at; the choice narrows all lists."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from unfold.views import ChangeList

from settings_app.models import Tenant

SESSION_KEY = "tenant"


def visible_tenants(request: HttpRequest) -> "QuerySet[Tenant]":
    """Return the tenants this user may see."""
    if request.user.is_superuser:
        return Tenant.objects.all()
    return Tenant.objects.filter(memberships__user_id=request.user.pk or 0)


def tenants_on_offer(request: HttpRequest) -> list[Tenant]:
    """Return the tenants this user may see by name; read once per request."""
    known: list[Tenant] | None = getattr(request, "_tenants_on_offer", None)
    if known is None:
        known = list(visible_tenants(request).order_by("name", "slug"))
        request._tenants_on_offer = known  # type: ignore[attr-defined]  # kept for the rest of the request
    return known


def chosen_tenant(request: HttpRequest) -> Tenant | None:
    """Return the tenant that lists are narrowed to: the chosen one, or the only one there is; None for all."""
    tenants = tenants_on_offer(request)
    if len(tenants) == 1:
        return tenants[0]
    slug = request.session.get(SESSION_KEY)
    return next((each for each in tenants if each.slug == slug), None)


class TenantChangeList(ChangeList):
    """A list narrowed to the chosen tenant. Pages of single rows are not: a link from a mail always opens."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self._tenant = chosen_tenant(request)
        super().__init__(request, *args, **kwargs)

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> "QuerySet[Any]":
        """Return the rows of the chosen tenant that the filters leave."""
        rows: QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        path = self.model_admin.tenant_path
        is_narrowed = self._tenant is not None and self.model is not Tenant
        return rows.filter(**{path: self._tenant}) if is_narrowed else rows


@require_POST
def choose_tenant(request: HttpRequest) -> HttpResponse:
    """Remember the tenant of the form's `slug`, empty for all, and go on to `next` (default: the overview)."""
    slug = request.POST.get("slug", "")
    if slug and all(slug != each.slug for each in tenants_on_offer(request)):
        raise Http404
    request.session[SESSION_KEY] = slug
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return HttpResponseRedirect(target if target and is_ours else reverse("overview"))


def chooser_context(request: HttpRequest) -> dict[str, Any]:
    """Return what every admin page shows of the choice (UNFOLD's GLOBAL_CALLBACK)."""
    if not admin.site.has_permission(request):
        return {}
    return {
        "tenants_on_offer": tenants_on_offer(request),
        "chosen_tenant": chosen_tenant(request),
        "time_zone": timezone.get_current_timezone_name(),
    }
