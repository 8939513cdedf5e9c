"""What was called: tests assert remote calls exactly, people see what the integration does."""

import threading
from collections import Counter
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any


@dataclass(frozen=True)
class Call:
    """One request a vendor's server has seen; status 0 means it was cut off unanswered."""

    n: int
    system: str
    method: str
    path: str
    status: int
    facts: dict[str, Any] = field(default_factory=dict)


class CallLog:
    """Every request of both servers, in order."""

    def __init__(self) -> None:
        """Start empty."""
        self._lock = threading.Lock()
        self._calls: list[Call] = []
        self._last = 0

    def add(
        self, system: str, *, method: str, path: str, status: int, facts: dict[str, Any]
    ) -> Call:
        """Note one request and return its row."""
        with self._lock:
            self._last += 1
            call = Call(self._last, system, method.upper(), path, status, facts)
            self._calls.append(call)
            return call

    def find(
        self,
        system: str | None = None,
        *,
        method: str | None = None,
        path: str = "*",
        after: int = 0,
    ) -> list[Call]:
        """Return the calls that fit; `path` is a file-name pattern, `after` a call's number."""
        with self._lock:
            return [
                call
                for call in self._calls
                if call.n > after
                and system in (None, call.system)
                and method in (None, call.method)
                and fnmatchcase(call.path.lower(), path.lower())
            ]

    def count(
        self, system: str | None = None, *, method: str | None = None, path: str = "*"
    ) -> int:
        """Return how many calls fit."""
        return len(self.find(system, method=method, path=path))

    def by_path(self, system: str | None = None) -> dict[str, int]:
        """Return "METHOD path" to its number of calls."""
        return dict(Counter(f"{call.method} {call.path}" for call in self.find(system)))

    def last(self) -> int:
        """Return the number of the newest call, to count from there."""
        with self._lock:
            return self._last

    def clear(self) -> None:
        """Forget all calls; the numbers go on."""
        with self._lock:
            self._calls.clear()
