"""Compares the measured coverage with the floors in pyproject.toml; `make coverage` runs it."""

import json
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def below_floor(files: Mapping[str, Any], floors: Mapping[str, float]) -> list[str]:
    """Return a line for each path (a file, a folder, or `.` for everything) whose lines and branches fall short.

    `files` is that part of coverage.py's JSON report; a path that measured nothing falls short too.
    """
    told = []
    for path, floor in floors.items():
        rows = [row["summary"] for name, row in files.items() if _is_in(name, path)]
        there = sum(row["num_statements"] + row["num_branches"] for row in rows)
        covered = sum(row["covered_lines"] + row["covered_branches"] for row in rows)
        if covered * 100 < floor * max(there, 1):
            percent = 100 * covered / max(there, 1)
            told.append(f"{path}: {percent:.2f} % of lines and branches, at least {floor} wanted")
    return told


def _is_in(name: str, path: str) -> bool:
    return path == "." or name == path or name.startswith(f"{path}/")


def main(report: str) -> None:
    """Compare the JSON report with the floors; exit 1 and name what falls short."""
    floors = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["coverage-floors"]
    told = below_floor(json.loads(Path(report).read_text())["files"], floors)
    if told:
        sys.exit("\n".join(["Coverage fell below its floor:", *told]))


if __name__ == "__main__":
    main(sys.argv[1])
