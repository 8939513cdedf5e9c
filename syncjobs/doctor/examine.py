"""One examination of a tenant: both systems asked once, everything checked, the answer kept."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.utils import timezone

from integration.doctor.examination import examine, is_green
from integration.doctor.facts import (
    CompanyFacts,
    Facts,
    Failure,
    HookState,
    Own,
    StoreFacts,
)
from integration.doctor.failures import denied_by, ends_all, failure_of
from integration.doctor.finding import Finding
from integration.doctor.reading import read_company, read_store
from integration.errors import IntegrationError
from integration.words import word
from settings_app.clients import customers1st_client, uniconta_client
from settings_app.models import DoctorReport, Tenant
from syncjobs.doctor.own import own_facts
from syncjobs.hooks import at_company, at_store
from syncjobs.hooks.registration import Registration
from syncjobs.sessions import SessionTable
from syncjobs.steps import StepTable

System = TypeVar("System", StoreFacts, CompanyFacts)


@dataclass(frozen=True)
class Report:
    """What the doctor says of a tenant, the worst first."""

    ok: bool
    findings: list[Finding]

    def as_json(self) -> dict[str, Any]:
        """Return it as `doctor --json` prints it (DESIGN section 5.3)."""
        return {"ok": self.ok, "findings": [finding.as_json() for finding in self.findings]}


def run_doctor(tenant: Tenant, *, going_live: bool = False) -> Report:
    """Examine a tenant and keep what was found; a system that cannot be reached is a finding, no error.

    Before a shop is live, webhooks that are not registered are to be known; `going_live`, right after they were, they are errors.
    """
    began = timezone.now()
    own = own_facts(tenant, now=began, going_live=going_live)
    findings = examine(Facts(own=own, store=_store(tenant, own), company=_company(tenant, own)))
    report = Report(ok=is_green(findings), findings=findings)
    DoctorReport.objects.update_or_create(
        tenant=tenant,
        defaults={
            "ran_at": began,
            "is_green": report.ok,
            "findings": [finding.as_json() for finding in findings],
        },
    )
    return report


def _store(tenant: Tenant, own: Own) -> StoreFacts | Failure | None:
    if own.customers1st.address_error or not own.has_token:
        return None
    client = customers1st_client(tenant, on_call=StepTable(tenant).call)
    facts = read_store(client, now=timezone.now)
    if isinstance(facts, Failure):
        return facts
    return _with_hooks(facts, lambda: at_store(tenant, repair=False))


def _company(tenant: Tenant, own: Own) -> CompanyFacts | Failure | None:
    can_log_in = own.has_password or own.session_until is not None
    if own.uniconta.address_error or not (own.company_id and own.username and can_log_in):
        return None
    client = uniconta_client(tenant, tokens=SessionTable(tenant), on_call=StepTable(tenant).call)
    facts = read_company(client, own, now=timezone.now)
    if isinstance(facts, Failure):
        return facts
    return _with_hooks(facts, lambda: at_company(tenant, repair=False))


def _with_hooks(facts: System, compare: Callable[[], list[Registration]]) -> System | Failure:
    """Add what the comparison of registrations found."""
    try:
        rows = compare()
    except IntegrationError as error:
        if ends_all(error):
            return failure_of(error)
        return replace(facts, denied=(*facts.denied, denied_by(word("webhooks"), error)))
    return replace(facts, hooks=tuple(HookState(row.name, row.state) for row in rows))
