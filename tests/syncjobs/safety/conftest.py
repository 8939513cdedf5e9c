"""A sweep whose look at the vendor the test says."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from settings_app.models import SafetyInterval, Tenant
from syncjobs.safety import schedule, sweep
from syncjobs.safety.search import Search

KIND = "sale_to_order"


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[Search], None]]:
    """Put a function in: each sweep calls the last one; without any it finds nothing."""
    functions: list[Callable[[Search], None]] = [lambda search: None]
    plan = replace(sweep.SWEEPS[KIND], look=lambda search: functions[-1](search))
    plans = {KIND: plan}
    monkeypatch.setattr(sweep, "SWEEPS", plans)
    monkeypatch.setattr(schedule, "SWEEPS", plans)
    return functions


@pytest.fixture
def swept(nordlys: Tenant, looks: list[Callable[[Search], None]]) -> Tenant:
    """Nordlys, whose sales are swept every three hours."""
    SafetyInterval.objects.create(tenant=nordlys, kind=KIND, hours=3)
    return nordlys
