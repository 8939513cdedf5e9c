"""What stops the calls of a tenant to a vendor that does not answer, or that refuses the log-in."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from settings_app.models import Tenant
from syncjobs.models.kinds import System


class Breaker(models.Model):
    """The calls of one tenant to one vendor: let through, put off until a probe, or stopped until a person acts."""

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="breakers", verbose_name=_("tenant")
    )
    system = models.CharField(_("system"), max_length=12, choices=System.choices)
    failures = models.PositiveIntegerField(
        _("failures in a row"), default=0, help_text=_("Runs that ended without an answer.")
    )
    openings = models.PositiveIntegerField(
        _("openings in a row"), default=0, help_text=_("Each lasts longer than the last.")
    )
    open_until = models.DateTimeField(
        _("no call before"),
        null=True,
        blank=True,
        help_text=_("Then one job tries whether the vendor answers again."),
    )
    denied = models.BooleanField(
        _("access refused"),
        default=False,
        help_text=_("No call is made until the connection is changed or a person says so."),
    )
    reason = models.TextField(_("reason"), blank=True, default="")
    since = models.DateTimeField(_("since"), null=True, blank=True)

    class Meta:
        verbose_name = _("paused calls")
        verbose_name_plural = _("paused calls")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "system"], name="one_breaker_per_system")
        ]

    def __str__(self) -> str:
        return f"{self.get_system_display()}, {self.tenant}"
