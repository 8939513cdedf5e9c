"""How many jobs ended on each day, as the tenant counts days."""

from datetime import UTC, datetime

from settings_app.models import Tenant
from syncjobs.models import JobCount
from syncjobs.telling import count_ended
from tests import factories

BEFORE_MIDNIGHT = datetime(2026, 3, 2, 22, 59, tzinfo=UTC)
AFTER_MIDNIGHT = datetime(2026, 3, 2, 23, 1, tzinfo=UTC)  # 0.01 in Copenhagen


def test_ended_jobs_are_counted_by_day_kind_and_state(nordlys: Tenant, fjord: Tenant) -> None:
    sale = factories.job(nordlys, state="DONE")
    for job, now in (
        (sale, BEFORE_MIDNIGHT),
        (sale, BEFORE_MIDNIGHT),
        (sale, AFTER_MIDNIGHT),
        (factories.held_job(nordlys, "2"), AFTER_MIDNIGHT),
        (factories.job(fjord, state="DONE", kind="product_to_item"), AFTER_MIDNIGHT),
    ):
        count_ended(job, now=now)

    rows = JobCount.objects.order_by("tenant__slug", "day", "state")
    assert list(rows.values_list("tenant__slug", "day__day", "kind", "state", "count")) == [
        ("fjord", 3, "product_to_item", "DONE", 1),
        ("nordlys", 2, "sale_to_order", "DONE", 2),
        ("nordlys", 3, "sale_to_order", "DONE", 1),
        ("nordlys", 3, "sale_to_order", "NEEDS_PERSON", 1),
    ]
