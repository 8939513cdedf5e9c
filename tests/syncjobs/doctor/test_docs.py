"""docs/doctor.md lists every finding as the registry does."""

from pathlib import Path

from integration.doctor.kinds import KINDS
from syncjobs.admin.doctor_places import LABELS

PAGE = Path(__file__).parents[3] / "docs" / "doctor.md"


def test_the_page_lists_every_finding_with_level_title_place_and_button() -> None:
    rows = [
        line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")
    ]

    assert rows == [
        f"| `{kind.id}` | {kind.level.value} | {kind.title} | {LABELS[kind.place]} | {'yes' if kind.fix else ''} |"
        for kind in KINDS.values()
    ]
