"""A proof sheet as rows for a spreadsheet."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from integration.mapping import proof
from syncjobs.admin.proof_words import told_chains, told_notes
from syncjobs.models import DayCloseProof

# lists of receipts on a sheet, in the order of the paper
RECEIPTS: Mapping[str, Any] = {
    "waiting": _("Waits for an invoice"),
    "by_hand": _("Booked by hand"),
    "late": _("Late receipt"),
    "documents": _("Document in Uniconta"),
}
HEADER = (_("Part"), _("Text"), _("Account"), _("Against"), _("Reference"), _("Amount"))


def rows(row: DayCloseProof) -> Iterator[list[Any]]:
    """Yield the rows of a sheet in the order of the paper; amounts are numbers."""
    yield from _chains(row.sheet)
    for line in row.sheet.get("lines", ()):
        accounts = [line["account"], line["offset_account"]]
        part = _("Journal line, credit (below 0: debit)")
        yield [part, line["text"], *accounts, "", Decimal(line["credit"])]
    for name, part in RECEIPTS.items():
        for each in row.sheet.get(name, ()):
            reference = each.get("invoice") or each.get("posting")
            amount = Decimal(each["amount"])
            yield [part, each["number"], each.get("debtor"), "", reference, amount]
    for note in told_notes(row.sheet):
        yield [_("Note"), note, "", "", "", ""]
    yield [_("Seal"), row.hash, "", "", "", ""]
    yield [_("Seal of the sheet before"), row.previous_hash, "", "", "", ""]


def _chains(sheet: dict[str, Any]) -> Iterator[list[Any]]:
    for chain, rest in zip(told_chains(sheet), proof.rests(sheet).values(), strict=True):
        for row in chain["rows"]:
            yield [chain["title"], row["text"], "", "", "", Decimal(row["amount"])]
        yield [chain["title"], _("Left over"), "", "", "", rest]
