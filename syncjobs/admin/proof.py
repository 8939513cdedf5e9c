"""Proofs of day closes: read and printed, never changed; and the day closes that are due."""

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from integration.errors import IntegrationError
from integration.mapping import proof
from integration.mapping.amounts import kroner
from integration.mapping.reversal import reversal_key
from integration.ports import DocumentKind
from settings_app.admin.chooser import visible_tenants
from settings_app.admin.exports import table_response
from settings_app.admin.tenant_history import configuration_link
from settings_app.models import Tenant
from syncjobs import closes
from syncjobs.admin import proof_rows
from syncjobs.admin.base import AgeFilter, LogAdmin
from syncjobs.admin.proof_words import told_by_hand, told_chains, told_notes
from syncjobs.models import DayCloseProof, DocumentRow
from syncjobs.proofs import is_intact
from syncjobs.sentences import shown


class SealedFilter(AgeFilter):
    """Filter proofs by age."""

    column = "sealed_at"


@admin.register(DayCloseProof)
class DayCloseProofAdmin(LogAdmin):
    """The sealed sheets, each a page to read or print; and the closes that are still due."""

    list_display = [
        "number",
        "tenant",
        "kind",
        "close_no",
        "register_id",
        "day",
        "waiting",
        "paper",
        "sealed_at",
    ]
    list_filter = ["kind", SealedFilter]
    search_fields = ["source_id__exact", "key__exact", "close_no__exact"]
    search_help_text = _("The exact id of the close, the key, or the close's number.")
    fields = [
        "tenant",
        "number",
        "kind",
        "key",
        "close_no",
        "day",
        "paper",
        "configuration",
        "seal",
        "previous_hash",
        "hash",
        "sealed_at",
    ]
    readonly_fields = ["paper", "configuration", "seal"]
    export_fields = (
        "tenant",
        "number",
        "kind",
        "key",
        "close_no",
        "register_id",
        "day",
        "waiting",
        "previous_hash",
        "hash",
        "sealed_at",
    )
    change_list_template = "syncjobs/proof_list.html"

    def get_urls(self) -> list[Any]:
        """Add the paper and the page of due closes."""
        own: list[Any] = [
            path(
                "due/", self.admin_site.admin_view(self.due_view), name="syncjobs_daycloseproof_due"
            ),
            path(
                "<int:pk>/paper/",
                self.admin_site.admin_view(self.paper_view),
                name="syncjobs_daycloseproof_paper",
            ),
            path(
                "<int:pk>/paper/<slug:kind>/",
                self.admin_site.admin_view(self.paper_file_view),
                name="syncjobs_daycloseproof_paper_file",
            ),
        ]
        return [*own, *super().get_urls()]

    @admin.display(description=_("proof"))
    def paper(self, row: DayCloseProof) -> SafeString:
        """Return the link to the sheet."""
        address = reverse("admin:syncjobs_daycloseproof_paper", args=[row.pk])
        return format_html('<a href="{}">{}</a>', address, gettext("read or print"))

    @admin.display(description=_("seal is whole"), boolean=True)
    def seal(self, row: DayCloseProof) -> bool:
        """Tell whether the sheet is as it was sealed."""
        return is_intact(row)

    def paper_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show one sheet to read or print."""
        row = self._sheet(request, pk)
        late = [
            each
            for sheet in DayCloseProof.objects.filter(
                tenant=row.tenant_id, key=row.key, kind=DayCloseProof.Kind.LATE
            )
            for each in sheet.sheet["late"]
        ]
        context = {
            **self.admin_site.each_context(request),
            **_told(row.sheet),
            "row": row,
            "late": late if row.kind == DayCloseProof.Kind.CLOSE else row.sheet.get("late", ()),
            "intact": is_intact(row),
            "configuration": configuration_link(row.tenant_id, row.sealed_at),
            "reversed": self._reversal(row),
            "reverse_url": self._reverse_url(request, row),
            "back": reverse("admin:syncjobs_daycloseproof_changelist"),
        }
        return TemplateResponse(request, "syncjobs/proof.html", context)

    def paper_file_view(self, request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
        """Return one sheet as a file: its chains, journal lines and documents, a row each."""
        row = self._sheet(request, pk)
        name = f"proof-{row.number}"
        return table_response(kind, name=name, header=proof_rows.HEADER, rows=proof_rows.rows(row))

    def _sheet(self, request: HttpRequest, pk: int) -> DayCloseProof:
        row: DayCloseProof | None = (
            self.get_queryset(request).select_related("tenant").filter(pk=pk).first()
        )
        if row is None or not self.has_view_permission(request, row):
            raise Http404
        return row

    @admin.display(description=_("configuration"))
    def configuration(self, row: DayCloseProof) -> SafeString:
        """Return the link to the settings that held when this sheet was sealed."""
        return configuration_link(row.tenant_id, row.sealed_at)

    def due_view(self, request: HttpRequest) -> HttpResponse:
        """Show what posting the due closes of a tenant would do; a button lets one be posted."""
        if not self.has_view_permission(request):
            raise Http404
        tenants = visible_tenants(request)
        chosen = request.POST.get("tenant") or request.GET.get("tenant")
        tenant = tenants.filter(slug=chosen).first() if chosen else None
        if chosen and tenant is None:
            raise Http404
        if request.method == "POST" and tenant is not None:
            self._act(request, tenant)
            return HttpResponseRedirect(f"{request.path}?tenant={tenant.slug}")
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": f"{gettext('Day closes that are due')}{f': {tenant.name}' if tenant else ''}",
            "tenants": tenants,
            "tenant": tenant,
            "may_post": self.has_act_permission(request),
            "may_accept": request.user.has_perm("syncjobs.accept_close"),
            "back": reverse("admin:syncjobs_daycloseproof_changelist"),
        }
        if tenant is not None:
            try:
                told = closes.preview(tenant)
            except IntegrationError as error:
                told, context["failure"] = [], shown(str(error))
            context["closes"] = [{"told": each, **_told(each.sheet or {})} for each in told]
        return TemplateResponse(request, "syncjobs/closes.html", context)

    def _act(self, request: HttpRequest, tenant: Tenant) -> None:
        """Let one close be posted, or be posted as it stands."""
        source_id, now = request.POST.get("close", ""), timezone.now()
        if not source_id.isdigit():
            raise Http404
        if request.POST.get("do") == "accept":
            self._accept(request, tenant, source_id)
            return
        if not self.has_act_permission(request):
            raise Http404
        closes.ask_for(tenant, source_id, now=now)
        self.message_user(request, gettext("The close is worked now."), messages.SUCCESS)

    def _accept(self, request: HttpRequest, tenant: Tenant, source_id: str) -> None:
        reason = request.POST.get("reason", "").strip()
        if not request.user.has_perm("syncjobs.accept_close"):
            raise Http404
        if not reason:
            self.message_user(request, gettext("A reason is needed."), messages.ERROR)
            return
        try:
            closes.accept(
                tenant,
                source_id,
                seen=request.POST.getlist("seen"),
                reason=reason,
                person=request.user.get_username(),
                now=timezone.now(),
            )
        except (closes.UnableToClose, IntegrationError) as error:
            self.message_user(request, shown(str(error)), messages.ERROR)
            return
        self.message_user(request, gettext("The close is posted as it stands."), messages.SUCCESS)

    def _reversal(self, row: DayCloseProof) -> DayCloseProof | None:
        return DayCloseProof.objects.filter(
            tenant=row.tenant_id, key=reversal_key(row.key), kind=DayCloseProof.Kind.REVERSAL
        ).first()

    def _reverse_url(self, request: HttpRequest, row: DayCloseProof) -> str:
        """Return where this close is reversed, empty for who may not or where nothing was posted."""
        if not request.user.has_perm("syncjobs.reverse_posting") or self._reversal(row):
            return ""
        document = DocumentRow.objects.filter(
            tenant=row.tenant_id, kind=DocumentKind.CLOSE.value, key=row.key
        ).first()
        if document is None or row.kind != DayCloseProof.Kind.CLOSE:
            return ""
        return reverse("admin:syncjobs_documentrow_reverse", args=[document.pk])


def _told(sheet: dict[str, Any]) -> dict[str, Any]:
    """Return what the templates show of a sheet."""
    rests = proof.rests(sheet)
    chains = told_chains(sheet)
    for chain, code in zip(chains, rests, strict=True):
        chain["rest"] = kroner(rests[code])
    return {
        "sheet": sheet,
        "chains": chains,
        "by_hand": told_by_hand(sheet),
        "notes": told_notes(sheet),
    }
