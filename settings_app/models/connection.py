"""The two connections of a tenant. Secrets are encrypted, never shown again, never in history."""

import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from settings_app.fields import EncryptedTextField
from settings_app.models.tenant import Tenant

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
UNSAFE = frozenset("@\\?#")  # readers disagree on what a host is once these stand in an address


def validate_base_url(value: str) -> None:
    """Refuse an address that our calls, with their secrets, must not go to (ALLOWED_API_HOSTS)."""
    try:
        parts = urlsplit(value)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise ValidationError(_("This is not an address.")) from error
    if UNSAFE & set(value) or any(letter.isspace() or not letter.isprintable() for letter in value):
        raise ValidationError(_("This is not an address."))
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK):
        raise ValidationError(_("The address must begin with https://."))
    if not _is_allowed(host, port=port, netloc=parts.netloc.lower()):
        raise ValidationError(
            _(
                "“%(host)s” is not among the hosts that may be called. The operator lists hosts in ALLOWED_API_HOSTS."
            ),
            params={"host": parts.netloc or value},
        )


def _is_allowed(host: str, *, port: int | None, netloc: str) -> bool:
    """Tell whether a host may be called: listed with its port, or alone and then on its usual port."""
    allowed = {name.lower() for name in settings.ALLOWED_API_HOSTS}
    return netloc in allowed or (host in allowed and (host in LOOPBACK or port in {None, 443}))


class Customers1stConnection(models.Model):
    """How we reach the store, and how its webhooks reach us."""

    class NaiveTime(models.TextChoices):
        """The zone of times that the API gives without one [A1]."""

        UTC = "utc", _("UTC")
        STORE_LOCAL = "store_local", _("the store's own time")

    tenant = models.OneToOneField(
        Tenant, on_delete=models.CASCADE, related_name="customers1st", verbose_name=_("tenant")
    )
    base_url = models.CharField(
        _("address"),
        max_length=200,
        default="https://api.c1st.com/api",
        validators=[validate_base_url],
        help_text=_("Address of the API. Leave it as it is unless the vendor says otherwise."),
    )
    api_token = EncryptedTextField(
        _("API token"),
        blank=True,
        default="",
        help_text=_(
            "From Customers 1st: Settings, API, API users; one API user for this integration."
        ),
    )
    webhook_secret = EncryptedTextField(
        _("webhook secret"),
        blank=True,
        default="",
        help_text=_(
            "The store's signing secret, from Customers 1st: Settings, API. A webhook that it did not sign is refused."
        ),
    )
    previous_webhook_secret = EncryptedTextField(
        _("previous webhook secret"), blank=True, default="", editable=False
    )
    previous_secret_until = models.DateTimeField(
        _("previous secret accepted until"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("After a change the old secret is accepted for 24 hours."),
    )
    hook_uuid = models.UUIDField(
        _("webhook id"),
        unique=True,
        default=uuid.uuid4,
        help_text=_("Part of the address that Customers 1st calls."),
    )
    naive_time = models.CharField(
        _("times without a zone"),
        max_length=12,
        choices=NaiveTime.choices,
        default=NaiveTime.UTC,
        help_text=_(
            "What the API's times mean. Matters for the posting date of sales near midnight."
        ),
    )
    history = HistoricalRecords(
        excluded_fields=["api_token", "webhook_secret", "previous_webhook_secret"]
    )

    class Meta:
        verbose_name = _("Customers 1st connection")
        verbose_name_plural = _("Customers 1st connections")

    def __str__(self) -> str:
        return f"Customers 1st, {self.tenant}"


class UnicontaConnection(models.Model):
    """How we reach the company, and how its change URL reaches us."""

    tenant = models.OneToOneField(
        Tenant, on_delete=models.CASCADE, related_name="uniconta", verbose_name=_("tenant")
    )
    base_url = models.CharField(
        _("address"),
        max_length=200,
        default="https://api.uniconta.com",
        validators=[validate_base_url],
        help_text=_("Address of the Web API. Leave it as it is unless the vendor says otherwise."),
    )
    company_id = models.PositiveIntegerField(
        _("company id"),
        default=0,
        help_text=_("The company's number in Uniconta. Checked before anything is written."),
    )
    username = models.CharField(
        _("user"),
        max_length=100,
        blank=True,
        default="",
        help_text=_("The login id of a server user of its own, with English as its language."),
    )
    password = EncryptedTextField(
        _("password"), blank=True, default="", help_text=_("The server user's password.")
    )
    hook_uuid = models.UUIDField(
        _("webhook id"),
        unique=True,
        default=uuid.uuid4,
        help_text=_(
            "Part of the change URL; keep it secret, since Uniconta does not sign its calls."
        ),
    )
    history = HistoricalRecords(excluded_fields=["password"])

    class Meta:
        verbose_name = _("Uniconta connection")
        verbose_name_plural = _("Uniconta connections")

    def __str__(self) -> str:
        return f"Uniconta, {self.tenant}"
