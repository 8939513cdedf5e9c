"""Links: the pair (Customers 1st id, Uniconta key) of the same thing."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from settings_app.models import Tenant


class LinkRow(models.Model):
    """The pair (Customers 1st id, Uniconta key) of the same thing."""

    tenant = models.ForeignKey(
        Tenant, on_delete=models.PROTECT, related_name="links", verbose_name=_("tenant")
    )
    entity = models.CharField(
        _("entity"), max_length=20, choices=[("product", _("product")), ("customer", _("customer"))]
    )
    customers1st_id = models.CharField(_("Customers 1st id"), max_length=40)
    uniconta_key = models.CharField(_("Uniconta key"), max_length=60)
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "entity", "customers1st_id"], name="one_link_per_record"
            )
        ]
        indexes = [models.Index(fields=["tenant", "entity", "uniconta_key"])]

    def __str__(self) -> str:
        return f"{self.entity} {self.customers1st_id} = {self.uniconta_key}"
