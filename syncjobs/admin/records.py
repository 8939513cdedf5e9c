"""Safety runs, registrations and call counts."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from syncjobs.admin.base import LogAdmin, StartedFilter
from syncjobs.models import CallCount, HookRegistration, Problem, SafetyRun, SweepRun

# why webhooks had missed a record (syncjobs/safety/missed.py)
REASONS = {
    "switched_off": _("its switch was off"),
    "not_sent": _("not sent by the vendor"),
    "late": _("late: the vendor still tries"),
    "refused": _("refused by us"),
    "unreachable": _("we were not reached"),
    "unknown": _("unknown"),
}


@admin.register(SafetyRun)
class SafetyRunAdmin(LogAdmin):
    """When each safety job last went well, and when it is due."""

    list_display = ["tenant", "kind", "last_good_run_at", "next_run_at", "failures", "last_error"]
    list_filter = ["kind"]


@admin.register(SweepRun)
class SweepRunAdmin(LogAdmin):
    """Each run of a safety job, and what webhooks had missed."""

    list_display = [
        "id",
        "tenant",
        "kind",
        "slot",
        "started_at",
        "finished_at",
        "outcome",
        "seen",
        "missed",
        "share_text",
        "why",
        "error",
    ]
    list_filter = ["kind", "outcome", StartedFilter]

    @admin.display(description=_("share"))
    def share_text(self, row: SweepRun) -> str:
        """Return what part of the records seen webhooks had missed."""
        return f"{row.share:.0%}" if row.seen else ""

    @admin.display(description=_("why"))
    def why(self, row: SweepRun) -> str:
        """Return the reasons with their numbers."""
        return ", ".join(f"{REASONS[name]} {count}" for name, count in row.reasons.items())


@admin.register(HookRegistration)
class HookRegistrationAdmin(LogAdmin):
    """What the last comparison of webhook registrations found."""

    list_display = ["tenant", "system", "name", "state", "checked_at"]
    list_filter = ["system"]


@admin.register(Problem)
class ProblemAdmin(LogAdmin):
    """What is or was wrong, and whether somebody was told; those of the service as a whole are for superusers."""

    list_display = ["tenant", "cause", "state", "first_seen_at", "recovered_at", "told_at", "cure"]
    list_filter = ["state"]
    ordering = ["-last_seen_at"]


@admin.register(CallCount)
class CallCountAdmin(LogAdmin):
    """Remote calls by hour (UTC)."""

    list_display = ["tenant", "system", "date", "hour", "count", "failed", "elapsed_ms"]
    list_filter = ["system"]
