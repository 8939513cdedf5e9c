"""What the product itself would choose where nothing is chosen yet: found by number and name, never stored unasked. Pure."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from integration.doctor.facts import Row, StoreFacts
from integration.doctor.roles import FULL, NONE
from integration.doctor.till import CASH, DEBTOR, NAMES_OF_DEBTOR
from integration.uniconta.labels import member_of
from integration.uniconta.values import amount_of, flag_of, text_of
from syncjobs.wizard.live import Live
from syncjobs.wizard.picks import accounts, buttons, is_balance, is_result

JOURNAL = "C1ST"


class Account(NamedTuple):
    """How an account is known: its usual number, words of its name, words that rule it out, and its kind."""

    number: str
    words: str
    not_words: str
    kind: Callable[[Row], bool]


# the numbers of the charts that Danish shops mostly have; the name counts for more
ACCOUNTS: Mapping[str, Account] = {
    "setup.cash_account": Account("5810", r"\bkasse|kontant", r"differ|valuta|eur|usd|sek|udlæg|transit|kredit", is_balance),
    "setup.cash_difference_account": Account("2910", r"kasse.?differ", r"^$", is_result),
    "setup.rounding_account": Account("2920", r"afrunding|øredif", r"^$", is_result),
    "setup.expense_account": Account("2750", r"udlæg|småanskaf", r"^$", lambda row: True),
    "setup.bank_account": Account("5820", r"\bbank", r"gebyr|rente|lån|transit", is_balance),
}  # fmt: skip
NAMES_OF_CASH = ("kontant", "kontanter", "cash")


class Standard(NamedTuple):
    """What a record is called where we make it ourselves, and words that an existing one may be known by."""

    code: str
    name: str
    words: str


# Customers 1st field -> user field of items (the setup guide's names)
FIELDS: Mapping[str, Standard] = {
    "styleno": Standard("xStyleNo", "Stylenummer", "styleno"),
    "size": Standard("xSize", "Størrelse", "size"),
    "color": Standard("xColor", "Farve", "color"),
    "customfield1": Standard("xCustomField1", "Brugerfelt 1", "customfield1"),
    "customfield2": Standard("xCustomField2", "Brugerfelt 2", "customfield2"),
    "customfield3": Standard("xCustomField3", "Brugerfelt 3", "customfield3"),
    "customfield4": Standard("xCustomField4", "Brugerfelt 4", "customfield4"),
    "alternativebarcode": Standard("xBarcode", "Alternativ stregkode", "barcode"),
}
ITEMS: Mapping[str, Standard] = {
    "setup.discount_items.25": Standard("RABAT25", "Rabat 25 %", r"rabat"),
    "setup.discount_items.0": Standard("RABAT0", "Rabat uden moms", r"rabat"),
    "setup.misc_items.25": Standard("DIV25", "Diverse 25 %", r"divers"),
    "setup.misc_items.0": Standard("DIV0", "Diverse uden moms", r"divers"),
    "setup.gift_card.item": Standard("GAVEKORT", "Gavekort", r"gavekort"),
    "setup.voucher.item": Standard("TILGODE", "Tilgodebevis", r"tilgode"),
    "setup.deposit.item": Standard("DEPOSIT", "Depositum", r"deposit"),
}
# what the guide recommends; deletes and everything else is off
SAFETY = {
    "customer_to_debtor": 3,
    "product_to_item": 6,
    "sale_to_order": 3,
    "day_close_to_journal": 24,
    "debtor_to_customer": 6,
    "item_to_product": 12,
}


def recommended(path: str) -> bool | int | None:
    """Return the recommended state of a switch or safety interval, None for another question."""
    section, _, rest = path.partition(".")
    if section == "webhooks":
        return not rest.endswith(".deleted")
    return SAFETY[rest] if section == "safety" else None


def proposal(path: str, live: Live, *, today: Any) -> Any:
    """Return what we would answer to a question that nobody has answered yet, empty for nothing."""
    if path in ACCOUNTS:
        return account_like(live, ACCOUNTS[path])
    if path.endswith((".item", ".kind")):
        item = _card_item(f"{path.rpartition('.')[0]}.item", live)
        return item if path.endswith(".item") else card_kind(item, live)
    if path in ITEMS:
        return _item(path, live)
    section, _, key = path.partition(".")
    if section == "payment_types":
        return _clearing_account(key, live)
    if section == "registers":
        return _drawer(key, live)
    if section == "variant_fields":
        return _field(key, live)
    if path == "setup.sales_from":
        return today
    return OTHERS[path](live) if path in OTHERS else recommended(path)


def account_like(live: Live, wanted: Account) -> str:
    """Return the account whose name fits best, then by its number, then the lowest; empty when none fits."""
    rows = accounts(live, wanted.kind) or {}
    best: tuple[int, str] | None = None
    for number, row in sorted(rows.items()):
        name = text_of(row.get("Name")).casefold()
        fits = bool(re.search(wanted.words, name)) and not re.search(wanted.not_words, name or "-")
        score = 2 * fits + (number == wanted.number)
        if fits and (best is None or score > best[0]):
            best = (score, number)
    return best[1] if best else ""


def rate_of(group: str, live: Live) -> Decimal:
    """Return the VAT in percent of an item group: that of its code, 0 without one."""
    row = (live.rows("InvGroupClient") or {}).get(group, {})
    code = text_of(row.get("SalesVat"))
    return (
        amount_of((live.rows("GLVatClient") or {}).get(code, {}).get("Rate"))
        if code
        else Decimal(0)
    )


def group_for(live: Live, *, rate: Decimal, words: str = "") -> str:
    """Return the item group that a service item of a VAT rate belongs to, empty when none surely fits.

    With `words` it is a card's: its revenue account must be a debt of the shop, and one of several is told by its name.
    """
    groups, ledger = live.rows("InvGroupClient") or {}, live.rows("GLAccountClient") or {}
    fitting = {}
    for group, row in sorted(groups.items()):
        account = ledger.get(text_of(row.get("RevenueAccount")), {})
        kind = member_of("GLAccountType", account.get("AccountType"))
        if rate_of(group, live) == rate and kind == ("BalanceSheet" if words else "PL"):
            fitting[group] = row
    if words:
        named = {g: row for g, row in fitting.items() if re.search(words, _name(row))}
        return next(iter(named or fitting)) if named or len(fitting) == 1 else ""
    return next(
        (g for g, row in fitting.items() if flag_of(row.get("IsDefault"))), next(iter(fitting), "")
    )


def card_kind(item: str, live: Live) -> str:
    """Return the kind that an item in Uniconta stands for, empty where its group does not tell.

    Its group's VAT says when it falls due, if the group's account is a debt of the shop: that is the accountant's word.
    """
    group = text_of((live.rows("InvItemClient") or {}).get(item, {}).get("Group"))
    row = (live.rows("InvGroupClient") or {}).get(group, {})
    ledger = live.rows("GLAccountClient") or {}
    account = ledger.get(text_of(row.get("RevenueAccount")), {})
    if member_of("GLAccountType", account.get("AccountType")) != "BalanceSheet":
        return ""
    return {NONE: "multi", FULL: "single"}.get(rate_of(group, live), "")


def _card_item(path: str, live: Live) -> str:
    """Return an item that is there for a card; what is missing is not proposed, since not every shop sells it."""
    code = _item(path, live)
    return code if code in (live.rows("InvItemClient") or {}) else ""


def _item(path: str, live: Live) -> str:
    """Return an item that is there by our name for it, or by its own and with the right VAT; else our name."""
    rows, standard = live.rows("InvItemClient"), ITEMS[path]
    if rows is None:
        return ""
    if standard.code in rows:
        return standard.code
    tail = path.rsplit(".", 1)[-1]
    for key, row in sorted(rows.items()):
        service = member_of("ItemType", row.get("ItemType")) == "Service"
        rate = rate_of(text_of(row.get("Group")), live)
        if (
            service
            and re.search(standard.words, _name(row))
            and (tail == "item" or rate == Decimal(tail))
        ):
            return key
    return standard.code


def _clearing_account(title: str, live: Live) -> str:
    """Return the account that the till itself names for a button, else one with the button's name."""
    rows = accounts(live, is_balance) or {}
    button = next((each for each in buttons(live) or () if each.title == title), None)
    if button is not None and button.account in rows:
        return button.account
    word = title.strip().casefold()
    return next((key for key, row in sorted(rows.items()) if word and word in _name(row)), "")


def _drawer(register_id: str, live: Live) -> str:
    """Return the account that has the register's name; the only register has the cash account."""
    if not isinstance(live.store, StoreFacts):
        return ""
    present = [row for row in live.store.registers or () if not row.deleted]
    title = next((row.title for row in present if str(row.id) == register_id), "").strip()
    rows = accounts(live, is_balance) or {}
    named = [key for key, row in sorted(rows.items()) if title and title.casefold() in _name(row)]
    if named:
        return named[0]
    return account_like(live, ACCOUNTS["setup.cash_account"]) if len(present) == 1 else ""


def _field(source: str, live: Live) -> str:
    """Return a user field that is there by our name for it, whatever its case; else our name."""
    rows, standard = live.rows("TableFieldsClient"), FIELDS[source]
    if rows is None:
        return ""
    wanted = {standard.code.casefold(), standard.words}
    return next((key for key in rows if key.casefold() in wanted), standard.code)


def _default_group(entity: str) -> Callable[[Live], str]:
    def find(live: Live) -> str:
        rows = live.rows(entity) or {}
        if entity == "InvGroupClient":
            rows = {key: row for key, row in rows.items() if rate_of(key, live) == FULL}
        marked = [key for key, row in sorted(rows.items()) if flag_of(row.get("IsDefault"))]
        return (marked or (list(rows) if len(rows) == 1 else []) or [""])[0]

    return find


def _pos_debtor(live: Live) -> str:
    """Return the debtor that looks like the till's own."""
    rows = live.rows("DebtorClient") or {}
    found = [
        key
        for key, row in sorted(rows.items())
        if re.search(r"kasse|kontant|\bpos\b|butikssalg", _name(row))
        and not flag_of(row.get("Blocked"))
    ]
    return next((key for key in found if key.upper().startswith("POS")), (found or [""])[0])


def _journal(live: Live) -> str:
    """Return the journal named like ours; else our name, to be made."""
    rows = live.rows("GLDailyJournalClient")
    if rows is None:
        return ""
    named = [
        key
        for key, row in sorted(rows.items())
        if re.search(r"c1st|customers 1st|kasse", f"{key} {_name(row)}".casefold())
    ]
    return JOURNAL if JOURNAL in rows else (named or [JOURNAL])[0]


def _title(kind: str, names: tuple[str, ...]) -> Callable[[Live], str]:
    def find(live: Live) -> str:
        found = buttons(live) or []
        own = [button.title for button in found if button.kind == kind]
        titles = [*(button.title for button in found), *live.titles]
        named = [t for name in names for t in titles if t.strip().casefold() == name]
        return (own or named or [""])[0]

    return find


def _time_zone(live: Live) -> str:
    return live.store.time_zone if isinstance(live.store, StoreFacts) else ""


def _name(row: Row) -> str:
    return text_of(row.get("Name")).casefold()


OTHERS: Mapping[str, Callable[[Live], Any]] = {
    "setup.default_debtor_group": _default_group("DebtorGroupClient"),
    "setup.default_item_group": _default_group("InvGroupClient"),
    "setup.pos_debtor": _pos_debtor,
    "setup.journal": _journal,
    "setup.cash_payment_type": _title(CASH, NAMES_OF_CASH),
    "setup.debtor_payment_type": _title(DEBTOR, NAMES_OF_DEBTOR),
    "setup.auto_invoice_pos_sales": lambda live: True,
    "setup.auto_invoice_debtor_sales": lambda live: True,
    "setup.day_close_enabled": lambda live: True,
    "tenant.timezone": _time_zone,
}
