"""A tenant and who may see it."""

from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


def validate_time_zone(value: str) -> None:
    """Refuse a time zone that does not exist."""
    if value not in available_timezones():
        raise ValidationError(_("There is no time zone “%(zone)s”."), params={"zone": value})


class Tenant(models.Model):
    """One shop's installation: one Customers 1st store and one Uniconta company."""

    class Status(models.TextChoices):
        """Only a live tenant is worked; the webhooks of the others are stored and lose nothing."""

        DRAFT = "draft", _("draft")
        LIVE = "live", _("live")
        PAUSED = "paused", _("paused")

    slug = models.SlugField(
        _("slug"), max_length=50, unique=True, help_text=_("Short name in commands and addresses.")
    )
    name = models.CharField(_("name"), max_length=120, help_text=_("The shop's name."))
    timezone = models.CharField(
        _("time zone"),
        max_length=60,
        default="Europe/Copenhagen",
        validators=[validate_time_zone],
        help_text=_("Decides which day a sale is posted on."),
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=Status.choices,
        default=Status.DRAFT,
        help_text=_("Draft and paused: webhooks are stored, nothing is sent, nothing is lost."),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("tenant")
        verbose_name_plural = _("tenants")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug


class Membership(models.Model):
    """A staff user who may see a tenant. Superusers see all."""

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("tenant")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="tenant_memberships",
        verbose_name=_("user"),
        help_text=_("Sees this tenant in the admin, as far as the user's permissions go."),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "user"], name="one_membership_per_user")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.tenant_id}"
