"""The inbox: every received webhook call, stored raw before anything else happens."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from settings_app.models import Tenant
from syncjobs.models.job import SyncJob
from syncjobs.models.kinds import System


class Delivery(models.Model):
    """One received webhook call, repeats too. Its body is evidence and a hint, never the truth."""

    tenant = models.ForeignKey(
        Tenant, on_delete=models.PROTECT, related_name="deliveries", verbose_name=_("tenant")
    )
    system = models.CharField(_("system"), max_length=12, choices=System.choices)
    event = models.CharField(
        _("event"),
        max_length=80,
        blank=True,
        default="",
        help_text=_("The vendor's name for what happened."),
    )
    source_id = models.CharField(_("source id"), max_length=120, blank=True, default="")
    method = models.CharField(_("method"), max_length=8)
    query = models.TextField(_("query"), blank=True, default="")
    headers = models.JSONField(_("headers"), default=dict)
    body = models.BinaryField(_("body"), help_text=_("The bytes as they came."))
    received_at = models.DateTimeField(_("received at"))
    job = models.ForeignKey(
        SyncJob,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="deliveries",
        verbose_name=_("job"),
        help_text=_("The job this call was folded into."),
    )
    skipped_reason = models.TextField(_("skipped because"), blank=True, default="")

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["tenant", "-id"]),
            models.Index(fields=["source_id", "tenant", "system"]),
            models.Index(fields=["received_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.event} {self.source_id}"
