"""Reads each system once, with a number of calls that does not grow with the shop (docs/doctor.md names them)."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from integration.customers1st.client import Customers1stClient
from integration.doctor.facts import CompanyFacts, Denied, Failure, Own, Row, Rows, StoreFacts
from integration.doctor.failures import NO_RIGHTS, denied_by, ends_all, failure_of
from integration.doctor.records import Doubles, doubles
from integration.doctor.roles import account_roles, setup_items
from integration.errors import AccessDenied, IntegrationError, Refused
from integration.uniconta.client import KEYS, UnicontaClient
from integration.uniconta.payloads import text_of
from integration.words import word

T = TypeVar("T")
WHOLE_TABLES = (
    "DebtorGroupClient",
    "InvGroupClient",
    "GLVatClient",
    "PaymentTermClient",
    "GLDailyJournalClient",
    "NumberSerieClient",
)
FIELDS, ITEM_TABLE = "TableFieldsClient", 23  # user fields of items
# what is searched after an unknown outcome, and by which member [A66] [A77]
SEARCHES = (
    ("DebtorOrderClient", "ReferenceNumber"),
    ("DebtorInvoiceClient", "ReferenceNumber"),
    ("GLTransClient", "ReferenceNumber"),
    ("DebtorTransOpenClient", "Account"),
)
NO_KEY = "c1st:doctor"  # a key that nothing has
# what else the flows read at Customers 1st -> its path
RESOURCES = {
    word("sales"): "pospayments",
    "day closes": "posbalances",
}


class _Reader:
    """Reads one thing after the other and remembers what was denied."""

    def __init__(self) -> None:
        self.denied: list[Denied] = []

    def get(self, resource: str, read: Callable[[], T]) -> T | None:
        """Return what was read, None when it was denied; raises what is about the whole system."""
        try:
            return read()
        except (AccessDenied, Refused) as error:
            if ends_all(error):
                raise
            self.denied.append(denied_by(resource, error))
            return None


def read_store(client: Customers1stClient, *, now: Callable[[], datetime]) -> StoreFacts | Failure:
    """Return what the checks need of the store, or why it cannot be had."""
    try:
        return _read_store(client, now)
    except IntegrationError as error:
        return failure_of(error)


def _read_store(client: Customers1stClient, now: Callable[[], datetime]) -> StoreFacts:
    reader = _Reader()
    store = client.get_store()
    skew = _skew(client.server_time, now)
    configs = reader.get(word("configuration"), client.get_configs)
    payment_types = reader.get("payment types", client.list_payment_types)
    registers = reader.get(word("registers"), client.list_registers)
    products = reader.get(word("products"), lambda: client.peek("products"))
    customers = reader.get(word("customers"), lambda: client.peek("customers"))
    for resource, path in RESOURCES.items():
        _peek(reader, client, resource, path)
    cards = reader.get("gift cards", lambda: client.peek("giftcards")) or ()
    return StoreFacts(
        title=store.title,
        clock_skew=skew,
        time_zone=_time_zone(client),
        configs=configs,
        payment_types=None if payment_types is None else tuple(payment_types),
        registers=None if registers is None else tuple(registers),
        products=None if products is None else tuple(products),
        customers=None if customers is None else tuple(customers),
        card_types=frozenset(str(row.get("type") or "") for row in cards) - {""},
        denied=tuple(reader.denied),
    )


def _peek(reader: _Reader, client: Customers1stClient, resource: str, path: str) -> None:
    reader.get(resource, lambda: client.peek(path))


def _time_zone(client: Customers1stClient) -> str:
    """Return the store's time zone; nothing but this check needs it, so a refusal is no finding."""
    try:
        return client.get_time_zone()
    except (AccessDenied, Refused) as error:
        if ends_all(error):
            raise
        return ""


def read_company(
    client: UnicontaClient, own: Own, *, now: Callable[[], datetime]
) -> CompanyFacts | Failure:
    """Return what the checks need of the company, or why it cannot be had."""
    try:
        return _read_company(client, own, now)
    except IntegrationError as error:
        return failure_of(error)


def _read_company(client: UnicontaClient, own: Own, now: Callable[[], datetime]) -> CompanyFacts:
    reader = _Reader()
    company = _company(client, own.company_id)
    skew = _skew(client.server_time, now)
    tables: dict[str, Rows] = {}

    def keep(entity: str, member: str, read: Callable[[], Iterable[Row]]) -> None:
        rows = reader.get(entity, read)
        if rows is not None:
            tables[entity] = {text_of(row.get(member)): row for row in rows}

    for entity in WHOLE_TABLES:
        keep(entity, KEYS[entity], _whole(client, entity))
    fields = {"TableNo": str(ITEM_TABLE)}
    keep(FIELDS, "Name", lambda: client.query(FIELDS, fields))
    keep(
        "DebtorClient",
        "Account",
        lambda: client.find("DebtorClient", "Account", [own.rules.pos_debtor]),
    )
    items = {item.number for item in setup_items(own.rules)}
    keep("InvItemClient", "Item", lambda: client.find("InvItemClient", "Item", items))
    accounts = _accounts(own, tables)
    keep("GLAccountClient", "Account", lambda: client.find("GLAccountClient", "Account", accounts))
    return CompanyFacts(
        company=company,
        clock_skew=skew,
        tables=tables,
        barcodes=_barcodes(reader, client) if own.wants("uniconta", "item") else {},
        not_searchable=tuple(_searches(reader, client)),
        denied=tuple(reader.denied),
    )


def _whole(client: UnicontaClient, entity: str) -> Callable[[], list[dict[str, Any]]]:
    return lambda: client.query(entity)


def _company(client: UnicontaClient, company_id: int) -> Row:
    rows = client.query("CompanyClient")
    own = [row for row in rows if text_of(row.get("PrimaryKeyId")) == str(company_id)]
    return own[0] if own else {}  # the session itself has proved that it stands in our company


def _accounts(own: Own, tables: dict[str, Rows]) -> set[str]:
    """Return the accounts that the setup names, and those that the items of cards are booked on."""
    groups, items = tables.get("InvGroupClient", {}), tables.get("InvItemClient", {})
    cards = (items.get(item.number, {}) for item in setup_items(own.rules) if item.card)
    revenue = {
        text_of(groups.get(text_of(row.get("Group")), {}).get("RevenueAccount")) for row in cards
    }
    return {role.account for role in account_roles(own.rules)} | revenue - {""}


def _barcodes(reader: _Reader, client: UnicontaClient) -> Doubles:
    """Return the barcodes that several items have; the one read that grows, by a call per 1,000 items."""
    rows = reader.get(
        "InvItemClient", lambda: list(client.list_all("InvItemClient", order_by="Item"))
    )
    return doubles(rows or (), "EAN", "Item")


def _searches(reader: _Reader, client: UnicontaClient) -> Iterable[tuple[str, str, str]]:
    """Look for a key that nothing has: who may not read is denied, what cannot be searched is told."""
    for entity, member in SEARCHES:
        try:
            client.look_up(entity, member, NO_KEY)
        except (AccessDenied, Refused) as error:
            if ends_all(error):
                raise
            if isinstance(error, AccessDenied) or error.name in NO_RIGHTS:
                reader.denied.append(denied_by(entity, error))
            else:
                yield entity, member, str(error)


def _skew(server_time: datetime | None, now: Callable[[], datetime]) -> timedelta | None:
    return None if server_time is None else server_time - now()
