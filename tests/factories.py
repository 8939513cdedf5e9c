"""Three invented shops: Nordlys and Fjord are live, Klit is a draft; and rows of what happened to them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Permission, User

from integration.ports import DocumentKind, DocumentState
from settings_app.models import (
    Customers1stConnection,
    Membership,
    Setup,
    Tenant,
    UnicontaConnection,
    WebhookSwitch,
)
from settings_app.models.webhook_switch import SWITCHES
from syncjobs.models import DocumentRow, JobKind, JobState, SyncJob

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NORDLYS_STORE = UUID("11111111-1111-4111-8111-111111111111")
NORDLYS_COMPANY = UUID("22222222-2222-4222-8222-222222222222")
NORDLYS_SECRET = "nordlys-hook-secret"


def nordlys() -> Tenant:
    """Make a live tenant with everything switched on but deletes."""
    tenant = _tenant("nordlys", "Nordlys Cykler ApS", Tenant.Status.LIVE)
    _connect(
        tenant,
        company_id=70123,
        secret=NORDLYS_SECRET,
        store_uuid=NORDLYS_STORE,
        company_uuid=NORDLYS_COMPANY,
    )
    return tenant


def fjord() -> Tenant:
    """Make a second live tenant."""
    tenant = _tenant("fjord", "Fjord Sport A/S", Tenant.Status.LIVE)
    _connect(
        tenant,
        company_id=70124,
        secret="fjord-hook-secret",
        store_uuid=UUID("33333333-3333-4333-8333-333333333333"),
        company_uuid=UUID("44444444-4444-4444-8444-444444444444"),
    )
    return tenant


def klit() -> Tenant:
    """Make a tenant that is still a draft."""
    tenant = _tenant("klit", "Klit Outdoor", Tenant.Status.DRAFT)
    _connect(
        tenant,
        company_id=70125,
        secret="klit-hook-secret",
        store_uuid=UUID("55555555-5555-4555-8555-555555555555"),
        company_uuid=UUID("66666666-6666-4666-8666-666666666666"),
    )
    return tenant


def staff_of(*tenants: Tenant, name: str = "", may_act: bool = True) -> User:
    """Make a staff user who sees these tenants; without `may_act` they only look."""
    user = User.objects.create_user(name or f"{tenants[0].slug}-staff", is_staff=True)
    permissions = Permission.objects.filter(content_type__app_label="syncjobs")
    if not may_act:
        permissions = permissions.filter(codename__startswith="view_")
    user.user_permissions.set(permissions)
    for tenant in tenants:
        Membership.objects.create(tenant=tenant, user=user)
    return user


def job(tenant: Tenant, source_id: str = "70001", **values: Any) -> SyncJob:
    """Make a job, a waiting sale unless told otherwise."""
    values = {
        "kind": JobKind.SALE_TO_ORDER,
        "state": JobState.WAITING,
        "created_at": NOON,
        **values,
    }
    return SyncJob.objects.create(tenant=tenant, source_id=source_id, **values)


def held_job(tenant: Tenant, source_id: str = "70001", **values: Any) -> SyncJob:
    """Make a job that needs a person."""
    values = {
        "state": JobState.NEEDS_PERSON,
        "cause": "Payment type “Swish” is not mapped.",
        "cure": "Map it under payment types.",
        "finished_at": NOON,
        **values,
    }
    return job(tenant, source_id, **values)


def document(tenant: Tenant, source_id: str = "70001", **values: Any) -> DocumentRow:
    """Make a document, an order that was sent unless told otherwise."""
    values = {
        "kind": DocumentKind.ORDER.value,
        "key": f"c1st:3000:payment:{source_id}",
        "state": DocumentState.SENT.value,
        **values,
    }
    return DocumentRow.objects.create(tenant=tenant, source_id=source_id, **values)


def _tenant(slug: str, name: str, status: str) -> Tenant:
    tenant = Tenant.objects.create(slug=slug, name=name, status=status)
    Setup.objects.create(
        tenant=tenant,
        default_debtor_group="1",
        pos_debtor="POS3000",
        default_item_group="1",
        journal="C1ST",
        cash_account="5810",
    )
    for system, entities in SWITCHES.items():
        for entity, events in entities.items():
            for event in events:
                WebhookSwitch.objects.create(
                    tenant=tenant,
                    system=system,
                    entity=entity,
                    event=event,
                    on=event != "deleted",
                )
    return tenant


def _connect(
    tenant: Tenant, *, company_id: int, secret: str, store_uuid: UUID, company_uuid: UUID
) -> None:
    Customers1stConnection.objects.create(
        tenant=tenant,
        api_token=f"{tenant.slug}-token",
        webhook_secret=secret,
        hook_uuid=store_uuid,
    )
    UnicontaConnection.objects.create(
        tenant=tenant,
        company_id=company_id,
        username="c1st",
        password=f"{tenant.slug}-password",
        hook_uuid=company_uuid,
    )
