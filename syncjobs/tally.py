"""Counts what happens, for the operator's numbers. What the web processes count is written some seconds later."""

import threading
import time
from collections import Counter

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F

from syncjobs.models import Tally

JOBS, CALLS, ANSWERS = "jobs", "calls", "answers"
WRITTEN_EVERY = 10.0  # seconds; so much is lost when a web process dies

_kept: Counter[tuple[str, str, str]] = Counter()
_lock = threading.Lock()
_written_at = 0.0


def count(name: str, first: str, second: str = "", *, by: int = 1, total: int = 0) -> None:
    """Count something now."""
    row = {"name": name, "first": first, "second": second}
    rows = Tally.objects.filter(**row)
    changes = {"count": F("count") + by, "total": F("total") + total}
    if rows.update(**changes):
        return
    try:
        with transaction.atomic():
            Tally.objects.create(**row, count=by, total=total)
    except IntegrityError:  # another process made it just now
        rows.update(**changes)


def later(name: str, first: str, second: str = "") -> None:
    """Count something in memory, and write what has come together every few seconds."""
    with _lock:
        _kept[name, first, second] += 1
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
    for (name, first, second), number in kept.items():
        try:
            count(name, first, second, by=number)
        except DatabaseError:
            with _lock:
                _kept[name, first, second] += number
