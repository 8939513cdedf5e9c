"""The entities of contracts/uniconta.md section 11: columns, keys, references, masters.

A column is written `Name:kind`: `s20` text of at most 20, `s` text, `d` decimal number, `i` whole number, `b` flag,
`dt` date and time, `country`, else the name of an enumeration; `!` at the end = read-only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.uniconta.columns import Column, parse_columns
from sandbox.uniconta.entity_columns import COLUMNS

BASE_COLUMNS = parse_columns("RowId:i! KeyStr:s! KeyName:s! CompanyId:i! UpdatedAt:dt!")  # [A60]


@dataclass(frozen=True, kw_only=True)
class Entity:
    """One table of a company as the Web API shows it."""

    name: str
    table: str
    key: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    references: Mapping[str, str] = field(default_factory=dict)  # column -> table
    masters: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # table -> own, its column
    indexes: tuple[str, ...] = ()
    first_row_id: int = 1
    table_id: int | None = None  # known ones only [A108]
    title: str = "Name"  # what KeyName shows
    writable: bool = True

    @property
    def columns(self) -> Mapping[str, Column]:
        """Its own and inherited members, without the base members."""
        return COLUMNS[self.name]

    def key_of(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the natural key of a row; empty where the entity has none."""
        return tuple(row.get(name) for name in self.key)


_ENTITIES = (
    Entity(name="CompanyClient", table="Company", title="CompanyName", required=("CompanyName",), writable=False),
    Entity(
        name="DebtorClient", table="Debtor", key=("Account",), required=("Account", "Name", "Group"),
        references={"Group": "DebtorGroup", "Payment": "PaymentTerm", "Vat": "GLVat", "InvoiceAccount": "Debtor"},
        masters={"DebtorGroup": ("Group", "Group")}, first_row_id=5301, table_id=50,
    ),
    Entity(
        name="DebtorGroupClient", table="DebtorGroup", key=("Group",),
        required=("Group", "SummeryAccount", "RevenueAccount"), first_row_id=301,
        references={"SummeryAccount": "GLAccount", "RevenueAccount": "GLAccount", "SalesVat": "GLVat",
                    "AutoNumber": "NumberSerie", "InvoiceSerie": "NumberSerie"},
    ),
    Entity(
        name="InvItemClient", table="InvItem", key=("Item",),
        required=("Item", "Name", "Group", "ItemType", "CostModel"),
        references={"Group": "InvGroup"}, masters={"InvGroup": ("Group", "Group")}, first_row_id=7701, table_id=23,
    ),
    Entity(
        name="InvGroupClient", table="InvGroup", key=("Group",), required=("Group",), first_row_id=401,
        references={"RevenueAccount": "GLAccount", "CostAccount": "GLAccount", "InvAccount": "GLAccount",
                    "SalesVat": "GLVat", "AutoNumber": "NumberSerie"},
    ),
    Entity(
        name="DebtorOrderClient", table="DebtorOrder", key=("OrderNumber",), required=("Account",),
        references={"Account": "Debtor", "Payment": "PaymentTerm", "Vat": "GLVat"},
        masters={"Debtor": ("Account", "Account")}, indexes=("ReferenceNumber", "OurRef"), first_row_id=61001,
    ),
    Entity(
        name="DebtorOrderLineClient", table="DebtorOrderLine", required=("OrderNumber",),
        references={"Item": "InvItem", "Vat": "GLVat"}, title="Text",
        masters={"DebtorOrder": ("OrderNumber", "OrderNumber")}, indexes=("OrderNumber",), first_row_id=41001,
    ),
    Entity(
        name="DebtorInvoiceClient", table="DebtorInvoice", key=("InvoiceNumber",), writable=False,
        masters={"Debtor": ("Account", "Account")},
        indexes=("InvoiceNumber", "OrderNumber", "ReferenceNumber", "OurRef"), first_row_id=62001,
    ),
    Entity(
        name="DebtorInvoiceLines", table="DebtorInvoiceLine", writable=False, title="Text",
        masters={"DebtorInvoice": ("InvoiceNumber", "InvoiceNumber"), "Debtor": ("_account", "Account")},
        indexes=("InvoiceNumber",), first_row_id=63001,
    ),
    Entity(
        name="DebtorTransOpenClient", table="DebtorTransOpen", writable=False, title="Text",
        masters={"Debtor": ("Account", "Account")}, indexes=("Account", "Invoice"), first_row_id=64001,
    ),
    Entity(
        name="GLAccountClient", table="GLAccount", key=("Account",), required=("Account", "AccountType"),
        references={"Vat": "GLVat"}, first_row_id=101,
    ),
    Entity(
        name="GLVatClient", table="GLVat", key=("Vat",), required=("Vat", "Account"),
        references={"Account": "GLAccount"}, first_row_id=51,
    ),
    Entity(
        name="GLTransClient", table="GLTrans", writable=False, title="Text",
        masters={"GLAccount": ("Account", "Account")}, indexes=("ReferenceNumber", "JournalPostedId"),
        first_row_id=800001,
    ),
    Entity(
        name="GLDailyJournalClient", table="GLDailyJournal", key=("Journal",), required=("Journal", "NumberSerie"),
        references={"NumberSerie": "NumberSerie"}, first_row_id=21,
    ),
    Entity(
        name="GLDailyJournalLineClient", table="GLDailyJournalLine", required=("Journal",), title="Text",
        references={"Journal": "GLDailyJournal"}, masters={"GLDailyJournal": ("Journal", "Journal")},
        indexes=("Journal",), first_row_id=90001,
    ),
    Entity(name="PaymentTermClient", table="PaymentTerm", key=("Payment",), required=("Payment",), first_row_id=11),
    Entity(name="NumberSerieClient", table="NumberSerie", key=("Serie",), required=("Serie",), first_row_id=1),
    Entity(name="TableFieldsClient", table="TableFields", key=("TableNo", "Name"), required=("Name",), first_row_id=71),
    Entity(
        name="TableChangeEventClient", table="TableChangeEvent", title="Url", required=("Url",), first_row_id=91,
    ),
)  # fmt: skip
ENTITIES = {entity.name: entity for entity in _ENTITIES}
BY_TABLE = {entity.table: entity for entity in _ENTITIES}
USER_TABLES = ("Debtor", "InvItem", "DebtorOrder", "DebtorOrderLine")  # may have user fields [A72]
MASTER_TABLES = ("Debtor", "InvItem", "InvItemStorage")  # whose changes call out [A109]
TABLE_IDS = {"Debtor": 50, "InvItem": 23, "InvItemStorage": 134}  # [A108]
USER_SUFFIX = "User"


def find_entity(name: str, *, exact: bool) -> tuple[Entity, bool] | None:
    """Return the entity of a name in a path and whether it is the one with user fields; None when unknown."""
    for entity in _ENTITIES:
        for candidate, with_user_fields in _names(entity):
            if candidate == name or (not exact and candidate.lower() == name.lower()):
                return entity, with_user_fields
    return None


def _names(entity: Entity) -> list[tuple[str, bool]]:
    names = [(entity.name, False)]
    if entity.table in USER_TABLES:
        names.append((entity.name + USER_SUFFIX, True))
    return names
