"""The engine against the contract's documents: members, lengths, paths, labels, switches."""

from pathlib import Path
from typing import Any

import pytest

from sandbox.switches import READINGS
from sandbox.uniconta.columns import Column
from sandbox.uniconta.entities import ENTITIES, find_entity
from sandbox.uniconta.state import ROUTES, UnicontaState
from tests.sandbox.uniconta.api import OPENAPI, SCHEMAS, Api

SOURCES = Path(__file__).resolve().parents[3] / "sandbox" / "uniconta"
KINDS = {
    "text": "string",
    "label": "string",
    "instant": "string",
    "number": "number",
    "integer": "integer",
    "country": "integer",
    "flag": "boolean",
}
OPEN_PATHS = ("/login", "/Logout", "/refresh")
DECLARED = [
    pytest.param(column, SCHEMAS[entity.name]["properties"][column.name], id=f"{entity.name}.{column.name}")
    for entity in ENTITIES.values()
    for column in entity.columns.values()
    if column.name in SCHEMAS[entity.name]["properties"]
]  # fmt: skip


@pytest.mark.parametrize(("column", "schema"), DECLARED)
def test_a_declared_member_has_the_declared_type_and_length(
    column: Column, schema: dict[str, Any]
) -> None:
    assert KINDS[column.kind] == schema["type"]
    if column.kind == "text":
        assert column.length == schema.get("maxLength")


def test_every_required_member_of_the_vendor_is_required_here_too() -> None:
    for entity in ENTITIES.values():
        assert set(SCHEMAS[entity.name].get("required", [])) <= set(entity.required), entity.name


def test_every_path_of_the_contract_is_answered(api: Api) -> None:
    for path, methods in OPENAPI["paths"].items():
        for method in methods:
            url = (
                path.replace("{entityName}", "DebtorClient")
                .replace("{masterName}", "DebtorOrderClient")
                .replace("{childName}", "DebtorOrderLineClient")
                .replace("{masterType}", "DebtorClient")
                .replace("{entityType}", "DebtorOrderClient")
                .replace("{tableName}", "DebtorClient")
                .replace("{CompanyId}", "70123")
                .replace("{errorCode}", "KeyExists")
                .replace("{GuidString}", "abc")
            )
            assert api.call(method.upper(), url).status in (200, 400), url


def test_no_path_stands_here_that_the_contract_does_not_name() -> None:
    known = {path.split("/{")[0] for path in OPENAPI["paths"]}
    assert {route.path.split("/{")[0] for route in ROUTES} | set(OPEN_PATHS) <= known


def test_an_unknown_path_is_not_found(api: Api) -> None:
    assert api.call("GET", "/Crud/Everything").status == 404


@pytest.mark.parametrize(
    "name",
    [name for name, values in READINGS.items() if name.startswith("uni.") and len(values) > 1],
)
def test_every_switch_is_read_by_the_engine(name: str) -> None:
    texts = [path.read_text() for path in SOURCES.glob("*.py")]
    assert any(f'get("{name}")' in text for text in texts)


def test_paths_are_case_insensitive_unless_the_switch_says_otherwise(
    uni: UnicontaState, api: Api
) -> None:
    assert api.call("POST", "/query/get/debtorclient", [{}]).status == 200
    uni.switches.set("uni.path_case", "sensitive")
    assert api.call("POST", "/query/get/DebtorClient", [{}]).status == 404
    assert api.value("POST", "/Query/Get/debtorclient", [{}]) == "InvalidObject"
    assert api.call("POST", "/Query/Get/DebtorClient", [{}]).status == 200


def test_only_tables_with_user_fields_have_a_user_entity() -> None:
    assert find_entity("InvItemClientUser", exact=True) is not None
    assert find_entity("GLVatClientUser", exact=True) is None


def test_tables_tell_their_members(api: Api) -> None:
    names = {row["Name"] for row in api.value("GET", "/tables")}
    members = {row["Name"]: row for row in api.value("GET", "/tables/DebtorClient")}
    assert {"DebtorClient", "GLTransClient"} <= names
    assert members["Account"]["Length"] == 20
    assert members["CurBalance"]["ReadOnly"] is True
