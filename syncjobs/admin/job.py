"""Sync jobs and the lines of their logs."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from settings_app.admin.base import TenantFilter
from syncjobs import linking
from syncjobs.admin.base import (
    MOST_LINES,
    AgeFilter,
    LogAdmin,
    StepAgeFilter,
    as_text,
    document_table,
    log_table,
)
from syncjobs.again import retry_job
from syncjobs.models import DocumentRow, JobState, Step, SyncJob


@admin.register(SyncJob)
class SyncJobAdmin(LogAdmin):
    """What was done with each record, what waits, and what needs a person."""

    list_display = [
        "id",
        "tenant",
        "kind",
        "source_id",
        "state",
        "told",
        "attempts",
        "next_attempt_at",
        "created_at",
        "finished_at",
    ]
    list_filter = [TenantFilter, "state", "kind", "mended_by", AgeFilter]
    search_fields = ["source_id__exact"]
    search_help_text = _("The exact id of the record.")
    readonly_fields = ["choices", "log", "documents"]
    exclude = ["candidates"]
    actions = ["run_again"]

    def get_urls(self) -> list[Any]:
        """Add the page where a candidate is chosen."""
        path_of_choice = path(
            "<path:object_id>/choose/<int:place>/",
            self.admin_site.admin_view(self.choose),
            name="syncjobs_syncjob_choose",
        )
        return [path_of_choice, *super().get_urls()]

    def choose(self, request: HttpRequest, object_id: str, place: int) -> HttpResponse:
        """Ask, then link the job's record to one of its candidates and run it again."""
        job = self.get_object(request, object_id)
        if job is None or not self.has_act_permission(request):
            raise PermissionDenied
        back = reverse("admin:syncjobs_syncjob_change", args=[job.pk])
        if job.state != JobState.NEEDS_PERSON or place >= len(job.candidates):
            self.message_user(request, _("This job has no such choice any more."), messages.WARNING)
            return redirect(back)
        if request.method == "POST":
            return self._chosen(request, job, place, back)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Choose the other half"),
            "question": _("Link the two records and run the job again?"),
            "lines": [job.cause, _named(job.candidates[place])],
            "back": back,
        }
        return TemplateResponse(request, "syncjobs/confirm.html", context)

    def _chosen(self, request: HttpRequest, job: SyncJob, place: int, back: str) -> HttpResponse:
        try:
            link = linking.choose(job, place, by=request.user.get_username())
        except linking.UnableToLink as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.log_change(request, job, str(link))
            self.message_user(request, _("Linked; the job runs again."), messages.SUCCESS)
        return redirect(back)

    @admin.display(description=_("choose the other half"))
    def choices(self, row: SyncJob) -> SafeString:
        """Return a button for each record that could be the other half."""
        if row.state != JobState.NEEDS_PERSON or not row.candidates:
            return SafeString("-")
        return format_html_join(
            "",
            '<p><a class="button" href="{}">{}</a></p>',
            (
                (reverse("admin:syncjobs_syncjob_choose", args=[row.pk, place]), _named(each))
                for place, each in enumerate(row.candidates)
            ),
        )

    def get_fields(self, request: HttpRequest, obj: SyncJob | None = None) -> list[Any]:
        """Return the fields; only a job that needs a person waits for something to be mended."""
        fields = list(super().get_fields(request, obj))
        if obj is not None and obj.state != JobState.NEEDS_PERSON:
            fields.remove("mended_by")
        return fields

    @admin.display(description=_("what there is to say"))
    def told(self, row: SyncJob) -> str:
        """Return the cause, the reason or the summary, whichever there is."""
        return row.cause or row.reason or row.summary

    @admin.display(description=_("log"))
    def log(self, row: SyncJob) -> SafeString:
        """Return the job's steps, the first ones first."""
        return log_table(row.steps.order_by("id")[:MOST_LINES])

    @admin.display(description=_("documents of this record"))
    def documents(self, row: SyncJob) -> SafeString:
        """Return what was created in Uniconta for the same record."""
        rows = DocumentRow.objects.filter(tenant=row.tenant_id, source_id=row.source_id)
        return document_table(rows.order_by("id")[:MOST_LINES])

    @admin.action(description=_("Run again"), permissions=["act"])
    def run_again(self, request: HttpRequest, queryset: "QuerySet[SyncJob]") -> None:
        """Make the chosen jobs due that need a person."""
        now = timezone.now()
        count = sum(retry_job(job, now=now) for job in queryset.select_related("tenant"))
        for job in queryset:
            self.log_change(request, job, str(_("Run again")))
        self.message_user(
            request,
            ngettext("%(count)d job runs again.", "%(count)d jobs run again.", count)
            % {"count": count},
            messages.SUCCESS if count else messages.WARNING,
        )


def _named(candidate: Any) -> str:
    """Return a candidate as people know it."""
    return f"{candidate['key']} “{candidate['name']}” ({candidate['by']})"


@admin.register(Step)
class StepAdmin(LogAdmin):
    """Every line of every log; those without a job belong to batched work."""

    list_display = ["id", "at", "tenant", "job", "text"]
    list_filter = [TenantFilter, StepAgeFilter]
    list_select_related = ["tenant", "job"]
    fields = ["tenant", "job", "at", "text", "evidence_text"]
    readonly_fields = ["evidence_text"]

    @admin.display(description=_("evidence"))
    def evidence_text(self, row: Any) -> SafeString:
        """Return the evidence as text."""
        return as_text(row.evidence)
