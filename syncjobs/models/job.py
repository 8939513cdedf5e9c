"""Sync jobs: one unit of work each, folded so that many deliveries wait in one row."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from settings_app.models import Tenant
from syncjobs.models.issue import Issue
from syncjobs.models.kinds import JobKind, JobState, MendedBy


class SyncJob(models.Model):
    """Bring one record (tenant, kind, source id) in step.

    At most one row of a record waits and at most one runs; the database holds both.
    """

    tenant = models.ForeignKey(
        Tenant, on_delete=models.PROTECT, related_name="jobs", verbose_name=_("tenant")
    )
    kind = models.CharField(_("kind"), max_length=24, choices=JobKind.choices)
    source_id = models.CharField(
        _("source id"), max_length=120, help_text=_("The record's id in the system it comes from.")
    )
    state = models.CharField(
        _("state"), max_length=12, choices=JobState.choices, default=JobState.WAITING
    )
    reason = models.TextField(
        _("reason"),
        blank=True,
        default="",
        help_text=_("Why it was skipped, or what it waits for."),
    )
    cause = models.TextField(
        _("cause"), blank=True, default="", help_text=_("Why it needs a person.")
    )
    cure = models.TextField(
        _("cure"), blank=True, default="", help_text=_("What that person does about it.")
    )
    candidates = models.JSONField(
        _("candidates"),
        default=list,
        blank=True,
        help_text=_("The records that could be the other half, when a person has to choose."),
    )
    mended_by = models.CharField(
        _("mended by"),
        max_length=12,
        choices=MendedBy.choices,
        blank=True,
        default=MendedBy.NOTHING,
    )
    issue = models.ForeignKey(
        Issue,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="jobs",
        verbose_name=_("issue"),
        help_text=_("The cause that it shares with other records."),
    )
    summary = models.TextField(_("summary"), blank=True, default="", help_text=_("What was done."))
    number = models.CharField(
        _("number"),
        max_length=60,
        blank=True,
        default="",
        help_text=_("The receipt's, day close's, customer's or item's own number."),
    )
    name = models.CharField(_("name"), max_length=200, blank=True, default="")
    amount = models.DecimalField(
        _("amount"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    day = models.DateField(_("business day"), null=True, blank=True)
    attempts = models.PositiveIntegerField(
        _("attempts"),
        default=0,
        help_text=_("Counted before each try, so that a crash counts too."),
    )
    crashes = models.PositiveIntegerField(
        _("crashes"), default=0, help_text=_("Tries that ended with a dead worker.")
    )
    next_attempt_at = models.DateTimeField(_("next attempt at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("sync job")
        verbose_name_plural = _("sync jobs")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "kind", "source_id"],
                condition=Q(state="WAITING"),
                name="one_waiting_job_per_record",
            ),
            models.UniqueConstraint(
                fields=["tenant", "kind", "source_id"],
                condition=Q(state="RUNNING"),
                name="one_running_job_per_record",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_attempt_at"]),
            models.Index(fields=["state", "kind", "created_at"]),
            # a record's own jobs, and the exact id in the search box
            models.Index(fields=["source_id", "tenant", "kind"]),
            # each filter of the log, newest first, in one tenant and in all
            models.Index(fields=["tenant", "-id"]),
            models.Index(fields=["tenant", "state", "-id"]),
            models.Index(fields=["tenant", "kind", "-id"]),
            models.Index(fields=["state", "-id"]),
            models.Index(fields=["kind", "-id"]),
            models.Index(fields=["created_at"]),
            # the overview: what was sold and closed today
            models.Index(fields=["tenant", "kind", "day"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.source_id} ({self.get_state_display()})"
