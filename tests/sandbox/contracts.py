"""The vendors' contracts as the tests read them: their own copy, not the sandbox's."""

from functools import cache
from pathlib import Path
from typing import Any

import simplejson
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

FOLDER = Path(__file__).parent.parent / "contracts"
Endpoint = dict[str, Any]


@cache
def customers1st_schema() -> dict[str, Any]:
    """Return the schema document of Customers 1st."""
    loaded: dict[str, Any] = read("customers1st.schema.json")
    return loaded


def read(name: str) -> Any:
    """Return a contract file; numbers with a point are Decimal."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    return simplejson.loads(text, use_decimal=True)


def example(name: str) -> Any:
    """Return an example, named without folder `examples/` and ending."""
    return read(f"examples/{name}.json")


@cache
def _validator(name: str) -> Draft202012Validator:
    resource = DRAFT202012.create_resource(customers1st_schema())
    registry = Registry().with_resource("contract", resource)
    return Draft202012Validator({"$ref": f"contract#/$defs/{name}"}, registry=registry)


def problems(name: str, value: Any) -> list[str]:
    """Return what the contract's definition says against a value."""
    return [f"{list(e.absolute_path)}: {e.message}" for e in _validator(name).iter_errors(value)]


def endpoint(method: str, path: str) -> Endpoint | None:
    """Return the endpoint row of a call, literal paths first."""
    parts = path.strip("/").split("/")
    rows = [row for row in customers1st_schema()["x-endpoints"] if row["method"] == method]
    for row in sorted(rows, key=lambda row: row["path"].count("{")):
        pattern = row["path"].strip("/").split("/")
        if len(pattern) == len(parts) and all(
            want.startswith("{") or want == have for want, have in zip(pattern, parts, strict=True)
        ):
            found: Endpoint = row
            return found
    return None


def definition_name(schema: dict[str, str]) -> str:
    """Return the name a `$ref` points to."""
    return schema["$ref"].rsplit("/", 1)[-1]
