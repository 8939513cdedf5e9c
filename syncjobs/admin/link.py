"""Links: which record here is which record there; found, made and undone by hand."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from syncjobs import linking
from syncjobs.admin.base import MOST_LINES, LogAdmin
from syncjobs.models import LinkRow

OWN = ("tenant", "entity", "customers1st_id", "uniconta_key")


class FamilyFilter(admin.SimpleListFilter):
    """Show variants only, those of one style number beside each other."""

    title = _("families")
    parameter_name = "families"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the choices."""
        return [("yes", _("by style number"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep the links with a style number."""
        if self.value() != "yes":
            return queryset
        return queryset.filter(facts__styleno__isnull=False).exclude(facts__styleno="")


class LinkForm(forms.ModelForm[LinkRow]):
    """Two records to link."""

    class Meta:
        model = LinkRow
        fields = OWN

    def clean_customers1st_id(self) -> str:
        """Refuse what is no id of Customers 1st."""
        text = str(self.cleaned_data["customers1st_id"]).strip()
        if not (text.isascii() and text.isdigit()):
            raise ValidationError(gettext("An id of Customers 1st is a number."))
        return text


@admin.register(LinkRow)
class LinkAdmin(LogAdmin):
    """Which record here is which record there."""

    form = LinkForm
    list_display = [
        "id",
        "tenant",
        "entity",
        "customers1st_id",
        "uniconta_key",
        "name",
        "styleno",
        "size",
        "color",
        "barcode",
        "updated_at",
    ]
    list_filter = ["entity", FamilyFilter]
    search_fields = [
        "customers1st_id__exact",
        "uniconta_key__icontains",
        "facts__name",
        "facts__barcode",
        "facts__styleno",
    ]
    search_help_text = _("Customers 1st id, Uniconta key, name, barcode or style number.")
    readonly_fields = ["family"]
    actions = ["undo"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let those who may press buttons link by hand."""
        return self.has_act_permission(request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for the pair only when one is made."""
        return list(OWN) if obj is None else super().get_fields(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the family of a link that there is."""
        return [] if obj is None else self.readonly_fields

    def get_ordering(self, request: HttpRequest) -> list[str]:
        """Put the variants of a family beside each other when families are looked at."""
        if request.GET.get(FamilyFilter.parameter_name) == "yes":
            return ["facts__styleno", "facts__color", "facts__size", "id"]
        return ["-id"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Link the two records, and let them be compared."""
        made = linking.link_by_hand(
            obj.tenant,
            entity=obj.entity,
            customers1st_id=obj.customers1st_id,
            uniconta_key=obj.uniconta_key,
            by=request.user.get_username(),
        )
        obj.pk, obj.created_at, obj.updated_at = made.pk, made.created_at, made.updated_at

    @admin.display(description=_("name"))
    def name(self, row: LinkRow) -> str:
        """Return what people call it."""
        return str(row.facts.get("name", ""))

    @admin.display(description=_("style number"))
    def styleno(self, row: LinkRow) -> str:
        """Return what the variants of one family share."""
        return str(row.facts.get("styleno", ""))

    @admin.display(description=_("size"))
    def size(self, row: LinkRow) -> str:
        """Return the variant's size."""
        return str(row.facts.get("size", ""))

    @admin.display(description=_("colour"))
    def color(self, row: LinkRow) -> str:
        """Return the variant's colour."""
        return str(row.facts.get("color", ""))

    @admin.display(description=_("barcode"))
    def barcode(self, row: LinkRow) -> str:
        """Return its barcode."""
        return str(row.facts.get("barcode", ""))

    @admin.display(description=_("family"))
    def family(self, row: LinkRow) -> SafeString:
        """Return all variants with the same style number."""
        styleno = row.facts.get("styleno")
        if not styleno:
            return SafeString("-")
        siblings = LinkRow.objects.filter(tenant=row.tenant_id, entity=row.entity)
        rows = siblings.filter(facts__styleno=styleno).order_by("facts__color", "facts__size")
        lines = format_html_join(
            "",
            '<tr><td><a href="{}">{}</a></td><td>{}</td><td>{}</td><td>{}</td></tr>',
            (
                (
                    reverse("admin:syncjobs_linkrow_change", args=[each.pk]),
                    each.uniconta_key,
                    self.name(each),
                    self.size(each),
                    self.color(each),
                )
                for each in rows[:MOST_LINES]
            ),
        )
        return format_html("<table>{}</table>", lines)

    @admin.action(description=_("Undo the link"), permissions=["act"])
    def undo(self, request: HttpRequest, queryset: "QuerySet[LinkRow]") -> HttpResponse | None:
        """Ask, then forget the chosen links."""
        links = list(queryset.select_related("tenant"))
        if "confirm" not in request.POST:
            return self._ask(request, links)
        for link in links:
            self.log_deletions(request, LinkRow.objects.filter(pk=link.pk))
            linking.undo(link, by=request.user.get_username())
        self.message_user(
            request,
            ngettext(
                "%(count)d link is undone; the next sync matches anew.",
                "%(count)d links are undone; the next sync matches anew.",
                len(links),
            )
            % {"count": len(links)},
            messages.SUCCESS,
        )
        return None

    def _ask(self, request: HttpRequest, links: list[LinkRow]) -> HttpResponse:
        hidden = [("action", "undo"), *(("_selected_action", link.pk) for link in links)]
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Undo links"),
            "question": ngettext(
                "Undo this link? No record is changed; the next sync looks for the other half anew.",
                "Undo these links? No record is changed; the next sync looks for the other half of each anew.",
                len(links),
            ),
            "lines": [f"{link.tenant}: {link} {self.name(link)}" for link in links],
            "hidden": hidden,
            "back": reverse("admin:syncjobs_linkrow_changelist"),
        }
        return TemplateResponse(request, "syncjobs/confirm.html", context)
