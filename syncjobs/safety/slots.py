"""The times of day at which a safety job is due. Pure: values in, values out.

A slot is a wall-clock time of the tenant, so the night one hour shorter and the one an hour longer have as many slots
as any other: a time that does not exist is an hour later, one that exists twice counts the first time.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

SPREAD = timedelta(hours=3)  # a sweep once a day starts in the first three hours of the night


def offset_of(tenant_id: int, kind: str) -> timedelta:
    """Return how long after the full hour this tenant's sweep of a kind starts: always the same, spread evenly."""
    return timedelta(seconds=crc32(f"{tenant_id}:{kind}".encode()) % int(SPREAD.total_seconds()))


def next_slot(after: datetime, *, zone: ZoneInfo, hours: int, offset: timedelta) -> datetime:
    """Return the first slot later than an instant, in UTC; `hours` divides a day and is at least 3."""
    return next(slot for slot in _around(after, zone, hours, offset) if slot > after)


def last_slot(until: datetime, *, zone: ZoneInfo, hours: int, offset: timedelta) -> datetime:
    """Return the last slot that is not later than an instant, in UTC."""
    return max(slot for slot in _around(until, zone, hours, offset) if slot <= until)


def _around(instant: datetime, zone: ZoneInfo, hours: int, offset: timedelta) -> Iterator[datetime]:
    today = instant.astimezone(zone).date()
    for days in (-1, 0, 1):
        yield from _slots_of(today + timedelta(days=days), zone, hours, offset)


def _slots_of(day: date, zone: ZoneInfo, hours: int, offset: timedelta) -> Iterator[datetime]:
    midnight = datetime.combine(day, time())
    for hour in range(0, 24, hours):
        wall = midnight + timedelta(hours=hour) + offset
        yield wall.replace(tzinfo=zone).astimezone(UTC)
