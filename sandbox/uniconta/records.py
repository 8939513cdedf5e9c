"""Records: what a client sends becomes a stored row, a stored row becomes what a client reads."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from sandbox.uniconta.columns import Column
from sandbox.uniconta.company import Company
from sandbox.uniconta.entities import BASE_COLUMNS, BY_TABLE, Entity
from sandbox.uniconta.table import Row
from sandbox.uniconta.values import COUNTRIES, EMPTY, read_value, show_value, to_money


def new_row(
    company: Company,
    table: str,
    values: Mapping[str, Any],
    *,
    columns: Mapping[str, Column] | None = None,
) -> dict[str, Any]:
    """Return a complete row of what was sent; unknown and read-only members are dropped. Raises BadField."""
    entity = BY_TABLE[table]
    columns = columns or company.columns(entity, with_user_fields=False)
    return {**empty_row(columns), **read_members(company, columns, values)}


def empty_row(columns: Mapping[str, Column]) -> dict[str, Any]:
    """Return a row with every member empty."""
    return {name: EMPTY[column.kind] for name, column in columns.items()}


def read_members(
    company: Company, columns: Mapping[str, Column], values: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the writable members of what a client sent; raises BadField."""
    return {
        name: read_value(columns[name], value, switches=company.switches)
        for name, value in values.items()
        if name in columns and not columns[name].read_only
    }


def show_row(
    company: Company, entity: Entity, row: Row, *, columns: Mapping[str, Column]
) -> dict[str, Any]:
    """Return a row as a client reads it."""
    switches = company.switches
    full = {**row, **_base_members(company, entity, row), **_derived(company, entity, row)}
    hide_base = switches.get("uni.base_members") == "absent"
    hide_nulls = switches.get("uni.nulls") == "omitted"
    shown: dict[str, Any] = {}
    for name, column in columns.items():
        if hide_base and name in BASE_COLUMNS:
            continue
        value = show_value(column, full.get(name, EMPTY[column.kind]), switches=switches)
        if value is not None or not hide_nulls:
            shown[name] = value
    return shown


def member(company: Company, entity: Entity, row: Row, name: str) -> Any:
    """Return one stored, inherited or derived member of a row."""
    if name in _BASE_COMPUTED:
        return _base_members(company, entity, row)[name]
    derivation = _DERIVATIONS.get(entity.table)
    if derivation is not None and name in derivation[1]:
        return derivation[0](company, row)[name]
    return row.get(name)


def _base_members(company: Company, entity: Entity, row: Row) -> dict[str, Any]:
    key = entity.key_of(row)
    return {
        "CompanyId": company.id,
        "KeyStr": str(key[-1]) if key else str(row["RowId"]),
        "KeyName": row.get(entity.title),
    }


def _derived(company: Company, entity: Entity, row: Row) -> dict[str, Any]:
    derivation = _DERIVATIONS.get(entity.table)
    return derivation[0](company, row) if derivation else {}


def _derive_debtor(company: Company, row: Row) -> dict[str, Any]:
    today = company.now()
    overdue = sum(
        (item["AmountOpen"] for item in company.open_items(row["Account"]) if item["DueDate"] < today),
        Decimal(0),
    )  # fmt: skip
    country = COUNTRIES.get(row["Country"]) if row["Country"] else None
    return {"CountryName": country, "Overdue": overdue}


def _derive_item(company: Company, row: Row) -> dict[str, Any]:
    stock = row["QtyOnStock"]
    value = to_money(stock * row["CostPrice"])
    return {"Qty": stock, "Available": stock, "AvailableForReservation": stock, "CostValue": value}


def _derive_order(company: Company, row: Row) -> dict[str, Any]:
    debtor = company["Debtor"].find(row["Account"]) or {}
    lines = company["DebtorOrderLine"].where("OrderNumber", str(row["OrderNumber"]))
    total = sum((_line_total(line) for line in lines), Decimal(0))
    return {
        "PrimaryKeyId": row["RowId"],
        "Name": debtor.get("Name"),
        "InvoiceEmail": debtor.get("InvoiceEmail"),
        "CurBalance": debtor.get("CurBalance", Decimal(0)),
        "OrderTotal": total,
    }


def _derive_order_line(company: Company, row: Row) -> dict[str, Any]:
    return {"Total": _line_total(row)}


def _line_total(row: Row) -> Decimal:
    return to_money(row["Qty"] * row["Price"] * (1 - row["DiscountPct"] / 100))


def _derive_posted(company: Company, row: Row) -> dict[str, Any]:
    return {"PrimaryKeyId": row["RowId"]}


def _derive_company(company: Company, row: Row) -> dict[str, Any]:
    oldest = company.switches.get("uni.auto_settlement") == "oldest"
    return {
        "PrimaryKeyId": company.id,
        "NJournal": len(company["GLDailyJournal"]),
        "TransCount": len(company["GLTrans"]),
        "AutoSettlement": "Oldest" if oldest else row["AutoSettlement"],
    }


def _derive_journal(company: Company, row: Row) -> dict[str, Any]:
    return {"NumberOfLines": len(company["GLDailyJournalLine"].where("Journal", row["Journal"]))}


def _derive_journal_line(company: Company, row: Row) -> dict[str, Any]:
    journal = company["GLDailyJournal"].find(row["Journal"]) or {}
    derived: dict[str, Any] = {
        "PrimaryKey1Id": journal.get("RowId", 0),
        "PrimaryKey2Id": row["RowId"],
    }
    for side in ("", "Offset"):
        kind = row[f"{side}AccountType"] or journal.get(f"Default{side}AccountType")
        table = "Debtor" if kind == "Debtor" else "GLAccount"
        target = company[table].find(row[f"{side}Account"]) if kind != "Creditor" else None
        derived[f"{side}AccountName"] = target["Name"] if target else None
    return derived


# table -> how its computed members come about, and which they are
_DERIVATIONS: Mapping[str, tuple[Callable[[Company, Row], dict[str, Any]], frozenset[str]]] = {
    "Company": (
        _derive_company,
        frozenset({"PrimaryKeyId", "NJournal", "TransCount", "AutoSettlement"}),
    ),
    "Debtor": (_derive_debtor, frozenset({"CountryName", "Overdue"})),
    "InvItem": (
        _derive_item,
        frozenset({"Qty", "Available", "AvailableForReservation", "CostValue"}),
    ),
    "DebtorOrder": (
        _derive_order,
        frozenset({"PrimaryKeyId", "Name", "InvoiceEmail", "CurBalance", "OrderTotal"}),
    ),
    "DebtorOrderLine": (_derive_order_line, frozenset({"Total"})),
    "DebtorInvoice": (_derive_posted, frozenset({"PrimaryKeyId"})),
    "DebtorTransOpen": (_derive_posted, frozenset({"PrimaryKeyId"})),
    "GLDailyJournal": (_derive_journal, frozenset({"NumberOfLines"})),
    "GLDailyJournalLine": (
        _derive_journal_line,
        frozenset({"PrimaryKey1Id", "PrimaryKey2Id", "AccountName", "OffsetAccountName"}),
    ),
}
_BASE_COMPUTED = frozenset({"CompanyId", "KeyStr", "KeyName"})
