"""Query, Crud and tables: the calls that read and write records."""

from collections.abc import Iterable, Sequence
from typing import Any

from sandbox.uniconta import crud
from sandbox.uniconta.calls import Call, Route, entity_names
from sandbox.uniconta.crud import Desk
from sandbox.uniconta.entities import ENTITIES
from sandbox.uniconta.errors import Refusal
from sandbox.uniconta.filters import read_query, run_query
from sandbox.uniconta.records import show_row
from sandbox.uniconta.replies import json_reply, success_reply
from sandbox.uniconta.table import Row
from sandbox.web import Reply


def query_get(call: Call) -> Reply:
    """Answer the rows that meet the filters."""
    desk = call.desk("entity")
    query = read_query(call.company, desk.columns, call.body())
    return json_reply(_show(desk, run_query(call.company, desk.entity, query)))


def query_read(call: Call) -> Reply:
    """Answer one record by its key."""
    desk = call.desk("entity")
    return json_reply(_show(desk, [crud.read_record(desk, call.body())])[0])


def query_by_master(call: Call) -> Reply:
    """Answer the children of a record."""
    master, child = call.desk("master"), call.desk("entity")
    rows = call.company[child.entity.table].where(*_tie(master, child, call.body()))
    return json_reply(_show(child, call.company[child.entity.table].sorted_rows(rows)))


def insert(call: Call) -> Reply:
    """Store a record and answer it, or only the success code [A75]."""
    desk = call.desk("entity")
    row = crud.insert(desk, call.body())
    if call.switches.get("uni.insert_reply") == "code_only":
        return success_reply(switches=call.switches)
    return json_reply(_show(desk, [row])[0])


def insert_list(call: Call) -> Reply:
    """Store records and answer them, or only the success code [A82]."""
    desk = call.desk("entity")
    rows = crud.insert_list(desk, _list(call.body()))
    if call.switches.get("uni.insertlist") == "atomic_code":
        return success_reply(switches=call.switches)
    return json_reply(_show(desk, rows))


def insert_with_details(call: Call) -> Reply:
    """Store a master with its children."""
    master, body = call.desk("master"), _object(call.body())
    row = crud.insert(master, _object(body.get("Master")))
    return _insert_details(call, master, row, body)


def insert_children(call: Call) -> Reply:
    """Store children of a master that is there."""
    master, body = call.desk("master"), _object(call.body())
    row = crud.find_record(master, _object(body.get("Master")))
    return _insert_details(call, master, row, body)


def update(call: Call) -> Reply:
    """Replace a record; members left out become empty."""
    crud.update(call.desk("entity"), call.body())
    return success_reply(switches=call.switches)


def update_list(call: Call) -> Reply:
    """Replace records."""
    desk = call.desk("entity")
    for values in _list(call.body()):
        crud.update(desk, values)
    return success_reply(switches=call.switches)


def update_fields(call: Call) -> Reply:
    """Change what differs between Original and Modified."""
    body = _object(call.body())
    original, modified = _object(body.get("Original")), _object(body.get("Modified"))
    crud.update_fields(call.desk("entity"), original, modified)
    return success_reply(switches=call.switches)


def update_fields_list(call: Call) -> Reply:
    """Change what differs between the pairs of two lists."""
    body, desk = _object(call.body()), call.desk("entity")
    originals, modified = _list(body.get("OriginalList")), _list(body.get("ModifiedList"))
    if len(originals) != len(modified):
        raise Refusal("ArgumentMissing", field="ModifiedList")
    for before, after in zip(originals, modified, strict=True):
        crud.update_fields(desk, before, after)
    return success_reply(switches=call.switches)


def delete(call: Call) -> Reply:
    """Delete a record."""
    crud.delete(call.desk("entity"), call.body())
    return success_reply(switches=call.switches)


def delete_list(call: Call) -> Reply:
    """Delete records, all or none."""
    desk = call.desk("entity")
    for values in _list(call.body()):
        crud.delete(desk, values)
    return success_reply(switches=call.switches)


def list_tables(call: Call) -> Reply:
    """Answer the tables there are."""
    return json_reply([entity_names(entity) for entity in ENTITIES.values()])


def describe_table(call: Call) -> Reply:
    """Answer the members of a table."""
    desk = call.desk("entity")
    members = [
        {
            "Name": column.name,
            "Type": column.kind,
            "Length": column.length,
            "ReadOnly": column.read_only,
            "Required": column.name in desk.entity.required,
        }
        for column in desk.columns.values()
    ]
    return json_reply(members)


def _show(desk: Desk, rows: Iterable[Row]) -> list[dict[str, Any]]:
    columns = desk.columns
    return [show_row(desk.company, desk.entity, row, columns=columns) for row in rows]


def _tie(master: Desk, child: Desk, values: Any) -> tuple[str, Any]:
    """Return the member of the children and its value that tie them to a master."""
    return _tie_to_row(master, child, crud.read_record(master, values))


def _tie_to_row(master: Desk, child: Desk, row: Row) -> tuple[str, Any]:
    tie = child.entity.masters.get(master.entity.table)
    if tie is None:
        raise Refusal("InvalidObject", field="masterType", value=master.entity.name)
    own, theirs = tie
    column = child.entity.columns.get(own)
    value = row[theirs]
    return own, str(value) if column is None or column.kind == "text" else value


def _insert_details(call: Call, master: Desk, row: Row, body: dict[str, Any]) -> Reply:
    child = call.desk("entity")
    own, value = _tie_to_row(master, child, row)
    for values in _list(body.get("Details")):
        crud.insert(child, {**_object(values), own: value})
    return success_reply(switches=call.switches)


def _list(body: Any) -> Sequence[Any]:
    if not isinstance(body, list):
        raise Refusal("InvalidObject")
    return body


def _object(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise Refusal("InvalidObject")
    return body


ROUTES = (
    Route(method="POST", path="/Query/Get/{entity}", handler=query_get),
    Route(method="PUT", path="/Query/Read/{entity}", handler=query_read),
    Route(method="PUT", path="/Query/GetByMaster/{master}/{entity}", handler=query_by_master),
    Route(method="POST", path="/Crud/Insert/{entity}", handler=insert),
    Route(method="POST", path="/Crud/InsertList/{entity}", handler=insert_list),
    Route(method="POST", path="/Crud/InsertMasterAndDetails/{master}/{entity}", handler=insert_with_details),
    Route(method="POST", path="/Crud/InsertChildRecords/{master}/{entity}", handler=insert_children),
    Route(method="PUT", path="/Crud/Update/{entity}", handler=update),
    Route(method="PUT", path="/Crud/UpdateList/{entity}", handler=update_list),
    Route(method="PUT", path="/Crud/UpdateFieldsModified/{entity}", handler=update_fields),
    Route(method="PUT", path="/Crud/UpdateFieldsModifiedList/{entity}", handler=update_fields_list),
    Route(method="DELETE", path="/Crud/Delete/{entity}", handler=delete),
    Route(method="DELETE", path="/Crud/DeleteList/{entity}", handler=delete_list),
    Route(method="GET", path="/tables", handler=list_tables),
    Route(method="GET", path="/tables/{entity}", handler=describe_table),
)  # fmt: skip
