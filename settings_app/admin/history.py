"""The history pages of one row: its versions, any two of them side by side, and back to one of them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from simple_history.admin import SimpleHistoryAdmin

from settings_app.admin.reason_form import MISSING, REASON, by
from settings_app.models import Tenant
from settings_app.services import announce_change
from settings_app.services.history import before, compare, differences
from settings_app.services.money import needs_reason

# what no revert touches: names that addresses hold on to, and a status that the doctor has a say in
FIXED = frozenset({"id", "tenant", "slug", "status", "hook_uuid"})


class HistoryMixin(SimpleHistoryAdmin):
    """Shows versions field by field, secrets never; puts one back as a new version."""

    object_history_template = "settings_app/history.html"
    object_history_list_template = "settings_app/history_list.html"

    def get_urls(self) -> list[Any]:
        """Add the page that compares two versions and the page that puts one back."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/compare/", view(self.compare_view), name=f"{name}_compare"),
            path("<int:pk>/revert/<int:version>/", view(self.revert_view), name=f"{name}_revert"),
        ]
        return [*own, *super().get_urls()]

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """Show the history of visible rows only, deleted ones to superusers only."""
        refusal = self._refusal(request, object_id)
        may_revert = refusal is None and self._may_revert(request, object_id)
        context = {"may_revert": may_revert, **(extra_context or {})}
        return refusal or super().history_view(request, object_id, context)

    def set_history_delta_changes(
        self, request: HttpRequest, historical_records: Any, foreign_keys_are_objs: bool = True
    ) -> None:
        """Give every version on the page what it changed, in the words of all other pages."""
        for record in historical_records:
            record.differences = differences(before(record), record)

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> Any:
        """Show one version beside what the row is now; the library's form would take values in."""
        if request.method != "GET":
            raise PermissionDenied
        refusal = self._refusal(request, object_id)
        if refusal is not None:
            return refusal
        return self._compare(request, self._version(object_id, version_id), None)

    def compare_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the two versions that were chosen on the history page."""
        refusal = self._refusal(request, str(pk))
        if refusal is not None:
            return refusal
        chosen = [request.GET.get(name, "") for name in ("old", "new")]
        if not all(key.isdigit() for key in chosen):
            self.message_user(request, _("Choose two versions to compare."), messages.WARNING)
            return HttpResponseRedirect(self._address("history", pk))
        old, new = sorted(
            (self._version(pk, key) for key in chosen), key=lambda row: row.history_id
        )
        return self._compare(request, old, new)

    def revert_view(self, request: HttpRequest, pk: int, version: int) -> HttpResponse:
        """Show what going back to a version would change and ask why; a POST writes it as a new version."""
        refusal = self._refusal(request, str(pk))
        if refusal is not None:
            return refusal
        if not self._may_revert(request, str(pk)):
            raise PermissionDenied
        record, row = self._version(pk, version), self.get_object(request, str(pk))
        changed = self._put_back(record, row)
        tenant_id = row.pk if isinstance(row, Tenant) else row.tenant_id
        wanted = needs_reason(row, changed, tenant_id=tenant_id)
        if request.method == "POST":
            return self._revert(request, record, row, changed=changed, wanted=wanted)
        now = row.history.order_by("-history_id").first()
        told = [each for each in compare(now, record) if each.name in changed]
        context = {
            "title": _("%(row)s: back to the version of %(when)s")
            % {"row": row, "when": _when(record)},
            "record": record,
            "differences": told,
            "wanted": wanted,
            "reason": REASON,
        }
        return self._page(request, "settings_app/revert.html", context, pk)

    def _revert(
        self, request: HttpRequest, record: Any, row: Any, *, changed: list[str], wanted: bool
    ) -> HttpResponse:
        if wanted and not request.POST.get(REASON, "").strip():
            self.message_user(request, str(MISSING), messages.ERROR)
            return HttpResponseRedirect(request.path)
        if not changed:
            self.message_user(request, _("Nothing would change."), messages.WARNING)
            return HttpResponseRedirect(self._address("history", row.pk))
        told = f"reverted to the version of {record.history_date:%Y-%m-%d %H:%M:%S} UTC"
        try:
            row.full_clean()
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return HttpResponseRedirect(request.path)
        with transaction.atomic(), by(request, told=told):
            row.save()
            announce_change(row.pk if isinstance(row, Tenant) else row.tenant_id)
        self.log_change(request, row, told)
        self.message_user(request, _("It is as it was in that version."), messages.SUCCESS)
        return HttpResponseRedirect(self._address("history", row.pk))

    def _put_back(self, record: Any, row: Any) -> list[str]:
        """Set the version's values on the row, unsaved; returns what changed."""
        changed = []
        for field in record.tracked_fields:
            name = field.name
            if field.editable and name not in FIXED and getattr(row, name) != getattr(record, name):
                setattr(row, name, getattr(record, name))
                changed.append(name)
        return changed

    def _compare(self, request: HttpRequest, old: Any, new: Any) -> HttpResponse:
        pk = old.id
        if not self.has_view_history_or_change_history_permission(request, old.instance):
            raise PermissionDenied
        newest = self._versions(pk).order_by("-history_id").first()
        new = new or newest
        context = {
            "title": _("%(row)s: two versions") % {"row": new.instance},
            "versions": (old, new),
            "newest": newest,
            "rows": compare(old, new),
            "may_revert": self._may_revert(request, str(pk)),
        }
        return self._page(request, "settings_app/compare.html", context, pk)

    def _page(
        self, request: HttpRequest, template: str, context: dict[str, Any], pk: int
    ) -> HttpResponse:
        shared = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "object_id": pk,
            "back": self._address("history", pk),
            "revert_name": f"admin:{self.opts.app_label}_{self.opts.model_name}_revert",
        }
        return TemplateResponse(request, template, {**shared, **context})

    def _versions(self, pk: Any) -> Any:
        return self.model.history.filter(id=pk)

    def _version(self, pk: Any, version: Any) -> Any:
        """Return a version of the row; 404 for one that is not its own."""
        record = None
        if str(version).isdigit():
            record = self._versions(pk).filter(history_id=version).first()
        if record is None:
            raise Http404
        return record

    def _may_revert(self, request: HttpRequest, pk: str) -> bool:
        """Tell whether this user may put a version back: the row is there and theirs to change."""
        row = self.get_object(request, pk)
        return (
            row is not None
            and self.has_change_permission(request, row)
            and self.has_view_history_or_change_history_permission(request, row)
        )

    def _refusal(self, request: HttpRequest, object_id: str) -> HttpResponse | None:
        if request.user.is_superuser or self.get_object(request, object_id) is not None:
            return None
        return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]  # simple_history is untyped

    def _address(self, page: str, pk: int) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=[pk])


def _when(record: Any) -> str:
    return date_format(timezone.localtime(record.history_date), "SHORT_DATETIME_FORMAT")
