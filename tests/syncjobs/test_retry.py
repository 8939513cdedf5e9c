"""Back-off doubles, is scaled, obeys the vendor, and ends."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.errors import (
    AccessDenied,
    ContractBroken,
    Hold,
    Refused,
    RetryableError,
    UnknownOutcome,
)
from syncjobs.retry import (
    LONGEST_WAIT,
    MOST_ATTEMPTS,
    Again,
    GiveUp,
    Policy,
    next_attempt,
    policy_of,
)

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@given(st.integers(1, MOST_ATTEMPTS - 1), st.floats(0, 1))
def test_a_wait_is_never_negative_and_never_longer_than_an_hour_and_a_quarter(
    attempts: int, jitter: float
) -> None:
    verdict = next_attempt(attempts=attempts, now=NOW, scale=1.0, jitter=jitter)

    assert isinstance(verdict, Again)
    assert NOW < verdict.at <= NOW + timedelta(seconds=LONGEST_WAIT * 1.25)


def test_the_scale_shortens_every_wait_and_the_vendor_is_obeyed() -> None:
    verdict = next_attempt(attempts=1, now=NOW, scale=0.1, jitter=0.5, retry_after=100.0)

    assert verdict == Again(NOW + timedelta(seconds=10))


def test_it_ends_with_a_person() -> None:
    assert isinstance(next_attempt(attempts=MOST_ATTEMPTS, now=NOW, scale=1, jitter=0), GiveUp)


@pytest.mark.parametrize(
    ("error", "policy"),
    [
        (RetryableError("slow", retry_after=5), Policy.HINT),
        (RetryableError("down"), Policy.BACK_OFF),
        (UnknownOutcome("cut"), Policy.BACK_OFF),
        (Hold("cause", "cure"), Policy.PERSON),
        (Refused("no"), Policy.PERSON),
        (AccessDenied("who?"), Policy.CONNECTION),
        (ContractBroken("what?"), Policy.SURPRISE),
        (ZeroDivisionError(), Policy.SURPRISE),
    ],
)
def test_each_error_has_its_policy(error: Exception, policy: Policy) -> None:
    assert policy_of(error) is policy
