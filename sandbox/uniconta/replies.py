"""How the vendor words an answer: success, business errors in each of their forms, rows (section 3)."""

import json
from collections.abc import Mapping
from typing import Any

from sandbox.switches import Switches
from sandbox.uniconta.errors import NUMBERS, BadField, Refusal
from sandbox.web import Reply

SUCCESS = "Succes"  # the vendor's spelling
PLAIN = "text/plain; charset=utf-8"
# DESIGN 6.1: what the default of uni.error_form means, per kind of call
DEFAULT_FORMS = {"crud": "json_string", "invoice": "plain_text", "journal": "err_object"}


def json_reply(body: Any) -> Reply:
    """Answer 200 with JSON; texts are JSON strings, not bare text."""
    if isinstance(body, str):
        return Reply(200, json_string(body))
    return Reply(200, body)


def text_reply(text: str, *, status: int = 200) -> Reply:
    """Answer with bare text."""
    return Reply(status, text, content_type=PLAIN)


def success_reply(*, switches: Switches) -> Reply:
    """Answer a write that has nothing to give back: the success code [A65]."""
    return json_reply(0 if switches.get("uni.err_value") == "number" else SUCCESS)


def result_object(
    *, switches: Switches, refusal: Refusal | None = None, **members: Any
) -> dict[str, Any]:
    """Return the result object of invoicing and posting; Err 0 is success."""
    return {
        "Err": error_value(refusal.name, switches=switches) if refusal else 0,
        "ErrorProperty": refusal.field if refusal else None,
        "ErrorValue": refusal.value if refusal else None,
        **members,
    }


def error_value(name: str, *, switches: Switches) -> str | int:
    """Return an error as its name or its number [A65]."""
    return NUMBERS[name] if switches.get("uni.err_value") == "number" else name


def refusal_reply(
    refusal: Refusal, *, area: str, switches: Switches, members: Mapping[str, Any] | None = None
) -> Reply:
    """Answer a business error in the form of the switch [A64]; `area` is crud, invoice or journal."""
    form = switches.get("uni.error_form")
    form = DEFAULT_FORMS[area] if form == "json_string" else form
    value = error_value(refusal.name, switches=switches)
    if form == "err_object":
        return Reply(200, result_object(switches=switches, refusal=refusal, **(members or {})))
    if form == "plain_text":
        return text_reply(str(value))
    if form == "http_400_problem":
        return Reply(400, {"type": "about:blank", "title": str(value), "status": 400})
    if form == "http_500_text":
        return text_reply(str(value), status=500)
    return json_reply(value)


def bad_field_reply(error: BadField) -> Reply:
    """Answer a value that does not fit its column [A74]."""
    body = {
        "type": "about:blank",
        "title": "One or more validation errors occurred.",
        "status": 400,
        "errors": {error.field: [error.message]},
    }
    return Reply(400, body)


def json_string(text: str) -> bytes:
    """Return a text as a JSON string, the way it goes over the wire."""
    return json.dumps(text, ensure_ascii=False).encode()
