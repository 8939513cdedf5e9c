"""The lists that a question is picked from: codes with their names, from what both systems offer. Pure."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from integration.doctor.facts import CompanyFacts, Row, StoreFacts
from integration.doctor.ledger import NOT_POSTABLE, is_income
from integration.doctor.till import CASH, DEBTOR, Button, till_buttons
from integration.uniconta.labels import member_of
from integration.uniconta.values import flag_of, text_of
from syncjobs.wizard.live import Live


class Choice(NamedTuple):
    """A code that is stored, and the name that is shown beside it."""

    code: str
    name: str

    @property
    def shown(self) -> str:
        """The line in the list."""
        named = self.name and self.name != self.code
        return f"{self.code} · {self.name}" if named else self.code


# list -> the table whose rows may be long, so that they are searched for
SEARCHED = {"debtors": "DebtorClient", "items": "InvItemClient"}


# lists that leave out rows that do not fit -> their table
CHOSEN_FROM = {
    "debtors": "DebtorClient",
    "items": "InvItemClient",
    "balance_accounts": "GLAccountClient",
    "result_accounts": "GLAccountClient",
    "all_accounts": "GLAccountClient",
}


def left_out(pick: str, code: str, live: Live) -> Choice | None:
    """Return a row that a list leaves out since it does not fit (blocked, of another kind), None where there is none."""
    row = (live.rows(CHOSEN_FROM.get(pick, "")) or {}).get(code)
    return Choice(code, _name(row)) if row is not None else None


def choices(pick: str, live: Live) -> list[Choice] | None:
    """Return what a list offers, None where its system could not be read."""
    return PICKS[pick](live)


def is_searched(pick: str, live: Live) -> bool:
    """Tell whether a list is too long to be offered as a whole."""
    return SEARCHED.get(pick, "") in live.long


def as_choices(rows: Mapping[str, Row]) -> list[Choice]:
    """Return rows by key as choices, in the order of their keys."""
    return [Choice(key, _name(row)) for key, row in sorted(rows.items())]


def buttons(live: Live) -> list[Button] | None:
    """Return every means of payment that the till offers, None where the till could not be read."""
    if not isinstance(live.store, StoreFacts):
        return None
    registers = [row for row in live.store.registers or () if not row.deleted]
    return till_buttons(live.store, registers)


def control_accounts(live: Live) -> set[str]:
    """Return the accounts that only debtors are posted on."""
    groups = live.rows("DebtorGroupClient") or {}
    return {text_of(row.get("SummeryAccount")) for row in groups.values()} - {""}


def accounts(live: Live, wanted: Callable[[Row], bool]) -> dict[str, Row] | None:
    """Return the accounts that can be posted to and are wanted, None where they could not be read."""
    rows = live.rows("GLAccountClient")
    if rows is None:
        return None
    control = control_accounts(live)
    return {
        key: row
        for key, row in rows.items()
        if key not in control and _is_open(row) and wanted(row)
    }


def is_balance(row: Row) -> bool:
    """Tell whether money may wait on an account; an unknown kind may be one."""
    return not is_income(row)


def is_result(row: Row) -> bool:
    """Tell whether an account is one of income and cost; an unknown kind may be one."""
    return member_of("GLAccountType", row.get("AccountType")) != "BalanceSheet"


def _is_open(row: Row) -> bool:
    blocked = flag_of(row.get("Blocked")) or flag_of(row.get("BlockedInJournal"))
    return not blocked and text_of(row.get("AccountType")).lower() not in NOT_POSTABLE


def _table(entity: str) -> Callable[[Live], list[Choice] | None]:
    def read(live: Live) -> list[Choice] | None:
        rows = live.rows(entity)
        return None if rows is None else as_choices(rows)

    return read


def _accounts(wanted: Callable[[Row], bool]) -> Callable[[Live], list[Choice] | None]:
    def read(live: Live) -> list[Choice] | None:
        rows = accounts(live, wanted)
        return None if rows is None else as_choices(rows)

    return read


def _debtors(live: Live) -> list[Choice] | None:
    """Return the debtors that are not blocked; those that look like the till's own come first."""
    rows = live.rows("DebtorClient")
    if rows is None:
        return None
    found = as_choices({key: row for key, row in rows.items() if not flag_of(row.get("Blocked"))})
    return sorted(found, key=lambda choice: "kasse" not in choice.name.casefold())


def _items(live: Live) -> list[Choice] | None:
    """Return items that move no stock; what is not told may be one."""
    rows = live.rows("InvItemClient")
    if rows is None:
        return None
    service = {
        key: row
        for key, row in rows.items()
        if member_of("ItemType", row.get("ItemType")) in {"Service", None}
    }
    return as_choices(service)


def _titles(kind: str) -> Callable[[Live], list[Choice] | None]:
    """Return the names of buttons, those of a kind first."""

    def read(live: Live) -> list[Choice] | None:
        found = buttons(live)
        if found is None:
            return None
        own = [button.title for button in found if button.kind == kind]
        rest = [button.title for button in found if button.kind != kind]
        return [Choice(title, "") for title in _once((*own, *rest, *live.titles))]

    return read


def _once(titles: Iterable[str]) -> list[str]:
    known: dict[str, str] = {}
    for title in titles:
        known.setdefault(title.strip().casefold(), title)
    return list(known.values())


def _name(row: Row) -> str:
    return text_of(row.get("Name")) or text_of(row.get("Prompt"))


PICKS: Mapping[str, Callable[[Live], list[Choice] | None]] = {
    "debtor_groups": _table("DebtorGroupClient"),
    "debtors": _debtors,
    "payment_terms": _table("PaymentTermClient"),
    "item_groups": _table("InvGroupClient"),
    "items": _items,
    "journals": _table("GLDailyJournalClient"),
    "user_fields": _table("TableFieldsClient"),
    "balance_accounts": _accounts(is_balance),
    "result_accounts": _accounts(is_result),
    "all_accounts": _accounts(lambda row: True),
    "cash_titles": _titles(CASH),
    "debtor_titles": _titles(DEBTOR),
}


def company_of(live: Live) -> CompanyFacts | None:
    """Return the company when it could be read."""
    return live.company if isinstance(live.company, CompanyFacts) else None
