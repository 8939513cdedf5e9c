"""`worker`: the workers and their watchdog."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from syncjobs.management.base import check_positive
from syncjobs.watchdog.loop import Watchdog
from syncjobs.watchdog.verdict import Limits

OPTIONS = {
    "silent-after": (20.0, "restart the workers when none gives a sign for so long"),
    "due-after": (60.0, "restart silent workers when a due job waits for so long"),
    "sweep-every": (10.0, "look for due work so often, beside the queue's own tick"),
    "stop-after": (30.0, "when asked to stop, let the workers finish for so long"),
}


class Command(BaseCommand):
    """Run the workers until asked to stop."""

    help = "Run the workers, watch them and restart them when they are silent. Ends with SIGTERM or Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the thresholds."""
        for name, (seconds, text) in OPTIONS.items():
            parser.add_argument(
                f"--{name}",
                type=float,
                default=seconds,
                help=f"{text} (seconds times RETRY_TIME_SCALE; {seconds:g})",
            )

    def handle(self, *args: Any, **options: Any) -> None:
        """Watch."""
        values = {name: options[name.replace("-", "_")] for name in OPTIONS}
        for name, seconds in values.items():
            check_positive(seconds, name=f"--{name}")
        limits = Limits.scaled(
            settings.RETRY_TIME_SCALE,
            silent=values["silent-after"],
            due=values["due-after"],
            sweep=values["sweep-every"],
            stop=values["stop-after"],
        )
        Watchdog(limits).run()
