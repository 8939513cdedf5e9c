"""What is said of one registration."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from integration.errors import AccessDenied, Refused
from settings_app.models import Tenant
from syncjobs.models import HookRegistration, System

# the state that tells most about an event with several registrations of ours
WORST_FIRST = ("missing", "disabled", "changed", "failing", "duplicate")


@dataclass(frozen=True, kw_only=True)
class Registration:
    """One registration: the event (Customers 1st) or table (Uniconta) and its state (DESIGN section 5.3).

    `problem` says why the vendor did not let us mend it, `cure` where a person does it by hand.
    """

    name: str
    state: str
    remote_id: str = ""
    problem: str = ""
    cure: str = ""

    def as_json(self, label: str) -> dict[str, Any]:
        """Return it as plain values; `label` is what the vendor calls the name."""
        row = {label: self.name, "state": self.state, "id": self.remote_id or None}
        return {**row, "problem": self.problem, "cure": self.cure} if self.problem else row


def told_problems(rows: Iterable[tuple[str, str, str]]) -> list[str]:
    """Return what the vendors did not let us mend, each reason said once; rows are name, problem and cure."""
    names: dict[tuple[str, str], list[str]] = {}
    for name, problem, cure in rows:
        if problem:
            names.setdefault((problem, cure), []).append(name)
    return [
        f"{problem.rstrip('.')}. {cure}: {', '.join(dict.fromkeys(each))}."
        for (problem, cure), each in names.items()
    ]


def mend(found: Registration, *, to: str, write: Callable[[], object], cure: str) -> Registration:
    """Return a registration as a write left it, in state `to`; refused it stays as found, with problem and cure.

    The text that `write` may return is the new remote id. Raises the clients' other errors.
    """
    try:
        made = write()
    except (Refused, AccessDenied) as error:  # the others are still to be mended
        return replace(found, problem=str(error), cure=cure)
    return replace(found, state=to, remote_id=made if isinstance(made, str) else found.remote_id)


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
