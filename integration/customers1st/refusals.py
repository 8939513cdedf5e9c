"""The forms in which Customers 1st says no (contracts/customers1st.md section 6), turned into our errors."""

from collections.abc import Mapping
from typing import Any

from integration.errors import AccessDenied, Refused
from integration.http import Answer, raise_for_transport

ACCESS_CODES = frozenset({"UNAUHTORIZED", "STORE_DELETED"})  # the first is the vendor's spelling


def raise_for_answer(answer: Answer, *, write: bool) -> None:
    """Raise what a failed answer means; return for a 2xx."""
    if 200 <= answer.status < 300:
        return
    body = _object(answer)
    code = _text(body.get("errorcode"))
    text = answer.clean(readable(body) or answer.text.strip())[:300] or f"status {answer.status}"
    if answer.status in (401, 403) or code.startswith("BILLING_") or code in ACCESS_CODES:
        raise AccessDenied(f"{answer.system} denies access: {text}", evidence=answer.evidence())
    raise_for_transport(answer, write=write)
    first = _first_error(body)
    raise Refused(
        f"{answer.system} refused: {text}",
        name=code or _text(first.get("code")),
        property=_text(first.get("name")),
        value=_text(first.get("value")),
        evidence=answer.evidence(),
    )


def readable(body: Mapping[str, Any]) -> str:
    """Return one line out of any of the vendor's error forms [A5], empty when it is none of them."""
    message = _text(body.get("message") or body.get("error"))
    errors = body.get("errors")
    parts: list[str] = []
    if isinstance(errors, list):
        parts = [_sentence(row) for row in errors if isinstance(row, Mapping)]
    elif isinstance(errors, Mapping):
        parts = [f"{name}: {_joined(texts)}" for name, texts in errors.items()]
    details = "; ".join(parts)
    return f"{message} ({details})" if message and details else message or details


def _sentence(error: Mapping[str, Any]) -> str:
    """Return one error of the schema check; `expected` is a list by the document, a text by the validator."""
    text = f"{_text(error.get('name'))}: {_text(error.get('code'))}"
    if expected := _joined(error.get("expected")):
        text += f", expected {expected}"
    if used := _text(error.get("used")):
        text += f", got {used}"
    if strangers := _strangers(error):
        text += f", unknown: {strangers}"
    return text


def _strangers(error: Mapping[str, Any]) -> str:
    """Return the names of undeclared body keys, told in either form."""
    if error.get("code") != "error_additionalProperties":
        return ""
    value = error.get("properties") or error.get("value")
    return _joined(list(value)) if isinstance(value, list | Mapping) else ""


def _first_error(body: Mapping[str, Any]) -> Mapping[str, Any]:
    errors = body.get("errors")
    if isinstance(errors, Mapping):
        return {"name": next(iter(errors), "")}
    if isinstance(errors, list) and errors and isinstance(errors[0], Mapping):
        return errors[0]
    return {}


def _object(answer: Answer) -> Mapping[str, Any]:
    try:
        value = answer.json()
    except ValueError:
        return {}
    return value if isinstance(value, Mapping) else {}


def _joined(value: Any) -> str:
    return ", ".join(_text(part) for part in value) if isinstance(value, list) else _text(value)


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()
