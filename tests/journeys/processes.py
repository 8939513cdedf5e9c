"""Real processes and a real database of their own, for the journeys that start the service."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parents[2]


class Service:
    """One database and the environment that leads our processes to it."""

    def __init__(self, database_url: str) -> None:
        self.database_url = database_url
        self.environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "DEBUG": "on",
            "Q_WORKERS": "2",
        }

    def manage(self, *arguments: str) -> str:
        """Run a command to its end and return what it printed."""
        done = subprocess.run(  # noqa: S603 - our own interpreter and commands
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def python(self, code: str) -> str:
        """Run lines of Python inside the project."""
        return self.manage("shell", "--no-imports", "-c", code)

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start a command and leave it running."""
        return subprocess.Popen(  # noqa: S603 - our own interpreter and commands
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.environment
        )

    def value(self, sql: str) -> Any:
        """Return the first value that a query finds, None when it finds nothing."""
        if self.database_url.startswith("sqlite"):
            with closing(sqlite3.connect(urlsplit(self.database_url).path)) as connection:
                row = connection.execute(sql).fetchone()
        else:
            with psycopg.connect(self.database_url) as server:
                row = server.execute(sql.encode()).fetchone()
        return row[0] if row else None


@contextmanager
def own_database(folder: Path) -> Iterator[str]:
    """Give a database for one test: a file, or one on the server of TEST_DATABASE_URL."""
    server = os.environ.get("TEST_DATABASE_URL", "")
    if not server:
        yield f"sqlite:///{folder / 'journey.sqlite3'}"
        return
    name = f"journey_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def wait_until(condition: Callable[[], Any], *, seconds: float, what: str) -> Any:
    """Return the first true value of the condition; fail when there is none in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {seconds:g} seconds")


def children(pid: int) -> list[int]:
    """Return the living children of a process, oldest first."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return sorted(found)


def members(group: int) -> list[int]:
    """Return the living processes of a process group."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def kill(*pids: int) -> None:
    """End processes that this test started, at once."""
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
