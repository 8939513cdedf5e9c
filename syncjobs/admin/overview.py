"""The first pages that people see: all their tenants, and one tenant; from our own rows, without a remote call."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from settings_app.admin.chooser import chosen_tenant, tenants_on_offer
from settings_app.models import Tenant
from syncjobs.admin.mending import mend_of, stop_mend
from syncjobs.overview import overview_of, standings

MAY_SEE = "syncjobs.view_syncjob"


def index(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Give the admin's first page the standing of all tenants of this person (UNFOLD's DASHBOARD_CALLBACK)."""
    if not request.user.has_perm(MAY_SEE):
        return context
    tenants = tenants_on_offer(request)
    if len(tenants) == 1:
        return {**context, **_told(request, tenants[0]), "title": tenants[0].name}
    rows = standings(tenants, timezone.now())
    # who needs somebody first, then who is live, each by name
    rows.sort(key=lambda row: (row.is_well or not row.is_live, not row.is_live))
    return {**context, "standings": rows, "title": _("Overview")}


def tenant_overview(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one tenant's overview; 404 for a tenant that this person may not see."""
    tenant = next((each for each in tenants_on_offer(request) if each.slug == slug), None)
    if tenant is None or not request.user.has_perm(MAY_SEE):
        raise Http404
    context = {**admin.site.each_context(request), **_told(request, tenant), "title": tenant.name}
    return TemplateResponse(request, "syncjobs/overview.html", context)


def home(request: HttpRequest) -> HttpResponse:
    """Lead to the overview of the chosen tenant, or to that of all."""
    tenant = chosen_tenant(request)
    if tenant is None or not request.user.has_perm(MAY_SEE):
        return HttpResponseRedirect(reverse("admin:index"))
    return HttpResponseRedirect(reverse("tenant-overview", args=[tenant.slug]))


def _told(request: HttpRequest, tenant: Tenant) -> dict[str, Any]:
    told = overview_of(tenant, timezone.now())
    return {
        "told": told,
        "issues": [{"row": each, "mend": mend_of(request, each)} for each in told.issues],
        "stops": [
            (words, told_stop, stop_mend(request, tenant.pk, stop))
            for stop, words, told_stop in (
                ("invoices", _("Invoicing is stopped:"), told.standing.invoice_stop),
                ("deletes", _("Deletions are stopped:"), told.standing.delete_stop),
            )
            if told_stop
        ],
    }
