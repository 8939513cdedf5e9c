"""`status SLUG [--json]`."""

from typing import Any

from django.utils import timezone

from settings_app.models import Tenant
from syncjobs.management.base import TenantCommand
from syncjobs.selectors import status


class Command(TenantCommand):
    """Say how a tenant stands."""

    help = "Jobs by state and kind, what needs a person, webhook health, remote calls of today."

    def run_for(self, tenant: Tenant, **options: Any) -> dict[str, Any]:
        """Return the document; no remote call is made."""
        return status(tenant, timezone.now())

    def print_result(self, result: Any) -> None:
        """Print it for people."""
        self.stdout.write(f"{result['tenant']} is {result['status']}")
        for title in ("jobs", "webhooks", "calls_today"):
            facts = ", ".join(f"{name} {value}" for name, value in result[title].items())
            self.stdout.write(f"{title.replace('_', ' ')}: {facts}")
        for kind, facts in result["kinds"].items():
            told = ", ".join(f"{name} {value}" for name, value in facts.items() if value)
            self.stdout.write(f"{kind}: {told or 'nothing yet'}")
        day = result["quota"]["uniconta"]
        self.stdout.write(
            f"uniconta today: {day['used']} of {day['limit']} calls, forecast {day['forecast'] or 'none yet'}"
        )
        for system, reason in result["calls_stopped"].items():
            self.stdout.write(f"{system} is not called: {reason}")
        if result["invoice_stop"]:
            self.stdout.write(f"invoices are stopped: {result['invoice_stop']}")
        if result["delete_stop"]:
            self.stdout.write(f"deletes are stopped: {result['delete_stop']}")
        for row in result["needs_person"]:
            self.stdout.write(
                f"needs a person: {row['kind']} {row['source_id']}: {row['cause']} {row['cure']}"
            )
