"""Clusters and a web server on a measured database, and the tenants that are worked there."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from bench.setting import environment

PATIENCE = 300.0  # seconds until a measurement gives up


@contextmanager
def running(
    url: str, command: Sequence[str], *, workers: int = 2, **more: str
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a program of the project on a database for the block."""
    process = subprocess.Popen(  # noqa: S603 - our own programs
        [sys.executable, *command],
        env=environment(url, Q_WORKERS=f"{workers}", **more),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=60)


def wait_for(condition: Callable[[], bool], *, pause: float = 0.01) -> float:
    """Return how many seconds it took until the condition held."""
    started = time.perf_counter()
    while not condition():
        if time.perf_counter() - started > PATIENCE:
            raise TimeoutError
        time.sleep(pause)
    return time.perf_counter() - started


def make_tenants(number: int) -> list[int]:
    """Make live tenants with connections and sale webhooks; returns their ids."""
    from settings_app.models import Tenant
    from settings_app.services import apply_file
    from tests.journeys.tenant_files import TENANT_FILE

    for count in range(number):
        apply_file(TENANT_FILE.replace("slug: nordlys", f"slug: shop{count}"))
    return list(Tenant.objects.order_by("pk").values_list("pk", flat=True))
