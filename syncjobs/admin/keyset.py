"""Lists that cost the same at a million rows: pages by key instead of by number, and counts that are estimated."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db import connections
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from settings_app.admin.chooser import TenantChangeList

COUNTED_AT_MOST = 500
BEFORE, AFTER = "before", "after"


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many rows there are: exactly, about, or at least."""

    number: int
    is_exact: bool = True
    is_estimate: bool = False

    def __str__(self) -> str:
        number = number_format(self.number, force_grouping=True)
        if self.is_exact:
            return number
        return _("about %s") % number if self.is_estimate else _("more than %s") % number


def count_rows(rows: "QuerySet[Any]") -> Count:
    """Count exactly as long as there are few; then PostgreSQL tells its planner's estimate, SQLite none."""
    counted = rows.order_by()[: COUNTED_AT_MOST + 1].count()
    if counted <= COUNTED_AT_MOST:
        return Count(number=counted)
    if connections[rows.db].vendor != "postgresql":
        return Count(number=COUNTED_AT_MOST, is_exact=False)
    plan = json.loads(rows.order_by().explain(format="json"))[0]["Plan"]
    return Count(
        number=max(_rounded(int(plan["Plan Rows"])), COUNTED_AT_MOST),
        is_exact=False,
        is_estimate=True,
    )


class KeysetPaginator(Paginator[Any]):
    """Tells the pagination's template; the list itself cuts its pages."""

    template_name = "syncjobs/keyset_pagination.html"


class KeysetChangeList(TenantChangeList):
    """The newest rows first, older and newer pages by the id where the page at hand ends."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> "QuerySet[Any]":
        """Leave long columns in the database."""
        return super().get_queryset(request, exclude_parameters).defer(*self.model_admin.list_defer)

    def get_ordering(self, request: HttpRequest, queryset: "QuerySet[Any]") -> Sequence[str]:
        """Order by id alone: every filter's index ends with it."""
        return ["-pk"]

    def get_filters_params(self, params: Any = None) -> Any:
        """Leave the place in the list out of the filters."""
        known = super().get_filters_params(params)
        return {name: value for name, value in known.items() if name not in (BEFORE, AFTER)}

    def get_results(self, request: HttpRequest) -> None:
        """Read one page and one row more, which tells whether there is another."""
        before, after = _key(request, BEFORE), _key(request, AFTER)
        size = self.list_per_page
        if after is not None:  # the page of newer rows that ends right above the one at hand
            found = list(self.queryset.filter(pk__gt=after).order_by("pk")[: size + 1])
            rows, has_newer, has_older = found[:size][::-1], len(found) > size, True
        else:
            older = self.queryset if before is None else self.queryset.filter(pk__lt=before)
            found = list(older[: size + 1])
            rows, has_newer, has_older = found[:size], before is not None, len(found) > size
        prefetch_related_objects(rows, *self.model_admin.list_prefetch)
        self.result_list = rows
        is_whole = not (has_newer or has_older)
        self.told_count = Count(number=len(rows)) if is_whole else count_rows(self.queryset)
        self.result_count = self.full_result_count = self.told_count.number
        self.show_full_result_count, self.show_admin_actions = False, True
        self.can_show_all = self.multi_page = False
        self.paginator = KeysetPaginator(rows, size)
        start = self.get_query_string(remove=[BEFORE, AFTER])
        self.newest_url = start if has_newer else ""
        self.newer_url = (
            self._page_url(AFTER, rows[0].pk) if has_newer and rows else self.newest_url
        )
        self.older_url = self._page_url(BEFORE, rows[-1].pk) if has_older and rows else ""

    def _page_url(self, name: str, key: int) -> str:
        return str(self.get_query_string({name: key}, remove=[BEFORE, AFTER]))


def _key(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _rounded(number: int) -> int:
    """Return a number with two digits that mean something: an estimate says no more."""
    unit = int(10 ** max(len(str(number)) - 2, 0))
    return number // unit * unit
