"""Safety jobs: where each stands, and each of its runs."""

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from settings_app.models import Tenant
from syncjobs.models.kinds import JobKind


class SafetyRun(models.Model):
    """The sweep of one job kind: when it last went well, when it is due, and up to where it has seen changes."""

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="safety_runs", verbose_name=_("tenant")
    )
    kind = models.CharField(_("kind"), max_length=24, choices=JobKind.choices)
    last_good_run_at = models.DateTimeField(_("last good run at"), null=True, blank=True)
    next_run_at = models.DateTimeField(_("next run at"), null=True, blank=True)
    seen_until = models.DateTimeField(_("changes seen until"), null=True, blank=True)
    look_again_at = models.DateTimeField(
        _("looks again at"),
        null=True,
        blank=True,
        help_text=_("When the newest changes are looked at once more: a list may show some late."),
    )
    everything_read_at = models.DateTimeField(_("everything read at"), null=True, blank=True)
    failures = models.PositiveIntegerField(
        _("failures in a row"), default=0, help_text=_("Each makes the next try wait longer.")
    )
    last_error = models.TextField(_("last error"), blank=True, default="")

    class Meta:
        verbose_name = _("safety run")
        verbose_name_plural = _("safety runs")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "kind"], name="one_safety_run_per_kind")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.tenant}"


class SweepRun(models.Model):
    """One run of a safety job: what it found, and what of that webhooks had missed.

    A scheduled run has its slot, and there is one row for each slot however often it is tried; a run that a person
    asked for has none.
    """

    class Outcome(models.TextChoices):
        """How it ended."""

        RUNNING = "RUNNING", _("running")
        GOOD = "GOOD", _("good")
        FAILED = "FAILED", _("failed")

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="sweep_runs", verbose_name=_("tenant")
    )
    kind = models.CharField(_("kind"), max_length=24, choices=JobKind.choices)
    slot = models.DateTimeField(
        _("slot"),
        null=True,
        blank=True,
        help_text=_("When it was due; empty when a person asked for it."),
    )
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=8, choices=Outcome.choices, default=Outcome.RUNNING
    )
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    seen = models.PositiveIntegerField(
        _("seen"), default=0, help_text=_("Changed records that it looked at.")
    )
    missed = models.PositiveIntegerField(
        _("missed by webhooks"),
        default=0,
        help_text=_("Records that were not in step and of which no webhook had told."),
    )
    reasons = models.JSONField(
        _("why they were missed"), default=dict, blank=True, help_text=_("Reason and number.")
    )
    result = models.JSONField(_("result"), default=dict, blank=True)
    error = models.TextField(_("error"), blank=True, default="")

    class Meta:
        verbose_name = _("sweep")
        verbose_name_plural = _("sweeps")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "kind", "slot"], name="one_sweep_per_slot")
        ]
        indexes = [models.Index(fields=["tenant", "-id"])]

    def __str__(self) -> str:
        began = date_format(timezone.localtime(self.started_at), "SHORT_DATETIME_FORMAT")
        return f"{self.get_kind_display()}, {self.tenant}, {began}"

    @property
    def share(self) -> float:
        """What part of the records seen the webhooks had missed, from 0 to 1."""
        return self.missed / self.seen if self.seen else 0.0
