"""Tables for spreadsheets: nothing becomes a formula, numbers stay numbers, a long one takes little memory."""

import csv
import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings_app.services import tables

NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_csv(*rows: list[Any]) -> list[list[str]]:
    text = "".join(tables.csv_lines(["h"], rows)).removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


def read_xlsx(content: bytes, sheet: int = 1) -> list[list[tuple[str, str]]]:
    """Return (kind, text) of every cell: kind is empty for a number, `inlineStr` for text; formulas fail."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        root = ET.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))  # noqa: S314 - our own file
    assert root.find(f".//{NAMESPACE}f") is None
    return [
        [(cell.get("t", ""), "".join(cell.itertext())) for cell in row]
        for row in root.iter(f"{NAMESPACE}row")
    ]


def as_xlsx(*rows: list[Any]) -> list[list[tuple[str, str]]]:
    with tables.xlsx_file(["h"], rows) as file:
        return read_xlsx(file.read())[1:]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+4512345678",
        "-1+cmd|' /C calc'!A0",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "＝1",
    ],
)
def test_what_could_be_a_formula_is_text(text: str) -> None:
    assert read_csv([text]) == [[f"'{text}"]]
    [[(kind, shown)]] = as_xlsx([text])
    assert kind == "inlineStr"
    assert shown.strip().removeprefix("_x000D_") == text.strip()  # how XML holds a CR


@given(st.text())
def test_no_text_is_ever_a_formula(text: str) -> None:
    [[cell]] = read_csv([text])
    number = tables.NUMBER.fullmatch(cell) is not None
    assert number or cell[:1] not in {*tables.FORMULA, "\t", "\r"}
    [[(kind, _shown)]] = as_xlsx([text]) if text else [[("inlineStr", "")]]
    assert kind == "inlineStr"


@pytest.mark.parametrize(
    ("value", "in_csv", "in_xlsx"),
    [
        (-5, "-5", ("", "-5")),
        (Decimal("-120.50"), "-120.50", ("", "-120.50")),
        (Decimal("0.10"), "0.10", ("", "0.10")),
        ("-120.50", "-120.50", ("inlineStr", "-120.50")),
        (2**60, str(2**60), ("inlineStr", str(2**60))),
        (True, "yes", ("inlineStr", "yes")),
        (None, "", ("inlineStr", "")),
        ({"a": ["ø"]}, '{"a": ["ø"]}', ("inlineStr", '{"a": ["ø"]}')),
        (b'{"x":1}\xff', '{"x":1}\ufffd', ("inlineStr", '{"x":1}\ufffd')),
        ("a\x00b", "a b", ("inlineStr", "a b")),
    ],
)
def test_numbers_stay_numbers_and_all_else_is_text(
    value: Any, in_csv: str, in_xlsx: tuple[str, str]
) -> None:
    assert read_csv([value, "end"]) == [[in_csv, "end"]]
    cells = as_xlsx([value, "end"])[0]
    assert cells[:-1] in ([in_xlsx], [])  # an empty cell may be left out


def test_moments_are_in_utc() -> None:
    moment = datetime(2026, 3, 2, 1, 30, 5, 999, tzinfo=timezone(timedelta(hours=2)))

    assert read_csv([moment, date(2026, 3, 2)]) == [["2026-03-01 23:30:05", "2026-03-02"]]
    assert tables.plain(moment) == datetime(2026, 3, 1, 23, 30, 5)  # noqa: DTZ001 - a cell has no zone
    [cells] = as_xlsx([datetime(2026, 3, 2, 12, tzinfo=UTC)])
    assert cells == [("", "46083.5")]


def test_a_text_longer_than_a_cell_is_cut_and_says_so() -> None:
    [[cell]] = read_csv(["x" * 40_000])

    assert len(cell) == tables.LONGEST_CELL + 1
    assert cell.endswith("…")


def test_more_rows_than_a_sheet_holds_go_on_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "ROWS_PER_SHEET", 3)

    with tables.xlsx_file(["h"], ([n] for n in range(3))) as file:
        content = file.read()

    texts = [[cell[0][1] for cell in read_xlsx(content, sheet)] for sheet in (1, 2)]
    assert texts == [["h", "0", "1"], ["h", "2"]]


def test_an_empty_table_still_has_its_header() -> None:
    with tables.xlsx_file(["Tenant"], []) as file:
        assert read_xlsx(file.read()) == [[("inlineStr", "Tenant")]]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_long_table_takes_no_more_memory_than_a_short_one(kind: str) -> None:
    def rows(count: int) -> Iterator[list[Any]]:
        for number in range(count):
            yield [number, "some text of a usual length", Decimal("12.50")]

    def peak(count: int) -> int:
        tracemalloc.start()
        if kind == "csv":
            for _line in tables.csv_lines(["a", "b", "c"], rows(count)):
                pass
        else:
            tables.xlsx_file(["a", "b", "c"], rows(count)).close()
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    peak(100)  # what is loaded once
    assert peak(6000) < 1.5 * peak(300) + 100_000
