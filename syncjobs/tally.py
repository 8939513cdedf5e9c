"""Counts what happens, for the operator's numbers. It is written some seconds later, and when a worker leaves a tenant.

So many jobs and calls cost no statement each, and no two workers wait for each other at a counter.
"""

import threading
import time
from typing import NamedTuple

from django.db import DatabaseError

from syncjobs import counting
from syncjobs.models import Tally


class Sum(NamedTuple):
    """How often something happened, and the sum of what it took."""

    by: int
    total: int


# `JobCount` knows the ended jobs too, by tenant and day, for the overview. Its sum is not the page's number: it has more
# rows every day, and every scrape would read them all (a third of a second for 200 shops after a year). Nor can a
# counter of the whole service be written with each job, as `JobCount` is: all workers would wait for each other at its row.
JOBS, CALLS, ANSWERS = "jobs", "calls", "answers"
WRITTEN_EVERY = 10.0  # seconds; so much is lost when a process dies

_kept: dict[tuple[str, str, str], Sum] = {}
_lock = threading.Lock()
_written_at = 0.0


def count(name: str, first: str, second: str = "", *, by: int = 1, total: int = 0) -> None:
    """Count something now."""
    row = {"name": name, "first": first, "second": second}
    counting.add(Tally, row, count=by, total=total)


def later(name: str, first: str, second: str = "", *, total: int = 0) -> None:
    """Count something in memory, and write what has come together every few seconds."""
    with _lock:
        _keep((name, first, second), Sum(by=1, total=total))
        due = time.monotonic() - _written_at >= WRITTEN_EVERY
    if due:
        write()


def write() -> None:
    """Write what this process has counted; without a database it is kept."""
    global _written_at
    with _lock:
        _written_at = time.monotonic()
        kept = dict(_kept)
        _kept.clear()
    for (name, first, second), found in sorted(
        kept.items()
    ):  # two writers never wait for each other
        try:
            count(name, first, second, by=found.by, total=found.total)
        except DatabaseError:
            with _lock:
                _keep((name, first, second), found)


def _keep(key: tuple[str, str, str], more: Sum) -> None:
    known = _kept.get(key, Sum(by=0, total=0))
    _kept[key] = Sum(by=known.by + more.by, total=known.total + more.total)
