"""Tables: keys and indexes stay true through changes, and a failed transaction leaves no trace."""

import pytest

from sandbox.uniconta.entities import BY_TABLE
from sandbox.uniconta.table import Table, UndoLog


@pytest.fixture
def undo() -> UndoLog:
    return UndoLog()


@pytest.fixture
def table(undo: UndoLog) -> Table:
    table = Table(BY_TABLE["DebtorOrder"], undo)
    for number in (1, 2, 3):
        table.add({"OrderNumber": number, "OurRef": f"ref {number}"})
    return table


def test_rows_are_found_by_key_and_index_after_a_change(table: Table) -> None:
    row = table.find(2)
    assert row is not None
    table.change(row, OurRef="other")
    assert table.where("OurRef", "ref 2") == []
    assert [row["OrderNumber"] for row in table.where("OurRef", "other")] == [2]
    assert [row["OrderNumber"] for row in table] == [1, 2, 3]


def test_a_failed_transaction_leaves_rows_order_and_indexes_as_they_were(
    table: Table, undo: UndoLog
) -> None:
    before = list(table)

    def fail() -> None:
        with undo.transaction():
            table.remove(before[0])
            table.change(before[1], OurRef="x", OrderNumber=9)
            table.change(table.add({"OrderNumber": 4, "OurRef": "y"}), OurRef="z")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(table) == before
    assert table.find(9) is None
    assert table.where("OurRef", "z") == []
    assert table.where("OurRef", "ref 1") == before[:1]


def test_an_inner_failure_takes_back_the_inner_part_only(table: Table, undo: UndoLog) -> None:
    def fail_inside() -> None:
        with undo.transaction():
            table.add({"OrderNumber": 5, "OurRef": None})
            raise RuntimeError

    with undo.transaction():
        table.add({"OrderNumber": 4, "OurRef": None})
        with pytest.raises(RuntimeError):
            fail_inside()
    assert [row["OrderNumber"] for row in table] == [1, 2, 3, 4]


def test_row_ids_are_never_used_twice(table: Table) -> None:
    last = table.add({"OrderNumber": 4, "OurRef": None})
    table.remove(last)
    assert table.add({"OrderNumber": 4, "OurRef": None})["RowId"] == last["RowId"] + 1
