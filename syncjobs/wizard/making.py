"""What an answer names and Uniconta lacks, and that may be made there: shown first, made once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from integration.doctor.facts import CompanyFacts
from integration.doctor.roles import FULL, NONE
from integration.flows.setup_records import (
    SetupRecord,
    field_record,
    item_record,
    journal_record,
    make_records,
    series_record,
)
from integration.ports import StaleDocument
from integration.uniconta.labels import Form, detect_form
from integration.uniconta.values import text_of
from settings_app.models import Tenant
from syncjobs.context import open_context
from syncjobs.lease import LeaseLost, tenant_lease
from syncjobs.sessions import SessionTable
from syncjobs.wizard.live import Live
from syncjobs.wizard.proposals import FIELDS, ITEMS, group_for

LONGEST_JOURNAL = 10  # GLDailyJournalClient.Journal


class TenantIsWorked(Exception):
    """A worker is at this tenant at the moment, and only one may send."""


@dataclass(frozen=True)
class Lacking:
    """Records that can be made, and why others cannot, line by line."""

    records: list[SetupRecord] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.records or self.obstacles)


def lacking(given: Mapping[str, Any], live: Live) -> Lacking:
    """Return what these answers (by path) name and Uniconta lacks; nothing where it could not be read."""
    found = Lacking()
    if not isinstance(live.company, CompanyFacts):
        return found
    journals, fields, items = (
        live.rows(name) for name in ("GLDailyJournalClient", "TableFieldsClient", "InvItemClient")
    )
    seen, form = set[str](), company_form(live)
    for path, code in given.items():
        if not code or not isinstance(code, str) or code in seen:
            continue
        if path == "setup.journal" and journals is not None and code not in journals:
            _journal(found, code, live)
        elif path.startswith("variant_fields.") and fields is not None and code not in fields:
            found.records.append(
                field_record(code, prompt=FIELDS[path.split(".")[1]].name, form=form)
            )
        elif path in ITEMS and items is not None and code not in items:
            _item(found, path, code, given, live)
        else:
            continue
        seen.add(code)
    return found


def make(tenant: Tenant, records: list[SetupRecord]) -> list[str]:
    """Make the records in Uniconta and return the names of what was made.

    Raises TenantIsWorked, LookAgain while an outcome is unknown, Hold, and the client's errors.
    """
    with tenant_lease(tenant.pk) as lease:
        if lease is None:
            raise TenantIsWorked
        try:
            with open_context(tenant, lease=lease) as context:
                made = make_records(context, records)
        except (LeaseLost, StaleDocument) as error:
            raise TenantIsWorked from error
    SessionTable(tenant).save(None)  # new user fields are seen after a new log-in [A73]
    return made


def company_form(live: Live) -> Form:
    """Return how the company writes its enumerations, told by its own accounts and journals [A62]."""
    accounts = live.rows("GLAccountClient") or {}
    journals = live.rows("GLDailyJournalClient") or {}
    seen = [
        *(detect_form("GLAccountType", row.get("AccountType")) for row in accounts.values()),
        *(detect_form("AccountType", row.get("DefaultAccountType")) for row in journals.values()),
    ]
    return next((form for form in seen if form is not None), Form.ENGLISH)


def _journal(found: Lacking, journal: str, live: Live) -> None:
    """Plan a journal with a number series that no other journal has."""
    if len(journal) > LONGEST_JOURNAL:
        text = _("A journal's name has at most %(most)d letters; “%(name)s” has more.")
        found.obstacles.append(text % {"most": LONGEST_JOURNAL, "name": journal})
        return
    journals = live.rows("GLDailyJournalClient") or {}
    used = {text_of(row.get("NumberSerie")) for row in journals.values()}
    series = live.rows("NumberSerieClient") or {}
    names = [journal, *(f"{journal}{number}" for number in range(2, 100))]
    serie = next(name for name in names if name not in used)
    if serie not in series:
        found.records.append(series_record(serie))
    found.records.append(journal_record(journal, serie=serie, form=company_form(live)))


def _item(found: Lacking, path: str, item: str, given: Mapping[str, Any], live: Live) -> None:
    """Plan a service item in the group that has its VAT; tell what group is missing where there is none."""
    standard, tail = ITEMS[path], path.rsplit(".", 1)[-1]
    is_card = tail == "item"
    kind = str(given.get(path.replace(".item", ".kind")) or "") if is_card else ""
    if is_card and not kind:
        return  # the card is not used
    rate = FULL if kind == "single" or tail == "25" else NONE
    group = group_for(live, rate=rate, words=standard.words[:4] if is_card else "")
    if group:
        form = company_form(live)
        found.records.append(item_record(item, name=standard.name, group=group, form=form))
        return
    text = (
        _("%(item)s: no item group with %(rate)s %% VAT has a liability account for “%(name)s”.")
        if is_card
        else _("%(item)s: no item group with %(rate)s %% VAT and a revenue account was found.")
    )
    what = {"item": item, "rate": f"{rate:f}", "name": standard.name}
    found.obstacles.append(text % what)
