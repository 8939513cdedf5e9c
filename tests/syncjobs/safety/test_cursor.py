"""The place of a sweep moves on the vendor's clock; what is shown late is seen once more, then nothing is read again."""

from datetime import UTC, datetime, timedelta

from syncjobs.catalogue.shelf import SHOWN_LATE
from syncjobs.models import SafetyRun
from syncjobs.safety.cursor import Cursor

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NEWEST = datetime(2026, 3, 2, 13, 7, 9)  # noqa: DTZ001 - as the vendor writes it, in whatever zone


def swept(run: SafetyRun, *changes: datetime, at: datetime = NOW) -> datetime | None:
    """Run one sweep and return since when it looked."""
    cursor = Cursor(run, now=at)
    after = cursor.after
    for changed_at in changes:
        cursor.saw(changed_at)
    cursor.keep(everything=after is None)
    return after


def test_the_first_sweep_reads_everything_and_the_next_only_what_is_newer() -> None:
    run = SafetyRun()
    assert swept(run, NEWEST - timedelta(days=1), NEWEST) is None
    assert swept(run, at=NOW + timedelta(minutes=1)) == NEWEST
    assert run.everything_read_at == NOW


def test_the_last_minutes_are_looked_at_once_more_and_then_never_again() -> None:
    run = SafetyRun()
    swept(run, NEWEST)
    later = NOW + SHOWN_LATE
    assert swept(run, NEWEST, at=later) == NEWEST - SHOWN_LATE
    assert swept(run, at=later + timedelta(days=2)) == NEWEST


def test_an_older_record_never_moves_the_place_back() -> None:
    run = SafetyRun()
    swept(run, NEWEST)
    swept(run, NEWEST - timedelta(minutes=5), at=NOW + timedelta(minutes=1))
    assert swept(run, at=NOW + timedelta(minutes=2)) == NEWEST


def test_records_that_do_not_tell_when_they_changed_leave_no_place() -> None:
    run = SafetyRun()
    cursor = Cursor(run, now=NOW)
    cursor.saw(None)
    cursor.keep(everything=True)
    assert Cursor(run, now=NOW).after is None
    assert Cursor(run, now=NOW + timedelta(hours=1)).has_read_everything(within=timedelta(days=1))
