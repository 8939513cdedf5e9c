"""What the pages of this app share."""

import json
from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import get_permission_codename
from django.db.models import Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from settings_app.admin.base import ReadOnlyAdmin
from settings_app.admin.exports import ExportMixin
from syncjobs.admin.keyset import KeysetChangeList
from syncjobs.admin.sentences import SentencesMixin

MOST_LINES = 200  # of one log on a page
LONGEST_TEXT = 2000


class LogAdmin(SentencesMixin, ExportMixin, ReadOnlyAdmin):
    """A page about what happened; people with the change permission may press its buttons, nobody edits it."""

    list_select_related = ["tenant"]
    list_per_page = 50
    list_max_show_all = 200
    ordering = ["-id"]

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Tell whether this user may press the buttons of this page (`permissions=["act"]`)."""
        codename = get_permission_codename("change", self.opts)
        return bool(request.user.has_perm(f"{self.opts.app_label}.{codename}"))

    def tell_how_many_run_again(self, request: HttpRequest, count: int) -> None:
        """Say how many jobs a button has made due."""
        self.message_user(
            request,
            ngettext("%(count)d job runs again.", "%(count)d jobs run again.", count)
            % {"count": count},
            messages.SUCCESS if count else messages.WARNING,
        )


class LongLogAdmin(LogAdmin):
    """A log that may have millions of rows: pages by key, estimated counts, no sorting by columns."""

    sortable_by = ()
    list_defer: tuple[str, ...] = ()  # columns that are long and not listed
    # read after the page: with an outer join SQLite sorts all rows of several tenants before it cuts the page
    list_prefetch: tuple[str, ...] = ()
    list_max_show_all = 0

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[KeysetChangeList]:
        """Page by key."""
        return KeysetChangeList


class AgeFilter(admin.SimpleListFilter):
    """Filter by age; fixed choices, since a calendar of a long table is slow."""

    title = _("age")
    parameter_name = "age"
    column = "created_at"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the choices."""
        return [("1", _("last 24 hours")), ("7", _("last 7 days")), ("30", _("last 30 days"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep the rows that are young enough."""
        value = self.value()
        if value not in {"1", "7", "30"}:
            return queryset
        since = timezone.now() - timedelta(days=int(value))
        is_young = Q(**{f"{self.column}__gte": since})
        # rows are numbered as they come: the first id of that time ends the walk through an index that is ordered by id
        first = queryset.model._default_manager.filter(is_young).order_by(self.column)
        return queryset.filter(is_young, pk__gte=Subquery(first.values("pk")[:1]))


class ReceivedFilter(AgeFilter):
    """Filter deliveries by age."""

    column = "received_at"


class StartedFilter(AgeFilter):
    """Filter runs by age."""

    column = "started_at"


class StepAgeFilter(AgeFilter):
    """Filter steps by age."""

    column = "at"


def as_text(value: Any) -> SafeString:
    """Return plain data as readable text, cut where it is long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)
    return format_html("<pre>{}</pre>", text[:LONGEST_TEXT])
