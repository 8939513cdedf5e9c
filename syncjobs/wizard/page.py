"""What a page of the guide shows: the rail on its side, the form, and what the checks say."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from integration.doctor.facts import Failure
from integration.doctor.finding import Finding
from settings_app.models import Tenant
from syncjobs.models import WizardStep
from syncjobs.wizard.answers import answers_of, fingerprint
from syncjobs.wizard.checking import errors_of, examine_answers, of_step
from syncjobs.wizard.forms import Fill, StepForm
from syncjobs.wizard.live import Live
from syncjobs.wizard.proposals import proposal
from syncjobs.wizard.saving import done_steps
from syncjobs.wizard.step import Step
from syncjobs.wizard.steps import STEPS
from syncjobs.wizard.tables import TABLES


@dataclass(frozen=True, kw_only=True)
class RailEntry:
    """One step on the rail: `state` is done, wrong or open."""

    step: Step
    state: str
    is_current: bool
    saved: WizardStep | None


@dataclass(frozen=True, kw_only=True)
class Rail:
    """All steps with how far they are."""

    groups: list[tuple[Any, list[RailEntry]]]
    done: int
    total: int

    @property
    def percent(self) -> int:
        """How much is done."""
        return 100 * self.done // self.total


def rail_of(tenant: Tenant, current: Step, findings: list[Finding]) -> Rail:
    """Return the rail beside a page."""
    saved = done_steps(tenant)
    groups: list[tuple[Any, list[RailEntry]]] = []
    for step in STEPS:
        if not groups or groups[-1][0] != step.group:
            groups.append((step.group, []))
        wrong = step.key in saved and errors_of(of_step(step, findings))
        state = "wrong" if wrong else "done" if step.key in saved else "open"
        groups[-1][1].append(
            RailEntry(step=step, state=state, is_current=step == current, saved=saved.get(step.key))
        )
    done = sum(entry.state == "done" for _group, entries in groups for entry in entries)
    return Rail(groups=groups, done=done, total=len(STEPS))


def fill_of(tenant: Tenant, step: Step, live: Live, *, as_recommended: bool = False) -> Fill:
    """Return what a form of this step is filled with."""
    answers = answers_of(tenant)
    paths = [ask.path for ask in step.asks]
    if step.table:
        paths += [f"{step.table}.{row.key}" for row in TABLES[step.table](answers, live)]
    today = timezone.localdate()
    found = {path: proposal(path, live, today=today) for path in paths}
    is_new = tenant.status == Tenant.Status.DRAFT and step.key not in done_steps(tenant)
    if step.key == "switches":
        is_new = is_new and not tenant.webhook_switches.filter(on=True).exists()
    return Fill(answers=answers, live=live, proposals=found, fresh=is_new, overwrite=as_recommended)


def form_of(
    tenant: Tenant, step: Step, fill: Fill, data: Any = None, *, search_url: str = ""
) -> StepForm:
    """Return the form of a step; it knows which secrets are stored, never what they are."""
    row = getattr(tenant, step.key, None) if step.is_connection else None
    secrets = ("api_token", "webhook_secret", "password")
    stored = {name for name in secrets if getattr(row, name, None)}
    return StepForm(
        step,
        fill,
        data,
        search_url=search_url,
        secrets_set=stored,
        asks_why=tenant.status != Tenant.Status.DRAFT,
    )


def seen_of(tenant: Tenant, step: Step) -> str:
    """Return the fingerprint of the answers as they are now."""
    return fingerprint(answers_of(tenant), step)


def findings_of(tenant: Tenant, live: Live) -> list[Finding]:
    """Return what the checks say of the stored answers."""
    return examine_answers(tenant, live)


def unreachable(live: Live, step: Step) -> list[str]:
    """Return which systems could not be read, and why, for people; a connection's own page says it by a finding."""
    systems = (("Customers 1st", live.store), ("Uniconta", live.company))
    failed = [f"{name}: {system.text}" for name, system in systems if isinstance(system, Failure)]
    return [] if step.is_connection else failed


def not_connected(live: Live) -> list[str]:
    """Return the systems that are not connected yet."""
    systems = (("Customers 1st", live.store), ("Uniconta", live.company))
    return [name for name, system in systems if system is None]
