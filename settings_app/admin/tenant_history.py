"""The history pages of a whole tenant: all its changes, and its settings as of a moment."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from settings_app.admin.exports import table_response
from settings_app.models import Tenant
from settings_app.services.history import all_changes, newest_changes, settings_as_of
from settings_app.services.restoring import still_gone
from settings_app.services.told_reasons import reason_told

ON_A_PAGE = 50
MOMENT = "at"


def configuration_link(tenant_id: int, moment: datetime) -> SafeString:
    """Return the link to the settings as they were at a moment."""
    page = reverse("admin:settings_app_tenant_as_of", args=[tenant_id])
    query = urlencode({MOMENT: moment.astimezone(UTC).isoformat()})
    text = _("The configuration as of this booking")
    return format_html(
        '<a class="text-primary-600 underline" href="{}?{}">{}</a>', page, query, text
    )


class TenantHistoryMixin:
    """Adds the two pages, and the history of all visible tenants, to the tenant's admin."""

    admin_site: Any
    opts: Any

    def get_urls(self) -> list[Any]:
        """Add the pages."""
        view = self.admin_site.admin_view
        own = [
            ("changes/", self.changes_of_all_view, "changes_of_all"),
            ("changes/export/<slug:kind>/", self.export_all_view, "changes_of_all_export"),
            ("<int:pk>/changes/", self.changes_view, "changes"),
            ("<int:pk>/changes/export/<slug:kind>/", self.export_changes_view, "changes_export"),
            ("<int:pk>/as-of/", self.as_of_view, "as_of"),
        ]
        paths = [
            path(route, view(page), name=f"settings_app_tenant_{name}") for route, page, name in own
        ]
        return [*paths, *super().get_urls()]  # type: ignore[misc]  # a mixin of ModelAdmin

    def changes_of_all_view(self, request: HttpRequest) -> HttpResponse:
        """Offer the tenants; who sees one only is led to its changes."""
        tenants = self._tenants(request)
        if len(tenants) == 1:
            return HttpResponseRedirect(_address("changes", tenants[0].pk))
        pages = [(str(tenant), _address("changes", tenant.pk)) for tenant in tenants]
        context = {"title": _("Change history"), "pages": pages}
        return self._shown(request, "settings_app/changes_of_all.html", context)

    def export_all_view(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """Return the changes of all visible tenants as a file."""
        return _file(kind, self._tenants(request))

    def export_changes_view(self, request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
        """Return the changes of one tenant as a file."""
        return _file(kind, self._tenants(request).filter(pk=self._tenant(request, pk).pk))

    def changes_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show who changed what in a tenant, the newest first."""
        tenant = self._tenant(request, pk)
        until = _moment(request.GET.get("until", ""))
        changes = newest_changes(tenant, until=until, most=ON_A_PAGE)
        is_full = len(changes) == ON_A_PAGE
        for record in still_gone([change.record for change in changes]):
            record.restore_url = self._restore_url(request, record)
        context = {
            "title": _("Changes of %(tenant)s") % {"tenant": tenant},
            "changes": changes,
            "older": changes[-1].record.history_date.isoformat() if is_full else "",
            "csv_url": _address("changes_export", pk, "csv"),
            "xlsx_url": _address("changes_export", pk, "xlsx"),
            "as_of_url": _address("as_of", pk),
        }
        return self._shown(request, "settings_app/changes.html", context)

    def as_of_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show every setting as it was at a moment, beside what it is today."""
        tenant, given = self._tenant(request, pk), request.GET.get(MOMENT, "")
        moment = _moment(given)
        if given and moment is None:
            messages.warning(request, _("This is no moment; shown is what holds now."))
        moment = moment or timezone.now()
        told = settings_as_of(tenant, moment)
        context = {
            "title": _("Settings of %(tenant)s as of %(when)s")
            % {"tenant": tenant, "when": f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}"},
            "moment": moment,
            "settings": told,
            "changed": sum(each.then != each.now for each in told),
            "changes_url": _address("changes", pk),
        }
        return self._shown(request, "settings_app/as_of.html", context)

    def _restore_url(self, request: HttpRequest, record: Any) -> str:
        """Return the page that makes a deleted row again, empty for who may not."""
        model = record.instance_type
        if not self.admin_site.get_model_admin(model).has_add_permission(request):
            return ""
        return reverse(f"admin:settings_app_{model._meta.model_name}_restore", args=[record.pk])

    def _tenants(self, request: HttpRequest) -> "QuerySet[Tenant]":
        """Return the tenants whose history this user may read."""
        if not request.user.has_perm("settings_app.view_historicaltenant"):
            raise PermissionDenied
        tenants: QuerySet[Tenant] = self.get_queryset(request)  # type: ignore[attr-defined]  # a mixin of ModelAdmin
        return tenants

    def _tenant(self, request: HttpRequest, pk: int) -> Tenant:
        tenant = self._tenants(request).filter(pk=pk).first()
        if tenant is None:
            raise Http404
        return tenant

    def _shown(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, template, {**shared, **context})


def _file(kind: str, tenants: "QuerySet[Tenant]") -> HttpResponseBase:
    header = [
        _("Tenant"),
        _("When (UTC)"),
        _("Who"),
        _("What"),
        _("Kind"),
        _("Field"),
        _("Before"),
        _("After"),
        _("Why"),
    ]
    return table_response(kind, name="changes", header=header, rows=_rows(tenants))


def _rows(tenants: "QuerySet[Tenant]") -> Iterator[list[Any]]:
    """Yield one row for each changed field; a change without any, such as a deletion, has one row too."""
    for tenant, change in all_changes(tenants):
        record = change.record
        start = [tenant.slug, record.history_date, change.who, change.what]
        kind, reason = record.get_history_type_display(), reason_told(record.history_change_reason)
        for each in change.differences:
            yield [*start, kind, each.label, each.before, each.after, reason]
        if not change.differences:
            yield [*start, kind, "", "", "", reason]


def _moment(text: str) -> datetime | None:
    """Return a moment, in the shop's time unless it says otherwise; None for what is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else timezone.make_aware(moment)


def _address(page: str, *args: Any) -> str:
    return reverse(f"admin:settings_app_tenant_{page}", args=args)
