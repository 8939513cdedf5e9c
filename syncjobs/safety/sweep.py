"""One sweep of one kind, and which kinds can be swept."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils import timezone

from settings_app.models import Tenant
from settings_app.selectors import is_switched_on
from syncjobs.context import open_context
from syncjobs.lease import tenant_lease
from syncjobs.models import JobKind, SafetyRun, SweepRun, System
from syncjobs.safety.closes import sweep_closes
from syncjobs.safety.master_data import sweep_master_data
from syncjobs.safety.missed import explain
from syncjobs.safety.next_run import next_run
from syncjobs.safety.sales import sweep_sales
from syncjobs.safety.search import Search, SweepResult, TenantBusy, UnableToSweep


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
    slot: datetime | None = None,
    scheduled: bool = False,
) -> SweepResult:
    """Look for records that changed since the last good run, and bring in step or queue each that is not.

    `scheduled` says that nobody asked for it: then what is dear is done once a day only.

    `slot` is the time at which a scheduled run was due. Raises UnableToSweep for a kind without a sweep, TenantBusy
    when a worker is at the tenant, and the clients' errors.
    """
    plan = SWEEPS.get(kind)
    if plan is None:
        known = ", ".join(SWEEPS)
        raise UnableToSweep(f"“{kind}” cannot be swept by this version; these can: {known}.")
    result = SweepResult(kind=kind, dry_run=dry_run)
    run, _ = SafetyRun.objects.get_or_create(tenant=tenant, kind=kind)
    if not _is_on(tenant, plan):
        result.skipped = 1
        SafetyRun.objects.filter(pk=run.pk).update(next_run_at=next_run(tenant, kind, now))
        return result
    with tenant_lease(tenant.pk) as lease:
        if lease is None:
            raise TenantBusy("A worker is at this tenant; try again in a moment.")
        with (
            open_context(tenant, lease=lease) as context,
            _written_down(run, result, slot),
        ):
            search = Search(
                tenant=tenant,
                context=context,
                run=run,
                result=result,
                now=now,
                full=full,
                since=since,
                seen_until=run.seen_until,
                scheduled=scheduled,
            )
            sees_all = search.sees_all_changes()
            plan.look(search)
            explain(search, system=plan.system, entity=plan.entity)
    if not dry_run:
        _move_on(search, keeps_place=plan.keeps_place, sees_all=sees_all)
    return result


@contextmanager
def _written_down(run: SafetyRun, result: SweepResult, slot: datetime | None) -> Iterator[None]:
    """Keep a row of this run, however it ends; a dry run leaves none."""
    if result.dry_run:
        yield
        return
    started: dict[str, Any] = {
        "started_at": timezone.now(),
        "outcome": SweepRun.Outcome.RUNNING,
        "error": "",
    }
    key: dict[str, Any] = {"tenant": run.tenant, "kind": run.kind, "slot": slot}
    row = (
        SweepRun.objects.create(**key, **started)
        if slot is None
        else SweepRun.objects.update_or_create(**key, defaults=started)[0]
    )
    own = SweepRun.objects.filter(pk=row.pk)
    own.update(attempts=F("attempts") + 1)
    try:
        yield
    except Exception as error:
        own.update(
            outcome=SweepRun.Outcome.FAILED,
            finished_at=timezone.now(),
            error=str(error) or type(error).__name__,
        )
        raise
    own.update(
        outcome=SweepRun.Outcome.GOOD,
        finished_at=timezone.now(),
        seen=result.seen,
        missed=result.missed,
        reasons=result.reasons,
        result=result.as_json(),
    )


def _move_on(search: Search, *, keeps_place: bool, sees_all: bool) -> None:
    """Write down a good run; one that left changes between out moves no cursor.

    The cursor is where this run began, so a change made while it ran is seen by the next; or what the look itself kept.
    """
    run = search.run
    changes: dict[str, Any] = {"last_good_run_at": search.now, "last_error": "", "failures": 0}
    if sees_all:
        changes["next_run_at"] = next_run(run.tenant, run.kind, search.now)
        changes["seen_until"] = run.seen_until if keeps_place else search.now
        changes["look_again_at"] = run.look_again_at
        changes["everything_read_at"] = run.everything_read_at
    SafetyRun.objects.filter(pk=run.pk).update(**changes)


def _is_on(tenant: Tenant, plan: Sweep) -> bool:
    return any(
        is_switched_on(tenant, system=plan.system, entity=plan.entity, event=event)
        for event in plan.events
    )
