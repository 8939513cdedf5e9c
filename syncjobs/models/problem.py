"""Problems of the service that somebody is told of, and where each stands."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from settings_app.models import Tenant


class Problem(models.Model):
    """One thing that is wrong with a tenant or (without a tenant) with the service, from suspicion to recovery."""

    class State(models.TextChoices):
        """Where it stands."""

        SUSPECTED = "SUSPECTED", _("suspected")
        OPEN = "OPEN", _("open")
        RECOVERED = "RECOVERED", _("recovered")

    tenant = models.ForeignKey(
        Tenant,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="problems",
        verbose_name=_("tenant"),
        help_text=_("Empty: the service as a whole."),
    )
    key = models.CharField(_("key"), max_length=120, help_text=_("What is watched."))
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    cause = models.TextField(_("cause"))
    cure = models.TextField(_("cure"), blank=True, default="")
    first_seen_at = models.DateTimeField(_("first seen at"))
    last_seen_at = models.DateTimeField(_("last seen at"))
    recovered_at = models.DateTimeField(_("recovered at"), null=True, blank=True)
    told_state = models.CharField(
        _("told"),
        max_length=10,
        choices=State.choices,
        blank=True,
        default="",
        help_text=_("What the last message said."),
    )
    told_at = models.DateTimeField(_("told at"), null=True, blank=True)
    sending_until = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("problem")
        verbose_name_plural = _("problems")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "key"], name="one_problem_per_key"),
            models.UniqueConstraint(
                fields=["key"], condition=Q(tenant=None), name="one_service_problem_per_key"
            ),
        ]
        indexes = [models.Index(fields=["state", "last_seen_at"])]

    def __str__(self) -> str:
        return f"{self.key} ({self.get_state_display()})"
