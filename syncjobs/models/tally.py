"""Counters that only grow, so that the operator's page costs the same at a million rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tally(models.Model):
    """One counter: its name, up to two labels, how often it happened, and a sum where there is one."""

    name = models.CharField(max_length=20)
    first = models.CharField(max_length=24, default="")
    second = models.CharField(max_length=24, default="")
    count = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")
        constraints = [
            models.UniqueConstraint(fields=["name", "first", "second"], name="one_row_per_counter")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.first} {self.second}: {self.count}"
