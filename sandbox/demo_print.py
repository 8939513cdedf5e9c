"""What the demo prints: receipts, the books beside the till, and the proof of each close, line by line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from integration.mapping import proof
from sandbox.customers1st.models import Payment
from syncjobs.admin.proof_words import told_chains, told_notes
from syncjobs.models import DayCloseProof

ZERO = Decimal(0)
WIDE = 66

Row = tuple[str, str, Decimal, Decimal]  # account, name, what the till says, what Uniconta has


def receipt_lines(
    played: Iterable[tuple[str, Payment]], invoices: Mapping[int, str]
) -> Iterator[str]:
    """Return a line for each receipt: number, what it is, sum, and its invoice; `invoices` is by receipt id."""
    yield f"\n{'Receipt':<9}{'':<38}{'Sum':>12}  Invoice"
    for what, receipt in played:
        number = invoices.get(receipt.id) or ("payment" if receipt.is_customer_payment else "-")
        yield f"{receipt.number:<9}{what:<38}{receipt.sum:>12,.2f}  {number}"


def book_lines(rows: Sequence[Row]) -> Iterator[str]:
    """Return the table of accounts: the till beside Uniconta."""
    yield f"\n{'Account':<9}{'Name':<26}{'Till':>14}{'Uniconta':>14}"
    for account, name, want, have in rows:
        yield f"{account:<9}{name:<26}{want:>14,.2f}{have:>14,.2f}  {_mark(want == have)}"


def proof_lines(row: DayCloseProof) -> Iterator[str]:
    """Return a proof sheet: every chain with a sentence for each row, its end, and the seal."""
    sheet: dict[str, Any] = row.sheet
    close = sheet["close"]
    yield f"\nProof of Z {close['number']}, {close['register_title']}, {close['day']}"
    yield f"  receipts {close['first_no']} to {close['last_no']}, {close['receipts']} of them; posting {sheet['posting']}"
    for chain, rest in zip(told_chains(sheet), proof.rests(sheet).values(), strict=True):
        yield f"  {chain['title']}"
        for told in chain["rows"]:
            yield f"    {told['text']:<{WIDE}}{Decimal(told['amount']):>12,.2f}"
        yield f"    {'':<{WIDE}}{rest:>12,.2f}  {_mark(rest == ZERO)}"
    for note in told_notes(sheet):
        yield f"  Note: {note}"
    yield f"  Seal {row.hash}"


def _mark(holds: bool) -> str:
    return "✓" if holds else "✗"
