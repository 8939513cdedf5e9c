"""What a button of the doctor's page mends: registrations that are ours, and a renamed payment type.

Nothing here moves money, and doing it twice does nothing more. What would create records in Uniconta (a journal, items,
user fields) is offered by the setup guide, which asks what it needs and shows it first.
"""

from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from integration.doctor.finding import Fix
from settings_app.models import PaymentType, Tenant
from settings_app.services import announce_change, changing
from syncjobs.hooks import at_company, at_store, told_problems
from syncjobs.hooks.registration import Registration
from syncjobs.models import Step


class UnableToFix(Exception):
    """What the button was to mend is no longer there, or there is no such button, or the vendor refuses."""


class Preview(NamedTuple):
    """What a fix would do, line by line."""

    title: str
    lines: list[str]


def preview_fix(tenant: Tenant, fix: str, arguments: list[str]) -> Preview:
    """Return what the fix would send or change, exactly; nothing is done. Raises UnableToFix, the clients' errors."""
    told: list[str] = []
    if fix == Fix.HOOKS_CUSTOMERS1ST:
        at_store(tenant, repair=True, rehearsal=told)
        return Preview("This will be sent to Customers 1st:", told)
    if fix == Fix.HOOKS_UNICONTA:
        at_company(tenant, repair=True, rehearsal=told)
        secret = str(tenant.uniconta.hook_uuid)  # its calls are unsigned: who knows it may call
        return Preview(
            "This will be sent to Uniconta:", [line.replace(secret, "…") for line in told]
        )
    row, title = _renaming(tenant, fix, arguments)
    return Preview(
        "This will be changed in the payment types:",
        [f"“{row.title}” → “{title}” (GL account {row.account})"],
    )


def apply_fix(tenant: Tenant, fix: str, arguments: list[str], *, user: Any) -> None:
    """Do it, and write down who did what. Raises UnableToFix, the clients' errors."""
    if fix == Fix.HOOKS_CUSTOMERS1ST:
        _check(at_store(tenant, repair=True))
    elif fix == Fix.HOOKS_UNICONTA:
        _check(at_company(tenant, repair=True))
    else:
        _rename(tenant, fix, arguments, user=user)
    done_text = f"Doctor: {user.get_username()} let {fix} be done"
    Step.objects.create(
        tenant=tenant, at=timezone.now(), text=done_text, evidence={"arguments": arguments}
    )


def _check(registrations: list[Registration]) -> None:
    problems = told_problems((row.name, row.problem, row.cure) for row in registrations)
    if problems:
        raise UnableToFix(" ".join(problems))


def _rename(tenant: Tenant, fix: str, arguments: list[str], *, user: Any) -> None:
    row, title = _renaming(tenant, fix, arguments)
    row.title = title
    with transaction.atomic(), changing("doctor: renamed on the till", user=user):
        row.save()
        announce_change(tenant.pk)


def _renaming(tenant: Tenant, fix: str, arguments: list[str]) -> tuple[PaymentType, str]:
    if fix != Fix.RENAME_PAYMENT_TYPE or len(arguments) != 2:
        raise UnableToFix("There is no such button.")
    old, new = arguments
    row = PaymentType.objects.filter(tenant=tenant, title=old).first()
    if row is None or PaymentType.objects.filter(tenant=tenant, title=new).exists():
        raise UnableToFix("The payment types were changed meanwhile; run the doctor again.")
    return row, new
