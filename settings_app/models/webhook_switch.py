"""Which events do something."""

from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from settings_app.models.tenant import Tenant

# system -> entity -> events that a switch exists for (tenant file `webhooks`)
SWITCHES: dict[str, dict[str, tuple[str, ...]]] = {
    "customers1st": {
        "customer": ("created", "updated", "deleted"),
        "product": ("created", "updated", "deleted"),
        "sale": ("created",),
        "day_close": ("created",),
    },
    "uniconta": {
        "debtor": ("created", "updated", "deleted"),
        "item": ("created", "updated", "deleted"),
    },
}
# how people say it
SYSTEMS = {"customers1st": _("Customers 1st"), "uniconta": _("Uniconta")}
ENTITIES: dict[str, Any] = {
    "customer": _("customer"),
    "product": _("product"),
    "sale": _("sale"),
    "day_close": _("day close"),
    "debtor": _("debtor"),
    "item": _("item"),
}
EVENTS: dict[str, Any] = {
    "created": _("created"),
    "updated": _("changed"),
    "deleted": _("deleted"),
}


class WebhookSwitch(models.Model):
    """One event switched on or off (point 11). An event without a row is off."""

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="webhook_switches", verbose_name=_("tenant")
    )
    system = models.CharField(
        _("system"),
        max_length=12,
        choices=list(SYSTEMS.items()),
        help_text=_("Where it happens."),
    )
    entity = models.CharField(
        _("entity"),
        max_length=12,
        choices=list(ENTITIES.items()),
        help_text=_("What it happens to."),
    )
    event = models.CharField(
        _("event"),
        max_length=10,
        choices=list(EVENTS.items()),
        help_text=_("“created” of sales and day closes covers later changes too."),
    )
    on = models.BooleanField(
        _("on"), default=False, help_text=_("Off: calls are stored and skipped, with the reason.")
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("webhook switch")
        verbose_name_plural = _("webhook switches")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "system", "entity", "event"], name="one_switch_per_event"
            )
        ]

    def __str__(self) -> str:
        parts = self.get_system_display(), self.get_entity_display(), self.get_event_display()
        return f"{', '.join(map(str, parts))}: {gettext('on') if self.on else gettext('off')}"
