"""What needs a person, grouped: one row for all records that the same cause holds up."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from settings_app.models import Tenant
from syncjobs.models.kinds import JobKind, MendedBy
from syncjobs.sentences import shown


class Issue(models.Model):
    """One cause that holds records of a kind up. It is open while a job of it needs a person."""

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="issues", verbose_name=_("tenant")
    )
    kind = models.CharField(_("kind"), max_length=24, choices=JobKind.choices)
    key = models.CharField(_("key"), max_length=40, editable=False)
    cause = models.TextField(
        _("cause"), help_text=_("As the newest record says it; numbers of others may differ.")
    )
    cure = models.TextField(_("cure"), blank=True, default="")
    mended_by = models.CharField(
        _("mended by"),
        max_length=12,
        choices=MendedBy.choices,
        blank=True,
        default=MendedBy.NOTHING,
    )
    first_seen_at = models.DateTimeField(_("first seen at"))
    last_seen_at = models.DateTimeField(_("last seen at"))

    class Meta:
        verbose_name = _("issue")
        verbose_name_plural = _("issues")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "kind", "key"], name="one_issue_per_cause")
        ]

    def __str__(self) -> str:
        return shown(self.cause)[:80]
