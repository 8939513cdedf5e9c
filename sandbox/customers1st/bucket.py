"""The vendor's rate limit: a bucket of requests that refills with time."""

import time

from sandbox.clock import Clock


class Bucket:
    """Lets `size` requests through at once and `per_second` more with time.

    Refills with the real time or with the sandbox's clock, whichever moved further.
    """

    def __init__(self, *, clock: Clock, size: int, per_second: float) -> None:
        """Start full."""
        self.size = size
        self.per_second = per_second
        self._clock = clock
        self._left = float(size)
        self._seen_real = time.monotonic()
        self._seen_clock = clock.now()

    def take(self) -> bool:
        """Take one request out; False when the bucket is empty."""
        self._refill()
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def _refill(self) -> None:
        real, clock = time.monotonic(), self._clock.now()
        passed = max(real - self._seen_real, (clock - self._seen_clock).total_seconds(), 0.0)
        self._seen_real, self._seen_clock = real, clock
        self._left = min(float(self.size), self._left + passed * self.per_second)
