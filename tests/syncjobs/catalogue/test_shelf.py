"""The shelf shows what is about to be written, wherever a record was read, and keeps it on disk with the rest."""

import tracemalloc
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Any

from syncjobs.catalogue.shelf import Shelf

Row = dict[str, Any]
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def shelf_of(rows: list[Row], *, patience: int = 0) -> Shelf:
    """Return a shelf of a vendor that has these rows."""

    def fetch(member: str, values: Collection[str]) -> Iterator[Row]:
        return (row for row in rows if str(row.get(member)) in values)

    return Shelf(
        "Item",
        fetch=fetch,
        read_all=lambda: iter(rows),
        read_again=lambda keys, _since: fetch("Item", keys),
        changed_at=lambda _row: None,
        now=lambda: NOON,
        patience=patience,
    )


def items(number: int) -> list[Row]:
    return [{"Item": f"I{n}", "EAN": f"57{n}", "Name": "x" * 1000} for n in range(number)]


def names(rows: list[Row]) -> list[str]:
    return [row["Name"] for row in rows]


def test_what_was_put_before_everything_was_read_is_shown() -> None:
    shelf = shelf_of(items(3), patience=1)
    shelf.put({"Item": "I1", "EAN": "999", "Name": "new"})
    assert names(shelf.find("Item", ["I1"])) == ["new"]
    assert shelf.find("EAN", ["572"])[0]["Item"] == "I2"  # the last question
    assert names(shelf.find("EAN", ["999"])) == ["new"]
    assert shelf.find("EAN", ["571"]) == []


def test_what_was_put_of_the_page_in_work_is_shown() -> None:
    shelf = shelf_of(items(3))
    shelf.turn(items(2))
    shelf.find("EAN", ["570"])
    shelf.put({"Item": "I1", "EAN": "571", "Name": "new"})
    assert names(shelf.find("Item", ["I1"])) == ["new"]
    shelf.remove({"Item": "I1"})
    assert shelf.find("Item", ["I1"]) == []


def test_a_row_that_changes_stays_in_its_page() -> None:
    shelf = shelf_of(items(4))
    seen: list[str] = []
    for page in shelf.pages(2):
        seen += [f"{row['Item']} {row['Name'][:3]}" for row in page]
        shelf.put({"Item": "I3", "EAN": "573", "Name": "new"})
    assert seen == ["I0 xxx", "I1 xxx", "I2 xxx", "I3 new"]


def test_what_is_put_does_not_fill_the_memory() -> None:
    shelf = shelf_of([])
    shelf.find("EAN", ["570"])
    tracemalloc.start()
    try:
        for number in range(3000):
            shelf.put({"Item": f"I{number}", "EAN": f"57{number}", "Name": f"{number:>5000}"})
        grown, _peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert grown < 1_500_000  # a tenth of what was put
    assert len(shelf.find("EAN", ["572999"])) == 1
