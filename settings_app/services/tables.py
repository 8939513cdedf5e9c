"""Writes tables for spreadsheets: CSV and XLSX, row by row, so that a long one fits into little memory.

CSV is written as the reader's Excel reads it: with a decimal comma, as in Danish, its cells are parted by semicolons. Text never becomes a formula: in CSV what could start one gets an apostrophe before it, in XLSX it is stored as text.
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from itertools import chain, islice
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _

FORMULA = frozenset("=+-@＝＋－＠")
NUMBER = re.compile(r"-?\d+([.,]\d+)?")
LONGEST_CELL = 32_000  # Excel's own limit is 32,767
LINES_AT_ONCE = 200  # each piece is sent by itself
ROWS_PER_SHEET = 1_000_000  # Excel's own limit is 1,048,576
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what no XML may hold

Row = Sequence[Any]


def csv_lines(
    header: Row, rows: Iterable[Row], *, has_decimal_comma: bool = False
) -> Iterator[str]:
    """Yield a CSV file some lines at a time, with the mark by which Excel knows UTF-8."""
    yield "\ufeff"
    delimiter = ";" if has_decimal_comma else ","
    left = chain([header], rows)
    while some := list(islice(left, LINES_AT_ONCE)):
        text = StringIO(newline="")
        # text in quotes: an Excel of another language parts cells elsewhere, and what it parted off might be a formula
        writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerows(
            [_as_written(_safe(plain(value)), has_decimal_comma) for value in row] for row in some
        )
        yield text.getvalue()


def xlsx_file(header: Row, rows: Iterable[Row]) -> IO[bytes]:
    """Return a workbook as an open temporary file; more rows than a sheet holds go on in another one."""
    file = TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    book = xlsxwriter.Workbook(
        file, {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss"}
    )
    bold = book.add_format({"bold": True})
    sheet, place = None, ROWS_PER_SHEET
    for row in rows:
        if place >= ROWS_PER_SHEET:
            sheet, place = _new_sheet(book, header, bold), 1
        _write(sheet, place, row)
        place += 1
    if sheet is None:
        _new_sheet(book, header, bold)
    book.close()
    file.seek(0)
    return file


def plain(value: Any) -> Any:
    """Return a value as a cell holds it: numbers, moments in UTC and text; anything else as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        moment = value.astimezone(UTC) if value.tzinfo else value
        return moment.replace(tzinfo=None, microsecond=0)
    if isinstance(value, int | Decimal | date):
        return value
    return _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        value = bytes(value).decode("utf-8", errors="replace")
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False, default=str) if value else ""
    text = CONTROL.sub(" ", str(value))
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…"


def _safe(value: Any) -> Any:
    """Return text that no spreadsheet takes for a formula; a number stays one."""
    if not isinstance(value, str) or NUMBER.fullmatch(value):
        return value
    is_formula = value.lstrip()[:1] in FORMULA or value[:1] in {"\t", "\r", "\n"}
    return f"'{value}" if value and is_formula else value


def _as_written(value: Any, has_decimal_comma: bool) -> Any:
    """Return a number with the comma of the reader's language, anything else as it is."""
    if has_decimal_comma and isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    return value


def _new_sheet(book: Any, header: Row, bold: Any) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for column, label in enumerate(header):
        sheet.set_column(column, column, 18)
        sheet.write_string(0, column, str(label), bold)
    return sheet


def _write(sheet: Any, place: int, row: Row) -> None:
    for column, given in enumerate(row):
        value = plain(given)
        if isinstance(value, str):
            sheet.write_string(place, column, value)
        elif isinstance(value, date):
            sheet.write_datetime(place, column, value)
        elif isinstance(value, int) and abs(value) >= 10**15:  # Excel would round it
            sheet.write_string(place, column, str(value))
        else:
            sheet.write_number(place, column, value)
