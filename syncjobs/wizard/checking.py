"""What the doctor says of one step, from the lists that the guide has read: the same checks, no call."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from integration.doctor.examination import examine
from integration.doctor.facts import Facts
from integration.doctor.finding import Finding, Level
from settings_app.models import Tenant
from syncjobs.doctor.own import own_facts
from syncjobs.wizard.live import Live
from syncjobs.wizard.steps import STEPS, Step


def examine_answers(tenant: Tenant, live: Live) -> list[Finding]:
    """Return everything that speaks against the stored answers, as far as the lists tell."""
    own = own_facts(tenant, now=timezone.now())
    return examine(Facts(own=own, store=live.store, company=live.company))


def of_step(step: Step, findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that are mended on this page."""
    return [row for row in findings if step in mending_steps(row.as_json())]


def errors_of(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that stop or falsify bookings."""
    return [row for row in findings if row.kind.level is Level.ERROR]


def mending_steps(finding: Mapping[str, Any]) -> list[Step]:
    """Return the steps whose page mends a finding (as plain values): those that name its id most exactly."""
    fits = {step.key: _fit(step, finding) for step in STEPS}
    best = max(fits.values())
    return [step for step in STEPS if best and fits[step.key] == best]


def _fit(step: Step, finding: Mapping[str, Any]) -> int:
    words = f"{finding['subject']} {finding['cause']}"
    return max(
        (
            len(beginning)
            for beginning, needed in step.checks
            if str(finding["id"]).startswith(beginning) and needed in words
        ),
        default=0,
    )
