"""Crud: insert, change and delete records with their keys, required members and references."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.uniconta.columns import Column
from sandbox.uniconta.company import Change, Company
from sandbox.uniconta.entities import BY_TABLE, MASTER_TABLES, Entity
from sandbox.uniconta.errors import BadField, Refusal
from sandbox.uniconta.records import empty_row, new_row, read_members
from sandbox.uniconta.rules import complete_row, drop_references
from sandbox.uniconta.table import Row
from sandbox.uniconta.values import read_whole

Values = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where records of one entity are written, and by whom."""

    company: Company
    entity: Entity
    with_user_fields: bool = False
    login: int | None = None  # of the session; None is a person in the vendor's own program

    @property
    def columns(self) -> dict[str, Column]:
        """The members that can be written and read here."""
        return self.company.columns(
            self.entity, with_user_fields=self.with_user_fields, login=self.login
        )


def insert(desk: Desk, values: Values) -> Row:
    """Store a new record; raises Refusal or BadField."""
    company, entity = desk.company, desk.entity
    _check_writable(entity)
    _check_object(values)
    row = new_row(company, entity.table, values, columns=desk.columns)
    row.update(drop_references(company, entity, row))
    row.update(complete_row(company, entity, row, values, login=desk.login))
    _check_row(company, entity, row)
    if entity.key and company[entity.table].find(*entity.key_of(row)) is not None:
        raise Refusal("KeyExists", field=entity.key[-1], value=row[entity.key[-1]])
    stored = company[entity.table].add(
        {**row, "Created": company.now(), "UpdatedAt": company.now()}
    )
    _note(desk, stored, "Add")
    return stored


def insert_list(desk: Desk, rows: Sequence[Values]) -> list[Row]:
    """Store new records, all or none; only the good ones under uni.insertlist partial [A82]."""
    if desk.company.switches.get("uni.insertlist") != "partial":
        return [insert(desk, values) for values in rows]
    stored = []
    for values in rows:
        try:
            with desk.company.transaction():
                stored.append(insert(desk, values))
        except (Refusal, BadField):
            continue  # the vendor would say nothing about it either
    return stored


def update(desk: Desk, values: Values) -> Row:
    """Replace a record: what is left out becomes empty."""
    row = find_record(desk, values)
    columns = {name: c for name, c in desk.columns.items() if not c.read_only}
    new = {**empty_row(columns), **read_members(desk.company, columns, values)}
    new.update({name: row[name] for name in desk.entity.key if not new.get(name)})
    return _change(desk, row, new)


def update_fields(desk: Desk, original: Values, modified: Values) -> Row:
    """Change the members that differ between two pictures of a record; all others stay."""
    row = find_record(desk, original)
    _check_object(modified)
    differing = {
        name: value
        for name, value in modified.items()
        if name not in original or original[name] != value
    }
    return _change(desk, row, read_members(desk.company, desk.columns, differing))


def delete(desk: Desk, values: Values) -> None:
    """Delete a record that nothing refers to; an order takes its lines along."""
    company, entity = desk.company, desk.entity
    row = find_record(desk, values)
    if entity.table == "DebtorOrder":
        for line in company["DebtorOrderLine"].where("OrderNumber", str(row["OrderNumber"])):
            company["DebtorOrderLine"].remove(line)
    elif is_referred(company, entity, row):
        raise Refusal(
            "CouldNotDeleteRecordThatIsReferred", field=_key_name(entity), value=_key(entity, row)
        )
    company[entity.table].remove(row)
    _note(desk, row, "Delete")


def find_record(desk: Desk, values: Values) -> Row:
    """Return the stored record that a client's picture of it means; raises Refusal."""
    _check_writable(desk.entity)
    return read_record(desk, values)


def read_record(desk: Desk, values: Values) -> Row:
    """Return the record with the key or row id that a client names; raises Refusal CouldNotFind."""
    _check_object(values)
    company, entity = desk.company, desk.entity
    table = company[entity.table]
    found = None
    if entity.key and all(values.get(name) not in (None, "") for name in entity.key):
        key = [_read_key(desk, name, values[name]) for name in entity.key]
        found = table.find(*key)
    elif row_id := values.get("RowId") or values.get("PrimaryKeyId"):
        found = table.get(read_whole(row_id, name="RowId"))
    elif entity.table == "Company":
        found = next(iter(table), None)
    else:
        raise Refusal("KeyIsEmpty", field=_key_name(entity))
    if found is None:
        raise Refusal("CouldNotFind", field=_key_name(entity), value=values.get(_key_name(entity)))
    return found


def is_referred(company: Company, entity: Entity, row: Row) -> bool:
    """Tell whether other records or the ledger point to a record."""
    if not entity.key:
        return False
    value = row[entity.key[-1]]
    if entity.table in _POSTED and any(
        entry[member] == value
        for table, member in _POSTED[entity.table]
        for entry in company[table]
    ):
        return True
    return any(
        other[column] == value
        for referring in BY_TABLE.values()
        for column, target in referring.references.items()
        if target == entity.table
        for other in company[referring.table]
        if other is not row
    )


def _change(desk: Desk, row: Row, values: Values) -> Row:
    company, entity = desk.company, desk.entity
    values = {name: value for name, value in values.items() if row.get(name) != value}
    if not values:
        return row
    new = {**row, **values}
    _check_row(company, entity, new)
    if entity.key_of(new) != entity.key_of(row):
        if company[entity.table].find(*entity.key_of(new)) is not None:
            raise Refusal("KeyExists", field=entity.key[-1], value=new[entity.key[-1]])
        if is_referred(company, entity, row):
            raise Refusal("CouldNotSave", field=entity.key[-1], value=new[entity.key[-1]])
    stored = company[entity.table].change(row, **values, UpdatedAt=company.now())
    _note(desk, stored, "Update")
    return stored


def _check_row(company: Company, entity: Entity, row: Row) -> None:
    """Raise Refusal when a key or required member is empty or a reference leads nowhere."""
    for name in (*entity.key, *entity.required):
        if row.get(name) in (None, ""):
            name_of_error = "KeyIsEmpty" if name in entity.key else "FieldCannotBeBlank"
            raise Refusal(name_of_error, field=name)
    for name, target in entity.references.items():
        if row.get(name) and company[target].find(row[name]) is None:
            raise Refusal("CouldNotFind", field=name, value=row[name])


def _check_writable(entity: Entity) -> None:
    if not entity.writable:
        raise Refusal("NoRights")


def _check_object(values: Any) -> None:
    if not isinstance(values, dict):
        raise Refusal("InvalidObject")


def _read_key(desk: Desk, name: str, value: Any) -> Any:
    return read_members(desk.company, {name: desk.entity.columns[name]}, {name: value}).get(
        name, value
    )


def _key_name(entity: Entity) -> str:
    return entity.key[-1] if entity.key else "RowId"


def _key(entity: Entity, row: Row) -> Any:
    return row[_key_name(entity)]


def _note(desk: Desk, row: Row, operation: str) -> None:
    if desk.entity.table in MASTER_TABLES:
        change = Change(
            table=desk.entity.table, row=row, operation=operation, by_person=desk.login is None
        )
        desk.company.note(change)


# Posted rows that keep a record from being deleted, beside the references between records
_POSTED: Mapping[str, Sequence[tuple[str, str]]] = {
    "Debtor": (("GLTrans", "DCAccount"), ("DebtorInvoice", "Account")),
    "InvItem": (("DebtorInvoiceLine", "Item"),),
    "GLAccount": (("GLTrans", "Account"),),
    "DebtorOrder": (),
}
