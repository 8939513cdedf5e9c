"""How Customers 1st says no: one exception and the shapes of its error bodies."""

from collections.abc import Iterable
from typing import Any

from sandbox.customers1st.schema import MISSING, Issue, used_name
from sandbox.web import Reply

FAILED = "Request validation failed"
TEXTS = {
    "error_required": "The {name} field is required.",
    "error_type": "The {name} must be a valid value.",
    "error_additional": "The {name} parameter is not allowed.",
    "error_additionalProperties": "The {name} holds a key that is not allowed.",
}


class Refused(Exception):
    """The call is refused; carries the reply that says so."""

    def __init__(self, reply: Reply) -> None:
        """Keep the reply."""
        super().__init__(reply.body)
        self.reply = reply


def business(
    message: str, errorcode: str, *, status: int = 400, store_id: int | None = None
) -> Refused:
    """Return a refusal with the vendor's business error body."""
    body = {
        "message": message,
        "errorcode": errorcode,
        "code": status,
        "logid": None,
        "storeid": store_id,
        "metadata": None,
    }
    return Refused(Reply(status, body))


def not_found(what: str, *, errorcode: str = "CLIENT_ERROR") -> Refused:
    """Return the refusal for an id that does not exist."""
    return business(f"{what} not found.", errorcode, status=404)


def form(errors: dict[str, str]) -> Refused:
    """Return a refusal of the form check: field to one text."""
    body = {
        "message": "The given data was invalid.",
        "errors": {name: [text] for name, text in errors.items()},
    }
    return Refused(Reply(422, body))


def validation(issues: Iterable[Issue], *, shape: str) -> Refused:
    """Return a refusal of the schema check in the shape of switch `c1st.validation_error`."""
    found = list(issues)
    if shape == "form_request":
        texts = {issue.name: _text(issue) for issue in found}
        return form(texts)
    row = _documented if shape == "documented" else _observed
    return Refused(Reply(400, {"message": FAILED, "errors": [row(issue) for issue in found]}))


def _documented(issue: Issue) -> dict[str, Any]:
    row: dict[str, Any] = {"name": issue.name, "code": issue.code, "in": issue.place}
    if issue.value is not MISSING and issue.value is not None:
        row["value"] = issue.value
    if issue.expected:
        row["expected"] = list(issue.expected)
    if issue.code == "error_type":
        row["used"] = used_name(issue.value)
    return row


def _observed(issue: Issue) -> dict[str, Any]:
    row: dict[str, Any] = {"name": issue.name, "code": issue.code}
    if issue.value is not MISSING:
        row["value"] = issue.value
    row["in"] = issue.place
    if issue.code == "error_type":
        used = used_name(issue.value)
        row.update(expected=issue.expected[0], type=used, used=used)
    if issue.code == "error_additionalProperties":
        row["properties"] = list(issue.value)
    return row


def _text(issue: Issue) -> str:
    return TEXTS.get(issue.code, "The {name} is invalid.").format(name=issue.name)
