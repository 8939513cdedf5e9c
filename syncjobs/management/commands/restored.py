"""`restored [--json]`: what the operator says after a backup was restored."""

from typing import Any

from django.utils import timezone

from settings_app.management.base import ProductCommand
from syncjobs import gaps
from syncjobs.selectors import to_text


class Command(ProductCommand):
    """Note that a backup of the database was restored."""

    help = (
        "Run once after a restored backup, before the workers start: everything older than now is then looked for in "
        "Uniconta before it is created, and every safety job looks at once for what the backup lacks."
    )

    def run(self, **options: Any) -> dict[str, Any]:
        """Note it and return the gap."""
        gap = gaps.declare_restored(timezone.now())
        return {"began_at": to_text(gap.began_at), "ended_at": to_text(gap.ended_at)}

    def print_result(self, result: Any) -> None:
        """Print the gap for people."""
        self.stdout.write(
            f"Noted: these rows know nothing from {result['began_at']} to {result['ended_at']}."
        )
