"""The numbers of the moment as Prometheus text, without any tenant's name; as cheap at a million rows as at none."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from django.db.models import Count, Max, Min, Q, Sum
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from settings_app.models import Operation
from syncjobs import queue, selectors, tally
from syncjobs.models import (
    Breaker,
    CallCount,
    Delivery,
    JobState,
    Problem,
    SyncJob,
    System,
    Tally,
    TenantState,
)

OPEN = (JobState.WAITING, JobState.RUNNING, JobState.NEEDS_PERSON)


class _Rows(Collector):
    """Reads everything anew for one page."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def describe(self) -> Iterable[Metric]:
        """Name nothing in advance, so that registering costs no query."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        yield from _jobs(self._now)
        yield _gauge(
            "c1u_oldest_due_job_age_seconds",
            "How long the oldest due job has waited.",
            _oldest_due_age(self._now),
        )
        # the highest id stands for the count, which would cost more with every row
        yield CounterMetricFamily(
            "c1u_deliveries",
            "Webhook calls stored.",
            value=Delivery.objects.aggregate(last=Max("pk"))["last"] or 0,
        )
        yield _gauge("c1u_queue_messages", "Messages in the queue.", queue.depth())
        yield from _counters()
        yield from _vendors(self._now)
        yield _problems()
        yield from _workers(self._now)


def render(now: datetime) -> tuple[bytes, str]:
    """Return the page and its content type."""
    tally.write()
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Rows(now))
    return generate_latest(registry), CONTENT_TYPE_PLAIN_0_0_4


def _jobs(now: datetime) -> Iterator[Metric]:
    """Yield the jobs that are not finished, by an index; the finished ones are counted as they finish."""
    family = GaugeMetricFamily(
        "c1u_jobs", "Unfinished jobs by kind and state.", labels=["kind", "state"]
    )
    ages = GaugeMetricFamily(
        "c1u_oldest_job_age_seconds", "Age of the oldest unfinished job.", labels=["state"]
    )
    rows = SyncJob.objects.filter(state__in=OPEN).order_by().values_list("kind", "state")
    oldest: dict[str, datetime] = {}
    for kind, state, count, since in rows.annotate(Count("pk"), Min("created_at")):
        family.add_metric([kind, state], count)
        oldest[state] = min(since, oldest.get(state, since))
    for state, since in sorted(oldest.items()):
        ages.add_metric([state], max((now - since).total_seconds(), 0.0))
    yield from (family, ages)


def _counters() -> Iterator[Metric]:
    jobs = CounterMetricFamily(
        "c1u_jobs_finished", "Jobs by kind and how they ended.", labels=["kind", "state"]
    )
    calls = CounterMetricFamily(
        "c1u_remote_calls", "Remote calls by vendor and outcome.", labels=["system", "outcome"]
    )
    seconds = CounterMetricFamily(
        "c1u_remote_call_seconds", "Time that remote calls took.", labels=["system", "outcome"]
    )
    answers = CounterMetricFamily(
        "c1u_webhook_answers", "Answers to webhook calls.", labels=["system", "status"]
    )
    families = {tally.JOBS: jobs, tally.CALLS: calls, tally.ANSWERS: answers}
    for row in Tally.objects.order_by("id"):
        if row.name in families:
            families[row.name].add_metric([row.first, row.second], row.count)
        if row.name == tally.CALLS:
            seconds.add_metric([row.first, row.second], row.total / 1000)
    yield from (jobs, calls, seconds, answers)


def _vendors(now: datetime) -> Iterator[Metric]:
    stopped = GaugeMetricFamily(
        "c1u_tenants_not_called", "Tenants whose vendor is not called.", labels=["system"]
    )
    rows = Breaker.objects.filter(Q(denied=True) | Q(open_until__gt=now)).order_by()
    counted = dict(rows.values_list("system").annotate(Count("pk")))
    for system in System:
        stopped.add_metric([system.value], counted.get(system.value, 0))
    yield stopped
    today = CallCount.objects.filter(system=System.UNICONTA, date=now.astimezone(UTC).date())
    limits = dict(Operation.objects.values_list("tenant", "uniconta_calls"))
    usual = Operation._meta.get_field("uniconta_calls").default
    used = today.order_by().values_list("tenant").annotate(Sum("count"))
    yield _gauge(
        "c1u_quota_used_ratio",
        "Largest share of its day's Uniconta calls that a tenant has used.",
        max((count / limits.get(tenant, usual) for tenant, count in used), default=0.0),
    )


def _problems() -> Metric:
    family = GaugeMetricFamily("c1u_problems", "Problems that are open.")
    family.add_metric([], Problem.objects.filter(state=Problem.State.OPEN).count())
    return family


def _workers(now: datetime) -> Iterator[Metric]:
    age = selectors.heartbeat_age(now)
    if age is not None:
        yield _gauge(
            "c1u_worker_heartbeat_age_seconds",
            "How long ago a worker gave a sign of life.",
            age.total_seconds(),
        )
    busy = TenantState.objects.filter(lease_until__gt=now).count()
    yield _gauge("c1u_tenants_in_work", "Tenants that a worker is at.", busy)


def _oldest_due_age(now: datetime) -> float:
    due = SyncJob.objects.filter(selectors.is_due(now), state=JobState.WAITING)
    oldest = due.aggregate(oldest=Min("created_at"))["oldest"]
    return max((now - oldest).total_seconds(), 0.0) if oldest else 0.0


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)
