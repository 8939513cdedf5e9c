"""How a flow can end; a Hold or another error is raised instead."""

from dataclasses import dataclass
from datetime import datetime

from integration.errors import Hold

SALE, DAY_CLOSE = "sale_to_order", "day_close_to_journal"  # job kinds (DESIGN section 2)


@dataclass(frozen=True)
class Done:
    """The record is in step; `summary` says what was done."""

    summary: str


@dataclass(frozen=True)
class Skipped:
    """There is nothing to do, for this reason.

    `nothing_left`: nor will there be while the record stays as it is, whatever was wrong with it before; said of a
    switch that is off, it would hide what still waits for a person.
    """

    reason: str
    nothing_left: bool = False


@dataclass(frozen=True)
class Problem:
    """A record that a read-back or a posting found something wrong with, and the job kind it belongs to."""

    source_id: str
    hold: Hold
    job_kind: str = SALE


class LookAgain(Exception):
    """The outcome of a call is unknown and a first look-up found nothing: come back at `at` for the second."""

    def __init__(self, reason: str, *, at: datetime) -> None:
        super().__init__(reason)
        self.at = at


class WaitForOthers(LookAgain):
    """Work of our own must be done first; that costs no attempt. Looked at again when it is, at the latest at `at`."""


Outcome = Done | Skipped
