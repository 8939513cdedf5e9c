"""Sync jobs and the lines of their logs."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from settings_app.admin.base import TenantFilter
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
    readonly_fields = ["log", "documents"]
    actions = ["run_again"]

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
