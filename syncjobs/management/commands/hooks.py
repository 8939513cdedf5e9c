"""`hooks SLUG [--repair] [--json]`."""

from argparse import ArgumentParser
from typing import Any

from settings_app.models import Tenant
from syncjobs import hooks
from syncjobs.again import release_calls
from syncjobs.hooks import told_problems
from syncjobs.management.base import TenantCommand


class Command(TenantCommand):
    """Compare wished and actual webhook registrations."""

    help = "Compare wished and actual webhook registrations at both vendors; --repair mends ours."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--repair`."""
        super().add_arguments(parser)
        parser.add_argument(
            "--repair", action="store_true", help="create, mend and remove what is ours"
        )

    def run_for(self, tenant: Tenant, **options: Any) -> dict[str, Any]:
        """Compare or repair, and return the state of each registration."""
        release_calls(tenant)
        return hooks.repair(tenant) if options["repair"] else hooks.compare(tenant)

    def succeeded(self, result: Any) -> bool:
        """Tell whether the vendors let us mend everything."""
        problems = told_problems(
            (row.get("event") or row.get("table"), row["problem"], row["cure"])
            for rows in result.values()
            for row in rows
            if "problem" in row
        )
        if problems:
            self.stderr.write(" ".join(problems))
        return not problems

    def print_result(self, result: Any) -> None:
        """Print one registration a line."""
        for system, rows in result.items():
            for row in rows:
                name = row.get("event") or row.get("table")
                self.stdout.write(f"{system}\t{name}\t{row['state']}")
