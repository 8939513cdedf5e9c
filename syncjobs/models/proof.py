"""The sealed proof sheets of a tenant."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from settings_app.models import Tenant


class ProofIsSealed(Exception):
    """A proof sheet is never changed and never deleted."""


class DayCloseProof(models.Model):
    """One proof sheet (see integration.mapping.proof): of a close, of late receipts, or of a reversal.

    `hash` is over the sheet and the hash of the sheet before it, so a change of any sheet shows. `register_id`,
    `first_no` and `last_no` repeat the range of a close, to find the close of a late receipt.
    """

    class Kind(models.TextChoices):
        """What a sheet proves."""

        CLOSE = "close", _("day close")
        LATE = "late", _("late receipts")
        REVERSAL = "reversal", _("reversal")

    tenant = models.ForeignKey(
        Tenant, on_delete=models.PROTECT, related_name="proofs", verbose_name=_("tenant")
    )
    number = models.PositiveIntegerField(
        _("number"), help_text=_("Counts the sheets of the tenant; none is missing.")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    key = models.CharField(
        _("key"), max_length=120, help_text=_("Stands on every line in Uniconta too.")
    )
    source_id = models.CharField(_("source id"), max_length=120)
    close_no = models.IntegerField(_("close number"), null=True, blank=True)
    register_id = models.IntegerField(_("register"), null=True, blank=True)
    first_no = models.IntegerField(_("first receipt"), null=True, blank=True)
    last_no = models.IntegerField(_("last receipt"), null=True, blank=True)
    day = models.DateField(_("business day"), null=True, blank=True)
    waiting = models.PositiveIntegerField(
        _("receipts waiting"), default=0, help_text=_("For the bookkeeper's invoice, when sealed.")
    )
    sheet = models.JSONField(_("sheet"))
    previous_hash = models.CharField(_("seal of the sheet before"), max_length=64)
    hash = models.CharField(_("seal"), max_length=64)
    sealed_at = models.DateTimeField(_("sealed at"))

    class Meta:
        verbose_name = _("day close")
        verbose_name_plural = _("day closes")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="one_sheet_per_number"),
            models.UniqueConstraint(
                fields=["tenant", "key"],
                condition=~models.Q(kind="late"),
                name="one_proof_per_posting",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "key"]),
            models.Index(fields=["tenant", "kind", "-id"]),
        ]
        permissions = [
            ("reverse_posting", _("Can reverse a posting")),
            ("accept_close", _("Can let a day close be posted as it stands")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.close_no or self.key} ({self.day})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new sheet; ProofIsSealed for one that is stored already."""
        if not self._state.adding:
            raise ProofIsSealed(f"sheet {self.number} of {self.tenant_id}")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse."""
        raise ProofIsSealed(f"sheet {self.number} of {self.tenant_id}")
