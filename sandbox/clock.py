"""The one clock of the sandbox: real by default, settable for tests."""

import threading
from datetime import UTC, datetime, timedelta


class Clock:
    """Tells the sandbox's time; it can be set and moved on without waiting."""

    def __init__(self, start: datetime | None = None) -> None:
        """Run with the real time, or stand still at `start` (an aware instant)."""
        self._lock = threading.Lock()
        self._fixed = _aware(start) if start is not None else None
        self._offset = timedelta()

    def now(self) -> datetime:
        """Return the sandbox's present as an aware UTC instant."""
        with self._lock:
            if self._fixed is not None:
                return self._fixed
            return datetime.now(UTC) + self._offset

    def advance(self, seconds: float) -> datetime:
        """Move the clock on by `seconds` and return the new present."""
        with self._lock:
            if self._fixed is not None:
                self._fixed += timedelta(seconds=seconds)
            else:
                self._offset += timedelta(seconds=seconds)
        return self.now()

    def set(self, instant: datetime) -> None:
        """Stand still at `instant`, which must be aware."""
        with self._lock:
            self._fixed = _aware(instant)

    def run(self) -> None:
        """Go back to the real time."""
        with self._lock:
            self._fixed, self._offset = None, timedelta()


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        message = f"{instant.isoformat()} has no time zone; give an aware instant"
        raise ValueError(message)
    return instant.astimezone(UTC)
