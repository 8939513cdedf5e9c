"""Signs of life that worker processes leave for the watchdog of their own machine: files in a folder it names."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FOLDER = "SYNCJOBS_SIGNS"  # environment variable that the watchdog sets for its workers
LAST = "last"


@contextmanager
def at_work() -> Iterator[None]:
    """Mark this process as busy for the block, and as alive at its end; without a watchdog do nothing."""
    name = os.environ.get(FOLDER)
    if not name:
        yield
        return
    mark = Path(name) / str(os.getpid())
    with suppress(OSError):  # a lost sign costs a restart, a raised one costs the work
        mark.touch()
    try:
        yield
    finally:
        with suppress(OSError):
            (mark.parent / LAST).touch()
            mark.unlink(missing_ok=True)


class Signs:
    """The watchdog's side: a folder for one start of the cluster."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def clear(self) -> None:
        """Forget the signs of an earlier start."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for mark in self._folder.iterdir():
            mark.unlink(missing_ok=True)

    def forget_last(self) -> None:
        """Wait for a first sign anew."""
        (self._folder / LAST).unlink(missing_ok=True)

    def remove(self) -> None:
        """Take the folder away."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def last(self) -> float | None:
        """Return when a worker last ended a task (seconds since the epoch), None when none did."""
        try:
            return (self._folder / LAST).stat().st_mtime
        except FileNotFoundError:
            return None

    def busy(self) -> int:
        """Return how many living processes are in a task at this moment."""
        pids = [int(mark.name) for mark in self._folder.iterdir() if mark.name.isdigit()]
        return sum(_is_alive(pid) for pid in pids)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def now() -> float:
    """Return the time in the unit of the signs."""
    return time.time()
