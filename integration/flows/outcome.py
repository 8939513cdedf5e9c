"""How a flow can end; a Hold or another error is raised instead."""

from dataclasses import dataclass
from datetime import datetime

from integration.errors import Hold


@dataclass(frozen=True)
class Done:
    """The record is in step; `summary` says what was done."""

    summary: str


@dataclass(frozen=True)
class Skipped:
    """There is nothing to do, for this reason."""

    reason: str


@dataclass(frozen=True)
class Problem:
    """A sale that a read-back or a settlement found something wrong with."""

    source_id: str
    hold: Hold


class LookAgain(Exception):
    """The outcome of a call is unknown and a first look-up found nothing: come back at `at` for the second."""

    def __init__(self, reason: str, *, at: datetime) -> None:
        super().__init__(reason)
        self.at = at


Outcome = Done | Skipped
