"""Runs the measurements and writes their tables into docs/performance.md.

    python -m bench [NAME ...]      BENCH=long for the long form

Each runs as a process of its own, so that none sees another's database or memory.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.table import RESULT, Promise, Table

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "performance.md"
# a module of this folder each, in the order of the page; what it hands back is described in bench/table.py
MEASUREMENTS = (
    "intake",
    "load",
    "sales",
    "jobs",
    "noisy",
    "calls",
    "catalogue",
    "day_close",
    "logs",
)


def main(names: list[str]) -> int:
    """Run these measurements, all unless named; 1 when one failed or broke a promise."""
    wanted = names or list(MEASUREMENTS)
    unknown = set(wanted) - set(MEASUREMENTS)
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(MEASUREMENTS)}")
        return 2
    failed = [name for name in wanted if not _run(name)]
    print(f"failed or broken: {', '.join(failed)}" if failed else "all promises kept")
    return 1 if failed else 0


def _run(name: str) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        result, started = Path(folder) / "table.json", time.monotonic()
        done = subprocess.run(  # noqa: S603 - our own modules
            [sys.executable, "-m", f"bench.{name}"],
            cwd=ROOT,
            env={**os.environ, RESULT: str(result)},
            check=False,
        )
        print(f"({name}: {time.monotonic() - started:.0f} s)\n", flush=True)
        if result.exists():
            _write(name, _table(json.loads(result.read_text())))
        return done.returncode == 0


def _table(values: dict[str, object]) -> Table:
    promises = [Promise(**each) for each in values.pop("promises")]  # type: ignore[attr-defined]
    return Table(**values, promises=promises)  # type: ignore[arg-type]


def _write(name: str, table: Table) -> None:
    """Put a table between its markers on the page."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    page = PAGE.read_text()
    if begin not in page:
        page += f"\n{begin}\n{end}\n"
    before, rest = page.split(begin, 1)
    after = rest.split(end, 1)[1]
    machine = (
        f"{os.cpu_count()} cores, Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}"
    )
    PAGE.write_text(f"{before}{begin}\n{table.markdown()}\n\n<sub>{machine}</sub>\n{end}{after}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
