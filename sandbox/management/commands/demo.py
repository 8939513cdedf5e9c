"""`manage.py demo [--exit]`: both vendors, web and worker up, a shop day played through, and the books beside the till."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from integration.mapping import proof
from sandbox.customers1st.models import Close, Payment
from sandbox.customers1st.seed import NORDLYS, SECRET, TOKEN
from sandbox.demo_books import FLOATS, POS_DEBTOR, expected_balances
from sandbox.demo_day import close_day, play
from sandbox.demo_print import Row, book_lines, proof_lines, receipt_lines
from sandbox.screen import screen
from sandbox.server import Addresses, Sandbox
from sandbox.uniconta.seed import ACCOUNTS, PASSWORD, open_books
from sandbox.uniconta.seed import NORDLYS as COMPANY
from syncjobs.models import DayCloseProof, JobState, SyncJob
from syncjobs.proofs import broken_sheets

PATIENCE = 180.0  # seconds until the demo gives up waiting for the workers
LOGIN = "demo"
TENANT_FILE = """\
tenant: {{slug: nordlys, name: Nordlys Cykler ApS, timezone: Europe/Copenhagen, status: live}}
customers1st: {{base_url: "{customers1st}", api_token: {token}, webhook_secret: {secret}}}
uniconta: {{base_url: "{uniconta}", company_id: {company}, username: c1st, password: {password}}}
setup:
  default_debtor_group: "1"
  pos_debtor: POS3000
  default_item_group: "1"
  auto_invoice_pos_sales: true
  auto_invoice_debtor_sales: true
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
  gift_card: {{kind: multi, item: GAVEKORT}}
  voucher: {{kind: multi, item: TILGODE}}
  deposit: {{kind: multi, item: DEPOSIT}}
payment_types:
  - {{title: Dankort, account: "5830"}}
  - {{title: MobilePay, account: "5831"}}
  - {{title: EUR, account: "5815"}}
registers:
  - {{register_id: 502, cash_account: "5811"}}
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
        self._addresses = addresses
        self._set_up(addresses)
        self._say("a shop day with every kind of receipt on two registers, and its closes")
        open_books(sandbox.uniconta.company(), FLOATS)
        shop = sandbox.customers1st.shop(NORDLYS)
        played, closes = play(shop), close_day(shop)
        self._wait_for_books(sandbox, [payment for _what, payment in played], closes)
        return self._show(sandbox, played, closes)

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

    def _wait_for_books(
        self, sandbox: Sandbox, receipts: Sequence[Payment], closes: Sequence[Close]
    ) -> None:
        """Wait until every close has its proof or somebody is needed, telling how far the workers are."""
        sales = sum(not receipt.is_customer_payment for receipt in receipts)
        deadline, last = time.monotonic() + PATIENCE, ""
        while time.monotonic() < deadline and not self._ended.is_set():
            waiting = len(sandbox.uniconta.open_items(POS_DEBTOR))
            proofs = DayCloseProof.objects.count()
            progress = f"  {len(sandbox.uniconta.invoices)} of {sales} invoiced,"
            progress += f" {waiting} waiting to be settled, {proofs} of {len(closes)} closes posted"
            if progress != last:
                self.stdout.write(progress)
                self.stdout.flush()
                last = progress
            if proofs >= len(closes) or _causes():
                return
            for child in self._children:
                if child.poll() is not None:
                    raise CommandError("A server ended; var/demo.log says why.")
            self._ended.wait(1.0)

    def _show(
        self, sandbox: Sandbox, played: Sequence[tuple[str, Payment]], closes: Sequence[Close]
    ) -> bool:
        """Print receipts, the books beside the till and the proofs; True when every row is equal and every chain ends."""
        receipts = [payment for _what, payment in played]
        proofs = list(DayCloseProof.objects.order_by("number"))
        rows = _compared(sandbox, receipts, closes)
        for text in receipt_lines(played, _invoices(proofs)):
            self.stdout.write(text)
        for text in book_lines(rows):
            self.stdout.write(text)
        for row in proofs:
            for text in proof_lines(row):
                self.stdout.write(text)
        for cause in _causes():
            self.stdout.write(f"Needs a person: {cause}")
        tied_out = (
            all(want == have for _account, _name, want, have in rows)
            and len(proofs) == len(closes)
            and not any(proof.open_chains(row.sheet) for row in proofs)
            and not any(broken_sheets(row.tenant) for row in proofs)
            and not _causes()
        )
        self.stdout.write("\nEverything ties out." if tied_out else "\nIt does NOT tie out.")
        return tied_out

    def _invite(self) -> None:
        self.stdout.write(
            f"\nAdmin: {settings.PUBLIC_BASE_URL}/admin/  login {LOGIN}, password {LOGIN}\n"
            f"{screen(self._addresses)}Ctrl-C ends it."
        )
        self.stdout.flush()

    def _say(self, what: str) -> None:
        self.stdout.write(f"· {what}")
        self.stdout.flush()


def _compared(sandbox: Sandbox, receipts: Sequence[Payment], closes: Sequence[Close]) -> list[Row]:
    """Return every account and debtor that the till or Uniconta knows a balance of, side by side."""
    accounts, debtors = expected_balances(receipts, closes)
    booked, owed = sandbox.uniconta.balances(), sandbox.uniconta.debtor_balances()
    names = {account: name for account, (name, _kind) in ACCOUNTS.items()}
    zero = Decimal(0)
    moved = {account for account, amount in booked.items() if amount}
    rows = [
        (account, names.get(account, ""), accounts.get(account, zero), booked.get(account, zero))
        for account in sorted({*accounts, *moved})
    ]
    rows += [
        (debtor, "debtor", debtors.get(debtor, zero), owed.get(debtor, zero))
        for debtor in sorted({*debtors, *owed})
    ]
    sales = sum(not receipt.is_customer_payment for receipt in receipts)
    rows.append(("", "Invoices", Decimal(sales), Decimal(len(sandbox.uniconta.invoices))))
    return rows


def _invoices(proofs: Sequence[DayCloseProof]) -> dict[int, str]:
    """Return the invoice number of each receipt, by its id, as the proofs name it."""
    return {row["id"]: row["invoice"] for sheet in proofs for row in sheet.sheet["documents"]}


def _causes() -> list[str]:
    """Return why jobs need a person."""
    jobs = SyncJob.objects.filter(state=JobState.NEEDS_PERSON).order_by("id")
    return list(jobs.values_list("cause", flat=True))


class _Silence:
    """Takes what a command prints."""

    def write(self, text: str) -> int:
        """Drop it."""
        return len(text)
