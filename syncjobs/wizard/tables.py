"""The rows of tables: one for each name that the till, or the guide, knows, and one for each that is stored already."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from integration.customers1st.payloads import Register
from integration.doctor.facts import StoreFacts
from integration.doctor.till import CARD, CASH, DEBTOR
from syncjobs.wizard.live import Live
from syncjobs.wizard.picks import buttons
from syncjobs.wizard.proposals import FIELDS


class TableRow(NamedTuple):
    """One row: the name it is stored under, how it is shown, and what is to be said of it. An empty key is to be typed."""

    key: str
    label: str
    note: str


def payment_type_rows(answers: Mapping[str, Any], live: Live) -> list[TableRow]:
    """Return the till's buttons but cash, on account and gift cards, then what is stored and not on the till."""
    stored, setup = answers["payment_types"], answers["setup"]
    apart = {_folded(setup[name]) for name in ("cash_payment_type", "debtor_payment_type")}
    rows: list[TableRow] = []
    known: set[str] = set()
    for button in buttons(live) or ():
        title = button.title.strip()
        if button.kind in (CASH, DEBTOR, CARD) or _folded(title) in apart | known:
            continue
        known.add(_folded(title))
        rows.append(TableRow(title, title, _("on the till")))
    offered = buttons(live) or ()
    built_in = {_folded(b.title) for b in offered if b.kind in (CASH, DEBTOR, CARD)}
    for title in live.titles:
        if _folded(title) not in apart | known | built_in:
            known.add(_folded(title))
            rows.append(TableRow(title, title, _("on old receipts")))
    gone = _("not on the till; empty the account to remove it") if offered else ""
    rows += [TableRow(title, title, gone) for title in stored if _folded(title) not in known]
    return rows


def register_rows(answers: Mapping[str, Any], live: Live) -> list[TableRow]:
    """Return the till's registers, then what is stored and not on the till."""
    present: dict[str, Register] = {}
    if isinstance(live.store, StoreFacts):
        present = {str(row.id): row for row in live.store.registers or () if not row.deleted}
    rows = [
        TableRow(key, row.title or key, _("register %(id)s") % {"id": key})
        for key, row in present.items()
    ]
    gone = _("not on the till; empty the account to remove it") if present else ""
    rows += [TableRow(key, key, gone) for key in answers["registers"] if key not in present]
    return rows


def variant_rows(answers: Mapping[str, Any], live: Live) -> list[TableRow]:
    """Return the eight fields of the till that may be carried."""
    names = {
        "styleno": _("style number"),
        "size": _("size"),
        "color": _("colour"),
        "alternativebarcode": _("alternative barcodes"),
    }
    return [
        TableRow(
            source,
            names.get(source)
            or _("own field %(number)s") % {"number": source.removeprefix("customfield")},
            "",
        )
        for source in FIELDS
    ]


def _folded(title: str) -> str:
    return title.strip().casefold()


TABLES: Mapping[str, Callable[[Mapping[str, Any], Live], list[TableRow]]] = {
    "payment_types": payment_type_rows,
    "registers": register_rows,
    "variant_fields": variant_rows,
}
