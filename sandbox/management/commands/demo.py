"""`manage.py demo [--exit]`: both vendors, web and worker up, a shop day played through, and the books beside the till."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from argparse import ArgumentParser
from decimal import Decimal
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from sandbox.customers1st.seed import NORDLYS, SECRET, TOKEN
from sandbox.demo_day import (
    ACCOUNTS,
    BANK,
    DIFFERENCE,
    EXPENSE,
    REVENUE,
    ROUNDING,
    VAT,
    close_day,
    expected_balances,
    play,
)
from sandbox.server import Addresses, Sandbox
from sandbox.uniconta.seed import NORDLYS as COMPANY
from sandbox.uniconta.seed import PASSWORD

PATIENCE = 180.0  # seconds until the demo gives up waiting for the workers
LOGIN = "demo"
NAMES = {
    REVENUE: "Varesalg 25 %",
    VAT: "Salgsmoms",
    ROUNDING: "Øreafrunding",
    DIFFERENCE: "Kassedifference",
    EXPENSE: "Udlæg",
    BANK: "Bank",
    **{account: title for title, account in ACCOUNTS.items()},
}
TENANT_FILE = """\
tenant: {{slug: nordlys, name: Nordlys Cykler ApS, timezone: Europe/Copenhagen, status: live}}
customers1st: {{base_url: "{customers1st}", api_token: {token}, webhook_secret: {secret}}}
uniconta: {{base_url: "{uniconta}", company_id: {company}, username: c1st, password: {password}}}
setup:
  default_debtor_group: "1"
  pos_debtor: POS3000
  default_item_group: "1"
  auto_invoice_pos_sales: true
  journal: C1ST
  cash_account: "5810"
  cash_difference_account: "2910"
  rounding_account: "2920"
  expense_account: "2750"
  bank_account: "5820"
  cash_payment_type: Kontant
  debtor_payment_type: Debitor
  discount_items: {{"25": RABAT25, "0": RABAT0}}
  misc_items: {{"25": DIV25, "0": DIV0}}
payment_types:
  - {{title: Dankort, account: "5830"}}
  - {{title: MobilePay, account: "5831"}}
  - {{title: EUR, account: "5815"}}
webhooks:
  customers1st:
    sale: {{created: true}}
    day_close: {{created: true}}
safety: {{sale_to_order: 3, day_close_to_journal: 24}}
"""


class Command(BaseCommand):
    """Shows a stranger what the product does, on nothing but this machine."""

    help = "Start everything locally, play a shop day through, show that the books tie out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--exit`."""
        parser.add_argument("--exit", action="store_true", help="end after the table")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the demo; whatever was started ends with it."""
        self._ended = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._end)
        self._children: list[subprocess.Popen[bytes]] = []
        sandbox = Sandbox()
        try:
            tied_out = self._run(sandbox)
            if not options["exit"] and not self._ended.is_set():
                self._invite()
                self._ended.wait()
        finally:
            self._stop_children()
            sandbox.stop()
        if not tied_out:
            sys.exit(1)

    def _end(self, _: int, __: FrameType | None) -> None:
        self._ended.set()

    def _run(self, sandbox: Sandbox) -> bool:
        self._say("database")
        call_command("migrate", verbosity=0)
        self._make_login()
        self._say("both vendors, as local servers")
        addresses = sandbox.serve()
        self._say("web server and worker")
        self._start_children()
        self._say("tenant Nordlys and its webhooks")
        self._set_up(addresses)
        self._say("a shop day: sales, a discount, a split payment, a return, the day close")
        shop = sandbox.customers1st.shop(NORDLYS)
        receipts = play(shop)
        close_day(shop, receipts)
        self._wait_for_books(sandbox, len(receipts))
        return self._show(sandbox, receipts)

    def _make_login(self) -> None:
        users = get_user_model().objects
        if not users.filter(username=LOGIN).exists():
            users.create_superuser(username=LOGIN, password=LOGIN)

    def _start_children(self) -> None:
        port = urlsplit(settings.PUBLIC_BASE_URL).port or 8000
        gunicorn = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}"]
        gunicorn += ["--threads", "4", "--log-level", "warning", "--no-control-socket"]
        worker = [sys.executable, "manage.py", "worker"]
        for command in (gunicorn, worker):
            log = (Path(settings.VAR_DIR) / "demo.log").open("ab")
            self._children.append(
                subprocess.Popen(  # noqa: S603 - our own programs
                    command,
                    cwd=settings.BASE_DIR,
                    env=os.environ.copy(),
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )

    def _stop_children(self) -> None:
        for child in self._children:
            child.terminate()
        for child in self._children:
            try:
                child.wait(timeout=20)
            except subprocess.TimeoutExpired:
                child.kill()

    def _set_up(self, addresses: Addresses) -> None:
        content = TENANT_FILE.format(
            customers1st=addresses.customers1st,
            uniconta=addresses.uniconta,
            token=TOKEN,
            secret=SECRET,
            company=COMPANY,
            password=PASSWORD,
        )
        with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            call_command("tenant", "apply", file.name, stdout=_Silence())
        call_command("hooks", "nordlys", "--repair", stdout=_Silence())

    def _wait_for_books(self, sandbox: Sandbox, receipts: int) -> None:
        """Wait until every receipt is invoiced and paid and the close is posted, telling how far the workers are."""
        deadline, last = time.monotonic() + PATIENCE, ""
        while time.monotonic() < deadline and not self._ended.is_set():
            invoiced = len(sandbox.uniconta.invoices)
            waiting = len(sandbox.uniconta.open_items("POS3000"))
            closed = bool(sandbox.uniconta.balances().get(BANK))
            progress = f"  {invoiced} of {receipts} invoiced, {waiting} waiting to be settled"
            progress += ", day close posted" if closed else ""
            if progress != last:
                self.stdout.write(progress)
                self.stdout.flush()
                last = progress
            if invoiced >= receipts and not waiting and closed:
                return
            for child in self._children:
                if child.poll() is not None:
                    raise CommandError("A server ended; var/demo.log says why.")
            self._ended.wait(1.0)

    def _show(self, sandbox: Sandbox, receipts: list[dict[str, Any]]) -> bool:
        """Print the books beside the till; True when every row is equal."""
        booked = sandbox.uniconta.balances()
        rows = [
            (account, NAMES.get(account, ""), amount)
            for account, amount in expected_balances(receipts).items()
        ]
        lines = [(a, name, want, booked.get(a, Decimal(0))) for a, name, want in sorted(rows)]
        debtor = sandbox.uniconta.debtor_balances().get("POS3000", Decimal(0))
        lines.append(("POS3000", "Debitor kassesalg", Decimal(0), debtor))
        lines.append(
            ("", "Invoices", Decimal(len(receipts)), Decimal(len(sandbox.uniconta.invoices)))
        )
        self.stdout.write(f"\n{'Account':<9}{'Name':<20}{'Till':>14}{'Uniconta':>14}")
        for account, name, want, have in lines:
            mark = "✓" if want == have else "✗"
            self.stdout.write(f"{account:<9}{name:<20}{want:>14,.2f}{have:>14,.2f}  {mark}")
        tied_out = all(want == have for _, _, want, have in lines)
        self.stdout.write("\nEverything ties out." if tied_out else "\nIt does NOT tie out.")
        return tied_out

    def _invite(self) -> None:
        self.stdout.write(
            f"\nAdmin: {settings.PUBLIC_BASE_URL}/admin/  login {LOGIN}, password {LOGIN}\nCtrl-C ends it."
        )
        self.stdout.flush()

    def _say(self, what: str) -> None:
        self.stdout.write(f"· {what}")
        self.stdout.flush()


class _Silence:
    """Takes what a command prints."""

    def write(self, text: str) -> int:
        """Drop it."""
        return len(text)
