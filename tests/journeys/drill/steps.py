"""Workers of a service that die on demand, at a step boundary."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.journeys.processes import ROOT, Service

SERVE = "from tests.journeys.drill import doomed; doomed.serve()"


class Workers:
    """Asks for one worker after another."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def work(self, *receipts: int, die_at: int = 0) -> str:
        """Fold these receipts, then let a worker work to its end or to a boundary.

        Returns “killed”, “timed out”, or how many boundaries it passed.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(" ".join(map(str, (die_at, *receipts))) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().strip()
        assert answer, "the workers' process ended"
        return answer


@contextmanager
def workers(service: Service) -> Iterator[Workers]:
    """Give workers of this service."""
    process = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", SERVE],
        cwd=ROOT,
        env=service.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Workers(process)
    finally:
        process.communicate(timeout=60)  # the end of its input ends it
