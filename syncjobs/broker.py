"""The queue's table with a doorbell: on PostgreSQL a worker is told of a message at once instead of finding it.

Everything else is django-q2's own ORM broker: at least once, and enqueued inside the caller's transaction.
"""

from datetime import timedelta
from typing import Any

from django.db import connections, transaction
from django.utils import timezone
from django_q.brokers.orm import ORM
from django_q.conf import Conf

CHANNEL = "c1u_queue"
LONGEST_WAIT = 1.0  # seconds without a ring: a ring can be lost (a pooler that knows no LISTEN), a lock can end

TAKE = """UPDATE django_q_ormq SET lock = %s WHERE id IN (
  SELECT id FROM django_q_ormq WHERE key = %s AND lock < %s ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING id, payload"""

Task = tuple[int, str]


class RingingBroker(ORM):  # type: ignore[misc] # django-q2 is untyped
    """The ORM broker; `poll` is how often SQLite, which cannot ring, is asked."""

    _listening: Any = None  # the driver's connection that has said LISTEN

    def enqueue(self, task: str) -> int:
        """Store a message and ring, both when the caller's transaction commits; returns its id."""
        pk: int = super().enqueue(task)
        connection = connections[Conf.ORM]
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
        return pk

    def dequeue(self) -> list[Task] | None:
        """Take the oldest messages that nobody holds; wait a moment when there are none."""
        if connections[Conf.ORM].vendor != "postgresql":
            taken: list[Task] | None = super().dequeue()
            return taken
        self.get_connection()  # closes a stale connection
        self._listen()
        tasks = self._take()
        if not tasks:
            self._wait()
        return tasks

    def _listen(self) -> None:
        """Say LISTEN once on every new connection, before the table is looked at: so no message falls in between."""
        connection = connections[Conf.ORM]
        connection.ensure_connection()
        if self._listening is not connection.connection:
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")
            self._listening = connection.connection

    def _take(self) -> list[Task]:
        now = timezone.now()
        values = [now + timedelta(seconds=Conf.RETRY), self.list_key, now, Conf.BULK]
        with transaction.atomic(using=Conf.ORM), connections[Conf.ORM].cursor() as cursor:
            cursor.execute(TAKE, values)
            return list(cursor.fetchall())

    def _wait(self) -> None:
        """Wait for a ring; one that came since LISTEN counts."""
        driver = connections[Conf.ORM].connection
        for _ring in driver.notifies(timeout=LONGEST_WAIT, stop_after=1):
            return
