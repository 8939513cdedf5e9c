"""What became of one record of many, and what was rehearsed for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from integration.errors import Hold
from integration.flows.outcome import Done, Skipped
from integration.flows.rehearsal import CREATE, NUMBER, Rehearsal, Write
from integration.ports import Subject


class Verdict(StrEnum):
    """What became of one record, in the words of `sync`."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    NEEDS_PERSON = "needs_person"
    LEFT = "left"  # to its own job


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of one record: `text` says it to people, `at` when its own job is due, `changes` what is written.

    `at_hand`: it is left to its own job, and nothing was tried yet, so that the job may begin with what was read here.
    `made`: what is, or would be, written is a new record.

    A rehearsal alone gives CREATED and UPDATED for what would be done, by whichever way.
    """

    source_id: str
    verdict: Verdict
    text: str = ""
    hold: Hold | None = None
    at: datetime | None = None
    at_hand: bool = False
    made: bool = False
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    notes: Sequence[tuple[str, Mapping[str, Any]]] = ()
    subject: Subject | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values, amounts as text."""
        changes = {name: [_plain(each) for each in pair] for name, pair in self.changes.items()}
        return {
            "source_id": self.source_id,
            "verdict": self.verdict.value,
            "text": self.text,
            "changes": changes,
        }


@dataclass(frozen=True)
class Rehearsed:
    """One record, and what its flow would do."""

    source_id: str
    told: Rehearsal

    @property
    def write(self) -> Write:
        """The write that goes out in a list; a customer's number beside it is written alone."""
        return next(write for write in self.told.writes if write.action != NUMBER)

    @property
    def number(self) -> Write | None:
        """The write that gives a customer its number."""
        return next((write for write in self.told.writes if write.action == NUMBER), None)

    @property
    def makes(self) -> bool:
        """Whether a new record is written."""
        return any(write.action == CREATE for write in self.told.writes)

    @property
    def text(self) -> str:
        """What the flow says of its end."""
        outcome = self.told.outcome
        if isinstance(outcome, Done):
            return outcome.summary
        return outcome.reason if isinstance(outcome, Skipped) else ""

    def as_it_is(self) -> Result:
        """Return what became of it when nothing was written."""
        skipped = isinstance(self.told.outcome, Skipped)
        return self.result(Verdict.SKIPPED if skipped else Verdict.UNCHANGED, self.text)

    def result(
        self,
        verdict: Verdict,
        text: str = "",
        *,
        hold: Hold | None = None,
        at: datetime | None = None,
        at_hand: bool = False,
        changes: Mapping[str, tuple[Any, Any]] | None = None,
    ) -> Result:
        """Return what became of it."""
        return Result(
            source_id=self.source_id,
            verdict=verdict,
            text=text,
            hold=hold,
            at=at,
            at_hand=at_hand,
            made=self.makes,
            changes=changes or {},
            notes=self.told.notes,
            subject=self.told.subject,
        )


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int) else str(value)
