"""The daily calls at Uniconta: counted, forecast, and kept for what matters most.

Sales and day closes always go on. What can wait a day waits in time, so that they find calls left.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Sum

from settings_app.models import Operation, Tenant
from syncjobs import counting
from syncjobs.models import CallCount, JobKind, System

DAYS_COMPARED = 7
ENOUGH_CALLS = 50  # fewer say nothing about a day
LEAST_OF_A_DAY = 1 / 24  # a forecast without history needs an hour


class Value(StrEnum):
    """What a call is worth when calls are short."""

    HIGH = "high"  # sales and day closes: never wait
    MIDDLE = "middle"  # customers and products: leave the reserve alone
    LOW = "low"  # safety jobs of customers and products, webhook checks: wait from the share on


VALUE_OF: Mapping[str, Value] = {
    JobKind.SALE_TO_ORDER: Value.HIGH,
    JobKind.DAY_CLOSE_TO_JOURNAL: Value.HIGH,
}


@dataclass(frozen=True, kw_only=True)
class Quota:
    """A tenant's day at Uniconta."""

    limit: int
    used: int
    low_until: int
    middle_until: int

    def allows(self, value: Value) -> bool:
        """Tell whether work of this value may make calls now."""
        if value is Value.HIGH:
            return True
        return self.used < (self.low_until if value is Value.LOW else self.middle_until)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "limit": self.limit,
            "used": self.used,
            "used_percent": round(100 * self.used / self.limit),
            "waiting": [value.value for value in Value if not self.allows(value)],
        }


@dataclass(frozen=True, kw_only=True)
class Wait:
    """Why and until when work waits."""

    reason: str
    until: datetime


def count_call(
    tenant: Tenant, system: str, *, now: datetime, failed: bool, elapsed_ms: int
) -> None:
    """Count one remote call."""
    day = now.astimezone(UTC)
    hour = {"tenant": tenant, "system": system, "date": day.date(), "hour": day.hour}
    counting.add(CallCount, hour, count=1, failed=int(failed), elapsed_ms=elapsed_ms)


def calls_of_day(tenant: Tenant, now: datetime) -> dict[str, int]:
    """Return today's calls by system (the day is that of UTC)."""
    rows = CallCount.objects.filter(tenant=tenant, date=now.astimezone(UTC).date()).order_by()
    counted = dict(rows.values_list("system").annotate(Sum("count")))
    return {system.value: counted.get(system.value, 0) for system in System}


def quota_of(tenant: Tenant, now: datetime) -> Quota:
    """Return the tenant's day at Uniconta."""
    settings = Operation.objects.filter(tenant=tenant).first() or Operation(tenant=tenant)
    limit = settings.uniconta_calls
    return Quota(
        limit=limit,
        used=calls_of_day(tenant, now)[System.UNICONTA],
        low_until=limit * settings.quota_share // 100,
        middle_until=max(limit - settings.quota_reserve, 0),
    )


def wait_of(tenant: Tenant, value: Value, now: datetime) -> Wait | None:
    """Return why and until when work of this value waits; None when it may go on."""
    if value is Value.HIGH or quota_of(tenant, now).allows(value):
        return None
    tomorrow = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Wait(
        reason="Uniconta's calls of today are kept for sales and day closes.",
        until=tomorrow + timedelta(days=1),
    )


def forecast(tenant: Tenant, now: datetime) -> int | None:
    """Return how many Uniconta calls this day will come to; None while there is nothing to judge by.

    Today so far, and the rest as the last days went on from this hour, as much stronger or weaker as today was so far.
    """
    day = now.astimezone(UTC)
    rows = CallCount.objects.filter(
        tenant=tenant,
        system=System.UNICONTA,
        date__gte=day.date() - timedelta(days=DAYS_COMPARED),
        date__lte=day.date(),
    )
    passed = (day.minute * 60 + day.second) / 3600  # of this hour
    today, before, after = 0.0, 0.0, 0.0
    for date, hour, count in rows.values_list("date", "hour", "count"):
        if date == day.date():
            today += count
            continue
        share = 1.0 if hour < day.hour else passed if hour == day.hour else 0.0
        before += count * share
        after += count * (1 - share)
    if before >= ENOUGH_CALLS:
        return round(today + today * after / before)
    part = (day.hour + passed) / 24
    return round(today / part) if part >= LEAST_OF_A_DAY else None
