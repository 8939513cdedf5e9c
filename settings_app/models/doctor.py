"""What the doctor last said of a tenant; going live looks at it."""

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from settings_app.models.tenant import Tenant


class DoctorReport(models.Model):
    """The newest examination of a tenant, and whether its settings changed since."""

    tenant = models.OneToOneField(
        Tenant, on_delete=models.CASCADE, related_name="doctor_report", verbose_name=_("tenant")
    )
    ran_at = models.DateTimeField(
        _("examined at"),
        null=True,
        blank=True,
        help_text=_("When the examination began; empty: never."),
    )
    is_green = models.BooleanField(
        _("green"), default=False, help_text=_("No finding was an error.")
    )
    findings = models.JSONField(
        _("findings"), default=list, blank=True, help_text=_("What was found, the worst first.")
    )
    changed_at = models.DateTimeField(
        _("settings changed at"),
        null=True,
        blank=True,
        help_text=_("When a setting of the tenant last changed; an older examination says little."),
    )

    class Meta:
        verbose_name = _("doctor")
        verbose_name_plural = _("doctor")

    def __str__(self) -> str:
        return f"{capfirst(str(self._meta.verbose_name))}, {self.tenant}"

    @property
    def summary(self) -> str:
        """What it says in one line."""
        if self.ran_at is None:
            return gettext("never examined")
        when = date_format(timezone.localtime(self.ran_at), "SHORT_DATETIME_FORMAT")
        said = gettext("green") if self.is_green else gettext("not green")
        stale = "" if self.is_current else gettext(", settings changed since")
        return f"{said}, {when}{stale}"

    @property
    def is_current(self) -> bool:
        """Whether the examination saw the settings as they are now."""
        if self.ran_at is None:
            return False
        return self.changed_at is None or self.changed_at < self.ran_at
