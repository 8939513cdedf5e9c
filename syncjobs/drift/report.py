"""What a comparison of both systems found: each difference, who wins and why, and what became of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

MOST_NAMED = 1000  # differences of one run that are named; all are counted
MOST_LEFT = 100  # records named that the settings leave alone


class Sort(StrEnum):
    """What kind of difference it is."""

    MISSING = "missing"  # it stands on one side only
    DIFFERENT = "different"  # it stands on both sides, not alike
    DOUBLE = "double"  # it stands more than once
    ORPHANED = "orphaned"  # what it belongs to, or our row of it, is gone


class State(StrEnum):
    """What became of a difference. All but REPAIRED remain."""

    FOUND = "found"
    REPAIRED = "repaired"
    QUEUED = "queued"  # its own job goes on
    NEEDS_PERSON = "needs_person"


@dataclass(kw_only=True)
class Difference:
    """One record that does not stand alike on both sides.

    `source_id` names the record's job of this `kind`; `where` is the side that is not as it should be, `winner` the side
    that decides (empty: a person), `fields` say what differs, each with its own winner. `cure` is for a person.
    """

    kind: str
    sort: Sort
    source_id: str
    name: str = ""
    where: str = ""
    winner: str = ""
    why: str = ""
    fields: Sequence[Mapping[str, str]] = ()
    cure: str = ""
    state: State = State.FOUND

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values; the sort is called `class`."""
        values = asdict(self)
        return {"class": values.pop("sort").value, **values, "state": self.state.value}


@dataclass(kw_only=True)
class Report:
    """One run of a comparison: `compared` records by kind, and what was found.

    `left_alone` are records that differ because the settings want it so; they are no differences.
    """

    tenant: str
    repair: bool
    compared: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)
    left_alone: list[dict[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def remaining(self) -> int:
        """How many differences are still there."""
        return self.states.total() - self.states[State.REPAIRED]

    def add(self, difference: Difference) -> Difference:
        """Take a difference; the first thousand are kept by name."""
        self.classes[difference.sort] += 1
        self.states[difference.state] += 1
        if len(self.differences) < MOST_NAMED:
            self.differences.append(difference)
        return difference

    def become(self, difference: Difference, state: State) -> None:
        """Write down what became of a difference."""
        self.states[difference.state] -= 1
        self.states[state] += 1
        difference.state = state

    def leave(self, kind: str, source_id: str, reason: str) -> None:
        """Take a record that the settings leave alone."""
        self.left[kind] += 1
        if len(self.left_alone) < MOST_LEFT:
            self.left_alone.append({"kind": kind, "source_id": source_id, "reason": reason})

    def as_json(self) -> dict[str, Any]:
        """Return the document that `drift --json` prints."""
        return {
            "tenant": self.tenant,
            "ok": not self.remaining,
            "repair": self.repair,
            "compared": dict(self.compared),
            "classes": {sort.value: self.classes[sort] for sort in Sort},
            "found": self.classes.total(),
            "repaired": self.states[State.REPAIRED],
            "remaining": self.remaining,
            "differences": [each.as_json() for each in self.differences],
            "left_alone": {"count": self.left.total(), "records": self.left_alone},
            "notes": self.notes,
        }
