"""How a tenant is operated: who is told of problems, and how many calls its vendors allow."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, validate_email
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from settings_app.models.connection import LOOPBACK, UNSAFE
from settings_app.models.tenant import Tenant


def split_addresses(text: str) -> list[str]:
    """Return the mail addresses of a list with commas or line breaks."""
    return [part.strip() for part in text.replace("\n", ",").split(",") if part.strip()]


def validate_addresses(value: str) -> None:
    """Refuse a list that holds something else than mail addresses."""
    for address in split_addresses(value):
        validate_email(address)


def validate_alert_url(value: str) -> None:
    """Refuse an address that messages must not go to (ALLOWED_ALERT_HOSTS)."""
    try:
        parts = urlsplit(value)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise ValidationError(_("This is not an address.")) from error
    if UNSAFE & (set(value) - {"?"}) or any(letter.isspace() for letter in value):
        raise ValidationError(_("This is not an address."))
    is_local = settings.DEBUG and host in LOOPBACK
    if parts.scheme != "https" and not (parts.scheme == "http" and is_local):
        raise ValidationError(_("The address must begin with https://."))
    allowed = {name.lower() for name in settings.ALLOWED_ALERT_HOSTS}
    listed = parts.netloc.lower() in allowed or (host in allowed and port in {None, 443})
    if not (listed or is_local):
        raise ValidationError(
            _(
                "“%(host)s” is not among the hosts that messages may go to. The operator lists hosts in ALLOWED_ALERT_HOSTS."
            ),
            params={"host": parts.netloc or value},
        )


class Operation(models.Model):
    """Who is told when something is wrong, and the vendor's daily limit of calls."""

    tenant = models.OneToOneField(
        Tenant, on_delete=models.CASCADE, related_name="operation", verbose_name=_("tenant")
    )
    alert_emails = models.TextField(
        _("mail addresses for problems"),
        blank=True,
        default="",
        validators=[validate_addresses],
        help_text=_(
            "Separated by commas. They get one message for each problem and hour, and one when it is over. Empty: only the operator is told."
        ),
    )
    alert_url = models.CharField(
        _("web address for problems"),
        max_length=300,
        blank=True,
        default="",
        validators=[validate_alert_url],
        help_text=_(
            "Gets the same as JSON by POST. https only, and only hosts that the operator allows (ALLOWED_ALERT_HOSTS)."
        ),
    )
    uniconta_calls = models.PositiveIntegerField(
        _("Uniconta calls a day"),
        default=5000,
        validators=[MinValueValidator(500)],
        help_text=_(
            "What the subscription allows our user a day; above it Uniconta gets slow for more than a day."
        ),
    )
    quota_share = models.PositiveSmallIntegerField(
        _("share for everything (percent)"),
        default=80,
        validators=[MinValueValidator(10), MaxValueValidator(100)],
        help_text=_(
            "Once this share of the day's calls is used, safety jobs of customers and products and webhook checks wait until the next day."
        ),
    )
    quota_reserve = models.PositiveIntegerField(
        _("calls kept for sales and day closes"),
        default=250,
        help_text=_(
            "The last calls of a day: customers and products wait until the next day rather than take them."
        ),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("alerts and quota")
        verbose_name_plural = _("alerts and quota")

    def __str__(self) -> str:
        return f"{capfirst(str(self._meta.verbose_name))}, {self.tenant}"
