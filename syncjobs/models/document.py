"""Our row for each remote create: intent before effect."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from settings_app.models import Tenant
from syncjobs.models.kinds import DOCUMENT_KINDS, DOCUMENT_STATES


class DocumentRow(models.Model):
    """One remote create: its key, its state, and what the vendor called it (see integration.ports.Document)."""

    tenant = models.ForeignKey(
        Tenant, on_delete=models.PROTECT, related_name="documents", verbose_name=_("tenant")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=list(DOCUMENT_KINDS.items()))
    key = models.CharField(
        _("key"),
        max_length=120,
        help_text=_("Stands on the document in Uniconta too, so that it can be found again."),
    )
    source_id = models.CharField(_("source id"), max_length=120)
    state = models.CharField(_("state"), max_length=10, choices=list(DOCUMENT_STATES.items()))
    number = models.CharField(
        _("number"),
        max_length=60,
        blank=True,
        default="",
        help_text=_("The number Uniconta gave it."),
    )
    first_look_at = models.DateTimeField(
        _("first empty look-up at"),
        null=True,
        blank=True,
        help_text=_("Set while the outcome of a call is unknown."),
    )
    facts = models.JSONField(_("facts"), default=dict)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["key", "tenant", "kind"], name="one_document_per_key")
        ]
        indexes = [
            models.Index(fields=["tenant", "kind", "state"]),
            models.Index(fields=["tenant", "-id"]),
            models.Index(fields=["source_id", "tenant"]),
            models.Index(fields=["number"]),
            models.Index(fields=["created_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.key} ({self.get_state_display()})"
