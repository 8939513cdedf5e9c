"""The last step: webhooks registered at both systems, the doctor's word, and the tenant live."""

from dataclasses import dataclass, field

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from integration.errors import IntegrationError
from settings_app.models import Tenant
from settings_app.services.going_live import (
    doctor_reason,
    go_live,
    reason_against,
    responsible_reason,
)
from syncjobs.doctor import run_doctor
from syncjobs.hooks import at_company, at_store
from syncjobs.hooks.registration import Registration
from syncjobs.wizard.live import forget_live


@dataclass
class Registered:
    """What both systems said to our webhooks: their states, and in words what did not work."""

    rows: list[tuple[str, Registration]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def register_hooks(tenant: Tenant) -> Registered:
    """Let both systems call us for what is switched on, as `hooks SLUG --repair` does; one that fails stops not the other."""
    told = Registered()
    for name, register in (("Customers 1st", at_store), ("Uniconta", at_company)):
        try:
            rows = register(tenant, repair=True)
        except IntegrationError as error:
            told.problems.append(f"{name}: {error}")
            continue
        told.rows += [(name, row) for row in rows if row.state != "foreign"]
        told.problems += [f"{name}: {row.problem}" for row in rows if row.problem]
    return told


def preview_hooks(tenant: Tenant) -> list[str]:
    """Return what registering would send, line by line; nothing is sent. Raises the clients' errors."""
    told: list[str] = []
    at_store(tenant, repair=True, rehearsal=told)
    company: list[str] = []
    at_company(tenant, repair=True, rehearsal=company)
    secret = str(tenant.uniconta.hook_uuid)  # its calls are unsigned: who knows it may call
    return [*told, *(line.replace(secret, "…") for line in company)]


def launch(
    tenant: Tenant, *, user: AbstractBaseUser, responsibility: str
) -> tuple[Registered, str]:
    """Register webhooks, let the doctor look, and go live when it is green or a person answers for it.

    Returns what the systems said, and why it did not go live (empty: it did).
    """
    told = register_hooks(tenant)
    run_doctor(tenant, going_live=True)
    if responsibility:
        reason = responsible_reason(user.get_username(), responsibility)
    elif against := reason_against(tenant, now=timezone.now()):
        return told, against
    else:
        reason = doctor_reason(tenant)
    go_live(tenant, user=user, reason=reason)
    forget_live(tenant)  # names of customers are not kept without need
    return told, ""
