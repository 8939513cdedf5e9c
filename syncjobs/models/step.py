"""The log of a job, line by line."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from settings_app.models import Tenant
from syncjobs.models.job import SyncJob


class Chapter(models.TextChoices):
    """What a line of a log tells: something was read, decided, or written."""

    READ = "READ", _("read")
    DECIDED = "DECIDED", _("decided")
    WROTE = "WROTE", _("wrote")


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
    chapter = models.CharField(
        _("chapter"),
        max_length=8,
        choices=Chapter.choices,
        default=Chapter.DECIDED,
        help_text=_("What part of the story it tells."),
    )
    at = models.DateTimeField(_("at"))
    text = models.TextField(_("text"))
    evidence = models.JSONField(_("evidence"), default=dict, blank=True)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["tenant", "-id"]),
            models.Index(fields=["job", "id"]),
            models.Index(fields=["at"]),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.text[:60]}"
