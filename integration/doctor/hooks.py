"""Checks of what the vendors call us for: the states that the comparison of registrations found."""

from collections.abc import Iterator

from integration.doctor.facts import CompanyFacts, Facts, HookState, StoreFacts
from integration.doctor.finding import Finding, Level
from integration.doctor.kinds import KINDS, finding

CAUSES = {
    "missing": "“{name}” is switched on and not registered: changes are found by the safety job only.",
    "disabled": "“{name}” is registered and switched off there.",
    "changed": "“{name}” is registered otherwise than wished, or no longer wished.",
    "duplicate": "“{name}” is registered more than once: each change is called twice.",
    "failing": "The newest call for “{name}” did not come through.",
}
REPAIR = (
    "Press “Fix it for me” beside it at the doctor, or “Register webhooks” on the last page of the setup guide."
    " Where the vendor refuses, register it in the vendor's program."
)
BEFORE_LIVE = "Nothing needs to be done now: going live registers it, with the button “Go live” on the last page of the setup guide."
FAILING = (
    "See that the vendor reaches this server; the vendor's log of calls says what it was answered."
)


def check_hooks(facts: Facts) -> Iterator[Finding]:
    """Say which registrations are not as they should be; before the shop is live they are to be known only."""
    due = facts.own.hooks_due
    if isinstance(facts.store, StoreFacts):
        yield from _of("c1st", facts.store.hooks, due)
    if isinstance(facts.company, CompanyFacts):
        yield from _of("uni", facts.company.hooks, due)


def _of(prefix: str, hooks: tuple[HookState, ...], due: bool) -> Iterator[Finding]:
    for name, state in hooks:
        identity = f"{prefix}-hook-{state}"
        if identity in KINDS and (due or state != "failing"):
            yield finding(
                identity,
                level=None if due else Level.INFO,
                subject=name,
                cause=CAUSES[state].format(name=name),
                cure=(FAILING if state == "failing" else REPAIR) if due else BEFORE_LIVE,
            )
