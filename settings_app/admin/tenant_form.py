"""The tenant's own fields, and what it takes to go live."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from settings_app.models import Tenant
from settings_app.services.going_live import doctor_reason, reason_against, responsible_reason

FIELDS = ("slug", "name", "timezone", "status")


class TenantForm(forms.ModelForm[Any]):
    """Refuses going live without a green doctor unless a person takes responsibility and says why."""

    responsibility = forms.CharField(
        label=_("I take responsibility"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=_(
            "Only for going live without a green doctor: say why. It is kept in the history with your name."
        ),
    )

    class Meta:
        model = Tenant
        fields = FIELDS

    @property
    def goes_live(self) -> bool:
        """Whether this form turns a draft or paused tenant live."""
        return (
            "status" in self.changed_data and self.cleaned_data.get("status") == Tenant.Status.LIVE
        )

    @property
    def by_doctor(self) -> bool:
        """Whether it goes live because the doctor is green."""
        return self.goes_live and not self.cleaned_data.get("responsibility")

    def clean(self) -> dict[str, Any] | None:
        """Refuse going live when nobody answers for it."""
        cleaned = super().clean()
        if self.by_doctor:
            against = reason_against(self.instance, now=timezone.now())
            if against:
                self.add_error("status", against + " " + self._way())
        return cleaned

    def reason(self, user: str) -> str:
        """Return what the history shall say of this change, empty for nothing special."""
        if not self.goes_live:
            return ""
        if not self.by_doctor:
            return responsible_reason(user, self.cleaned_data["responsibility"])
        given = self.cleaned_data.get("change_reason", "")
        return ". ".join(part for part in (doctor_reason(self.instance), given) if part)

    def _way(self) -> str:
        return gettext("Let the doctor examine it and mend what it finds, or take responsibility.")
