"""Workers that kill themselves with SIGKILL at the n-th step boundary, forked from one process that has loaded everything.

A boundary stands before each writing statement, before and after each commit, and before and after each remote call.
Read from stdin, per line: the deadly boundary (0: none), then the receipts that a webhook told of. Written to stdout:
how each worker ended.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NoReturn

import requests
from django.db import connection
from django.utils import timezone

from settings_app.models import Tenant
from syncjobs import drain
from syncjobs.folding import fold
from syncjobs.models import TenantState

WRITES = ("INSERT", "UPDATE", "DELETE")
LONGEST = 60.0  # seconds that one worker may take


class Steps:
    """Counts boundaries; the process dies at the one that was named."""

    def __init__(self, deadly: int) -> None:
        self._deadly = deadly
        self.passed = 0

    def passes(self) -> None:
        """Stand at a boundary."""
        self.passed += 1
        if self.passed == self._deadly:
            os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(LONGEST)  # the signal comes

    def around_statement(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """Wrap one statement (django.db's execute_wrapper)."""
        if sql.lstrip().upper().startswith(WRITES):
            self.passes()
        return execute(sql, params, many, context)

    def around(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """Return the same with a boundary before and after it."""

        def acted(*args: Any, **kwargs: Any) -> Any:
            self.passes()
            result = act(*args, **kwargs)
            self.passes()
            return result

        return acted


def serve() -> None:
    """Work one time per line of stdin until it ends."""
    for line in sys.stdin:
        deadly, *receipts = line.split()
        for source_id in receipts:
            fold(Tenant.objects.get(), "sale_to_order", source_id, now=timezone.now())
        connection.close()
        told_by, told_to = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(told_by)
            _work(int(deadly), told_to)
        os.close(told_to)
        with os.fdopen(told_by) as pipe:
            told = pipe.read()
        _, status = os.waitpid(child, 0)
        print(told if os.WIFEXITED(status) else "killed", flush=True)  # noqa: T201 - the answer


def _work(deadly: int, told_to: int) -> NoReturn:
    """Work everything that is due as a worker does; ends this process and tells how many boundaries it passed."""
    code = 1
    try:
        # the lease of the one that was killed before is over
        TenantState.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        steps = Steps(deadly)
        backend: Any = connection
        backend._commit = steps.around(backend._commit)
        requests.Session.send = steps.around(requests.Session.send)  # type: ignore[method-assign]
        with connection.execute_wrapper(steps.around_statement):
            drained = drain.drain(list(Tenant.objects.all()), timeout=LONGEST)
        os.write(told_to, f"{'timed out' if drained.timed_out else steps.passed}".encode())
        code = 0
    finally:
        os._exit(code)
