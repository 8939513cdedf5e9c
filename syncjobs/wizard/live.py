"""What both systems offer the pages of the guide: read as the doctor reads, kept for a while, never in a transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from integration.customers1st.payloads import PaymentType, Register
from integration.doctor.facts import CompanyFacts, Denied, Failure, Row, StoreFacts
from integration.doctor.failures import failure_of
from integration.doctor.reading import read_company, read_store
from integration.errors import AccessDenied, IntegrationError
from integration.uniconta.client import KEYS, UnicontaClient
from integration.uniconta.values import text_of
from settings_app.clients import customers1st_client, uniconta_client
from settings_app.models import Tenant
from syncjobs.doctor.own import own_facts
from syncjobs.models import System, WizardLists
from syncjobs.sessions import SessionTable
from syncjobs.steps import StepTable

LIFETIME = timedelta(minutes=15)
LIFETIME_OF_FAILURE = timedelta(minutes=1)  # so that a system that is down does not slow every page
MOST_ROWS = 1000  # of debtors and items; what a larger company has is searched for
MOST_FOUND = 20  # of one search
# tables that are offered as a whole, or searched in where they are long -> the members that a search looks at
SEARCHED = {"DebtorClient": ("Account", "Name"), "InvItemClient": ("Item", "Name")}
ACCOUNTS = "GLAccountClient"
# what lists and checks look at; nothing else of people and goods is kept
KEPT: Mapping[str, frozenset[str]] = {
    "DebtorClient": frozenset(
        {"Account", "Name", "Group", "Blocked", "Currency", "Payment", "CreditMax", "Vat"}
        | {"VatZone", "PriceList", "EndDiscountPct", "LineDiscountPct"}
        | {"InvoiceAccount", "PostingAccount"}
    ),
    "InvItemClient": frozenset({"Item", "Name", "Group", "ItemType", "Blocked", "UseVariants"}),
}


@dataclass(frozen=True, kw_only=True)
class Live:
    """Both systems as last read; a Failure says why one could not be, None that it is not connected.

    `titles` are the payment types on real receipts, `long` the tables of which only some rows are here.
    """

    store: StoreFacts | Failure | None = None
    company: CompanyFacts | Failure | None = None
    titles: tuple[str, ...] = ()
    long: frozenset[str] = frozenset()
    read_at: datetime | None = None

    def rows(self, entity: str) -> Mapping[str, Row] | None:
        """Return a table of the company by its key, None when it could not be read."""
        return self.company.tables.get(entity) if isinstance(self.company, CompanyFacts) else None


def read_live(tenant: Tenant, *, again: bool = False) -> Live:
    """Return what both systems offer; asks only what is not known, is old, or is to be asked `again`."""
    kept = {} if again else _kept(tenant)
    store = kept.get(System.CUSTOMERS1ST) or _ask(tenant, System.CUSTOMERS1ST)
    company = kept.get(System.UNICONTA) or _ask(tenant, System.UNICONTA)
    return Live(
        store=_store_of(store),
        company=_company_of(company),
        titles=tuple((store or {}).get("titles", ())),
        long=frozenset((company or {}).get("long", ())),
        read_at=min((_time(row) for row in (store, company) if row), default=None),
    )


def forget_live(tenant: Tenant) -> None:
    """Let the next page ask both systems."""
    WizardLists.objects.filter(tenant=tenant).delete()


def with_typed(tenant: Tenant, live: Live, typed: Mapping[str, Collection[str]]) -> Live:
    """Return the lists with the rows of these keys by entity, asked for where the lists do not show them."""
    company = live.company
    if not isinstance(company, CompanyFacts):
        return live
    tables = dict(company.tables)
    for entity, keys in typed.items():
        missing = {key for key in keys if key and key not in tables.get(entity, {})}
        if missing and entity in tables:
            try:
                rows = _uniconta(tenant).find(entity, KEYS[entity], missing)
            except IntegrationError:
                continue  # it stays unknown, and the check says so
            tables[entity] = {**tables[entity], **_by_key(entity, rows)}
    return replace(live, company=replace(company, tables=tables))


def search(tenant: Tenant, entity: str, text: str) -> Sequence[Row]:
    """Return some rows of a long table that hold a text. Raises the client's errors."""
    return _uniconta(tenant).search(entity, SEARCHED[entity], text, take=MOST_FOUND)


def _kept(tenant: Tenant) -> dict[str, dict[str, Any]]:
    now = timezone.now()
    rows = WizardLists.objects.filter(tenant=tenant, read_at__gt=now - LIFETIME)
    return {
        row.system: {**row.content, "read_at": row.read_at}
        for row in rows
        if "failure" not in row.content or row.read_at > now - LIFETIME_OF_FAILURE
    }


def _ask(tenant: Tenant, system: System) -> dict[str, Any] | None:
    read = _read_store if system == System.CUSTOMERS1ST else _read_company
    content = read(tenant)
    if content is None:
        return None
    now = timezone.now()
    WizardLists.objects.filter(
        read_at__lt=now - LIFETIME
    ).delete()  # of every shop: they hold names
    WizardLists.objects.update_or_create(
        tenant=tenant, system=system, defaults={"read_at": now, "content": content}
    )
    return {**content, "read_at": now}


def _time(row: Mapping[str, Any]) -> datetime:
    at: datetime = row["read_at"]
    return at


def _read_store(tenant: Tenant) -> dict[str, Any] | None:
    try:
        client = customers1st_client(tenant, on_call=StepTable(tenant).call)
    except AccessDenied as error:
        return _refusal(tenant, "customers1st", error)
    facts = read_store(client, now=timezone.now)
    if isinstance(facts, Failure):
        return {"failure": list(facts)}
    try:
        receipts = client.peek("pospayments")
    except IntegrationError:
        receipts = []  # the buttons are known without them
    tenders = (tender for row in receipts for tender in row.get("paymenttypes") or ())
    titles = sorted({str(tender.get("title") or "") for tender in tenders} - {""})
    return {
        "title": facts.title,
        "time_zone": facts.time_zone,
        "configs": facts.configs,
        "payment_types": _plain([asdict(row) for row in facts.payment_types or ()]),
        "registers": _plain([asdict(row) for row in facts.registers or ()]),
        "card_types": sorted(facts.card_types),
        "denied": [list(row) for row in facts.denied],
        "titles": titles,
    }


def _read_company(tenant: Tenant) -> dict[str, Any] | None:
    own = own_facts(tenant, now=timezone.now())
    if not (own.company_id and own.username and own.has_password):
        return None
    try:
        client = _uniconta(tenant)
    except AccessDenied as error:
        return _refusal(tenant, "uniconta", error)
    # what is switched on would let the doctor read all items for doubled barcodes
    facts = read_company(client, replace(own, switches=frozenset()), now=timezone.now)
    if isinstance(facts, Failure):
        return {"failure": list(facts)}
    tables, long = dict(facts.tables), []
    try:
        tables[ACCOUNTS] = _by_key(ACCOUNTS, client.list_all(ACCOUNTS, order_by="Account"))
        for entity in SEARCHED:
            rows = client.query(entity, take=MOST_ROWS, order_by=KEYS[entity])
            tables[entity] = {**_by_key(entity, rows), **tables.get(entity, {})}
            long += [entity] if len(rows) >= MOST_ROWS else []
    except IntegrationError as error:
        return {"failure": list(failure_of(error))}
    return {
        "company": _told(facts.company),
        "tables": {
            entity: {key: _told(row, KEPT.get(entity)) for key, row in rows.items()}
            for entity, rows in tables.items()
        },
        "denied": [list(row) for row in facts.denied],
        "long": long,
    }


def _refusal(tenant: Tenant, system: str, error: AccessDenied) -> dict[str, Any] | None:
    """Return why a system may not be called; nothing where it is just not connected yet."""
    connection = getattr(tenant, system, None)
    secret = connection and (
        connection.api_token if system == "customers1st" else connection.password
    )
    return {"failure": list(failure_of(error))} if secret else None


def _uniconta(tenant: Tenant) -> UnicontaClient:
    return uniconta_client(tenant, tokens=SessionTable(tenant), on_call=StepTable(tenant).call)


def _by_key(entity: str, rows: Any) -> dict[str, Row]:
    return {text_of(row.get(KEYS[entity])): row for row in rows}


def _told(row: Row, kept: Collection[str] | None = None) -> dict[str, Any]:
    """Return a row without what is empty (absent counts as not told [A61]) or not kept."""
    return {
        name: _plain(value)
        for name, value in row.items()
        if value not in (None, "") and (kept is None or name in kept)
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return text_of(value)
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _store_of(content: Mapping[str, Any] | None) -> StoreFacts | Failure | None:
    if content is None:
        return None
    if "failure" in content:
        return Failure(*content["failure"])
    return StoreFacts(
        title=content["title"],
        time_zone=content["time_zone"],
        configs=content["configs"],
        payment_types=tuple(_payment_type(row) for row in content["payment_types"]),
        registers=tuple(_register(row) for row in content["registers"]),
        card_types=frozenset(content.get("card_types", ())),
        denied=tuple(Denied(*row) for row in content["denied"]),
    )


def _payment_type(row: Mapping[str, Any]) -> PaymentType:
    rate = row["exchange_rate"]
    return PaymentType(**{**row, "exchange_rate": None if rate is None else Decimal(rate)})


def _register(row: Mapping[str, Any]) -> Register:
    methods = tuple((title, kind) for title, kind in row["methods"])
    return Register(**{**row, "start_amount": Decimal(row["start_amount"]), "methods": methods})


def _company_of(content: Mapping[str, Any] | None) -> CompanyFacts | Failure | None:
    if content is None:
        return None
    if "failure" in content:
        return Failure(*content["failure"])
    return CompanyFacts(
        company=content["company"],
        tables=content["tables"],
        denied=tuple(Denied(*row) for row in content["denied"]),
    )
