"""What every measurement needs before anything of Django is imported: settings, and the databases to measure on."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command

LONG = os.environ.get("BENCH") == "long"


def environment(database_url: str, **more: str) -> dict[str, str]:
    """Return the environment of a process that serves without DEBUG, on this database."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "DEBUG": "off",
        "SECRET_KEY": "for-measurements-only",
        "FIELD_ENCRYPTION_KEYS": "Zm9yLWEtbGFwdG9wLW9ubHktMzItYnl0ZXMtbG9uZyE=",
        "ALLOWED_API_HOSTS": "127.0.0.1:8700,127.0.0.1:8701",
        "DATABASE_URL": database_url,
        **more,
    }


def set_up(database_url: str = "sqlite:///:memory:", **more: Any) -> None:
    """Load the settings of a laptop with this database; logs go nowhere."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEBUG": "on",
        "DATABASE_URL": database_url,
        **more,
    }
    django.setup()
    settings.LOGGING_CONFIG = None


@contextmanager
def databases() -> Iterator[Mapping[str, str]]:
    """Give the databases of this machine by name: a SQLite file, and a PostgreSQL server where one can be made."""
    from tests.journeys.drill import postgres

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        found = {"SQLite": f"sqlite:///{folder / 'bench.sqlite3'}"}
        if postgres.is_there():
            found["PostgreSQL"] = stack.enter_context(postgres.own_server()).url
        else:
            print("PostgreSQL is not measured: it needs root and Debian's pg_createcluster")
        yield found


def on_each_database(module: str) -> Iterator[tuple[str, Any]]:
    """Run a module for each database in a process of its own, with its URL; gives the name and the JSON that it prints."""
    with databases() as found:
        for name, url in found.items():
            done = subprocess.run(  # noqa: S603 - our own modules
                [sys.executable, "-m", module, url], stdout=subprocess.PIPE, check=True
            )
            yield name, json.loads(done.stdout)


def use(database_url: str, **more: str) -> None:
    """Set this process up on a database with its tables, without DEBUG, as a server would be."""
    os.environ |= environment(database_url, **more)
    django.setup()
    call_command("migrate", verbosity=0)
