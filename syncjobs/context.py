"""The flows' context: the ports of integration on the database, opened for one run."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils import timezone

from integration.flows.context import Context, Gate
from integration.flows.ended import MOST_ENDS
from integration.mapping.rules import Rules
from settings_app.clients import customers1st_client, uniconta_client
from settings_app.models import Tenant
from settings_app.selectors import rules_for, wished_events
from syncjobs import breaker, gaps
from syncjobs.caution import Caution
from syncjobs.lease import Lease
from syncjobs.models import (
    Delivery,
    LinkRow,
    TenantState,
)
from syncjobs.pace import SharedPace
from syncjobs.proofs import ProofTable
from syncjobs.sale_jobs import SaleJobTable
from syncjobs.sessions import SessionTable
from syncjobs.steps import StepTable
from syncjobs.stores import CacheTable, DocumentTable, LinkTable
from syncjobs.zones import naive_zone

LOOK_AGAIN_SECONDS = 30


@dataclass(frozen=True)
class Chosen:
    """What the consultant chose and what a run must mind, as read at one moment."""

    tenant: Tenant
    rules: Rules
    switches: frozenset[tuple[str, str, str]]
    caution: Caution

    @classmethod
    def of(cls, tenant: Tenant) -> "Chosen":
        """Read it now."""
        rules = rules_for(tenant)
        caution = Caution.of(tenant, fingerprint=rules_fingerprint(rules))
        return cls(tenant, rules, frozenset(wished_events(tenant)), caution)

    @cached_property
    def naive_zone(self) -> tzinfo:
        """The zone of times that come without one."""
        return naive_zone(self.tenant, CacheTable(self.tenant))


def build_context(
    tenant: Tenant, *, lease: Lease | None, steps: StepTable, chosen: Chosen | None = None
) -> Context:
    """Return the context of one run of a tenant; raises AccessDenied when a connection may not be used.

    Without a lease it is for reading. `chosen` spares reading the setup anew.
    """
    chosen = chosen or Chosen.of(tenant)
    rules, caution = chosen.rules, chosen.caution
    cache = CacheTable(tenant)
    return Context(
        customers1st=customers1st_client(tenant, on_call=steps.call, bucket=SharedPace(tenant)),
        uniconta=uniconta_client(tenant, tokens=SessionTable(tenant), on_call=steps.call),
        rules=rules,
        documents=DocumentTable(tenant, lease),
        links=LinkTable(tenant),
        proofs=ProofTable(tenant),
        sales=SaleJobTable(tenant),
        steps=steps,
        now=timezone.now,
        cache=cache,
        doubt=caution.doubt,
        gate=caution.gate,
        hook_bodies=lambda source_id: hook_bodies(tenant, source_id),
        switches=chosen.switches,
        own_hook=str(tenant.customers1st.hook_uuid),
        may_end=lambda: may_end(tenant),
        naive_zone=chosen.naive_zone,
        look_again_after=timedelta(seconds=LOOK_AGAIN_SECONDS * settings.RETRY_TIME_SCALE),
    )


def keep_gate(tenant: Tenant, context: Context, *, before: Gate) -> None:
    """Remember what this run learned about what must stop, and leave alone what a person changed meanwhile."""
    changes: dict[str, str] = {}
    if context.gate.proven != before.proven:
        changes["proven_rules"] = rules_fingerprint(context.rules) if context.gate.proven else ""
    if context.gate.stop != before.stop:
        changes["invoice_stop"] = context.gate.stop
    if context.gate.delete_stop != before.delete_stop:
        changes["delete_stop"] = context.gate.delete_stop
    if changes:
        TenantState.objects.filter(tenant=tenant).update(**changes)


@contextmanager
def open_context(
    tenant: Tenant,
    *,
    lease: Lease,
    steps: StepTable | None = None,
    chosen: Chosen | None = None,
) -> Iterator[Context]:
    """Give the context of one run; what it learned about invoicing, lost rows and the vendors is kept however it ends.

    Raises AccessDenied or CallsPaused, without a call, while the tenant's calls are stopped. Who hands `steps` in
    writes those that are left.
    """
    chosen = chosen or Chosen.of(tenant)
    with called(tenant, steps=steps, stopped=chosen.caution.stopped) as log:
        context = build_context(tenant, lease=lease, steps=log, chosen=chosen)
        before, doubt_before = replace(context.gate), replace(context.doubt)
        try:
            yield context
        finally:
            keep_gate(tenant, context, before=before)
            gaps.keep(context.doubt, before=doubt_before)


@contextmanager
def called(
    tenant: Tenant, *, steps: StepTable | None = None, stopped: bool | None = None
) -> Iterator[StepTable]:
    """Give the log for calls to the vendors; how they end teaches the tenant's breaker.

    Raises AccessDenied or CallsPaused, without a call, while the tenant's calls are stopped (None: not known yet).
    Who hands `steps` in writes those that are left.
    """
    now = timezone.now()
    if stopped is not False:
        breaker.check(tenant, now)
    log = steps or StepTable(tenant)
    error: Exception | None = None
    try:
        yield log
    except Exception as raised:
        error = raised
        raise
    finally:
        if steps is None:
            log.write()
        breaker.learn(tenant, called=log.called, error=error, now=timezone.now())


def rules_fingerprint(rules: Any) -> str:
    """Return a value that changes with the setup: the first invoice after a change is proven anew."""
    return uuid.uuid5(uuid.NAMESPACE_OID, repr(rules)).hex


def hook_bodies(tenant: Tenant, source_id: str) -> list[bytes]:
    """Return the raw bodies of the webhooks about a sale, newest first."""
    rows = Delivery.objects.filter(
        tenant=tenant, system="customers1st", source_id=source_id, event="pospayment.created"
    ).order_by("-id")[:5]
    return [bytes(row.body) for row in rows]


def ended_last_hour(tenant: Tenant) -> int:
    """Return how many records were blocked or marked in the last hour because the other side's was deleted."""
    return LinkRow.objects.filter(tenant=tenant, ended_at__gt=_hour_ago()).count()


def may_end(tenant: Tenant) -> bool:
    """Tell whether one more record may be blocked or marked within the hour; a person may have let more through."""
    state = TenantState.objects.get(tenant=tenant)
    let = state.deletes_let_at is not None and state.deletes_let_at > _hour_ago()
    return ended_last_hour(tenant) < MOST_ENDS + (state.deletes_let if let else 0)


def _hour_ago() -> datetime:
    return timezone.now() - timedelta(hours=1)
