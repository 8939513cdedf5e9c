"""The doctor's page: what is wrong with a tenant, where to mend it, and a button where that is safe."""

from collections import Counter
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from integration.doctor.finding import Level
from integration.errors import IntegrationError
from settings_app.models import DoctorReport
from syncjobs.admin.base import LogAdmin
from syncjobs.admin.doctor_places import place_of
from syncjobs.doctor import UnableToFix, apply_fix, preview_fix, run_doctor
from syncjobs.sentences import shown

FAILURES = (IntegrationError, UnableToFix)


@admin.register(DoctorReport)
class DoctorReportAdmin(LogAdmin):
    """The newest examination of each tenant."""

    list_display = ["tenant", "green", "ran_at"]
    list_filter = ["is_green"]
    ordering = ["tenant"]

    def get_urls(self) -> list[Any]:
        """Add the page of a button."""
        name = "settings_app_doctorreport_fix"
        view = self.admin_site.admin_view(self.fix_view)
        return [path("<path:object_id>/fix/<int:number>/", view, name=name), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show what was found; a POST lets the doctor look again."""
        report = self._report(request, object_id)
        if report is None:
            return self._elsewhere(request, object_id)
        if request.method == "POST":
            return self._examine(request, report)
        context = {
            "title": _("Doctor of %(tenant)s") % {"tenant": report.tenant},
            "report": report,
            "rows": [
                {**row, "where": place_of(report.tenant, row), "number": number}
                for number, row in enumerate(report.findings)
            ],
            "counted": _counted(report.findings),
            "may_act": self.has_act_permission(request),
        }
        return self._page(request, "syncjobs/doctor.html", context)

    @admin.display(description=gettext_lazy("green"), boolean=True, ordering="is_green")
    def green(self, report: DoctorReport) -> bool | None:
        """Return how the newest examination ended; None where there was none."""
        return report.is_green if report.ran_at else None

    def fix_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """Show exactly what a button would do; a POST does it and lets the doctor look again."""
        report = self._report(request, object_id)
        if report is None:
            return self._elsewhere(request, object_id)
        self._check_may_act(request)
        rows = report.findings
        row = rows[number] if number < len(rows) else {}
        fix, arguments = str(row.get("fix") or ""), list(row.get("fix_arguments", ()))
        try:
            if request.method == "POST":
                apply_fix(report.tenant, fix, arguments, user=request.user)
                self.log_change(request, report, f"{fix} {' '.join(arguments)}".strip())
                self.message_user(request, _("Mended: %(what)s") % {"what": shown(row["cause"])})
                return self._examine(request, report)
            preview = preview_fix(report.tenant, fix, arguments)
        except FAILURES as error:
            self.message_user(request, shown(str(error)), messages.ERROR)
            return HttpResponseRedirect(self._address(report))
        context = {
            "title": shown(row["cause"]),
            "preview": preview,
            "back": self._address(report),
        }
        return self._page(request, "syncjobs/doctor_fix.html", context)

    def _examine(self, request: HttpRequest, report: DoctorReport) -> HttpResponse:
        self._check_may_act(request)
        answer = run_doctor(report.tenant)
        if answer.ok:
            self.message_user(request, _("The doctor is green."), messages.SUCCESS)
        else:
            self.message_user(request, _("The doctor found errors."), messages.WARNING)
        return HttpResponseRedirect(self._address(report))

    def _report(self, request: HttpRequest, object_id: str) -> DoctorReport | None:
        """Return the report, None when it is not this user's to see."""
        report: DoctorReport | None = self.get_object(request, object_id)
        if report is not None and not self.has_view_permission(request, report):
            raise PermissionDenied
        return report

    def _elsewhere(self, request: HttpRequest, object_id: str) -> HttpResponse:
        answer: HttpResponse = self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return answer

    def _check_may_act(self, request: HttpRequest) -> None:
        if not self.has_act_permission(request):
            raise PermissionDenied

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, template, {**shared, **context})

    def _address(self, report: DoctorReport) -> str:
        return reverse("admin:settings_app_doctorreport_change", args=[report.pk])


def _counted(findings: list[dict[str, Any]]) -> str:
    """Return how many errors and warnings were found."""
    levels = Counter(row["level"] for row in findings)
    errors, warnings = levels[Level.ERROR], levels[Level.WARNING]
    told = [
        ngettext("%(count)d error", "%(count)d errors", errors) % {"count": errors},
        ngettext("%(count)d warning", "%(count)d warnings", warnings) % {"count": warnings},
    ]
    return ", ".join(told)
