"""Compares and mends the registrations of one tenant at both vendors."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from settings_app.clients import customers1st_client, uniconta_client
from settings_app.models import Tenant
from syncjobs.context import SessionTable, StepTable
from syncjobs.hooks import company, store
from syncjobs.hooks.registration import Registration, remember
from syncjobs.hooks.rehearsal import CompanyRehearsal, StoreRehearsal
from syncjobs.models import System
from syncjobs.selectors import wished_names


def compare(tenant: Tenant) -> dict[str, list[dict[str, Any]]]:
    """Return the state of each registration at both vendors; nothing is written there. Raises the clients' errors."""
    return _run(tenant, repair=False)


def repair(tenant: Tenant) -> dict[str, list[dict[str, Any]]]:
    """Create, mend and remove our own registrations, and return the state of each; foreign ones stay as they are."""
    return _run(tenant, repair=True)


def hook_url(system: System, hook_uuid: object) -> str:
    """Return the address that a vendor calls."""
    return f"{settings.PUBLIC_BASE_URL}{reverse(f'{system}-hook', args=[str(hook_uuid)])}"


def at_store(
    tenant: Tenant, *, repair: bool, rehearsal: list[str] | None = None
) -> list[Registration]:
    """Return the state of our webhooks at Customers 1st; with `repair` mended.

    With a `rehearsal` nothing is sent or remembered: it takes what would be sent, line by line.
    """
    client = customers1st_client(tenant, on_call=StepTable(tenant, None).call)
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


def at_company(
    tenant: Tenant, *, repair: bool, rehearsal: list[str] | None = None
) -> list[Registration]:
    """Return the state of our change URLs at Uniconta; with `repair` mended, with a `rehearsal` only told."""
    client = uniconta_client(
        tenant, tokens=SessionTable(tenant), on_call=StepTable(tenant, None).call
    )
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


def _run(tenant: Tenant, *, repair: bool) -> dict[str, list[dict[str, Any]]]:
    return {
        System.CUSTOMERS1ST.value: [
            row.as_json("event") for row in at_store(tenant, repair=repair)
        ],
        System.UNICONTA.value: [row.as_json("table") for row in at_company(tenant, repair=repair)],
    }
