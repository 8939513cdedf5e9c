"""What we know of our calls to the vendors: how many, how long they took, and when the next one may go out."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from settings_app.models import Tenant
from syncjobs.models.kinds import System


class CallCount(models.Model):
    """Remote calls of one tenant in one hour (Uniconta slows a user down after 5,000 a day)."""

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="call_counts", verbose_name=_("tenant")
    )
    system = models.CharField(_("system"), max_length=12, choices=System.choices)
    date = models.DateField(_("date"), help_text=_("In UTC."))
    hour = models.PositiveSmallIntegerField(_("hour"), default=0, help_text=_("In UTC."))
    count = models.PositiveIntegerField(_("calls"), default=0)
    failed = models.PositiveIntegerField(
        _("without an answer"), default=0, help_text=_("No answer at all, or a failure of theirs.")
    )
    elapsed_ms = models.PositiveBigIntegerField(_("time they took (ms)"), default=0)

    class Meta:
        verbose_name = _("call count")
        verbose_name_plural = _("call counts")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "system", "date", "hour"], name="one_count_per_hour"
            )
        ]
        indexes = [models.Index(fields=["date"])]

    def __str__(self) -> str:
        return f"{self.get_system_display()} {self.date} {self.hour}: {self.count}"


class CallPace(models.Model):
    """The rate limit of one tenant and vendor, shared by all processes: when the next call is in time."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="call_paces")
    system = models.CharField(max_length=12, choices=System.choices)
    next_at = models.DateTimeField()

    class Meta:
        verbose_name = _("pace of calls")
        verbose_name_plural = _("paces of calls")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "system"], name="one_pace_per_system")
        ]

    def __str__(self) -> str:
        return f"{self.system} of {self.tenant_id}: {self.next_at}"
