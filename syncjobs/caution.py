"""What a run must mind before it calls anybody, read in one query: paused calls, stopped work, forgotten times."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from integration.flows.context import Doubt, Gate
from settings_app.models import Tenant
from syncjobs import breaker, gaps


@dataclass(frozen=True, kw_only=True)
class Caution:
    """What a tenant's next run must mind, as read at one moment; a run changes `gate` and `doubt` as it learns.

    `stopped` tells that a breaker stops the tenant's calls.
    """

    stopped: bool
    gate: Gate
    doubt: Doubt

    @classmethod
    def of(cls, tenant: Tenant, *, fingerprint: str) -> "Caution":
        """Read it now; the fingerprint is that of the present setup."""
        rows = Tenant.objects.annotate(
            stopped=Exists(breaker.stopped(timezone.now()).filter(tenant=OuterRef("pk"))),
            gap=Subquery(gaps.ends().values("ended_at")[:1]),
            restored_gap=Subquery(gaps.ends().filter(restored=True).values("ended_at")[:1]),
        )
        stopped, proven_rules, invoice_stop, delete_stop, gap, restored_gap = rows.values_list(
            "stopped",
            "state__proven_rules",
            "state__invoice_stop",
            "state__delete_stop",
            "gap",
            "restored_gap",
        ).get(pk=tenant.pk)
        return cls(
            stopped=stopped,
            gate=Gate(
                proven=proven_rules == fingerprint,
                stop=invoice_stop or "",  # None before a worker was ever at the tenant
                delete_stop=delete_stop or "",
            ),
            doubt=gaps.doubt(gap, restored_gap),
        )
