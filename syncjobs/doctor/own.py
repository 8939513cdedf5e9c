"""What the doctor knows of a tenant without asking a vendor."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.utils import timezone

from integration.doctor.facts import Connection, Own
from settings_app.models import Customers1stConnection, Tenant, UnicontaConnection
from settings_app.models.connection import LOOPBACK, validate_base_url
from settings_app.selectors import rules_for, safety_hours, wished_events
from syncjobs import quota
from syncjobs.models import CallCount, System, TenantState, UnicontaSession


def own_facts(tenant: Tenant, *, now: datetime, going_live: bool = False) -> Own:
    """Return the tenant's settings and what the workers remember of it; `going_live`: its webhooks were just registered."""
    store = Customers1stConnection.objects.filter(tenant=tenant).first() or Customers1stConnection()
    company = UnicontaConnection.objects.filter(tenant=tenant).first() or UnicontaConnection()
    state = TenantState.objects.filter(tenant=tenant).first() or TenantState()
    return Own(
        tenant_name=tenant.name,
        rules=rules_for(tenant),
        switches=frozenset(wished_events(tenant)),
        safety=safety_hours(tenant),
        customers1st=_connection(store.base_url),
        has_token=bool(store.api_token),
        has_webhook_secret=bool(store.webhook_secret),
        is_store_shared=_is_shared(store),
        uniconta=_connection(company.base_url),
        company_id=company.company_id,
        username=company.username,
        has_password=bool(company.password),
        session_until=_session_until(tenant, now),
        calls_today=_calls_today(company, now),
        calls_limit=quota.quota_of(tenant, now).limit,
        calls_forecast=quota.forecast(tenant, now),
        invoice_stop=state.invoice_stop,
        delete_stop=state.delete_stop,
        public_url=settings.PUBLIC_BASE_URL,
        is_public_url_local=_is_local(settings.PUBLIC_BASE_URL),
        hooks_due=going_live or tenant.status == Tenant.Status.LIVE,
    )


def _connection(base_url: str) -> Connection:
    try:
        validate_base_url(base_url)
    except ValidationError:
        # in English like all that is stored, whatever the language of who lets the doctor look
        error = f"“{base_url}” is no address that may be called. The operator lists hosts in ALLOWED_API_HOSTS."
        return Connection(base_url=base_url, address_error=error)
    return Connection(base_url=base_url, is_local=_is_local(base_url))


def _is_local(url: str) -> bool:
    return (urlsplit(url).hostname or "") in LOOPBACK


def _is_shared(store: Customers1stConnection) -> bool:
    """Tell whether another tenant has the same token; which one is not told, since a tenant sees only itself."""
    others = Customers1stConnection.objects.filter(base_url=store.base_url).exclude(pk=store.pk)
    return bool(store.api_token) and any(row.api_token == store.api_token for row in others)


def _session_until(tenant: Tenant, now: datetime) -> datetime | None:
    row = UnicontaSession.objects.filter(tenant=tenant, expires_at__gt=now).first()
    return row.expires_at if row is not None and row.token else None


def _calls_today(company: UnicontaConnection, now: datetime) -> int:
    """Return the calls of the Uniconta user, of all tenants that use it: the limit is the user's [A59]."""
    rows = CallCount.objects.filter(
        system=System.UNICONTA,
        date=timezone.localdate(now, UTC),
        tenant__uniconta__username=company.username,
        tenant__uniconta__base_url=company.base_url,
    )
    return int(rows.aggregate(total=Sum("count"))["total"] or 0)
