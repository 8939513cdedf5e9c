"""`tenant apply FILE | export SLUG | list`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from settings_app.management.base import ProductCommand, get_tenant
from settings_app.models import Tenant
from settings_app.services import apply_file, export_file


class Command(ProductCommand):
    """Create, update, write out and list tenants."""

    help = "Create or update a tenant from a file, write the file back, list tenants."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the three actions."""
        actions = parser.add_subparsers(dest="action", required=True)
        apply = actions.add_parser("apply", help="create or update a tenant from a tenant file")
        apply.add_argument("file")
        apply.add_argument(
            "--dry-run", action="store_true", help="say what would change, write nothing"
        )
        export = actions.add_parser("export", help="write a tenant file, without secrets")
        export.add_argument("slug")
        listing = actions.add_parser("list", help="slug, name and status of every tenant")
        for action in (apply, export, listing):
            super().add_arguments(action)

    def run(self, **options: Any) -> Any:
        """Do the chosen action."""
        action = options["action"]
        if action == "apply":
            path = Path(options["file"])
            result = apply_file(
                path.read_text(encoding="utf-8"),
                dry_run=options["dry_run"],
                reason=f"tenant apply {path.name}",
            )
            return {
                "tenant": result.tenant,
                "changes": result.changes,
                "dry_run": options["dry_run"],
            }
        if action == "export":
            return {"file": export_file(get_tenant(options["slug"]))}
        return {"tenants": list(Tenant.objects.values("slug", "name", "status"))}

    def print_result(self, result: Any) -> None:
        """Print changes, the file, or the list."""
        if "file" in result:
            self.stdout.write(result["file"], ending="")
        for row in result.get("tenants", ()):
            self.stdout.write(f"{row['slug']}\t{row['name']}\t{row['status']}")
        if "changes" in result:
            for line in result["changes"] or ["nothing to change"]:
                self.stdout.write(line)
