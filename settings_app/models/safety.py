"""How often the safety jobs look for what webhooks missed."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from settings_app.models.tenant import Tenant

# job kind -> how people say it
KINDS: dict[str, Any] = {
    "customer_to_debtor": _("customer to debtor"),
    "product_to_item": _("product to item"),
    "sale_to_order": _("sale to order"),
    "day_close_to_journal": _("day close to journal"),
    "debtor_to_customer": _("debtor to customer"),
    "item_to_product": _("item to product"),
}


class SafetyInterval(models.Model):
    """The interval of one job kind's safety job; 0 hours is off."""

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="safety_intervals", verbose_name=_("tenant")
    )
    kind = models.CharField(
        _("kind"),
        max_length=24,
        choices=list(KINDS.items()),
        help_text=_("The job kind that is swept."),
    )
    hours = models.PositiveSmallIntegerField(
        _("every"),
        choices=[
            (0, _("off")),
            (3, _("3 hours")),
            (6, _("6 hours")),
            (12, _("12 hours")),
            (24, _("24 hours")),
        ],
        default=0,
        help_text=_(
            "Customers 1st repeats a failed webhook for three and a half hours; the sweep finds the rest."
        ),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("safety interval")
        verbose_name_plural = _("safety intervals")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "kind"], name="one_interval_per_kind")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_hours_display()}"
