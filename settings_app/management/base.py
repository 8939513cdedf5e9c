"""What all commands share: one JSON document on stdout, one line on stderr when it fails, no traceback."""

import sys
from argparse import ArgumentParser
from typing import Any

import simplejson
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from integration.errors import IntegrationError
from settings_app.keys import UnableToDecrypt
from settings_app.models import Tenant
from settings_app.services import FileError, changing


class ProductCommand(BaseCommand):
    """A command whose `run` returns what `--json` prints, and that fails with one line."""

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--json`."""
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, print, and turn expected failures into one line."""
        name = type(self).__module__.rpartition(".")[2]
        try:
            with changing(f"manage.py {name}"):
                result = self.run(**options)
        except (FileError, IntegrationError, UnableToDecrypt, UnicodeError, OSError) as error:
            raise CommandError(_one_line(error)) from error
        except DatabaseError as error:
            raise CommandError(f"The database refused: {_one_line(error)}") from error
        if options["json"]:
            self.stdout.write(simplejson.dumps(result, ensure_ascii=False, default=str))
        else:
            self.print_result(result)
        if not self.succeeded(result):
            sys.exit(1)

    def run(self, **options: Any) -> Any:
        """Do the work and return the JSON document."""
        raise CommandError("This command does nothing.")

    def succeeded(self, result: Any) -> bool:
        """Tell whether the exit code is 0."""
        return True

    def print_result(self, result: Any) -> None:
        """Print the result for people."""
        for name, value in result.items():
            self.stdout.write(f"{name}: {value}")


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def get_tenant(slug: str) -> Tenant:
    """Return a tenant by its slug; CommandError when there is none."""
    tenant = Tenant.objects.filter(slug=slug).first()
    if tenant is None:
        raise CommandError(f"There is no tenant “{slug}”. `tenant list` shows them.")
    return tenant
