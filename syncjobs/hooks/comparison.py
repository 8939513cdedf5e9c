"""Compares and mends the registrations of one tenant at both vendors."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from settings_app.clients import customers1st_client, uniconta_client
from settings_app.models import Tenant
from syncjobs.context import called
from syncjobs.hooks import company, store
from syncjobs.hooks.registration import Registration, remember
from syncjobs.hooks.rehearsal import CompanyRehearsal, StoreRehearsal
from syncjobs.models import System
from syncjobs.pace import SharedPace
from syncjobs.selectors import wished_names
from syncjobs.sessions import SessionTable
from syncjobs.steps import StepTable


def compare(tenant: Tenant) -> dict[str, list[dict[str, Any]]]:
    """Return the state of each registration at both vendors; nothing is written there. Raises the clients' errors."""
    return _run(tenant, repair=False)


def repair(
    tenant: Tenant, *, systems: Collection[System] = tuple(System)
) -> dict[str, list[dict[str, Any]]]:
    """Create, mend and remove our own registrations, and return the state of each; foreign ones stay as they are."""
    return _run(tenant, repair=True, systems=systems)


def hook_url(system: System, hook_uuid: object) -> str:
    """Return the address that a vendor calls."""
    return f"{settings.PUBLIC_BASE_URL}{reverse(f'{system}-hook', args=[str(hook_uuid)])}"


def at_store(
    tenant: Tenant, *, repair: bool, rehearsal: list[str] | None = None
) -> list[Registration]:
    """Return the state of our webhooks at Customers 1st; with `repair` mended.

    With a `rehearsal` nothing is sent or remembered: it takes what would be sent, line by line.
    """
    with called(tenant) as steps:
        return _at_store(tenant, steps, repair=repair, rehearsal=rehearsal)


def at_company(
    tenant: Tenant, *, repair: bool, rehearsal: list[str] | None = None
) -> list[Registration]:
    """Return the state of our change URLs at Uniconta; with `repair` mended, with a `rehearsal` only told."""
    with called(tenant) as steps:
        return _at_company(tenant, steps, repair=repair, rehearsal=rehearsal)


def _run(
    tenant: Tenant, *, repair: bool, systems: Collection[System] = tuple(System)
) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for system in systems:
        label, look = LOOKS[system]
        found[system.value] = [row.as_json(label) for row in look(tenant, repair=repair)]
    return found


def _at_store(
    tenant: Tenant, steps: StepTable, *, repair: bool, rehearsal: list[str] | None
) -> list[Registration]:
    client = customers1st_client(tenant, on_call=steps.call, bucket=SharedPace(tenant))
    uuid = tenant.customers1st.hook_uuid
    ours = store.Store(
        client=client if rehearsal is None else StoreRehearsal(client, rehearsal),
        url=hook_url(System.CUSTOMERS1ST, uuid),
        uuid=str(uuid),
        repair=repair,
    )
    found = ours.compare(wished_names(tenant, System.CUSTOMERS1ST))
    if rehearsal is None:
        remember(tenant, System.CUSTOMERS1ST, found, now=timezone.now())
    return found


def _at_company(
    tenant: Tenant, steps: StepTable, *, repair: bool, rehearsal: list[str] | None
) -> list[Registration]:
    client = uniconta_client(tenant, tokens=SessionTable(tenant), on_call=steps.call)
    uuid = tenant.uniconta.hook_uuid
    ours = company.Company(
        client=client if rehearsal is None else CompanyRehearsal(client, rehearsal),
        url=hook_url(System.UNICONTA, uuid),
        uuid=str(uuid),
        repair=repair,
    )
    found = ours.compare(wished_names(tenant, System.UNICONTA))
    if rehearsal is None:
        remember(tenant, System.UNICONTA, found, now=timezone.now())
    return found


# what the vendor calls the name of a registration, and how its registrations are looked at
LOOKS = {System.CUSTOMERS1ST: ("event", at_store), System.UNICONTA: ("table", at_company)}
