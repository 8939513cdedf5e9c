"""The processes of the service by role, and how each is killed and, like by systemd, started again."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from syncjobs.watchdog.signs import FOLDER
from tests.journeys.processes import ROOT, children, members

RESTART_AFTER = 1.0  # seconds, as RestartSec of the units in docs/operator.md


class Role(StrEnum):
    """What can be killed."""

    WEB_WORKER = "web worker"
    WEB = "whole web"
    BUSY_WORKER = "busy worker"
    IDLE_WORKER = "idle worker"
    MONITOR = "monitor"
    PUSHER = "pusher"
    SENTINEL = "sentinel"
    MAIN = "main process"
    CLUSTER = "whole cluster"
    DATABASE = "database"


class NotThere(Exception):
    """No process has that role at this moment."""


class Unit:
    """A command that is started again whenever it ends, until it is stopped."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self._command, self._environment, self._log = command, environment, log
        self._stopping = threading.Event()
        self.process = self._start()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()

    def stop(self) -> None:
        """End it with all its children."""
        self._stopping.set()
        self._keeper.join()
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=40)
        self.kill_all()

    def kill_all(self) -> None:
        """Kill the process and everything that descends from it, as systemd does with a control group."""
        pids = descendants(self.process.pid)
        for pid in (self.process.pid, *pids):
            end(pid)
        self.process.wait()

    def _start(self) -> "subprocess.Popen[bytes]":
        with self._log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own programs
                [sys.executable, *self._command],
                cwd=ROOT,
                env=dict(self._environment),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _keep(self) -> None:
        while not self._stopping.wait(0.1):
            if self.process.poll() is not None and not self._stopping.wait(RESTART_AFTER):
                for pid in members(self.process.pid):
                    end(pid)
                self.process = self._start()


class Cluster:
    """One `worker` command: its watchdog, and the workers' processes by role."""

    def __init__(self, unit: Unit, *, workers: int) -> None:
        self.unit, self._workers = unit, workers
        self._sentinel = 0
        self._roles: dict[int, Role] = {}

    def pid_of(self, role: Role) -> int:
        """Return the process of a role; NotThere while there is none."""
        main = self.main()
        if role is Role.MAIN:
            return main
        sentinel = _first(children(main))
        if role is Role.SENTINEL:
            return sentinel
        living = self._look(sentinel)
        if role in {Role.MONITOR, Role.PUSHER}:
            return _first([pid for pid in living if self._roles.get(pid) is role])
        workers = [pid for pid in living if self._roles.get(pid) is Role.IDLE_WORKER]
        busy, wished = self.busy(), role is Role.BUSY_WORKER
        return _first([pid for pid in workers if (pid in busy) is wished])

    def main(self) -> int:
        """Return qcluster's main process."""
        return _first(children(self.unit.process.pid))

    def busy(self) -> set[int]:
        """Return the workers that are in a task at this moment."""
        folder = _environment_of(self.main()).get(FOLDER)
        if folder is None:
            raise NotThere
        return {int(mark.name) for mark in Path(folder).glob("[0-9]*")}

    def is_whole(self) -> bool:
        """Tell whether all its processes are there."""
        try:
            return len(self._look(_first(children(self.main())))) >= self._workers + 2
        except NotThere:
            return False

    def _look(self, sentinel: int) -> list[int]:
        """Name the sentinel's children: workers start first, then monitor and pusher; one that came later replaces one that went."""
        living = children(sentinel)
        if sentinel != self._sentinel:
            if len(living) < self._workers + 2:
                raise NotThere
            self._sentinel = sentinel
            order = [*[Role.IDLE_WORKER] * self._workers, Role.MONITOR, Role.PUSHER]
            self._roles = dict(zip(living, order, strict=False))
        gone = [pid for pid in self._roles if pid not in living]
        for new in (pid for pid in living if pid not in self._roles):
            if gone:
                self._roles[new] = self._roles.pop(gone.pop(0))
        return living


def end(pid: int) -> None:
    """Kill a process at once, if it is still there."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def descendants(pid: int) -> list[int]:
    """Return all living processes below one."""
    below = children(pid)
    return [*below, *(deeper for child in below for deeper in descendants(child))]


def when_there(find: Callable[[], int], *, seconds: float) -> int | None:
    """Return a process as soon as it has the wished role; None when none gets it in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(NotThere):
            return find()
        time.sleep(0.01)
    return None


def _first(pids: Sequence[int]) -> int:
    if not pids:
        raise NotThere
    return pids[0]


def _environment_of(pid: int) -> dict[str, str]:
    try:
        raw = Path(f"/proc/{pid}/environ").read_bytes()
    except (FileNotFoundError, ProcessLookupError) as error:
        raise NotThere from error
    parts = raw.decode(errors="replace").split("\0")
    return {name: value for name, _, value in (part.partition("=") for part in parts)}
