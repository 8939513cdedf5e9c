"""Jobs a second with our claim, log and finish, against django-q2 alone: its own broker, and its own record of each task.

Both clusters stand side by side on one database and take their rounds in turn.
"""

import json
import sys
from statistics import median

from bench.clusters import make_tenants, running, wait_for
from bench.setting import LONG, on_each_database, use
from bench.table import Promise, Table, run

JOBS = 400  # enough that how soon the first one is noticed tells nothing
ROUNDS = 15 if LONG else 5
SHARE = 0.7  # of what django-q2 alone does
PLAIN = "plain"


def measure() -> Table:
    """Measure each database in a process of its own."""
    rows, promises = [], []
    for name, (plain, ours) in on_each_database("bench.jobs"):
        rows.append([name, f"{plain:,.0f}", f"{ours:,.0f}", f"{ours / plain:.2f}"])
        promises.append(
            Promise(f"{name}: at least {SHARE} of django-q2 alone", ours / plain >= SHARE)
        )
    return Table(
        title="Jobs a second",
        columns=["", "django-q2 alone", "ours", "ratio"],
        rows=rows,
        promises=promises,
        note=f"{JOBS} at a time, two workers, four tenants; the flow writes one line into the log and calls nobody, "
        "and django-q2's task does nothing and its result is kept.",
    )


def _measure_one(url: str) -> None:
    use(url)
    tenants = make_tenants(4)
    cluster = ["-m", "django", "qcluster"]
    with running(url, cluster, BENCH_PLAIN="1"), running(url, cluster):
        _plain_round(20)
        _our_round(tenants, 20)
        rounds = [(_plain_round(JOBS), _our_round(tenants, JOBS)) for _ in range(ROUNDS)]
    print(json.dumps([median(each) for each in zip(*rounds, strict=True)]))


def _plain_round(number: int) -> float:
    """Return tasks a second."""
    from django.db import transaction
    from django_q.models import OrmQ
    from django_q.tasks import async_task

    with transaction.atomic():
        for _ in range(number):
            async_task("bench.least.nothing", cluster=PLAIN)
    return number / wait_for(lambda: not OrmQ.objects.filter(key=PLAIN).exists())


def _our_round(tenants: list[int], number: int) -> float:
    """Return jobs a second."""
    from django.db import transaction
    from django.utils import timezone

    from syncjobs import queue
    from syncjobs.models import SyncJob

    last = SyncJob.objects.count()
    with transaction.atomic():
        SyncJob.objects.bulk_create(
            SyncJob(
                tenant_id=tenants[count % len(tenants)],
                kind="sale_to_order",
                source_id=f"{last + count}",
                created_at=timezone.now(),
            )
            for count in range(number)
        )
        for tenant in tenants:
            queue.enqueue("work_tenant", tenant)
    unfinished = SyncJob.objects.filter(state__in=("WAITING", "RUNNING"))
    return number / wait_for(lambda: not unfinished.exists())


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _measure_one(sys.argv[1])
    else:
        run(measure)
