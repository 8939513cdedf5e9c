"""Documents: what we created in Uniconta, or were about to."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from integration.flows.changes import NothingChanged
from integration.flows.reversal import CannotReverse
from integration.ports import DocumentState
from settings_app.admin.tenant_history import configuration_link
from syncjobs import finishing, reversals
from syncjobs.admin.base import AgeFilter, LongLogAdmin
from syncjobs.admin.deciding import ReasonForm
from syncjobs.again import retry_document
from syncjobs.models import DocumentRow, Step
from syncjobs.sentences import shown


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


class ReversalForm(ReasonForm):
    """Why a posting is undone, and on which day."""

    on = forms.DateField(
        label=_("Posting date of the reversal"), widget=forms.DateInput(attrs={"type": "date"})
    )


@admin.register(DocumentRow)
class DocumentAdmin(LongLogAdmin):
    """What was created in Uniconta, by its key."""

    list_display = ["id", "tenant", "kind", "key", "state", "number", "updated_at"]
    list_filter = ["kind", "state", LeftOpenFilter, AgeFilter]
    search_fields = ["source_id__exact", "key__exact", "number__exact"]
    search_help_text = _("The exact id of the record, the key, or Uniconta's number.")
    actions = ["send_again"]
    readonly_fields = ["configuration", "reversal", "change"]

    def get_urls(self) -> list[Any]:
        """Add the page that reverses a posting."""
        own: list[Any] = [
            path(
                "<int:pk>/reverse/",
                self.admin_site.admin_view(self.reverse_view),
                name="syncjobs_documentrow_reverse",
            ),
            path(
                "<int:pk>/seen/",
                self.admin_site.admin_view(self.seen_view),
                name="syncjobs_documentrow_seen",
            ),
        ]
        return [*own, *super().get_urls()]

    @admin.display(description=_("configuration"))
    def configuration(self, row: DocumentRow) -> SafeString:
        """Return the link to the settings that held when this document was decided on."""
        return configuration_link(row.tenant_id, row.created_at)

    @admin.display(description=_("reversal"))
    def reversal(self, row: DocumentRow) -> SafeString | str:
        """Return the link to the page that reverses this posting."""
        sent = (DocumentState.SENT.value, DocumentState.CONFIRMED.value)
        if row.kind not in reversals.REVERSIBLE or row.state not in sent:
            return "-"
        address = reverse("admin:syncjobs_documentrow_reverse", args=[row.pk])
        return format_html('<a href="{}">{}</a>', address, gettext("Reverse this posting"))

    @admin.display(description=_("change in Customers 1st"))
    def change(self, row: DocumentRow) -> SafeString | str:
        """Return what a booked record became since, and the link to the page that calls it seen."""
        changed = row.facts.get("changed")
        if not changed:
            return "-"
        address = reverse("admin:syncjobs_documentrow_seen", args=[row.pk])
        link = '{}: <a href="{}">{}</a>'
        return format_html(link, changed["told"], address, gettext("I have seen the change"))

    def seen_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for a reason, then let a changed record stand as it is now; for people with the right to."""
        row = self.get_queryset(request).select_related("tenant").filter(pk=pk).first()
        if row is None or not request.user.has_perm("syncjobs.accept_close"):
            raise Http404
        form = ReasonForm(request.POST or None)
        back = reverse("admin:syncjobs_documentrow_change", args=[row.pk])
        if request.method == "POST" and form.is_valid() and self._see(request, row, form):
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("A change in Customers 1st"),
            "row": row,
            "form": form,
            "back": back,
        }
        return TemplateResponse(request, "syncjobs/seen.html", context)

    def _see(self, request: HttpRequest, row: DocumentRow, form: ReasonForm) -> bool:
        reason = form.cleaned_data["reason"]
        try:
            reversals.see_change(
                row, reason=reason, person=request.user.get_username(), now=timezone.now()
            )
        except NothingChanged as error:
            form.add_error(None, shown(str(error)))
            return False
        self.log_change(request, row, gettext("Change seen: %(reason)s") % {"reason": reason})
        self.message_user(request, gettext("The record stands as it is now."), messages.SUCCESS)
        return True

    def reverse_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for reason and day, then let the posting be undone; for people with the right to."""
        row = self.get_queryset(request).select_related("tenant").filter(pk=pk).first()
        if row is None or not request.user.has_perm("syncjobs.reverse_posting"):
            raise Http404
        today = timezone.localdate(timezone=ZoneInfo(row.tenant.timezone))
        form = ReversalForm(request.POST or None, initial={"on": today})
        back = reverse("admin:syncjobs_documentrow_change", args=[row.pk])
        if request.method == "POST" and form.is_valid() and self._reverse(request, row, form):
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Reverse a posting"),
            "row": row,
            "form": form,
            "back": back,
        }
        return TemplateResponse(request, "syncjobs/reverse.html", context)

    def _reverse(self, request: HttpRequest, row: DocumentRow, form: ReversalForm) -> bool:
        try:
            reversals.reverse(
                row,
                reason=form.cleaned_data["reason"],
                person=request.user.get_username(),
                on=form.cleaned_data["on"],
                now=timezone.now(),
            )
        except CannotReverse as error:
            form.add_error(None, shown(str(error)))
            return False
        text = gettext("Reversed: %(reason)s") % {"reason": form.cleaned_data["reason"]}
        self.log_change(request, row, text)
        self.message_user(request, gettext("The posting is reversed now."), messages.SUCCESS)
        return True

    @admin.action(description=_("It is not in Uniconta: send again"), permissions=["act"])
    def send_again(self, request: HttpRequest, queryset: "QuerySet[DocumentRow]") -> None:
        """Let the chosen documents be sent again whose outcome is unknown; a person has looked."""
        unknown = queryset.filter(state=DocumentState.SENDING.value).select_related("tenant")
        count = 0
        for row in unknown:
            if self._send_again(request, row):
                count += 1
            else:
                told = gettext("A worker is at this tenant; try again in a moment.")
                self.message_user(request, told, messages.WARNING)
        self.message_user(
            request,
            ngettext(
                "%(count)d document is sent again.", "%(count)d documents are sent again.", count
            )
            % {"count": count},
            messages.SUCCESS if count else messages.WARNING,
        )

    def _send_again(self, request: HttpRequest, row: DocumentRow) -> bool:
        now = timezone.now()
        if not finishing.send_again(row):
            return False
        user = request.user.get_username()
        text = f"{user} says that {row.key} is not in Uniconta; it is sent again."
        Step.objects.create(tenant=row.tenant, at=now, text=text)
        self.log_change(request, row, text)
        retry_document(row, now=now)
        return True
