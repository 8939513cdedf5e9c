"""The coverage gate notices what falls short."""

from typing import Any

from tests.architecture.coverage_floors import below_floor


def measured(*, lines: int, covered: int, branches: int = 0, taken: int = 0) -> dict[str, Any]:
    return {
        "summary": {
            "num_statements": lines,
            "covered_lines": covered,
            "num_branches": branches,
            "covered_branches": taken,
        }
    }


FILES = {
    "pure/a.py": measured(lines=10, covered=10, branches=4, taken=4),
    "pure/b.py": measured(lines=10, covered=10, branches=4, taken=3),
    "purely/c.py": measured(lines=100, covered=0),
}


def test_what_reaches_its_floor_is_not_told() -> None:
    assert below_floor(FILES, {"pure/a.py": 100, "pure": 96.4}) == []


def test_one_missed_branch_is_told() -> None:
    assert below_floor(FILES, {"pure": 100}) == [
        "pure: 96.43 % of lines and branches, at least 100 wanted"
    ]


def test_everything_together_has_a_floor_too() -> None:
    assert below_floor(FILES, {".": 21}) == []
    assert len(below_floor(FILES, {".": 22})) == 1


def test_a_path_that_measured_nothing_falls_short() -> None:
    assert below_floor(FILES, {"gone": 50})
