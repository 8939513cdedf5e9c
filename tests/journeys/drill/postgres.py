"""A PostgreSQL server of a drill's own, which may be killed: Debian's tools make and drop it."""

import os
import shutil
import socket
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import sleep

import psycopg

TOOL = "pg_createcluster"


class Server:
    """A running server."""

    def __init__(self, version: str, name: str, port: int) -> None:
        self._cluster = (version, name)
        self.url = f"postgres://postgres@127.0.0.1:{port}/postgres"

    def kill_and_start(self) -> None:
        """Restart it without a shut-down, as after a crash: every connection and open transaction is lost."""
        _run("pg_ctlcluster", *self._cluster, "restart", "-m", "immediate")
        self.wait()

    def wait(self) -> None:
        """Wait until it answers."""
        for _ in range(300):
            with suppress(psycopg.OperationalError), psycopg.connect(self.url, connect_timeout=2):
                return
            sleep(0.1)
        raise AssertionError("PostgreSQL did not come up")


def is_there() -> bool:
    """Tell whether a server can be made here: Debian's tools, and the right to use them."""
    return shutil.which(TOOL) is not None and os.geteuid() == 0


@contextmanager
def own_server() -> Iterator[Server]:
    """Give a fresh server and drop it afterwards."""
    version = max(Path("/usr/lib/postgresql").iterdir(), key=lambda each: int(each.name)).name
    name, port = f"drill{uuid.uuid4().hex[:8]}", free_port()
    _run(TOOL, version, name, "--port", str(port), "--", "--auth-local=trust", "--auth-host=trust")
    try:
        _run("pg_ctlcluster", version, name, "start")
        server = Server(version, name, port)
        server.wait()
        yield server
    finally:
        _run("pg_dropcluster", "--stop", version, name)


def free_port() -> int:
    """Return a port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(*command: str) -> None:
    # nothing of a server that stays may hold a pipe of ours open
    subprocess.run(  # noqa: S603 - Debian's tools with names of our own
        command,
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
