"""Registrations heal themselves: compared and mended every quarter of an hour and after every change of a switch.

Costs two calls at Customers 1st and one at Uniconta, and none at a vendor where nothing is wished and nothing is ours.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from integration.customers1st.events import EVENT_KINDS
from integration.errors import IntegrationError
from settings_app.models import Tenant, WebhookSwitch
from syncjobs import quota
from syncjobs.breaker import CallsPaused
from syncjobs.hooks.comparison import repair
from syncjobs.inbox import KIND_OF
from syncjobs.lease import tenant_lease
from syncjobs.models import HookCheck, HookRegistration, System
from syncjobs.problems import tell_once
from syncjobs.quota import Value
from syncjobs.safety.schedule import sweep_soon
from syncjobs.selectors import TABLE_OF, wished_names

logger = logging.getLogger(__name__)

EVERY, LONGEST_WAIT = timedelta(minutes=15), timedelta(hours=6)
# states after which calls may have been lost, where there was a registration before
BROKEN = frozenset({"mended", "failing", "created"})
ENTITY_OF: Mapping[str, str] = {table: entity for entity, table in TABLE_OF.items()}


def tenants_due(now: datetime) -> set[int]:
    """Return the live tenants whose registrations are to be looked at; one query."""
    return set(_due(now).values_list("pk", flat=True))


def is_due(tenant_id: int, now: datetime) -> bool:
    """Tell whether this tenant's registrations are to be looked at."""
    return _due(now).filter(pk=tenant_id).exists()


def heal_tenant(tenant_id: int) -> bool:
    """Compare and mend the tenant's registrations, sweep the gap, and tell the tenant once; False when not now."""
    now = timezone.now()
    if not is_due(tenant_id, now):  # another worker was faster
        return False
    tenant = Tenant.objects.get(pk=tenant_id)
    check, _is_new = HookCheck.objects.get_or_create(tenant=tenant)
    wait = quota.wait_of(tenant, Value.LOW, now)
    if wait is not None:
        _next(check, wait.until, error=wait.reason)
        return False
    with tenant_lease(tenant_id) as lease:
        if lease is None:
            return False  # it stays due
        _check(tenant, check, now)
    return True


def _check(tenant: Tenant, check: HookCheck, now: datetime) -> None:
    try:
        for system in _systems(tenant):
            _heal(tenant, system, now)
    except CallsPaused as error:
        _next(check, error.until, error=str(error))
    except Exception as error:  # whatever it is, it must be seen and tried again
        foreseen = isinstance(error, IntegrationError)
        if not foreseen:
            logger.exception("The webhooks of tenant %s cannot be mended.", tenant.pk)
        check.failures += 1
        pause = min(EVERY * 2 ** min(check.failures - 1, 8), LONGEST_WAIT)
        reason = str(error) if foreseen else type(error).__name__
        _next(check, now + pause * settings.RETRY_TIME_SCALE, error=reason)
    else:
        check.failures, check.checked_at = 0, now
        _next(check, now + EVERY * settings.RETRY_TIME_SCALE, error="")


def _due(now: datetime) -> "QuerySet[Tenant]":
    """Return live tenants that wish a registration or have one, and whose check is due."""
    rows = Tenant.objects.filter(status=Tenant.Status.LIVE)
    rows = rows.filter(
        Q(hook_check__next_check_at__isnull=True) | Q(hook_check__next_check_at__lte=now)
    )
    wished = WebhookSwitch.objects.filter(tenant=OuterRef("pk"), on=True)
    known = HookRegistration.objects.filter(tenant=OuterRef("pk"))
    return rows.filter(Exists(wished) | Exists(known))


def _systems(tenant: Tenant) -> list[System]:
    rows = HookRegistration.objects.filter(tenant=tenant).order_by()
    known = set(rows.values_list("system", flat=True).distinct())
    return [system for system in System if system in known or wished_names(tenant, system)]


def _heal(tenant: Tenant, system: System, now: datetime) -> None:
    before = dict(
        HookRegistration.objects.filter(tenant=tenant, system=system).values_list("name", "state")
    )
    repair(tenant, systems=[system])
    after = HookRegistration.objects.filter(tenant=tenant, system=system)
    for name, state in after.values_list("name", "state"):
        told_before = state == "failing" and before.get(name) == state
        if state in BROKEN and name in before and not told_before:
            _close_gap(tenant, system, name, state, now)


def _close_gap(tenant: Tenant, system: System, name: str, state: str, now: datetime) -> None:
    """Sweep what calls may have been lost meanwhile, and let the tenant know."""
    pair = EVENT_KINDS.get(name, (ENTITY_OF.get(name, ""), ""))
    kind = KIND_OF.get((system, pair[0]))
    swept = kind is not None and sweep_soon(tenant, kind, now)
    about = {"name": name, "system": system.label}
    if state == "failing":
        cause = _("The webhook %(name)s of %(system)s fails: its last call did not reach us.")
        cure = _("Check that PUBLIC_BASE_URL can be reached from outside.")
    else:
        cause = _("The webhook %(name)s of %(system)s was missing or changed; it is mended.")
        cure = _("Nothing is to be done. If it happens again, ask who changes it.")
    note = "" if swept else _(" Its safety job is off: what was missed is not looked for.")
    tell_once(
        tenant, f"hook:{system}:{name}:{state}", cause=cause % about, cure=cure + note, now=now
    )


def _next(check: HookCheck, at: datetime, *, error: str) -> None:
    check.next_check_at, check.last_error = at, error
    check.save()
