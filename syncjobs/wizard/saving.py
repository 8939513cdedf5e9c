"""Saving a step: the piece of the tenant file is applied, and taken back when the checks speak against it."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from integration.doctor.finding import Finding
from settings_app.models import Tenant
from settings_app.services import apply_file
from settings_app.services.money import needs_reason
from syncjobs.models import WizardStep
from syncjobs.wizard.answers import answers_of, piece_of_file
from syncjobs.wizard.checking import errors_of, examine_answers, of_step
from syncjobs.wizard.forms import model_field
from syncjobs.wizard.live import Live
from syncjobs.wizard.step import Step
from syncjobs.wizard.steps import STEPS


def wants_reason(tenant: Tenant, step: Step, given: Mapping[str, Any]) -> bool:
    """Tell whether these answers (by path) change what moves money in a shop that is no draft. Raises FileError."""
    told = apply_file(_content(tenant, step, given), dry_run=True).changes
    paths = [line.partition(": ")[0] for line in told]
    columns = [model_field(path) for path in paths if "." in path]
    return any(needs_reason(row.model(), [row.name], tenant_id=tenant.pk) for row in columns)


def save_step(
    tenant: Tenant,
    step: Step,
    given: Mapping[str, Any],
    *,
    live: Live,
    user: AbstractBaseUser,
    anyway: bool,
    reason: str = "",
) -> list[Finding]:
    """Store the answers (by path) of a step; returns the errors that kept it from being stored, none when it is.

    A connection, and what is saved `anyway`, is stored whatever the checks say. `reason` is a person's, for the history.
    Raises FileError.
    """
    told = ": ".join(part for part in (f"setup guide: {step.key}", reason) if part)
    with transaction.atomic():
        apply_file(_content(tenant, step, given), user=user, reason=told)
        against: list[Finding] = []
        if not (anyway or step.is_connection):
            fresh = Tenant.objects.get(pk=tenant.pk)
            against = errors_of(of_step(step, examine_answers(fresh, live)))
        if against:
            transaction.set_rollback(True)
            return against
        mark_done(tenant, step, user=user)
    return []


def _content(tenant: Tenant, step: Step, given: Mapping[str, Any]) -> str:
    """Return the answers as a piece of the tenant file."""
    return piece_of_file(
        answers_of(tenant), given, table=step.table, slug=tenant.slug, name=tenant.name
    )


def mark_done(tenant: Tenant, step: Step, *, user: AbstractBaseUser) -> None:
    """Remember that somebody has been through a step."""
    WizardStep.objects.update_or_create(
        tenant=tenant,
        step=step.key,
        defaults={"saved_at": timezone.now(), "saved_by_id": user.pk},
    )


def done_steps(tenant: Tenant) -> dict[str, WizardStep]:
    """Return what was saved, by step."""
    rows = WizardStep.objects.filter(tenant=tenant).select_related("saved_by")
    return {row.step: row for row in rows}


def next_open(tenant: Tenant) -> Step:
    """Return the first step that nobody has saved, the last one when all are."""
    done = done_steps(tenant)
    return next((step for step in STEPS if step.key not in done), STEPS[-1])
