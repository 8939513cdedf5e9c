"""`doctor SLUG [--json]`."""

from typing import Any

from settings_app.models import Tenant
from syncjobs.doctor import run_doctor
from syncjobs.management.base import TenantCommand


class Command(TenantCommand):
    """Check every connection and setup value against the live systems."""

    help = "Check every connection and setup value against the live systems; exit 1 if one fails."

    def run_for(self, tenant: Tenant, **options: Any) -> dict[str, Any]:
        """Examine the tenant and return what was found."""
        return run_doctor(tenant).as_json()

    def succeeded(self, result: Any) -> bool:
        """Tell whether no finding is an error."""
        return bool(result["ok"])

    def print_result(self, result: Any) -> None:
        """Print one finding after the other, each with its cure."""
        for row in result["findings"]:
            self.stdout.write(f"{row['level']}\t{row['id']}\t{row['subject']}")
            self.stdout.write(f"\t{row['cause']}")
            self.stdout.write(f"\t→ {row['cure']}")
        self.stdout.write("green" if result["ok"] else "not green")
