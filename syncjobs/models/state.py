"""What the workers remember between jobs: leases, the invoice stop, sessions, caches, registrations."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from settings_app.fields import EncryptedTextField
from settings_app.models import Tenant
from syncjobs.models.kinds import HOOK_STATES, System


class TenantState(models.Model):
    """What workers hold and remember of one tenant.

    `holder` has the lease: only the holder works this tenant, so every RUNNING job another holder finds is a dead
    worker's. `proven_rules` is the fingerprint of the setup whose first invoice was read back and found right.
    """

    tenant = models.OneToOneField(
        Tenant,
        on_delete=models.CASCADE,
        related_name="state",
        primary_key=True,
        verbose_name=_("tenant"),
    )
    holder = models.CharField(_("holder"), max_length=40, blank=True, default="")
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    proven_rules = models.CharField(_("proven setup"), max_length=64, blank=True, default="")
    invoice_stop = models.TextField(
        _("invoice stop"),
        blank=True,
        default="",
        help_text=_("Why nothing more of this company is invoiced until a person has looked."),
    )
    delete_stop = models.TextField(
        _("delete stop"),
        blank=True,
        default="",
        help_text=_(
            "Why nothing more is blocked or marked because its other half was deleted, until a person has looked."
        ),
    )
    deletes_let = models.PositiveIntegerField(
        _("deletes let through"),
        default=0,
        help_text=_("How many more than usual may follow within an hour of a person's word."),
    )
    deletes_let_at = models.DateTimeField(_("deletes let through at"), null=True, blank=True)
    batch_attempts = models.PositiveIntegerField(_("attempts of batched work"), default=0)
    batch_after = models.DateTimeField(_("batched work not before"), null=True, blank=True)
    batch_reason = models.TextField(_("batched work waits because"), blank=True, default="")

    class Meta:
        verbose_name = _("tenant state")
        verbose_name_plural = _("tenant states")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name}, {self.tenant}"


class UnicontaSession(models.Model):
    """The one Uniconta session of a company, shared between worker processes."""

    tenant = models.OneToOneField(
        Tenant, on_delete=models.CASCADE, related_name="uniconta_session", primary_key=True
    )
    token = EncryptedTextField(blank=True, default="")
    refresh_token = EncryptedTextField(blank=True, default="")
    expires_at = models.DateTimeField(null=True, blank=True)
    refusals = models.PositiveSmallIntegerField(default=0)
    lock_holder = models.CharField(max_length=40, blank=True, default="")
    locked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Uniconta session")
        verbose_name_plural = _("Uniconta sessions")

    def __str__(self) -> str:
        return f"session of {self.tenant_id}"


class CachedRows(models.Model):
    """Master data of a tenant as last read (accounts, groups, VAT codes …), so that a sale costs three calls."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="cached_rows")
    name = models.CharField(max_length=80)
    rows = models.JSONField(default=list)
    read_at = models.DateTimeField()

    class Meta:
        verbose_name = _("cached master data")
        verbose_name_plural = _("cached master data")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], name="one_cache_per_name")
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.tenant_id}"


class HookRegistration(models.Model):
    """What the last comparison of wished and actual webhook registrations said."""

    tenant = models.ForeignKey(
        Tenant,
        on_delete=models.CASCADE,
        related_name="hook_registrations",
        verbose_name=_("tenant"),
    )
    system = models.CharField(_("system"), max_length=12, choices=System.choices)
    name = models.CharField(_("event or table"), max_length=80)
    state = models.CharField(_("state"), max_length=12, choices=list(HOOK_STATES.items()))
    remote_id = models.CharField(_("remote id"), max_length=40, blank=True, default="")
    checked_at = models.DateTimeField(_("checked at"))

    class Meta:
        verbose_name = _("webhook registration")
        verbose_name_plural = _("webhook registrations")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "system", "name"], name="one_registration_per_name"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_system_display()} {self.name}: {self.get_state_display()}"


class HookCheck(models.Model):
    """When a tenant's registrations were last compared and mended, and when that is due again."""

    tenant = models.OneToOneField(
        Tenant,
        on_delete=models.CASCADE,
        related_name="hook_check",
        primary_key=True,
        verbose_name=_("tenant"),
    )
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    next_check_at = models.DateTimeField(_("next check at"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    last_error = models.TextField(_("last error"), blank=True, default="")

    class Meta:
        verbose_name = _("webhook check")
        verbose_name_plural = _("webhook checks")

    def __str__(self) -> str:
        return f"webhook check of {self.tenant_id}"


class WorkerHeartbeat(models.Model):
    """The last sign of life of the workers: the one row that the watchdog and /readyz look at."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    beat_at = models.DateTimeField()

    class Meta:
        verbose_name = _("worker heartbeat")
        verbose_name_plural = _("worker heartbeats")

    def __str__(self) -> str:
        return f"{self.beat_at}"


class Presence(models.Model):
    """Until when these rows are known to have been in use: one row, marked by whoever works."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presence")

    def __str__(self) -> str:
        return f"{self.at}"


class Gap(models.Model):
    """A time of which these rows know nothing: the service stood still, or a backup was restored.

    What happened before its end is looked for in Uniconta before it is created.
    """

    began_at = models.DateTimeField(_("began at"))
    ended_at = models.DateTimeField(_("ended at"))
    restored = models.BooleanField(
        _("a backup was restored"),
        default=False,
        help_text=_(
            "It is certain that rows are missing; otherwise the service may just have stood still."
        ),
    )

    class Meta:
        verbose_name = _("gap")
        verbose_name_plural = _("gaps")
        ordering = ["-ended_at"]

    def __str__(self) -> str:
        return f"{self.began_at} to {self.ended_at}"
