"""One noisy tenant against nine quiet ones: what its hundreds of slow, failing jobs take from the others' speed.

Rounds with and without the noise take turns. The noise calls nobody, so no breaker quietens it: the worst case.
"""

import json
import sys
from statistics import median

from bench.clusters import make_tenants, running, wait_for
from bench.setting import LONG, on_each_database, use
from bench.table import Promise, Table, run

QUIET, JOBS, WORKERS = 9, 40, 4  # quiet tenants, jobs of each, workers as by default
NOISE, NOISE_SECONDS, FLOW_SECONDS = 500, "0.2", "0.02"
ROUNDS = 9 if LONG else 5
SHARE = 0.9  # of the speed without noise


def measure() -> Table:
    """Measure each database in a process of its own."""
    rows, promises = [], []
    for name, (alone, beside) in on_each_database("bench.noisy"):
        rows.append([name, f"{alone:,.0f}", f"{beside:,.0f}", f"{beside / alone:.2f}"])
        promises.append(
            Promise(f"{name}: at least {SHARE} of the speed alone", beside / alone >= SHARE)
        )
    return Table(
        title="Nine quiet tenants beside a noisy one, jobs a second",
        columns=["", "alone", "beside the noise", "ratio"],
        rows=rows,
        promises=promises,
        note=f"{JOBS} jobs of each quiet tenant, {FLOW_SECONDS} s each, {WORKERS} workers; {NOISE} jobs of the noisy one wait, each takes"
        f" {NOISE_SECONDS} s and fails.",
    )


def _measure_one(url: str) -> None:
    use(url)
    noisy, *quiet = make_tenants(QUIET + 1)
    seconds = {"BENCH_FLOW_SECONDS": FLOW_SECONDS, "BENCH_NOISE_SECONDS": NOISE_SECONDS}
    with running(url, ["-m", "django", "qcluster"], workers=WORKERS, **seconds):
        _round(quiet)
        rounds = []
        for _ in range(ROUNDS):
            alone = _round(quiet)
            _fill([noisy], "day_close_to_journal", NOISE)
            rounds.append((alone, _round(quiet)))
            _quieten(noisy)
    print(json.dumps([median(each) for each in zip(*rounds, strict=True)]))


def _fill(tenants: list[int], kind: str, number: int) -> None:
    """Let that many jobs of each tenant wait, and ring."""
    from django.db import transaction
    from django.utils import timezone

    from syncjobs import queue
    from syncjobs.models import SyncJob

    last = SyncJob.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with transaction.atomic():
        SyncJob.objects.bulk_create(
            SyncJob(
                tenant_id=tenant, kind=kind, source_id=f"{last}-{count}", created_at=timezone.now()
            )
            for tenant in tenants
            for count in range(number)
        )
        for tenant in tenants:
            queue.enqueue("work_tenant", tenant)


def _round(quiet: list[int]) -> float:
    """Return the quiet tenants' jobs a second."""
    from syncjobs.models import SyncJob

    _fill(quiet, "sale_to_order", JOBS)
    unfinished = SyncJob.objects.filter(kind="sale_to_order", state__in=("WAITING", "RUNNING"))
    return len(quiet) * JOBS / wait_for(lambda: not unfinished.exists())


def _quieten(noisy: int) -> None:
    """Take the noise away and wait until nobody is at it."""
    from syncjobs import lease
    from syncjobs.models import SyncJob

    noise = SyncJob.objects.filter(tenant_id=noisy)
    noise.filter(state="WAITING").update(state="SKIPPED")
    wait_for(lambda: not lease.is_held(noisy), pause=0.1)
    noise.filter(state="WAITING").update(state="SKIPPED")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _measure_one(sys.argv[1])
    else:
        run(measure)
