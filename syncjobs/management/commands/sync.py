"""`sync SLUG KIND [--full] [--since ISO] [--dry-run] [--json]`."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from integration.flows.bulk_result import Verdict
from settings_app.models import Tenant
from syncjobs.again import release_calls, retry_jobs
from syncjobs.management.base import TenantCommand, check_kind
from syncjobs.models import MendedBy
from syncjobs.safety.sweep import sweep

# what a sweep may find mended; a stop and an unknown outcome wait for a person's own word
MENDED = (MendedBy.SETUP, MendedBy.UNICONTA, MendedBy.CUSTOMERS1ST)


class Command(TenantCommand):
    """Sweep one job kind now."""

    help = "Look for what changed and bring it in step in lists; what no list can do becomes a job that drain works."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the kind and how far to look."""
        super().add_arguments(parser)
        parser.add_argument("kind", help="the job kind, such as sale_to_order")
        parser.add_argument(
            "--full", action="store_true", help="look at everything, not only at changes"
        )
        parser.add_argument("--since", help="look at changes since this time (ISO 8601)")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be done, write nothing"
        )

    def run_for(self, tenant: Tenant, **options: Any) -> dict[str, Any]:
        """Sweep and return what was found."""
        kind, now = options["kind"], timezone.now()
        check_kind(kind)
        release_calls(tenant)
        result = sweep(
            tenant,
            kind,
            full=options["full"],
            since=_instant(options["since"], tenant),
            dry_run=options["dry_run"],
            now=now,
        )
        if not options["dry_run"]:
            for mended_by in MENDED:
                retry_jobs(tenant, kind=kind, mended_by=mended_by, held_before=now, now=now)
        return result.as_json()

    def print_result(self, result: Any) -> None:
        """Print the counts, and under a dry run each record with what would be written, field by field."""
        for record in result.pop("records", []):
            if record["verdict"] == Verdict.UNCHANGED:
                continue
            self.stdout.write(f"{record['verdict']} {record['source_id']}: {record['text']}")
            for name, (before, after) in record["changes"].items():
                self.stdout.write(f"    {name}: {_shown(before)} -> {_shown(after)}")
        super().print_result(result)


def _shown(value: Any) -> str:
    return "-" if value in (None, "") else str(value)


def _instant(text: str | None, tenant: Tenant) -> datetime | None:
    """Read a date or time; one without a zone is the tenant's own."""
    if text is None:
        return None
    try:
        day = parse_date(text)
        instant = (
            datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the zone follows
            if day
            else parse_datetime(text)
        )
    except ValueError:
        instant = None
    if instant is None:
        raise CommandError(f"--since “{text}” is no date or time such as 2026-03-01T08:00.")
    return instant if instant.tzinfo else instant.replace(tzinfo=ZoneInfo(tenant.timezone))
