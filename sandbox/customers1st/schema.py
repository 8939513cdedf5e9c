"""The vendor's schema at work: which endpoints exist, what they take, what is wrong with a call."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, cast

import simplejson
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

MISSING = object()
JSON_NAMES = {str: "string", bool: "boolean", int: "integer", list: "array", dict: "object"}
BOOLEANS = {"0": False, "1": True, "false": False, "true": True}


@dataclass(frozen=True)
class Issue:
    """One thing the schema check found, before it is written in one of the error shapes."""

    name: str
    code: str
    place: str
    value: Any = MISSING
    expected: tuple[str, ...] = ()


@dataclass(frozen=True)
class Endpoint:
    """One method and path with the parameters and the body it declares."""

    method: str
    path: str
    query: dict[str, dict[str, Any]]
    body: str | None
    response: str | None
    status: int


@cache
def document() -> dict[str, Any]:
    """Return the vendor's schema document."""
    text = files(__package__).joinpath("schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = simplejson.loads(text)
    return loaded


@cache
def endpoints() -> tuple[Endpoint, ...]:
    """Return every endpoint of the document."""
    return tuple(_endpoint(row) for row in document()["x-endpoints"])


@cache
def validator(name: str) -> Draft202012Validator:
    """Return the validator of one definition, for example `SetProduct`."""
    resource = DRAFT202012.create_resource(document())
    registry = Registry().with_resource("c1st", resource)
    return Draft202012Validator({"$ref": f"c1st#/$defs/{name}"}, registry=registry)


def definition(name: str) -> dict[str, Any]:
    """Return the properties of one definition."""
    properties: dict[str, Any] = document()["$defs"][name]["properties"]
    return properties


def read_only(name: str) -> frozenset[str]:
    """Return the read-only properties of a definition."""
    return frozenset(key for key, value in definition(name).items() if value.get("readOnly"))


def writable(name: str) -> tuple[str, ...]:
    """Return the properties a client may set."""
    return tuple(key for key, value in definition(name).items() if not value.get("readOnly"))


def check_query(
    endpoint: Endpoint, query: dict[str, list[str]], *, strict: bool
) -> tuple[dict[str, Any], list[Issue]]:
    """Return the cast parameters and what is wrong with them."""
    values: dict[str, Any] = {}
    issues: list[Issue] = []
    for name, texts in query.items():
        declared = endpoint.query.get(name)
        if declared is None:
            if strict:
                issues.append(Issue(name, "error_additional", "query"))
            continue
        value = _value_of(texts[-1], declared["type"])
        issues.extend(_parameter_issues(name, value, declared))
        values[name] = value
    return values, issues


def check_body(name: str, body: Any, *, strict: bool) -> list[Issue]:
    """Return what is wrong with a body; undeclared keys count only when `strict`."""
    issues: list[Issue] = []
    for error in validator(name).iter_errors(body):
        for leaf in _leaves(error):
            if leaf.validator != "additionalProperties":
                issues.append(_body_issue(leaf))
            elif strict:
                issues.append(_unknown_keys(leaf))
    return issues


def without_unknown(name: str, body: Any) -> Any:
    """Return a body without undeclared top-level and content keys (switch `c1st.strict`: off)."""
    for error in list(validator(name).iter_errors(body)):
        for leaf in _leaves(error):
            if leaf.validator == "additionalProperties" and isinstance(leaf.instance, dict):
                for key in _undeclared(leaf):
                    leaf.instance.pop(key)
    return body


def used_name(value: Any) -> str:
    """Return the JSON name of a value's type."""
    if value is None:
        return "null"
    return JSON_NAMES.get(type(value), "number")


def _endpoint(row: dict[str, Any]) -> Endpoint:
    response = row.get("response", {})
    return Endpoint(
        method=row["method"],
        path=row["path"],
        query={item["name"]: item for item in row.get("query", [])},
        body=_ref_name(row.get("body")),
        response=_ref_name(response.get("schema")),
        status=int(response.get("status", 200)),
    )


def _ref_name(schema: dict[str, str] | None) -> str | None:
    return schema["$ref"].rsplit("/", 1)[-1] if schema else None


def _value_of(text: str, wanted: str) -> Any:
    try:
        if wanted == "integer":
            return int(text)
        if wanted == "number":
            return float(text)
    except ValueError:
        return text
    if wanted == "boolean":
        return BOOLEANS.get(text.lower(), text)
    if wanted == "array":
        return [part for part in text.split("|") if part]
    return text


def _parameter_issues(name: str, value: Any, declared: dict[str, Any]) -> Iterator[Issue]:
    wanted = declared["type"]
    if wanted in ("integer", "number", "boolean") and isinstance(value, str):
        yield Issue(name, "error_type", "query", value, (wanted,))
        return
    if "enum" in declared and value not in declared["enum"]:
        allowed = tuple(str(item) for item in declared["enum"])
        yield Issue(name, "error_enum", "query", value, allowed)
    if "minimum" in declared and value < declared["minimum"]:
        yield Issue(name, "error_minimum", "query", value, (str(declared["minimum"]),))
    limit = declared.get("maxItems", declared.get("vendor_limit"))
    if limit is not None and len(value) > limit:
        yield Issue(name, "error_maxItems", "query", "|".join(value), (str(limit),))


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    if error.validator != "anyOf":
        yield error
        return
    deep = [child for child in error.context or [] if len(child.relative_path) > 0]
    if not deep:
        yield error
    for child in deep:
        yield from _leaves(child)


def _body_issue(error: ValidationError) -> Issue:
    path = [str(part) for part in error.absolute_path]
    code = f"error_{error.validator}"
    if error.validator == "required":
        wanted = cast(list[str], error.validator_value)
        absent = next(key for key in wanted if key not in cast(Any, error.instance))
        return Issue(".".join([*path, absent]), code, "body")
    return Issue(".".join(path), code, "body", error.instance, _expected(error))


def _expected(error: ValidationError) -> tuple[str, ...]:
    wanted = error.validator_value
    if error.validator == "anyOf":
        return ()
    values = wanted if isinstance(wanted, list) else [wanted]
    return tuple(str(item) for item in values if item is not None)


def _unknown_keys(error: ValidationError) -> Issue:
    path = ".".join(str(part) for part in error.absolute_path)
    instance = cast(dict[str, Any], error.instance)
    extra = {key: instance[key] for key in _undeclared(error)}
    return Issue(path, "error_additionalProperties", "body", extra)


def _undeclared(error: ValidationError) -> list[str]:
    declared = error.schema["properties"] if isinstance(error.schema, dict) else {}
    return [key for key in cast(dict[str, Any], error.instance) if key not in declared]
