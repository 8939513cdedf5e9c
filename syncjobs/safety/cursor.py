"""Up to where a sweep of master data has seen changes, on the vendor's own clock.

The vendor's times are compared with themselves only, so neither its zone nor its clock matters [A1]. What a list may
show late [A2] is caught by looking once more at the last minutes before the newest change; after that an idle sweep
reads nothing, however many records changed last.
"""

from datetime import UTC, datetime, timedelta

from syncjobs.catalogue.shelf import SHOWN_LATE
from syncjobs.models import SafetyRun

EVERYTHING_EVERY = timedelta(days=7)  # Customers 1st may leave changes out of its lists [A2]
BLIND_EVERY = timedelta(days=1)  # where Uniconta cannot tell what changed [A68]


class Cursor:
    """The place of one sweep; times are naive, as the vendor writes them."""

    def __init__(self, run: SafetyRun, *, now: datetime) -> None:
        self._run, self._now = run, now
        self._newest: datetime | None = None

    @property
    def after(self) -> datetime | None:
        """The time since which changes are looked for; None when none was ever seen."""
        seen = self._seen
        if seen is None or not self._is_looked_at_again:
            return seen
        return seen - SHOWN_LATE

    def has_read_everything(self, *, within: timedelta) -> bool:
        """Tell whether everything was read not longer ago than that."""
        last = self._run.everything_read_at
        return last is not None and last > self._now - within

    def saw(self, changed_at: datetime | None) -> None:
        """Take the time of one record that was read."""
        if changed_at is not None and (self._newest is None or changed_at > self._newest):
            self._newest = changed_at

    def keep(self, *, everything: bool) -> None:
        """Write the new place into the run, which the caller saves."""
        run, seen = self._run, self._seen
        if self._newest is not None and (seen is None or self._newest > seen):
            run.seen_until = self._newest.replace(tzinfo=UTC)
            run.look_again_at = self._now + SHOWN_LATE
        elif self._is_looked_at_again:
            run.look_again_at = None
        if everything:
            run.everything_read_at = self._now

    @property
    def _seen(self) -> datetime | None:
        seen = self._run.seen_until
        return None if seen is None else seen.astimezone(UTC).replace(tzinfo=None)

    @property
    def _is_looked_at_again(self) -> bool:
        due_at = self._run.look_again_at
        return due_at is not None and self._now >= due_at
