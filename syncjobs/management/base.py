"""What the commands about one tenant share."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from settings_app.management.base import ProductCommand, get_tenant
from settings_app.models import Tenant
from settings_app.models.safety import KINDS
from syncjobs.safety.search import UnableToSweep


class TenantCommand(ProductCommand):
    """A command about the tenant named first; `run_for` returns what `--json` prints."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the tenant and `--json`."""
        parser.add_argument("slug", help="the tenant's short name")
        super().add_arguments(parser)

    def run(self, **options: Any) -> Any:
        """Find the tenant and do the work."""
        try:
            return self.run_for(get_tenant(options["slug"]), **options)
        except UnableToSweep as error:
            raise CommandError(str(error)) from error

    def run_for(self, tenant: Tenant, **options: Any) -> Any:
        """Do the work for the tenant and return the JSON document."""
        raise CommandError("This command does nothing.")


def check_kind(kind: str | None) -> None:
    """Refuse a word that is no job kind; CommandError names those that are."""
    if kind is not None and kind not in KINDS:
        raise CommandError(f"“{kind}” is no job kind; the kinds are {', '.join(KINDS)}.")


def check_positive(seconds: float, *, name: str) -> None:
    """Refuse a time that is not above zero."""
    if seconds <= 0:
        raise CommandError(f"{name} must be above zero.")
