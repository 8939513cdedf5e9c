"""`retry SLUG [--kind KIND] [--json]`."""

from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from settings_app.models import Tenant
from syncjobs.again import retry_jobs
from syncjobs.management.base import TenantCommand, check_kind


class Command(TenantCommand):
    """Run again what needed a person."""

    help = "Every job that needs a person is due again; the invoice stop is released."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--kind`."""
        super().add_arguments(parser)
        parser.add_argument("--kind", help="only jobs of this kind")

    def run_for(self, tenant: Tenant, **options: Any) -> dict[str, Any]:
        """Make the jobs due and return how many."""
        kind = options["kind"]
        check_kind(kind)
        count = retry_jobs(tenant, kind=kind, now=timezone.now())
        return {"tenant": tenant.slug, "retried": count}
