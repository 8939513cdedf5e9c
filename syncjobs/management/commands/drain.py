"""`drain [--tenant SLUG] [--timeout SECONDS] [--json]`."""

from argparse import ArgumentParser
from typing import Any

from settings_app.management.base import ProductCommand, get_tenant
from settings_app.models import Tenant
from syncjobs.drain import Drained, drain
from syncjobs.management.base import check_positive
from syncjobs.selectors import count_jobs, count_settlements_waiting


class Command(ProductCommand):
    """Work all due jobs in the foreground."""

    help = "Work due jobs, read-backs and settlements until nothing is due; exit 1 on time-out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the tenant and the time-out."""
        super().add_arguments(parser)
        parser.add_argument("--tenant", help="only this tenant (its slug)")
        parser.add_argument("--timeout", type=float, default=600.0, help="seconds (600)")

    def run(self, **options: Any) -> dict[str, Any]:
        """Drain and return the counts."""
        check_positive(options["timeout"], name="--timeout")
        tenants = (
            [get_tenant(options["tenant"])] if options["tenant"] else list(Tenant.objects.all())
        )
        live = [tenant for tenant in tenants if tenant.status == Tenant.Status.LIVE]
        self._drained: Drained = drain(live, timeout=options["timeout"])
        return {
            "jobs": count_jobs(tenants),
            "worked": self._drained.worked,
            "settlements_waiting": count_settlements_waiting(tenants),
        }

    def succeeded(self, result: Any) -> bool:
        """Tell whether nothing was due at the end."""
        if self._drained.timed_out:
            self.stderr.write("Time ran out before everything that is due was worked.")
        return not self._drained.timed_out

    def print_result(self, result: Any) -> None:
        """Print the counts for people."""
        states = ", ".join(f"{state} {count}" for state, count in result["jobs"].items())
        self.stdout.write(f"worked {result['worked']}; {states}")
        self.stdout.write(f"settlements waiting: {result['settlements_waiting']}")
