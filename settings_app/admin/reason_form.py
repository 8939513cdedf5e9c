"""Why a setting is changed: a box on every form, which must be filled in where the setting moves money."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminTextareaWidget

from settings_app.models import Tenant
from settings_app.services.changing import changing
from settings_app.services.money import needs_reason

REASON = "change_reason"
MISSING = _("This moves money: say why under “Reason for this change”.")


class ReasonForm(forms.Form):
    """The box, to be mixed into the form of a setting."""

    change_reason = forms.CharField(
        label=_("Reason for this change"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=_(
            "Kept in the history with your name. Needed once the tenant is no draft any more for what moves money: "
            "accounts, journal, groups, payment types, VAT, items, switches, status."
        ),
    )

    def clean(self) -> dict[str, Any] | None:
        """Refuse a change of money without a reason."""
        cleaned = super().clean()
        row: Any = getattr(self, "instance", None)
        tenant = self.cleaned_data.get("tenant")  # of a row that is made on its own page
        if wants_reason(self, row, self.changed_data, tenant=tenant):
            self.add_error(REASON, MISSING)
        return cleaned


class ReasonFormSet(PaginationInlineFormSet):
    """The rows of a list on the tenant page; they share the page's box."""

    def clean(self) -> None:
        """Refuse a change of money without a reason."""
        super().clean()
        for form in self.forms:
            changed = form.changed_data
            if form in self.deleted_forms:
                changed = [field.name for field in form.instance._meta.fields]
            if wants_reason(self, form.instance, changed, tenant=self.instance):
                raise ValidationError(MISSING)


class ReasonInline:
    """A list on the tenant page whose changes may need the page's reason."""

    formset = ReasonFormSet


def wants_reason(
    form: Any, row: Model, changed: Iterable[str], *, tenant: Tenant | None = None
) -> bool:
    """Tell whether a submitted form lacks a reason that it needs; going live has its own, see TenantForm."""
    if form.data.get(REASON, "").strip() or getattr(form, "goes_live", False):
        return False
    owner = tenant or (row if isinstance(row, Tenant) else None)
    tenant_id = owner.pk if owner is not None else getattr(row, "tenant_id", None)
    return needs_reason(row, changed, tenant_id=tenant_id)


@contextmanager
def by(request: HttpRequest, *, told: str = "") -> Iterator[None]:
    """Sign everything saved within with the person and the reason given on the page; `told` stands before it."""
    given = request.POST.get(REASON, "").strip()
    with changing(": ".join(part for part in (told, given) if part), user=request.user):
        yield
