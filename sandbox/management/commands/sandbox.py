"""`manage.py sandbox`: both vendors as local servers until Ctrl-C."""

import signal
import threading
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from sandbox.screen import screen
from sandbox.server import Sandbox


class Command(BaseCommand):
    """Runs Customers 1st, Uniconta and the control API on three neighbouring ports."""

    help = "Runs both vendors as local servers for development and demonstration."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare port, host and the size of the catalogue."""
        parser.add_argument(
            "--port",
            type=int,
            default=8700,
            help="port of Customers 1st; the next two are Uniconta and control",
        )
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument(
            "--products", type=int, default=0, help="plain products to add to the shop's catalogue"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until Ctrl-C or SIGTERM."""
        ended = threading.Event()

        def end(_: int, __: FrameType | None) -> None:
            ended.set()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, end)
        sandbox = Sandbox(products=options["products"])
        port = options["port"]
        addresses = sandbox.serve(options["host"], port, port + 1, port + 2)
        self.stdout.write(f"Sandbox is up. Ctrl-C ends it; nothing is kept.\n\n{screen(addresses)}")
        self.stdout.flush()
        ended.wait()
        sandbox.stop()
