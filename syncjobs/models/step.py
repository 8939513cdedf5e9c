"""The log of a job, line by line."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from settings_app.models import Tenant
from syncjobs.models.job import SyncJob


class Step(models.Model):
    """One line in a job's log: a remote call or a decision, with its redacted evidence.

    A step without a job belongs to batched work of the tenant (settlement, read-back, sweep).
    """

    tenant = models.ForeignKey(
        Tenant, on_delete=models.PROTECT, related_name="steps", verbose_name=_("tenant")
    )
    job = models.ForeignKey(
        SyncJob,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="steps",
        verbose_name=_("job"),
    )
    at = models.DateTimeField(_("at"))
    text = models.TextField(_("text"))
    evidence = models.JSONField(_("evidence"), default=dict, blank=True)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["-id"]
        indexes = [models.Index(fields=["tenant", "-id"]), models.Index(fields=["job", "id"])]

    def __str__(self) -> str:
        return f"{self.pk} {self.text[:60]}"
