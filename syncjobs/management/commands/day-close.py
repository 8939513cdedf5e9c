"""`day-close SLUG [--date YYYY-MM-DD] [--dry-run] [--json]`."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError

from settings_app.models import Tenant
from syncjobs import closes
from syncjobs.management.base import TenantCommand, check_positive


class Command(TenantCommand):
    """Post day closes now, or show what posting them would do."""

    help = "Post the day closes of a date (default: all that are due); works whatever the schedule says."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the date and how far to go."""
        super().add_arguments(parser)
        parser.add_argument(
            "--date", help="the business day, YYYY-MM-DD; default: all that are due"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="show the exact lines, write nothing"
        )
        parser.add_argument("--timeout", type=float, default=600.0, help="seconds (600)")

    def run_for(self, tenant: Tenant, **options: Any) -> dict[str, Any]:
        """Post, or preview, and return one entry per close."""
        check_positive(options["timeout"], name="--timeout")
        day = _day(options["date"])
        self._in_time = True
        if options["dry_run"]:
            told = closes.preview(tenant, day=day)
        else:
            try:
                told, self._in_time = closes.post(tenant, day=day, timeout=options["timeout"])
            except closes.UnableToClose as error:
                raise CommandError(str(error)) from error
        return {
            "tenant": tenant.slug,
            "dry_run": options["dry_run"],
            "closes": [each.as_json() for each in told],
        }

    def succeeded(self, result: Any) -> bool:
        """Tell whether the run itself came to its end; a close that needs a person is no failure."""
        if not self._in_time:
            self.stderr.write("Time ran out before every close was worked.")
        return self._in_time

    def print_result(self, result: Any) -> None:
        """Print each close with its lines for people."""
        if not result["closes"]:
            self.stdout.write("No day close is due.")
        for close in result["closes"]:
            self.stdout.write(
                f"Z {close['number']} {close['register']} {close['date']}: {close['state']} {close['text']}".rstrip()
            )
            for line in close["lines"]:
                self.stdout.write(
                    f"  {line['account']} / {line['offset_account']}  credit {line['credit']}  {line['text']}"
                )


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--date “{text}” is no date such as 2026-03-02.") from None
