"""Received webhook calls."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from settings_app.admin.base import TenantFilter
from syncjobs.admin.base import LogAdmin, ReceivedFilter
from syncjobs.models import Delivery


@admin.register(Delivery)
class DeliveryAdmin(LogAdmin):
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
    list_filter = [TenantFilter, "system", ReceivedFilter]
    list_select_related = ["tenant", "job"]
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

    @admin.display(description=_("body"))
    def body_text(self, row: Delivery) -> SafeString:
        """Return the body as text."""
        return format_html("<pre>{}</pre>", bytes(row.body).decode("utf-8", errors="replace"))
