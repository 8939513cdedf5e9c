"""All processes of a tenant together never call faster than the vendor's bucket allows."""

from datetime import UTC, datetime, timedelta

from settings_app.models import Tenant
from syncjobs.pace import PER_SECOND, SIZE, SharedPace

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
VENDOR_SIZE, VENDOR_PER_SECOND = 80, 8.0


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = START
        self.slept = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.slept += seconds


def test_two_processes_share_one_bucket(nordlys: Tenant, fjord: Tenant) -> None:
    clock = Time()
    processes = [
        SharedPace(nordlys, now=lambda: clock.now, sleep=clock.sleep) for _number in range(2)
    ]
    tokens, filled_at = float(VENDOR_SIZE), clock.now
    for call in range(200):
        processes[call % 2].take()
        passed = (clock.now - filled_at).total_seconds()
        tokens = min(VENDOR_SIZE, tokens + passed * VENDOR_PER_SECOND) - 1
        filled_at = clock.now
        assert tokens >= 0, call
        if call < SIZE:
            assert clock.slept == 0.0
    assert abs(clock.slept - (200 - SIZE) / PER_SECOND) < 0.1
    SharedPace(fjord, now=lambda: clock.now, sleep=clock.sleep).take()  # its own bucket is full
    assert clock.slept < (200 - SIZE) / PER_SECOND + 0.1


def test_a_rest_fills_it_again(nordlys: Tenant) -> None:
    clock = Time()
    pace = SharedPace(nordlys, now=lambda: clock.now, sleep=clock.sleep)
    for _call in range(SIZE):
        pace.take()
    clock.now += timedelta(hours=1)
    for _call in range(SIZE):
        pace.take()
    assert clock.slept == 0.0
