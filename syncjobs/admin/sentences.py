"""Columns of stored sentences, shown in the reader's language on lists and pages."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import capfirst

from syncjobs.sentences import shown

# the columns that hold what `integration` said
SENTENCES = frozenset(
    {
        "batch_reason",
        "cause",
        "cure",
        "delete_stop",
        "error",
        "invoice_stop",
        "last_error",
        "reason",
        "skipped_reason",
        "summary",
        "text",
    }
)


class SentencesMixin:
    """A page whose stored sentences are shown in the reader's language."""

    def get_list_display(self, request: HttpRequest) -> Any:
        """Return the columns of the list."""
        return self._said(super().get_list_display(request))  # type: ignore[misc]  # a mixin of ModelAdmin

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the lines of the page."""
        names = self._said(super().get_fields(request, obj))  # type: ignore[misc]  # a mixin of ModelAdmin
        return list(dict.fromkeys(names))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return what is never edited, the sentences among it."""
        own = super().get_readonly_fields(request, obj)  # type: ignore[misc]  # a mixin of ModelAdmin
        model = self.model  # type: ignore[attr-defined]  # a mixin of ModelAdmin
        # not of `get_fields`: without fields of its own a page asks here for them
        return [*own, *(name for name in self._said(_names(model)) if callable(name))]

    def exported_cell(self, field: Any) -> Callable[[Any], Any]:
        """Return what reads a cell of the list's file."""
        read: Callable[[Any], Any] = super().exported_cell(field)  # type: ignore[misc]  # a mixin of ExportMixin
        if field.name not in SENTENCES:
            return read
        return lambda row: shown(read(row))

    def _said(self, names: Any) -> list[Any]:
        model = self.model  # type: ignore[attr-defined]  # a mixin of ModelAdmin
        return [_column(model, name) if name in SENTENCES else name for name in names]


def _names(model: Any) -> list[str]:
    return [field.name for field in model._meta.fields]


@cache
def _column(model: Any, name: str) -> Callable[[Any], str]:
    """Return what shows a sentence of a row under the name of its field."""

    def column(row: Any) -> str:
        return shown(getattr(row, name))

    column.__name__ = name
    title = capfirst(model._meta.get_field(name).verbose_name)
    return admin.display(column, description=title, ordering=name, empty_value="-")
