"""Documents: what we created in Uniconta, or were about to."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as plain
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from integration.ports import DocumentState
from settings_app.admin.base import TenantFilter
from syncjobs import finishing
from syncjobs.admin.base import AgeFilter, LogAdmin
from syncjobs.again import retry_record
from syncjobs.models import DocumentRow, Step


class LeftOpenFilter(admin.SimpleListFilter):
    """Find the payments after which an open item is not what it should be [A97] [A98]."""

    title = _("open item")
    parameter_name = "left_open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the one choice."""
        return [("1", _("left open by the payment"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep the payments that left something open."""
        return queryset.filter(facts__has_key="left_open") if self.value() == "1" else queryset


@admin.register(DocumentRow)
class DocumentAdmin(LogAdmin):
    """What was created in Uniconta, by its key."""

    list_display = ["id", "tenant", "kind", "key", "state", "number", "updated_at"]
    list_filter = [TenantFilter, "kind", "state", LeftOpenFilter, AgeFilter]
    search_fields = ["source_id__exact", "key__exact", "number__exact"]
    search_help_text = _("The exact id of the record, the key, or Uniconta's number.")
    actions = ["send_again"]

    @admin.action(description=_("It is not in Uniconta: send again"), permissions=["act"])
    def send_again(self, request: HttpRequest, queryset: "QuerySet[DocumentRow]") -> None:
        """Let the chosen documents be sent again whose outcome is unknown; a person has looked."""
        unknown = queryset.filter(state=DocumentState.SENDING.value).select_related("tenant")
        count = 0
        for row in unknown:
            self._send_again(request, row)
            count += 1
        self.message_user(
            request,
            ngettext(
                "%(count)d document is sent again.", "%(count)d documents are sent again.", count
            )
            % {"count": count},
            messages.SUCCESS if count else messages.WARNING,
        )

    def _send_again(self, request: HttpRequest, row: DocumentRow) -> None:
        now = timezone.now()
        finishing.send_again(row.pk)
        text = plain("%(user)s says that %(key)s is not in Uniconta; it is sent again.") % {
            "user": request.user.get_username(),
            "key": row.key,
        }
        Step.objects.create(tenant=row.tenant, at=now, text=text)
        self.log_change(request, row, text)
        retry_record(row.tenant, source_id=row.source_id, now=now)
