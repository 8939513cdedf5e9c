"""The page that makes a deleted row of a list again: what it was, why it shall be there again, and the row."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from settings_app.admin.chooser import visible_tenants
from settings_app.admin.reason_form import MISSING, REASON, by
from settings_app.services import announce_change
from settings_app.services.history import compare
from settings_app.services.money import needs_reason
from settings_app.services.restoring import deleted_row, occupant, still_gone
from settings_app.services.told_reasons import RESTORED


class RestoreMixin:
    """Adds the page to a list; who may add a row to it may restore one."""

    admin_site: Any
    model: Any
    opts: Any

    def get_urls(self) -> list[Any]:
        """Add the page."""
        view = self.admin_site.admin_view(self.restore_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_restore"
        return [path("restore/<int:deleted>/", view, name=name), *super().get_urls()]  # type: ignore[misc]  # a mixin of ModelAdmin

    def restore_view(self, request: HttpRequest, deleted: int) -> HttpResponse:
        """Show what would be made again and ask why; a POST makes it."""
        record = self.model.history.filter(history_id=deleted, history_type="-").first()
        if record is None or not visible_tenants(request).filter(pk=record.tenant_id).exists():
            raise Http404
        if not self.has_add_permission(request):  # type: ignore[attr-defined]  # a mixin of ModelAdmin
            raise PermissionDenied
        row, back = deleted_row(record), _changes(record.tenant_id)
        if not still_gone([record]):
            return self._answer(request, _("It is there again already."), back)
        told = compare(None, record)
        wanted = needs_reason(row, [each.name for each in told], tenant_id=record.tenant_id)
        if request.method == "POST":
            if wanted and not request.POST.get(REASON, "").strip():
                return self._answer(request, str(MISSING), request.path)
            return self._restore(request, record, row)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Restore the %(name)s “%(row)s”")
            % {"name": self.opts.verbose_name, "row": row},
            "record": record,
            "tenant": row.tenant,
            "values": told,
            "taken": _taken(occupant(row)),
            "wanted": wanted,
            "reason": REASON,
            "back": back,
        }
        return TemplateResponse(request, "settings_app/restore.html", context)

    def _restore(self, request: HttpRequest, record: Any, row: Any) -> HttpResponse:
        taken = _taken(occupant(row))
        if taken:
            return self._answer(request, taken, request.path)
        told = RESTORED.format(moment=f"{record.history_date:%Y-%m-%d %H:%M:%S}")
        try:
            row.full_clean()
            with transaction.atomic(), by(request, told=told):
                row.save(force_insert=True)
                announce_change(record.tenant_id)
        except ValidationError as error:
            return self._answer(request, " ".join(error.messages), request.path)
        except IntegrityError:  # somebody was quicker; the page says who has the place
            return HttpResponseRedirect(request.path)
        self.log_addition(request, row, told)  # type: ignore[attr-defined]  # a mixin of ModelAdmin
        done = _("It is there again, as it was when it was deleted.")
        return self._answer(request, done, _changes(record.tenant_id), level=messages.SUCCESS)

    def _answer(
        self, request: HttpRequest, text: str, address: str, *, level: int = messages.ERROR
    ) -> HttpResponse:
        messages.add_message(request, level, text)
        return HttpResponseRedirect(address)


def _taken(other: Any) -> str:
    if other is None:
        return ""
    text = _("Its place is taken: “%(row)s” is there now. Change or delete that row first.")
    return text % {"row": other}


def _changes(tenant_id: int) -> str:
    return reverse("admin:settings_app_tenant_changes", args=[tenant_id])
