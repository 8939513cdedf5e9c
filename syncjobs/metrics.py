"""The numbers of the moment as Prometheus text, from the rows and without any tenant's name."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Count, Max, Min
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from syncjobs import queue, selectors
from syncjobs.models import Delivery, JobState, SyncJob


class _Rows(Collector):
    """Reads everything anew for one page."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def describe(self) -> Iterable[Metric]:
        """Name nothing in advance, so that registering costs no query."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        yield _jobs()
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
        age = selectors.heartbeat_age(self._now)
        if age is not None:
            yield _gauge(
                "c1u_worker_heartbeat_age_seconds",
                "How long ago a worker gave a sign of life.",
                age.total_seconds(),
            )


def render(now: datetime) -> tuple[bytes, str]:
    """Return the page and its content type."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Rows(now))
    return generate_latest(registry), CONTENT_TYPE_PLAIN_0_0_4


def _jobs() -> Metric:
    family = GaugeMetricFamily("c1u_jobs", "Jobs by kind and state.", labels=["kind", "state"])
    rows = SyncJob.objects.order_by().values_list("kind", "state").annotate(Count("pk"))
    for kind, state, count in rows:
        family.add_metric([kind, state], count)
    return family


def _oldest_due_age(now: datetime) -> float:
    due = SyncJob.objects.filter(selectors.is_due(now), state=JobState.WAITING)
    oldest = due.aggregate(oldest=Min("created_at"))["oldest"]
    return max((now - oldest).total_seconds(), 0.0) if oldest else 0.0


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)
