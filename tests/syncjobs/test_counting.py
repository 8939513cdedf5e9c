"""Counters that many processes add to."""

from typing import Any

import pytest
from django.db.models import QuerySet

from syncjobs import counting
from syncjobs.models import Tally

ROW = {"name": "calls", "first": "uniconta", "second": "answered"}


def test_the_first_makes_the_row_and_the_others_add_to_it(db: None) -> None:
    counting.add(Tally, ROW, count=2, total=1500)
    counting.add(Tally, {**ROW, "second": "failed"}, count=1)
    counting.add(Tally, ROW, count=1, total=500)

    assert sorted(Tally.objects.values_list("second", "count", "total")) == [
        ("answered", 3, 2000),
        ("failed", 1, 0),
    ]


def test_nothing_is_lost_when_another_process_makes_the_row_first(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    update = QuerySet.update

    def overtaken(rows: QuerySet[Tally], **changes: Any) -> int:
        monkeypatch.setattr(QuerySet, "update", update)
        Tally.objects.create(**ROW, count=5)
        return 0  # the row was not there yet when this process looked

    monkeypatch.setattr(QuerySet, "update", overtaken)
    counting.add(Tally, ROW, count=1)

    assert Tally.objects.get().count == 6
