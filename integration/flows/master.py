"""Master data of both sides, read once and kept in the context's cache, so that a sale costs three calls.

A name that the cache does not hold, or holds as unusable, is read again once before it becomes a Hold: what was mended
a minute ago counts.
"""

from collections.abc import Callable, Collection
from decimal import Decimal
from typing import Any

from integration.errors import Hold
from integration.flows.context import Context
from integration.mapping.sale import SaleDraft
from integration.mapping.usable import (
    Complaint,
    account_complaint,
    debtor_complaint,
    journal_complaint,
    term_complaint,
)
from integration.uniconta.labels import Form, detect_form, member_of, possible_forms
from integration.uniconta.payloads import amount_of, text_of

Row = dict[str, Any]
KEPT = {  # the members we look at; the rest is not worth keeping
    "GLAccountClient": (
        "Account",
        "Name",
        "AccountType",
        "Vat",
        "MandatoryTax",
        "Blocked",
        "BlockedInJournal",
    ),
    "DebtorClient": ("Account", "Name", "Currency", "Payment", "VatZone", "Blocked", "Country"),
    "DebtorGroupClient": ("Group", "AutoNumber"),
    "InvItemClient": ("Item", "Name", "Group", "ItemType", "Blocked"),
    "InvGroupClient": ("Group", "SalesVat"),
    "GLVatClient": ("Vat", "Rate"),
    "PaymentTermClient": ("Payment", "Account", "OffsetAccount", "DebtorAccount"),
    "GLDailyJournalClient": ("Journal", "Blocked", "UseApproved", "DefaultAccountType"),
}


def store_id(context: Context) -> int:
    """Return the id of the store that the API token belongs to [A8]."""
    store = _cached(context, "store", lambda: {"id": context.customers1st.get_store().id})
    return int(store["id"])


def prices_include_vat(context: Context) -> bool:
    """Tell whether the till's prices carry VAT: they do unless the store says otherwise [A12]."""
    configs = _cached(
        context,
        "configs",
        lambda: {
            "prices_include_vat": context.customers1st.get_configs().get("prices_include_vat", "1")
        },
    )
    return str(configs["prices_include_vat"]).strip().lower() not in {"0", "false", "off", "no"}


def rows_by_key(
    context: Context,
    entity: str,
    member: str,
    keys: Collection[str],
    *,
    usable: Callable[[Row], bool] = lambda row: True,
) -> dict[str, Row]:
    """Return the rows of these keys; what is missing or not usable in the cache is read anew, in one call."""
    kept: dict[str, Row] = dict(context.cache.get(entity) or {})
    stale = {key for key in keys if key and (key not in kept or not usable(kept[key]))}
    if stale:
        found = {
            text_of(row.get(member)): row for row in context.uniconta.find(entity, member, stale)
        }
        for key in stale:
            kept.pop(key, None)
            if key in found:
                kept[key] = {name: _plain(found[key].get(name)) for name in KEPT[entity]}
        context.cache[entity] = kept
    return {key: kept[key] for key in keys if key in kept}


def label_form(context: Context) -> Form:
    """Return how the company writes the enumerations of orders and journals, told by our own journal [A62] [A63]."""
    journal = context.rules.journal
    row = rows_by_key(context, "GLDailyJournalClient", "Journal", [journal]).get(journal, {})
    forms = possible_forms("AccountType", row.get("DefaultAccountType"))
    if (
        len(forms) > 1 and Form.ENGLISH not in forms
    ):  # a word of Danish is an enumerator's name, too
        company = _cached(
            context,
            "company",
            lambda: {"OrderLineStorage": context.uniconta.get_company().order_line_storage},
        )
        shown = possible_forms("Storage", company["OrderLineStorage"])
        forms = [form for form in forms if form in shown] or forms
    return forms[0] if forms else Form.ENGLISH


def item_form(context: Context) -> Form:
    """Return how the company writes the enumerations of items: as those of its accounts, else as in the journal."""
    account = context.rules.cash_account
    row = rows_by_key(context, "GLAccountClient", "Account", [account]).get(account, {})
    return detect_form("GLAccountType", row.get("AccountType")) or label_form(context)


def check_accounts(context: Context, draft: SaleDraft) -> None:
    """Hold unless every account and the journal that the settlement needs can be posted to (rule H2)."""
    wanted = {line.offset_account for line in draft.settlement}
    wanted |= {line.account for line in draft.settlement if not line.debtor}
    check_ledger_accounts(context, wanted)


def check_ledger_accounts(context: Context, wanted: Collection[str]) -> None:
    """Hold unless these GL accounts, and the journal, can be posted to (rule H2); nothing is asked for none."""
    if not wanted:
        return
    found = rows_by_key(
        context, "GLAccountClient", "Account", wanted, usable=_usable(account_complaint)
    )
    for account in sorted(wanted):
        _hold_for(account_complaint(account, found.get(account)))
    check_journal(context)


def check_journal(context: Context) -> None:
    """Hold unless the journal of point 5 exists and posts what it is given [A102]."""
    name = context.rules.journal
    if not name:
        raise Hold(
            "No journal is set.", "Fill in point 5 of the setup (journal).", mended_by="setup"
        )
    row = rows_by_key(
        context, "GLDailyJournalClient", "Journal", [name], usable=_usable(journal_complaint)
    ).get(name)
    _hold_for(journal_complaint(name, row))


def check_debtor(context: Context, debtor: str, *, for_sale: bool = True) -> None:
    """Hold unless a debtor can be sold to, or paid by (H8): it exists, is not blocked, in kroner, and domestic for a sale."""
    pos = context.rules.pos_debtor
    is_pos = debtor == pos
    home = rows_by_key(context, "DebtorClient", "Account", [pos]).get(pos, {})

    def sells(row: Row) -> bool:
        return is_pos or not for_sale or _is_domestic(row, like=home)

    row = rows_by_key(
        context,
        "DebtorClient",
        "Account",
        [debtor],
        usable=lambda row: not row.get("Blocked") and _in_kroner(row) and sells(row),
    ).get(debtor)
    where = "point 2 of the setup (POS debtor)" if is_pos else "the customer's link"
    _hold_for(debtor_complaint(debtor, row, named_in=where))
    row = row or {}
    if not _in_kroner(row):
        raise Hold(
            f"Debtor {debtor} has the currency {row['Currency']}; the till sells in kroner.",
            "Set the debtor's currency to DKK in Uniconta, or book the receipt by hand.",
            mended_by="uniconta",
        )
    if not sells(row):
        raise Hold(
            f"Debtor {debtor} has the VAT zone {row['VatZone']}; the till sells with Danish VAT.",
            "Set the debtor's VAT zone to domestic in Uniconta, or book the receipt by hand.",
            mended_by="uniconta",
        )


def order_terms(context: Context, debtor: str) -> tuple[str, str]:
    """Return currency and payment term for an order on a checked debtor [A76] [A88]."""
    row = rows_by_key(context, "DebtorClient", "Account", [debtor]).get(debtor, {})
    term = context.rules.payment_term or text_of(row.get("Payment"))
    if term:
        _check_term(context, term)
    return text_of(row.get("Currency")) or "DKK", term


def vat_rate_of_group(context: Context, group: str) -> Decimal | None:
    """Return the VAT rate behind an item group in percent, None when the group does not decide it."""
    row = rows_by_key(context, "InvGroupClient", "Group", [group]).get(group, {})
    code = text_of(row.get("SalesVat"))
    if not code:
        return None
    vat = rows_by_key(context, "GLVatClient", "Vat", [code]).get(code)
    return None if vat is None else amount_of(vat.get("Rate"))


def _check_term(context: Context, term: str) -> None:
    row = rows_by_key(
        context, "PaymentTermClient", "Payment", [term], usable=_usable(term_complaint)
    ).get(term)
    _hold_for(term_complaint(term, row))


def _in_kroner(row: Row) -> bool:
    return text_of(row.get("Currency")) in ("", "DKK")


def _is_domestic(row: Row, *, like: Row) -> bool:
    """Tell whether a debtor's VAT zone is the POS debtor's, or domestic in any form [A62]; an unknown label is not."""
    zone = text_of(row.get("VatZone"))
    return (
        not zone or zone == text_of(like.get("VatZone")) or member_of("VatZone", zone) == "Domestic"
    )


def _usable(complain: Callable[[str, Row | None], Complaint | None]) -> Callable[[Row], bool]:
    """Return whether a kept row may be believed: what is complained of is read anew first."""
    return lambda row: complain("", row) is None


def _hold_for(complaint: Complaint | None) -> None:
    if complaint is not None:
        raise Hold(complaint.cause, complaint.cure, mended_by="uniconta")


def _cached(context: Context, name: str, read: Callable[[], Row]) -> Row:
    row = context.cache.get(name)
    if row is None:
        row = read()
        context.cache[name] = row
    return dict(row)


def _plain(value: Any) -> Any:
    """Return a value as plain JSON: the cache is stored."""
    return str(value) if isinstance(value, Decimal) else value
