"""The watchdog's loop."""

import logging
import signal
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.db import close_old_connections, connection
from django.utils import timezone

from syncjobs import alerts, queue, selectors, sweep
from syncjobs.watchdog import signs
from syncjobs.watchdog.cluster import Cluster
from syncjobs.watchdog.verdict import Limits, Seen, why_restart

logger = logging.getLogger(__name__)

ROUND = 0.25  # seconds
ALERTS_EVERY = 60.0
LONGEST_PAUSE = 30.0  # between starts that fail


class Watchdog:
    """Starts the workers, sweeps beside them, restarts them when they are silent, and ends them with itself."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._stopping = threading.Event()
        self._impatient = threading.Event()
        folder = tempfile.mkdtemp(prefix="syncjobs-")
        self._signs = signs.Signs(Path(folder))
        self._cluster = Cluster(signs_folder=folder)
        self._started_at = 0.0
        self._failures = 0
        self._due: dict[Callable[[datetime], object], float] = {}

    def run(self) -> None:
        """Watch until SIGTERM or SIGINT; a second one ends the workers at once."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        try:
            if not self._wait_for_database():
                return
            queue.ensure_tick(timezone.now())
            self._start()
            while not self._stopping.wait(ROUND):
                self._round()
        finally:
            self._end()

    def _on_signal(self, number: int, frame: object) -> None:
        if self._stopping.is_set():
            self._impatient.set()
        self._stopping.set()

    def _wait_for_database(self) -> bool:
        """Wait until the database answers: a cluster that starts without it hangs. False when asked to stop."""
        while not self._stopping.is_set():
            try:
                connection.ensure_connection()
                queue.depth()
            except DatabaseTrouble:
                logger.warning("The database does not answer yet.")
                self._stopping.wait(1.0)
            else:
                return True
        return False

    def _start(self) -> None:
        self._signs.clear()
        connection.close()  # nothing of ours is shared with the workers
        self._cluster.start()
        self._started_at = signs.now()
        logger.info("The workers run in process group %s.", self._cluster.pid)

    def _round(self) -> None:
        """Do what is due; without a database nothing can be told, so nothing is judged."""
        if self._cluster.has_ended():
            self._restart("their main process ended")
            return
        try:
            close_old_connections()
            self._every(self._limits.beat_every, _ask_for_beat)
            self._every(self._limits.sweep_every, sweep.sweep_due)
            self._every(ALERTS_EVERY, _tell_when_silent)
            reason = why_restart(self._look(), self._limits)
        except DatabaseTrouble:
            logger.warning("The database does not answer.")
            self._started_at = signs.now()
            self._signs.forget_last()
            connection.close()
            return
        if reason:
            self._restart(reason)

    def _every(self, seconds: float, action: Callable[[datetime], object]) -> None:
        if time.monotonic() >= self._due.get(action, 0.0):
            self._due[action] = time.monotonic() + seconds
            action(timezone.now())

    def _look(self) -> Seen:
        now, last = signs.now(), self._signs.last()
        beat = selectors.heartbeat_age(timezone.now())
        due = selectors.oldest_unattended(timezone.now())
        start_age = now - self._started_at
        return Seen(
            workers=int(settings.Q_CLUSTER["workers"]),
            busy=self._signs.busy(),
            start_age=start_age,
            sign_age=None if last is None else now - last,
            beat_age=None if beat is None else beat.total_seconds(),
            due_age=None if due is None else min(due.total_seconds(), start_age),
        )

    def _restart(self, reason: str) -> None:
        """End the whole group, hand back what it had taken, start anew; faster failures wait longer."""
        logger.error("The workers are restarted: %s.", reason)
        lived = signs.now() - self._started_at
        self._failures = self._failures + 1 if lived < self._limits.silent_after else 0
        self._cluster.kill()
        if self._failures:
            self._stopping.wait(min(2.0**self._failures, LONGEST_PAUSE))
        if self._stopping.is_set():
            return
        try:
            queue.release_taken(timezone.now())
        except DatabaseTrouble:
            logger.warning("The database does not answer; messages come back later.")
        self._start()

    def _end(self) -> None:
        """Let the workers finish, then leave no process and no folder behind."""
        self._cluster.ask_to_stop()
        deadline = time.monotonic() + self._limits.stop_after
        while time.monotonic() < deadline and not self._impatient.is_set():
            if self._cluster.wait(ROUND):
                break
        self._cluster.kill()
        self._signs.remove()
        logger.info("The workers have ended.")


def _ask_for_beat(now: datetime) -> None:
    """Send a message that makes a worker beat, unless one waits already."""
    try:
        if not queue.waiting("beat", now=now):
            queue.enqueue("beat")
    except queue.QueueFull:
        return


def _tell_when_silent(now: datetime) -> None:
    """Notice and tell problems from here when no worker does."""
    age = selectors.heartbeat_age(now)
    if age is None or age > alerts.SILENT:
        alerts.look(now)
        alerts.send(now)
