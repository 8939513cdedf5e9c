"""The calls of a day are measured against the shop's own number."""

from types import SimpleNamespace
from typing import Any

import pytest

from integration.doctor.connections import _quota


def told(**values: Any) -> list[str]:
    own: Any = SimpleNamespace(
        username="c1st", **{"calls_limit": 500, "calls_forecast": None, **values}
    )
    return [finding.cause for finding in _quota(own)]


@pytest.mark.parametrize(
    ("used", "limit", "forecast"), [(100, 500, None), (399, 500, 500), (4200, 20000, 19000)]
)
def test_enough_calls_are_no_finding(used: int, limit: int, forecast: int | None) -> None:
    assert told(calls_today=used, calls_limit=limit, calls_forecast=forecast) == []


def test_a_day_that_is_nearly_used_up_or_will_not_last_is_told() -> None:
    assert told(calls_today=479) == ["479 of the 500 Uniconta calls of a day are used today."]
    assert "will come to about 549" in told(calls_today=300, calls_forecast=549)[0]
