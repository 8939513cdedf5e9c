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
    uniconta_row = models.PositiveBigIntegerField(
        _("Uniconta row"),
        default=0,
        help_text=_("Uniconta's number of the row; it stays when the key changes. 0: not told."),
    )
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    seen_customers1st = models.JSONField(
        _("seen in Customers 1st"),
        default=dict,
        blank=True,
        help_text=_("Fingerprint of each mapped field as it was last seen there."),
    )
    seen_uniconta = models.JSONField(
        _("seen in Uniconta"),
        default=dict,
        blank=True,
        help_text=_("Fingerprint of each mapped field as it was last seen there."),
    )
    ended_at = models.DateTimeField(
        _("ended at"),
        null=True,
        blank=True,
        help_text=_("When one side's record was deleted and the other's blocked or marked."),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "entity", "customers1st_id"], name="one_link_per_record"
            ),
            models.UniqueConstraint(
                fields=["tenant", "entity", "uniconta_key"], name="one_link_per_uniconta_key"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "entity", "uniconta_row"]),
            models.Index(fields=["tenant", "ended_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_entity_display()} {self.customers1st_id} = {self.uniconta_key}"
