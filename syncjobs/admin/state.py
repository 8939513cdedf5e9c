"""What the workers remember of a tenant: the invoice stop, batched work and stopped calls."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from syncjobs.admin.base import LogAdmin
from syncjobs.admin.deciding import ReasonForm, ask_for_reason, who_may
from syncjobs.again import release_calls, release_delete_stop, release_invoice_stop, retry_jobs
from syncjobs.models import Breaker, MendedBy, Step, TenantState
from syncjobs.sentences import shown

RELEASES = {"invoices": release_invoice_stop, "deletes": release_delete_stop}


@admin.register(TenantState)
class TenantStateAdmin(LogAdmin):
    """Why nothing is invoiced, settled or ended after a deletion at the moment, where that is so."""

    list_display = [
        "tenant",
        "invoice_stop",
        "delete_stop",
        "release",
        "batch_reason",
        "batch_after",
        "lease_until",
    ]
    ordering = ["tenant"]
    fields = [
        "tenant",
        "invoice_stop",
        "delete_stop",
        "release",
        "batch_reason",
        "batch_attempts",
        "batch_after",
        "lease_until",
    ]
    readonly_fields = ["release"]

    def get_urls(self) -> list[Any]:
        """Add the page that releases a stop."""
        own: list[Any] = [
            path(
                "<int:pk>/release/<slug:stop>/",
                self.admin_site.admin_view(self.release_view),
                name="syncjobs_tenantstate_release",
            )
        ]
        return [*own, *super().get_urls()]

    @admin.display(description=_("release"))
    def release(self, row: TenantState) -> SafeString | str:
        """Return the links to the pages that release what is stopped."""
        stops = {
            "invoices": row.invoice_stop and gettext("Release the invoice stop"),
            "deletes": row.delete_stop and gettext("Release the delete stop"),
        }
        links = [
            format_html('<a href="{}">{}</a>', _address(row, stop), words)
            for stop, words in stops.items()
            if words
        ]
        return format_html_join(" · ", "{}", ((link,) for link in links)) or "-"

    def release_view(self, request: HttpRequest, pk: int, stop: str) -> HttpResponse:
        """Ask for a reason, then release a stop; who may not is told who can."""
        row = self.get_queryset(request).select_related("tenant").filter(pk=pk).first()
        if row is None or stop not in RELEASES or not self.has_view_permission(request, row):
            raise Http404
        is_of_invoices = stop == "invoices"
        told = row.invoice_stop if is_of_invoices else row.delete_stop
        back = reverse("admin:syncjobs_tenantstate_change", args=[row.pk])
        refused = "" if told else gettext("Nothing is stopped any more.")
        if told and not self.has_act_permission(request):
            refused = who_may("syncjobs.change_tenantstate")
        if request.method == "POST" and refused:
            raise PermissionDenied
        form = None if refused else ReasonForm(request.POST or None)
        if request.method == "POST" and form is not None and form.is_valid():
            self._release(request, row, stop, told, form.cleaned_data["reason"])
            return HttpResponseRedirect(back)
        question = (
            gettext("Have you looked at that invoice, and mended why it came out wrong?")
            if is_of_invoices
            else gettext("Have you looked at what was deleted, and is it right?")
        )
        after = (
            gettext(
                "The receipts that wait are invoiced then; the first invoice is read back alone, and stops the rest again"
                " if it is wrong."
            )
            if is_of_invoices
            else gettext("What is held is blocked or marked then.")
        )
        words = (
            gettext("Release the invoice stop")
            if is_of_invoices
            else gettext("Release the delete stop")
        )
        return ask_for_reason(
            request,
            title=f"{words}: {row.tenant}",
            lines=[shown(told), after if told else ""],
            question=question,
            button=words,
            back=back,
            form=form,
            refused=refused,
        )

    def _release(
        self, request: HttpRequest, state: TenantState, stop: str, told: str, reason: str
    ) -> None:
        """Write down who released a stop and why, in English like every step, and release it."""
        now, user = timezone.now(), request.user.get_username()
        text = (
            f"{user} released the invoice stop: {reason} ({told})"
            if stop == "invoices"
            else f"{user} released the delete stop: {reason} ({told})"
        )
        Step.objects.create(tenant=state.tenant, at=now, text=text)
        self.log_change(request, state, text)
        RELEASES[stop](state.tenant, now=now)
        self.message_user(request, f"{state.tenant}: {shown(text)}", messages.SUCCESS)


def _address(row: TenantState, stop: str) -> str:
    return reverse("admin:syncjobs_tenantstate_release", args=[row.pk, stop])


@admin.register(Breaker)
class BreakerAdmin(LogAdmin):
    """Which vendor is not called at the moment, and why."""

    list_display = ["tenant", "system", "denied", "open_until", "failures", "since", "reason"]
    list_filter = ["system", "denied"]
    ordering = ["tenant", "system"]
    actions = ["call_again"]

    @admin.action(description=_("Call again"), permissions=["act"])
    def call_again(self, request: HttpRequest, queryset: "QuerySet[Breaker]") -> None:
        """Let the vendors of the chosen tenants be called again; jobs that a refused log-in stopped run again."""
        for state in queryset.select_related("tenant"):
            now = timezone.now()
            user, system = request.user.get_username(), state.get_system_display()
            text = f"{user} lets {system} be called again."
            Step.objects.create(tenant=state.tenant, at=now, text=text)
            self.log_change(request, state, text)
            release_calls(state.tenant)
            retry_jobs(state.tenant, mended_by=MendedBy.SETUP, now=now)
            self.message_user(request, f"{state.tenant}: {shown(text)}", messages.SUCCESS)
