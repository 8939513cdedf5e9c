"""Faults on demand: what the network and the vendors do on a bad day."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

SYSTEMS = ("customers1st", "uniconta")
#: Kind to what it does; calls first, then the delivery of hooks.
KINDS = {
    "status": "answers `status` (and `body`, `headers`) without doing the work",
    "slow": "waits `seconds`, then works as usual",
    "reset": "cuts the connection before the work is done",
    "lost_reply": "does the work, then cuts the connection",
    "timeout_after_work": "does the work, then stays silent for `seconds`",
    "expired_token": "answers 401 and makes the token void",
    "hook_drop": "never sends the hook",
    "hook_duplicate": "sends the hook twice",
    "hook_late": "sends the hook `seconds` later",
    "hook_reorder": "sends the hook after the next one",
}


@dataclass
class Fault:
    """One fault that waits for its call."""

    system: str
    kind: str
    times: int = 1
    method: str | None = None
    path: str | None = None
    after: int = 0
    params: dict[str, Any] = field(default_factory=dict)

    def matches(self, *, method: str | None, path: str) -> bool:
        """Tell whether a call is one this fault waits for."""
        if self.method is not None and self.method.upper() != (method or "").upper():
            return False
        return self.path is None or fnmatchcase(path.lower(), self.path.lower())


class Faults:
    """The faults that were asked for; each is used up `times` times."""

    def __init__(self) -> None:
        """Start with none."""
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(
        self,
        system: str,
        kind: str,
        *,
        times: int = 1,
        method: str | None = None,
        path: str | None = None,
        after: int = 0,
        **params: Any,
    ) -> Fault:
        """Ask for a fault on the next matching calls.

        `path` is a file-name pattern over the call's path (for hooks: over the event or table),
        `after` skips that many matching calls first. ValueError for an unknown system or kind.
        """
        if system not in SYSTEMS or kind not in KINDS:
            known = ", ".join(KINDS)
            raise ValueError(
                f"no fault {kind!r} for {system!r}; systems: {SYSTEMS}; kinds: {known}"
            )
        if kind == "status" and "status" not in params:
            raise ValueError("a fault of kind 'status' needs its status, for example status=503")
        fault = Fault(system, kind, times, method, path, after, params)
        with self._lock:
            self._faults.append(fault)
        return fault

    def take(
        self, system: str, kinds: Iterable[str], *, path: str, method: str | None = None
    ) -> Fault | None:
        """Use up and return the first fault of these kinds that waits for this call."""
        wanted = tuple(kinds)
        with self._lock:
            for fault in self._faults:
                if fault.system != system or fault.kind not in wanted:
                    continue
                if fault.matches(method=method, path=path) and self._use(fault):
                    return fault
        return None

    def pending(self) -> list[Fault]:
        """Return the faults that still wait."""
        with self._lock:
            return list(self._faults)

    def clear(self) -> None:
        """Forget every fault that still waits."""
        with self._lock:
            self._faults.clear()

    def _use(self, fault: Fault) -> bool:
        if fault.after > 0:
            fault.after -= 1
            return False
        fault.times -= 1
        if fault.times <= 0:
            self._faults.remove(fault)
        return True
