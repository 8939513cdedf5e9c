"""Lists as files: what the list shows at the moment, filters and search included, as CSV or XLSX."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import get_format
from django.utils.text import capfirst
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from settings_app.fields import EncryptedTextField
from settings_app.services import tables

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_AT_ONCE = 1000


def table_response(
    kind: str, *, name: str, header: tables.Row, rows: Iterable[tables.Row]
) -> HttpResponseBase:
    """Return a table as a download; 404 for a kind that is neither csv nor xlsx."""
    answer = ANSWERS.get(kind)
    if answer is None:
        raise Http404
    said = _in_language(rows, get_language())
    return answer(f"{name}-{timezone.now():%Y-%m-%d}.{kind}", header, said)


def _in_language(rows: Iterable[tables.Row], language: str | None) -> Iterator[tables.Row]:
    """Yield rows in the language of who asked: they are read while they are sent, when the request is over."""
    with override(language):
        yield from rows


def _csv(name: str, header: tables.Row, rows: Iterable[tables.Row]) -> HttpResponseBase:
    return StreamingHttpResponse(
        tables.csv_lines(header, rows, has_decimal_comma=get_format("DECIMAL_SEPARATOR") == ","),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _xlsx(name: str, header: tables.Row, rows: Iterable[tables.Row]) -> HttpResponseBase:
    file = tables.xlsx_file(header, rows)
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


ANSWERS: Mapping[str, Callable[..., HttpResponseBase]] = {"csv": _csv, "xlsx": _xlsx}


class ExportMixin:
    """A list with two buttons that save it as a file; for who may see the list, and only what they may see of it."""

    change_list_template = "settings_app/export_list.html"
    export_fields: Sequence[str] = ()  # all columns, unless named

    def get_urls(self) -> list[Any]:
        """Add the file."""
        opts, view = self.opts, self.admin_site.admin_view(self.export_view)  # type: ignore[attr-defined]  # a mixin of ModelAdmin
        name = f"{opts.app_label}_{opts.model_name}_export"
        return [path("export/<slug:kind>/", view, name=name), *super().get_urls()]  # type: ignore[misc]  # a mixin

    def export_view(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """Return the rows of the list as a file, read from the database as they are sent."""
        page: Any = self
        if not page.has_view_permission(request):
            raise PermissionDenied
        try:
            queryset = page.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            page.message_user(request, _("There is no such filter."), messages.WARNING)
            opts = page.opts
            return HttpResponseRedirect(
                reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
            )
        fields = self._exported()
        cells = [self.exported_cell(field) for field in fields]
        rows = queryset.iterator(chunk_size=ROWS_AT_ONCE)
        return table_response(
            kind,
            name=str(page.opts.model_name),
            header=[capfirst(str(field.verbose_name)) for field in fields],
            rows=([cell(row) for cell in cells] for row in rows),
        )

    def exported_cell(self, field: Any) -> Callable[[Any], Any]:
        """Return what reads the cell of a field."""
        return _cell(field)

    def _exported(self) -> list[Any]:
        fields = [
            field
            for field in self.opts.concrete_fields  # type: ignore[attr-defined]  # a mixin of ModelAdmin
            if not isinstance(field, EncryptedTextField)
        ]
        return [
            field for field in fields if not self.export_fields or field.name in self.export_fields
        ]


def _cell(field: Any) -> Callable[[Any], Any]:
    """Return what reads a cell: the tenant's short name, the words of a choice, the value of anything else."""
    if field.name == "tenant":
        return attrgetter("tenant.slug")
    read = attrgetter(field.attname)
    if not field.choices:
        return read
    words = {value: str(label) for value, label in field.flatchoices}
    return lambda row: words.get(read(row), read(row))
