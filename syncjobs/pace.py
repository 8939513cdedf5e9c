"""The rate limit of Customers 1st, kept on our side for all processes of a tenant together."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone

from settings_app.models import Tenant
from syncjobs.models import CallPace, System

# the vendor's own bucket is 80 at 8 a second [A7]; ours is a little smaller, since clocks and ways differ
SIZE, PER_SECOND = 72, 7.5
EACH = timedelta(seconds=1 / PER_SECOND)
FULL = EACH * SIZE


class SharedPace:
    """A rate limit as integration.http.TokenBucket is one, on a row that all processes share.

    The row holds one instant: how far the calls made so far are paid for. A call may go out while that is less than a
    full bucket ahead of now, and else waits.
    """

    def __init__(
        self,
        tenant: Tenant,
        *,
        now: Callable[[], datetime] = timezone.now,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._tenant, self._now, self._sleep = tenant, now, sleep

    def take(self) -> None:
        """Take the place of one call, waiting for it when the bucket is empty."""
        while True:
            now = self._now()
            row, is_new = CallPace.objects.get_or_create(
                tenant=self._tenant,
                system=System.CUSTOMERS1ST,
                defaults={"next_at": now + EACH},
            )
            if is_new:
                return
            paid_until = max(row.next_at, now) + EACH
            rows = CallPace.objects.filter(pk=row.pk, next_at=row.next_at)
            if rows.update(next_at=paid_until):  # else another process took this place
                break
        wait = (paid_until - now - FULL).total_seconds()
        if wait > 0:
            self._sleep(wait)
