"""Both sides are read in passing: what is not asked for is not kept."""

import weakref
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from syncjobs.catalogue.sides import sides_of
from tests.integration.flows.memory import World

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Row(dict[str, Any]):
    """A row whose end can be seen."""


def test_of_all_that_changed_only_the_rows_asked_for_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alive: list[int] = []
    rows: list[weakref.ref[Row]] = []

    def list_changed(entity: str, *, since: datetime) -> Iterator[Row]:
        for number in range(500):
            row = Row(Item=f"I{number}")
            rows.append(weakref.ref(row))
            alive.append(sum(each() is not None for each in rows))
            yield row

    context = World().context
    monkeypatch.setattr(context.uniconta, "list_changed", list_changed)
    wanted = [f"I{number}" for number in range(0, 500, 10)]
    company = sides_of(context, "product_to_item").target
    assert [row["Item"] for row in company.read_again(wanted, NOON)] == wanted
    assert max(alive) <= len(wanted) + 2
