"""The workers' processes: one group in a session of its own, so that all of it can be ended."""

import logging
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

from django.conf import settings

from syncjobs.watchdog.signs import FOLDER

logger = logging.getLogger(__name__)


class Cluster:
    """`qcluster` and all its children."""

    def __init__(self, *, signs_folder: str) -> None:
        self._environment = {**os.environ, FOLDER: signs_folder}
        self._environment.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The group's id, None before the first start."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Start the workers; what is left of an earlier start is ended first."""
        self.kill()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "django", "qcluster"],
            cwd=settings.BASE_DIR,
            env=self._environment,
            start_new_session=True,
        )

    def has_ended(self) -> bool:
        """Tell whether the main process is gone; its children may still be there."""
        return self._process is not None and self._process.poll() is not None

    def kill(self) -> None:
        """End every process of the group at once."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def ask_to_stop(self) -> None:
        """Let the workers finish what they are at, and take nothing new."""
        if self._process is not None and not self.has_ended():
            self._process.send_signal(signal.SIGTERM)

    def wait(self, seconds: float) -> bool:
        """Wait until the main process has ended; False when it has not by then."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._process is None or self.has_ended():
                return True
            time.sleep(0.05)
        return False
