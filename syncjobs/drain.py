"""Works everything that is due in the foreground, as the workers would."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from settings_app.models import Tenant
from syncjobs import finishing, lease, runner, selectors

SOON = timedelta(seconds=2)  # an attempt this near is waited for
PAUSE = 0.1
MOST_ROUNDS = 50  # batched work that is due again so often makes no headway


@dataclass(kw_only=True)
class Drained:
    """How a drain ended."""

    worked: int = 0
    timed_out: bool = False


def drain(
    tenants: Sequence[Tenant],
    *,
    timeout: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Drained:
    """Work jobs, then batched work, until nothing is due or `timeout` seconds have passed.

    Jobs that another worker runs, and attempts due in a moment, are waited for.
    """
    drained, deadline, rounds = Drained(), clock() + timeout, 0
    while clock() < deadline and rounds < MOST_ROUNDS:
        worked = _work(tenants)
        drained.worked += worked
        if worked:
            rounds = 0
            continue
        if _finish(tenants):
            rounds += 1
            continue
        if not _comes_soon(tenants):
            return drained
        sleep(PAUSE)
    drained.timed_out = _comes_soon(tenants)
    return drained


def _work(tenants: Sequence[Tenant]) -> int:
    lease.release_dead(timezone.now())
    return sum(
        runner.work_tenant(tenant.pk)
        for tenant in tenants
        if selectors.has_due_jobs(tenant, now=timezone.now())
    )


def _finish(tenants: Sequence[Tenant]) -> bool:
    due = finishing.tenants_to_finish(timezone.now(), [tenant.pk for tenant in tenants])
    done = [finishing.finish_tenant(tenant_id) for tenant_id in due]
    return any(done)


def _comes_soon(tenants: Sequence[Tenant]) -> bool:
    soon = timezone.now() + SOON
    if selectors.has_jobs_soon(tenants, now=timezone.now(), within=SOON):
        return True
    return finishing.finishing_due([tenant.pk for tenant in tenants], soon)
