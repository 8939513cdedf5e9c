"""`drift SLUG [--kind KIND] [--repair] [--json]`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from settings_app.models import Tenant
from syncjobs import drift
from syncjobs.again import release_calls
from syncjobs.drift.compare import KINDS
from syncjobs.management.base import TenantCommand, check_kind, check_positive


class Command(TenantCommand):
    """Compare both systems record by record."""

    help = "Compare what stands in both systems, record by record; --repair brings it in step. Exit code 1 while differences remain."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the kind and `--repair`."""
        super().add_arguments(parser)
        parser.add_argument("--kind", help="compare this job kind only")
        parser.add_argument(
            "--repair",
            action="store_true",
            help="bring in step what differs; else nothing is written",
        )
        parser.add_argument("--timeout", type=float, default=600.0, help="seconds (600)")

    def run_for(self, tenant: Tenant, **options: Any) -> dict[str, Any]:
        """Compare, or repair, and return every difference."""
        kind = options["kind"]
        check_kind(kind)
        check_positive(options["timeout"], name="--timeout")
        if kind is not None and kind not in KINDS:
            raise CommandError(f"“{kind}” cannot be compared; these can: {', '.join(KINDS)}.")
        release_calls(tenant)
        return drift.compare(
            tenant,
            kinds=KINDS if kind is None else [kind],
            repair=options["repair"],
            now=timezone.now(),
            timeout=options["timeout"],
        ).as_json()

    def succeeded(self, result: Any) -> bool:
        """Tell whether nothing differs any more."""
        if not result["ok"]:
            self.stderr.write(f"{result['remaining']} differences remain.")
        return bool(result["ok"])

    def print_result(self, result: Any) -> None:
        """Print each difference with its fields, who wins and why."""
        for row in result["differences"]:
            name = f" “{row['name']}”" if row["name"] else ""
            self.stdout.write(
                f"{row['class']}\t{row['kind']} {row['source_id']}{name}: {row['why']} [{row['state']}]"
            )
            for each in row["fields"]:
                winner = each["winner"] or "nobody"
                self.stdout.write(
                    f"    {each['field']}: Customers 1st “{each['customers1st']}”, Uniconta “{each['uniconta']}”;"
                    f" {winner} wins, {each['why']}"
                )
            if row["cure"]:
                self.stdout.write(f"    {row['cure']}")
        for row in result["left_alone"]["records"]:
            self.stdout.write(f"left alone\t{row['kind']} {row['source_id']}: {row['reason']}")
        for note in result["notes"]:
            self.stdout.write(note)
        compared = ", ".join(f"{count} {kind}" for kind, count in result["compared"].items())
        self.stdout.write(f"compared {compared or 'nothing'}")
        self.stdout.write(
            f"{result['found']} differences, {result['repaired']} repaired, {result['remaining']} remain"
        )
