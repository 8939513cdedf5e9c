"""Issues: what needs a person, one line for each cause."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from syncjobs.admin.base import MOST_LINES, LogAdmin
from syncjobs.admin.mending import STOPS, mend_of
from syncjobs.again import retry_issue
from syncjobs.models import Issue, JobState, SyncJob
from syncjobs.sentences import shown

OPEN_JOBS = Q(jobs__state=JobState.NEEDS_PERSON)


class OpenFilter(admin.SimpleListFilter):
    """Shows open issues unless others are asked for."""

    title = _("state")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the choice beside “open”."""
        return [("all", _("open and closed"))]

    def choices(self, changelist: Any) -> Any:
        """Call the choice that is made by itself by its name."""
        first, *others = super().choices(changelist)
        yield {**first, "display": _("open")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep the issues that hold a record up at this moment."""
        if self.value() == "all":
            return queryset
        held = SyncJob.objects.filter(issue=OuterRef("pk"), state=JobState.NEEDS_PERSON)
        return queryset.filter(Exists(held))


@admin.register(Issue)
class IssueAdmin(LogAdmin):
    """What needs a person: mend the cause, and everything that it holds up runs."""

    list_display = [
        "cause",
        "tenant",
        "kind",
        "count",
        "first_seen_at",
        "last_seen_at",
        "cure",
    ]
    list_filter = ["kind", "mended_by", OpenFilter]
    ordering = ["-last_seen_at"]
    fields = [
        "tenant",
        "kind",
        "cause",
        "cure",
        "mended_by",
        "first_seen_at",
        "last_seen_at",
        "held_jobs",
    ]
    readonly_fields = ["held_jobs"]
    actions = ["run_again"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the visible issues, each with the number of records it holds up."""
        rows = super().get_queryset(request)
        return rows.annotate(held=Count("jobs", filter=OPEN_JOBS))

    @admin.display(description=_("records"), ordering="held")
    def count(self, row: Any) -> int:
        """Return how many records it holds up."""
        return int(row.held)

    def get_list_display(self, request: HttpRequest) -> Any:
        """Return the columns, with the place of the cure for this person."""
        return [*super().get_list_display(request), _place(request)]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the lines of the page, with the place of the cure for this person."""
        names = list(super().get_fields(request, obj))
        return [*names[:-1], _place(request), names[-1]]  # before the records

    @admin.display(description=_("records that wait for it"))
    def held_jobs(self, row: Issue) -> SafeString:
        """Return the jobs as links, with their own words."""
        jobs = row.jobs.filter(state=JobState.NEEDS_PERSON).order_by("id")[:MOST_LINES]
        rows = format_html_join(
            "",
            '<tr><td><a href="{}">{}</a></td><td>{}</td></tr>',
            (
                (
                    reverse("admin:syncjobs_syncjob_change", args=[job.pk]),
                    job.source_id,
                    shown(job.cause),
                )
                for job in jobs
            ),
        )
        return format_html('<table class="plain">{}</table>', rows) if rows else SafeString("-")

    @admin.action(description=_("Run again all records of the chosen issues"), permissions=["act"])
    def run_again(self, request: HttpRequest, queryset: "QuerySet[Issue]") -> None:
        """Make every job due that the chosen issues hold up."""
        now = timezone.now()
        count = 0
        for issue in queryset.select_related("tenant"):
            count += retry_issue(issue, now=now)
            self.log_change(request, issue, str(_("Run again")))
        self.tell_how_many_run_again(request, count)


def _place(request: HttpRequest) -> Any:
    """Return the column that tells where this person mends an issue."""

    @admin.display(description=_("where to mend it"))
    def place(row: Issue) -> SafeString | str:
        mend, where = mend_of(request, row), row.get_mended_by_display()
        if mend.address:
            words = mend.label if row.mended_by in STOPS else where
            return format_html('<a href="{}">{}</a>', mend.address, words)
        return f"{where}. {mend.note}" if mend.note else where

    return place
