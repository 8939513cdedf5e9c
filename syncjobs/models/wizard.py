"""How far a tenant's setup has come, and the lists of both systems that its pages offer."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from settings_app.models import Tenant


class WizardStep(models.Model):
    """A step of the setup guide that somebody has saved; a step without a row is open."""

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="wizard_steps", verbose_name=_("tenant")
    )
    step = models.CharField(_("step"), max_length=30)
    saved_at = models.DateTimeField(_("saved at"))
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("saved by"),
    )

    class Meta:
        verbose_name = _("setup step")
        verbose_name_plural = _("setup steps")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "step"], name="one_row_per_setup_step")
        ]

    def __str__(self) -> str:
        return f"{self.step}, {self.tenant}"


class WizardLists(models.Model):
    """What one system offered the pages of the setup guide when it was last asked, or why it could not be."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="wizard_lists")
    system = models.CharField(max_length=12)
    read_at = models.DateTimeField()
    content = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("lists of the setup guide")
        verbose_name_plural = _("lists of the setup guide")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "system"], name="one_list_row_per_system")
        ]

    def __str__(self) -> str:
        return f"lists of {self.tenant_id}, {self.system}"
