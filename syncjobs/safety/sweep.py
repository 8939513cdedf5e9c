"""One sweep of one kind, and which kinds can be swept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from settings_app.models import Tenant
from settings_app.selectors import is_switched_on
from syncjobs.context import open_context
from syncjobs.lease import tenant_lease
from syncjobs.models import JobKind, SafetyRun, System
from syncjobs.safety.closes import sweep_closes
from syncjobs.safety.master_data import sweep_master_data
from syncjobs.safety.next_run import next_run
from syncjobs.safety.sales import sweep_sales
from syncjobs.safety.search import Search, SweepResult, UnableToSweep


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """How a kind is swept: `events` are the switches of which one at least must be on."""

    system: System
    entity: str
    events: tuple[str, ...]
    look: Callable[[Search], None]
    keeps_place: bool = False  # the look writes into the run up to where it has seen changes


def _master_data(system: System, entity: str) -> Sweep:
    return Sweep(
        system=system,
        entity=entity,
        events=("created", "updated"),
        look=sweep_master_data,
        keeps_place=True,
    )


SWEEPS: Mapping[str, Sweep] = {
    JobKind.SALE_TO_ORDER: Sweep(
        system=System.CUSTOMERS1ST, entity="sale", events=("created",), look=sweep_sales
    ),
    JobKind.DAY_CLOSE_TO_JOURNAL: Sweep(
        system=System.CUSTOMERS1ST, entity="day_close", events=("created",), look=sweep_closes
    ),
    JobKind.CUSTOMER_TO_DEBTOR: _master_data(System.CUSTOMERS1ST, "customer"),
    JobKind.PRODUCT_TO_ITEM: _master_data(System.CUSTOMERS1ST, "product"),
    JobKind.DEBTOR_TO_CUSTOMER: _master_data(System.UNICONTA, "debtor"),
    JobKind.ITEM_TO_PRODUCT: _master_data(System.UNICONTA, "item"),
}


def sweep(
    tenant: Tenant,
    kind: str,
    *,
    now: datetime,
    full: bool = False,
    since: datetime | None = None,
    dry_run: bool = False,
    scheduled: bool = False,
) -> SweepResult:
    """Look for records that changed since the last good run, and bring in step or queue each that is not.

    `scheduled` says that nobody asked for it: then what is dear is done once a day only.

    Raises UnableToSweep for a kind without a sweep, and the clients' errors.
    """
    plan = SWEEPS.get(kind)
    if plan is None:
        known = ", ".join(SWEEPS)
        raise UnableToSweep(f"“{kind}” cannot be swept by this version; these can: {known}.")
    result = SweepResult(kind=kind, dry_run=dry_run)
    if not _is_on(tenant, plan):
        result.skipped = 1
        return result
    run, _ = SafetyRun.objects.get_or_create(tenant=tenant, kind=kind)
    with tenant_lease(tenant.pk) as lease:
        if lease is None:
            raise UnableToSweep("A worker is at this tenant; try again in a moment.")
        with open_context(tenant, lease=lease, job=None) as context:
            plan.look(
                Search(
                    tenant=tenant,
                    context=context,
                    run=run,
                    result=result,
                    now=now,
                    full=full,
                    since=since,
                    scheduled=scheduled,
                )
            )
    if not dry_run:
        if not plan.keeps_place:
            run.seen_until = now
        run.last_good_run_at, run.last_error = now, ""
        run.next_run_at = next_run(tenant, kind, now)
        run.save()
    return result


def _is_on(tenant: Tenant, plan: Sweep) -> bool:
    return any(
        is_switched_on(tenant, system=plan.system, entity=plan.entity, event=event)
        for event in plan.events
    )
