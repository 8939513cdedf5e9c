"""What a measurement hands back: a table of one run, and the promises it kept or broke."""

import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

RESULT = "BENCH_RESULT"  # environment variable: where a measurement leaves its table for `python -m bench`


@dataclass(frozen=True)
class Promise:
    """What was promised, and whether this run kept it."""

    text: str
    kept: bool


@dataclass(frozen=True)
class Table:
    """The result of one measurement: texts, ready to be read."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    promises: Sequence[Promise] = field(default_factory=list)
    note: str = ""

    def markdown(self) -> str:
        """Return the table as Markdown."""
        lines = [f"### {self.title}", ""]
        if self.note:
            lines += [self.note, ""]
        lines += [_row(self.columns), _row(["---", *["---:"] * (len(self.columns) - 1)])]
        lines += [_row(row) for row in self.rows]
        if self.promises:
            lines += [
                "",
                *(f"- {'kept' if p.kept else '**broken**'}: {p.text}" for p in self.promises),
            ]
        return "\n".join(lines)


def run(measure: Callable[[], Table]) -> None:
    """Measure, print the table, leave it where `python -m bench` wants it, and end: 1 when a promise is broken."""
    table = measure()
    print(table.markdown(), flush=True)
    if os.environ.get(RESULT):
        Path(os.environ[RESULT]).write_text(json.dumps(asdict(table)))
    sys.exit(0 if all(promise.kept for promise in table.promises) else 1)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
