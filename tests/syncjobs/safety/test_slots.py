"""A safety job is due at the same times of the tenant's day, on both nights on which the clock is changed too."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from syncjobs.safety.slots import SPREAD, last_slot, next_slot, offset_of

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)  # 02:00 → 03:00, 03:00 → 02:00

hours = st.sampled_from([3, 6, 12, 24])
offsets = st.integers(0, int(SPREAD.total_seconds()) - 1).map(lambda s: timedelta(seconds=s))
instants = st.integers(0, 3 * 365 * 86_400).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
zones = st.sampled_from(["Europe/Copenhagen", "UTC", "America/New_York", "Australia/Lord_Howe"])


def slots_of(day: date, *, every: int, offset: timedelta) -> list[datetime]:
    """Walk through one day of Copenhagen from slot to slot."""
    begin = datetime.combine(day, time(), COPENHAGEN).astimezone(UTC) - timedelta(microseconds=1)
    end = datetime.combine(day + timedelta(days=1), time(), COPENHAGEN).astimezone(UTC)
    found: list[datetime] = []
    slot = next_slot(begin, zone=COPENHAGEN, hours=every, offset=offset)
    while slot < end:
        found.append(slot)
        slot = next_slot(slot, zone=COPENHAGEN, hours=every, offset=offset)
    return found


def test_the_night_an_hour_shorter_has_a_slot_at_a_time_that_does_not_exist() -> None:
    found = slots_of(SPRING, every=24, offset=timedelta(hours=2, minutes=30))
    assert found == [datetime(2027, 3, 28, 1, 30, tzinfo=UTC)]  # 03:30 by the clock


def test_the_night_an_hour_longer_has_one_slot_at_a_time_that_exists_twice() -> None:
    found = slots_of(AUTUMN, every=24, offset=timedelta(hours=2, minutes=30))
    assert found == [datetime(2027, 10, 31, 0, 30, tzinfo=UTC)]  # the first 02:30


def test_wall_clock_times_stay_on_the_day_after() -> None:
    for night in (SPRING, AUTUMN):
        after = slots_of(night + timedelta(days=1), every=6, offset=timedelta(minutes=10))
        walls = [slot.astimezone(COPENHAGEN).time() for slot in after]
        assert walls == [time(0, 10), time(6, 10), time(12, 10), time(18, 10)]


@given(every=hours, offset=offsets)
def test_every_day_has_as_many_slots(every: int, offset: timedelta) -> None:
    for day in (SPRING, AUTUMN, date(2027, 6, 1)):
        assert len(slots_of(day, every=every, offset=offset)) == 24 // every


@given(now=instants, every=hours, offset=offsets, zone=zones)
def test_slots_follow_each_other_without_a_gap(
    now: datetime, every: int, offset: timedelta, zone: str
) -> None:
    last = last_slot(now, zone=ZoneInfo(zone), hours=every, offset=offset)
    following = next_slot(now, zone=ZoneInfo(zone), hours=every, offset=offset)
    assert last <= now < following
    assert next_slot(last, zone=ZoneInfo(zone), hours=every, offset=offset) == following
    assert abs(following - last - timedelta(hours=every)) <= timedelta(hours=1)


def test_tenants_are_spread_and_each_keeps_its_place() -> None:
    offsets_seen = [offset_of(tenant, "sale_to_order") for tenant in range(300)]
    assert offsets_seen == [offset_of(tenant, "sale_to_order") for tenant in range(300)]
    for part in range(6):  # half hours
        begin = timedelta(minutes=30 * part)
        inside = sum(begin <= offset < begin + timedelta(minutes=30) for offset in offsets_seen)
        assert 25 < inside < 80
    assert offset_of(1, "sale_to_order") != offset_of(1, "product_to_item")
