"""The clock is real until it is set."""

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.clock import Clock


def test_it_runs_with_the_real_time_and_can_be_moved_on() -> None:
    clock = Clock()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    moved = clock.advance(3600)
    assert moved - datetime.now(UTC) > timedelta(minutes=59)
    clock.run()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_it_stands_still_where_it_is_set() -> None:
    clock = Clock(datetime(2026, 3, 2, 9, tzinfo=UTC))
    clock.advance(60)
    assert clock.now() == datetime(2026, 3, 2, 9, 1, tzinfo=UTC)
    clock.set(datetime(2027, 1, 1, tzinfo=UTC))
    assert clock.now().year == 2027


def test_it_refuses_a_naive_instant() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        Clock(datetime(2026, 3, 2, 9))  # noqa: DTZ001 - the very thing that is refused
