"""What is said of one registration."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from settings_app.models import Tenant
from syncjobs.models import HookRegistration, System

# the state that tells most about an event with several registrations of ours
WORST_FIRST = ("missing", "disabled", "changed", "failing", "duplicate")


@dataclass(frozen=True, kw_only=True)
class Registration:
    """One registration: the event (Customers 1st) or table (Uniconta) and its state (DESIGN section 5.3)."""

    name: str
    state: str
    remote_id: str = ""

    def as_json(self, label: str) -> dict[str, Any]:
        """Return it as plain values; `label` is what the vendor calls the name."""
        return {label: self.name, "state": self.state, "id": self.remote_id or None}


def remember(
    tenant: Tenant, system: System, registrations: Sequence[Registration], *, now: Any
) -> None:
    """Keep what this comparison found; what it did not find is forgotten."""
    kept = _by_name(registrations)
    rows = HookRegistration.objects.filter(tenant=tenant, system=system)
    rows.exclude(name__in=kept).delete()
    for name, registration in kept.items():
        HookRegistration.objects.update_or_create(
            tenant=tenant,
            system=system,
            name=name,
            defaults={
                "state": registration.state,
                "remote_id": registration.remote_id,
                "checked_at": now,
            },
        )


def _by_name(registrations: Iterable[Registration]) -> dict[str, Registration]:
    """Return one registration for each name, ours and foreign ones apart, the worst where there are several."""
    kept: dict[str, Registration] = {}
    for registration in registrations:
        foreign = registration.state == "foreign"
        name = f"foreign:{registration.name}" if foreign else registration.name
        name = name[:80]
        if name not in kept or _badness(registration) < _badness(kept[name]):
            kept[name] = registration
    return kept


def _badness(registration: Registration) -> int:
    state = registration.state
    if state == "removed":  # tells least about an event that has another registration
        return len(WORST_FIRST) + 1
    return WORST_FIRST.index(state) if state in WORST_FIRST else len(WORST_FIRST)
