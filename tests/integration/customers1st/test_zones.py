"""The zone of times without one, told by what a webhook says of its own time."""

from datetime import UTC, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from integration.customers1st.events import HookEvent
from integration.customers1st.zones import told_zone

STORE = ZoneInfo("Europe/Copenhagen")


def event(initiated: str, **content: Any) -> HookEvent:
    return HookEvent(
        event="pospayment.created",
        resource="payment",
        source_id="1",
        action="created",
        initiated=initiated,
        content=content,
    )


@pytest.mark.parametrize(
    ("changed", "initiated", "zone"),
    [
        ("2026-03-02 22:30:00", "2026-03-02T22:30:01+00:00", UTC),
        ("2026-03-02 23:30:00", "2026-03-02T22:30:01+00:00", STORE),
        ("2026-07-02T00:30:00", "2026-07-01T22:30:01+00:00", STORE),
        ("2026-07-01 22:30:00", "2026-07-02T00:30:01+02:00", UTC),
        ("2026-03-02 20:00:00", "2026-03-02T22:30:01+00:00", None),
        ("2026-03-02 22:30:00", "2026-03-02T22:30:01", None),
        ("2026-03-02T22:30:00+00:00", "2026-03-02T22:30:01+00:00", None),
        ("2026-03-02 22:30:00", "", None),
        ("soon", "2026-03-02T22:30:01+00:00", None),
        (None, "2026-03-02T22:30:01+00:00", None),
    ],
)
def test_a_fresh_change_tells_the_zone(
    changed: str | None, initiated: str, zone: tzinfo | None
) -> None:
    assert told_zone(event(initiated, updated_at=changed), store_zone=STORE) == zone


def test_the_date_counts_where_no_change_is_told() -> None:
    fresh = event("2026-03-02T22:30:01+00:00", date="2026-03-02 23:30:00")
    assert told_zone(fresh, store_zone=STORE) == STORE


def test_a_store_on_utc_needs_no_telling() -> None:
    fresh = event("2026-03-02T22:30:01+00:00", updated_at="2026-03-02 22:30:00")
    assert told_zone(fresh, store_zone=UTC) is None
