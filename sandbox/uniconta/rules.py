"""What the vendor fills in when a record is inserted: numbers, defaults, and what it loses."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.uniconta.company import Company
from sandbox.uniconta.entities import Entity
from sandbox.uniconta.errors import Refusal
from sandbox.uniconta.table import Row

ORDER_SERIE = "ORDRE"
FROM_DEBTOR = ("Currency", "Payment", "PriceList", "LayoutGroup", "Employee")  # [A76]
Values = Mapping[str, Any]


def complete_row(
    company: Company, entity: Entity, row: Row, sent: Values, *, login: int | None
) -> dict[str, Any]:
    """Return the members that the vendor adds to a new record; raises Refusal."""
    if entity.table == "TableFields":
        return _complete_field(company, row, login=login)
    complete = _RULES.get(entity.table)
    return complete(company, row, sent) if complete else {}


def drop_references(company: Company, entity: Entity, row: Row) -> dict[str, Any]:
    """Return what becomes of the anchors on orders and their lines [A77]."""
    flow = company.switches.get("uni.reference_flow")
    if flow == "both" or entity.table not in ("DebtorOrder", "DebtorOrderLine"):
        return {}
    lost = ("ReferenceNumber",) if flow == "ourref_only" else ("ReferenceNumber", "OurRef")
    return {name: None for name in lost if name in row}


def _complete_debtor(company: Company, row: Row, sent: Values) -> dict[str, Any]:
    """Number a debtor by its group's series; a number taken by hand moves the series on."""
    members: dict[str, Any] = {"VatZone": row["VatZone"] or "Domestic"}
    group = company["DebtorGroup"].find(row["Group"]) if row["Group"] else None
    serie = group["AutoNumber"] if group else None
    if not serie:
        return members
    upcoming = str(company.row("NumberSerie", serie)["Next"])
    if not row["Account"]:
        members["Account"] = str(company.next_number(serie))
    elif row["Account"] == upcoming:
        company.next_number(serie)
    return members


def _complete_item(company: Company, row: Row, sent: Values) -> dict[str, Any]:
    group = company["InvGroup"].find(row["Group"]) if row["Group"] else None
    if row["Item"] or not group or not group["AutoNumber"]:
        return {}
    return {"Item": str(company.next_number(group["AutoNumber"]))}


def _complete_order(company: Company, row: Row, sent: Values) -> dict[str, Any]:
    """Give the order its number; the debtor's defaults only under the switch [A75] [A76]."""
    members: dict[str, Any] = {}
    if not row["OrderNumber"]:
        members["OrderNumber"] = company.next_number(ORDER_SERIE)
    if company.switches.get("uni.order_defaults") == "from_debtor" and row["Account"]:
        debtor = company.row("Debtor", row["Account"])
        members.update({name: row[name] or debtor[name] for name in FROM_DEBTOR})
        if "PricesInclVat" not in sent:
            members["PricesInclVat"] = debtor["PricesInclVat"]
    return members


def _complete_order_line(company: Company, row: Row, sent: Values) -> dict[str, Any]:
    """Tie the line to its order; the switch says what happens to lines that do not ask [A80]."""
    number = row["OrderNumber"]
    if number:
        order = company["DebtorOrder"].find(int(number)) if number.isdigit() else None
        if order is None:
            raise Refusal("CouldNotFind", field="OrderNumber", value=number)
    wanted = company.switches.get("uni.doinvoice_default") == "true"
    members: dict[str, Any] = {}
    if sent.get("DoInvoice") is None:
        members["DoInvoice"] = wanted
    if sent.get("Storage") is None and wanted:
        members["Storage"] = "Register"
    return members


def _complete_serie(company: Company, row: Row, sent: Values) -> dict[str, Any]:
    return {"Next": row["Next"] or row["FirstValue"] or 1}


def _complete_field(company: Company, row: Row, *, login: int | None) -> dict[str, Any]:
    """Number a user field and remember who cannot see it yet [A73]."""
    if login is not None and company.switches.get("uni.field_creation") == "forbidden":
        raise Refusal("NoRights", field="Name", value=row["Name"])
    number = 1 + len(company["TableFields"].where("TableNo", row["TableNo"]))
    return {
        "Type": row["Type"] or "String",
        "FieldNumber": number,
        "Index": number,
        "_login": login or 0,
    }


_RULES: Mapping[str, Callable[[Company, Row, Values], dict[str, Any]]] = {
    "Debtor": _complete_debtor,
    "InvItem": _complete_item,
    "DebtorOrder": _complete_order,
    "DebtorOrderLine": _complete_order_line,
    "NumberSerie": _complete_serie,
}
