"""Received webhook calls."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from syncjobs.admin.base import LongLogAdmin, ReceivedFilter
from syncjobs.inbox import replay
from syncjobs.models import Delivery


@admin.register(Delivery)
class DeliveryAdmin(LongLogAdmin):
    """What the vendors sent, as it came."""

    list_display = [
        "id",
        "received_at",
        "tenant",
        "system",
        "event",
        "source_id",
        "job",
        "skipped_reason",
    ]
    list_filter = ["system", ReceivedFilter]
    list_prefetch = ("job",)
    list_defer = ("body", "headers", "query")
    search_fields = ["source_id__exact"]
    search_help_text = _("The exact id of the record.")
    fields = [
        "tenant",
        "system",
        "event",
        "source_id",
        "received_at",
        "method",
        "query",
        "headers",
        "body_text",
        "job",
        "skipped_reason",
    ]
    readonly_fields = ["body_text"]

    actions = ["run_again"]

    @admin.action(description=_("Run again …"), permissions=["act"])
    def run_again(
        self, request: HttpRequest, queryset: "QuerySet[Delivery]"
    ) -> TemplateResponse | None:
        """Read the chosen calls again with today's configuration, after a page that says how many they are."""
        count = queryset.count()
        if "confirmed" not in request.POST:
            return self._ask(request, queryset, count)
        now = timezone.now()
        jobs: set[int] = set()
        for delivery in queryset.select_related("tenant").order_by("pk").iterator():
            job = replay(delivery, now=now)
            if job is not None:
                jobs.add(job.pk)
        text = _said(calls=count, jobs=len(jobs))
        for delivery in queryset[:1]:
            self.log_change(request, delivery, text)
        self.message_user(request, text, messages.SUCCESS if jobs else messages.WARNING)
        return None

    def _ask(
        self, request: HttpRequest, queryset: "QuerySet[Delivery]", count: int
    ) -> TemplateResponse:
        by_event = queryset.order_by().values_list("tenant__slug", "system", "event")
        return TemplateResponse(
            request,
            "admin/syncjobs/delivery/run_again.html",
            {
                **self.admin_site.each_context(request),
                "title": _("Run again"),
                "opts": self.opts,
                "count": count,
                "records": queryset.order_by().values("tenant", "source_id").distinct().count(),
                "events": by_event.annotate(Count("pk")).order_by(
                    "tenant__slug", "system", "event"
                ),
                "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
                "across": request.POST.get("select_across", "0"),
                "checkbox": ACTION_CHECKBOX_NAME,
            },
        )

    @admin.display(description=_("body"))
    def body_text(self, row: Delivery) -> SafeString:
        """Return the body as text."""
        return format_html("<pre>{}</pre>", bytes(row.body).decode("utf-8", errors="replace"))


def _said(*, calls: int, jobs: int) -> str:
    """Return how many calls run again, and as how many jobs; calls about one record are one job."""
    return gettext("%(calls)s, as %(jobs)s.") % {
        "calls": ngettext("%(count)d call runs again", "%(count)d calls run again", calls)
        % {"count": calls},
        "jobs": ngettext("%(count)d job", "%(count)d jobs", jobs) % {"count": jobs},
    }
