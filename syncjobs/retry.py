"""When a job is tried again, and when a person must look. Pure: values in, values out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from integration.errors import (
    AccessDenied,
    Hold,
    Refused,
    RetryableError,
    UnknownOutcome,
    UnreadableRecord,
)

FIRST_WAIT = 2.0  # seconds; doubled at every attempt
LONGEST_WAIT = 3600.0
MOST_ATTEMPTS = 60  # more than two days of hourly tries
MOST_SURPRISES = 5  # errors that we did not foresee
MOST_CRASHES = 5


class Policy(StrEnum):
    """What is done about an error."""

    HINT = "hint"  # the vendor said when to come again
    BACK_OFF = "back_off"  # tried again, each time later, with jitter
    PERSON = "person"  # the record or its surroundings must be mended
    CONNECTION = "connection"  # the connection must be mended; nothing is called meanwhile
    SURPRISE = "surprise"  # we did not foresee it: tried a few times, then a person looks


MOST: Mapping[Policy, int] = {
    Policy.HINT: MOST_ATTEMPTS,
    Policy.BACK_OFF: MOST_ATTEMPTS,
    Policy.SURPRISE: MOST_SURPRISES,
}


def policy_of(error: Exception) -> Policy:
    """Return what is done about an error that ended a run."""
    match error:
        case Hold() | Refused() | UnreadableRecord():
            return Policy.PERSON
        case AccessDenied():
            return Policy.CONNECTION
        case RetryableError() if error.retry_after:
            return Policy.HINT
        case RetryableError() | UnknownOutcome():
            return Policy.BACK_OFF
        case _:
            return Policy.SURPRISE


@dataclass(frozen=True)
class Again:
    """Try again at `at`."""

    at: datetime


@dataclass(frozen=True)
class GiveUp:
    """A person must look, for this reason."""

    reason: str


def next_attempt(
    *,
    attempts: int,
    now: datetime,
    scale: float,
    jitter: float,
    retry_after: float | None = None,
    most: int = MOST_ATTEMPTS,
) -> Again | GiveUp:
    """Return when to try again after `attempts` tries; `jitter` is from 0 to 1, `scale` RETRY_TIME_SCALE."""
    if attempts >= most:
        return GiveUp(f"It was tried {attempts} times.")
    wait = min(FIRST_WAIT * 2 ** min(attempts - 1, 20), LONGEST_WAIT)
    wait = max(wait * (0.75 + 0.5 * jitter), retry_after or 0.0)
    return Again(now + timedelta(seconds=wait * scale))
