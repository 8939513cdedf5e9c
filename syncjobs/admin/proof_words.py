"""The plain sentences of a proof sheet: one per chain, row and note code (see integration.mapping.proof)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

CHAINS: Mapping[str, Any] = {
    "revenue": _("Revenue: what the receipts sold is what the close calls its revenue."),
    "vat": _("VAT: the VAT of the receipts is that of the close."),
    "payments": _("Payments: what was sold, received and rounded is what was paid."),
    "tenders": _("Means of payment: each one of the receipts is that of the close."),
    "float": _("Float: what the previous close left is what this one starts with."),
    "drawer": _("Drawer: float, cash and expenses lead to the counted cash."),
    "ledger_cash": _("Cash account: the ledger ends at what was left in the drawer."),
    "debtors": _("Debtors: invoices and payments meet; the POS debtor ends at 0.00."),
    "journal": _("Journal: debit equals credit."),
}
ROWS: Mapping[str, Any] = {
    "goods": _("Goods sold at %(rate)s %% VAT, returns deducted, prices with VAT"),
    "goods_on_account": _("Goods sold on account, which this store's close leaves out"),
    "close_revenue": _("Revenue that the close states"),
    "vat": _("VAT of the goods at %(rate)s %%"),
    "vat_on_account": _("VAT of goods sold on account, which this store's close leaves out"),
    "vat_rounding": _("Rounding of VAT line by line"),
    "close_vat": _("VAT that the close states"),
    "cards_sold": _("Sold: %(card_type)s (%(kind)s)"),
    "cards_used": _("Used or taken back: %(card_type)s (%(kind)s)"),
    "customer_payments": _("Received from customers on their accounts"),
    "rounding": _("Rounding of cash to 50 øre (above 0: the shop gained)"),
    "paid": _("Paid with %(title)s by the receipts"),
    "close_tender": _("%(title)s that the close states"),
    "close_is_silent": _("%(title)s: the close states none, which is accepted"),
    "left_before": _("Left in the drawer by close %(number)s"),
    "cash_start": _("Float at the start"),
    "cash_taken": _("Cash taken by the receipts, less what was paid back"),
    "expense": _("Expenses paid out of the drawer"),
    "difference": _("Cash difference (below 0: money is missing)"),
    "counted": _("Cash counted"),
    "cash_settled": _("Cash of the receipts, posted to the cash account"),
    "cash_waiting": _("Cash of receipts that wait for the bookkeeper's invoice"),
    "cash_by_hand": _("Cash of receipts that a person booked by hand; not posted by us"),
    "close_lines": _("Lines of this close on the cash account"),
    "left_in_drawer": _("Left in the drawer after the close"),
    "invoiced": _("Invoiced to debtor %(debtor)s"),
    "settled": _("Paid by debtor %(debtor)s"),
    "stays_open": _("Stays open on debtor %(debtor)s"),
    "paid_on_account": _("Received on account from debtor %(debtor)s"),
    "credited": _("Credited to debtor %(debtor)s"),
    "journal": _("Account %(account)s: %(text)s"),
    "accepted_difference": _("Difference that a person has called right, see the notes"),
}
NOTES: Mapping[str, Any] = {
    "not_counted": _(
        "Not counted yet, so what is left over above may be theirs: receipts %(numbers)s."
    ),
    "sign": _("The close writes its cash difference as %(told)s; our own figure is %(amount)s."),
    "card_rows": _(
        "Cards used: the close's list of means of payment says %(told)s, its own total is %(amount)s."
    ),
    "no_vouchers": _("The till's own posting proposal is not available: %(text)s"),
    "vouchers_agree": _("The till's own posting proposal agrees with our lines."),
    "voucher_differs": _(
        "The till's own posting proposal says %(told)s on account %(account)s; our lines come to %(amount)s."
    ),
    "accepted": _("Posted all the same (rule %(rule)s): %(text)s Said by %(word)s"),
}


BY_HAND: Mapping[str, Any] = {
    "by_hand": _("Booked by hand by %(word)s"),
    "by_hand_untold": _(
        "Booked by hand by %(word)s. What it consists of cannot be told, so the chains leave it out."
    ),
}
NAMES: Mapping[str, Any] = {
    "gift_card": _("gift cards"),
    "voucher": _("vouchers"),
    "deposit": _("deposits"),
    "multi": _("multi-purpose"),
    "single": _("single-purpose"),
}


def sentence(words: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """Return the sentence of a row in the reader's language; a code that is not known stands for itself."""
    text = words.get(row["code"])
    if text is None:
        return str(row["code"])
    about = {name: NAMES.get(row[name], row[name]) for name in ("card_type", "kind") if name in row}
    return str(text) % {**row, **about}


def told_chains(sheet: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the chains of a sheet with a sentence for each and for each row."""
    return [
        {
            "title": sentence(CHAINS, chain),
            "rows": [
                {"text": sentence(ROWS, row), "amount": row["amount"]} for row in chain["rows"]
            ],
        }
        for chain in sheet.get("chains", ())
    ]


def told_notes(sheet: Mapping[str, Any]) -> list[str]:
    """Return the notes of a sheet as sentences."""
    return [sentence(NOTES, note) for note in sheet.get("notes", ())]


def told_by_hand(sheet: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the receipts that a person booked by hand, each with who said so and why."""
    return [{**row, "told": sentence(BY_HAND, row)} for row in sheet.get("by_hand", ())]
