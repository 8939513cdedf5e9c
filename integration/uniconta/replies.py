"""The one result reader for every Uniconta call (contracts/uniconta.md section 3).

Success = status 2xx, the body has the expected kind, and `Err` is 0, "Succes", "Success", null or absent.
Everything else is a failure; status and raw text are kept as evidence.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from integration.errors import (
    AccessDenied,
    ContractBroken,
    IntegrationError,
    Refused,
    RetryableError,
    UnknownOutcome,
)
from integration.http import Answer, raise_for_transport
from integration.uniconta.payloads import InvoiceReply, PostingReply
from integration.uniconta.values import number_of, text_of

SUCCESS = frozenset({"Succes", "Success", "0"})
# The vendor's names that do not say that nothing was done
AMBIGUOUS = frozenset({"Exception", "SQLException", "NoSucces", "CouldNotSave"})
# A second invoice of one order is refused like this: the first may have been ours [A84]
AMBIGUOUS_INVOICE = AMBIGUOUS | {"NoLinesFound"}
PASSING = frozenset({"Exception", "SQLException"})  # on a read: try again later
NOT_THERE = frozenset({"CouldNotFind"})
ERROR_NAMES = AMBIGUOUS_INVOICE | {
    "ArgumentMissing",
    "AccountIsMissing",
    "CannotDeleteRecord",
    "ContainsLinesDelivered",
    "CouldNotCreate",
    "CouldNotDeleteRecordThatIsReferred",
    "CouldNotFind",
    "CreditLimitExceeded",
    "ErrorInJournal",
    "FieldCannotBeBlank",
    "FileIsTooBig",
    "IgnoreUpdate",
    "InvalidObject",
    "InvoiceNumberMissing",
    "ItemIsOnHold",
    "KeyExists",
    "KeyIsEmpty",
    "NoChange",
    "NoCompanyId",
    "NoLinesToUpdate",
    "NoRights",
    "NoSubscription",
    "RecordExists",
    "RecordNotSelected",
    "TooManyLinesSelected",
}
CODE_MEMBERS = frozenset({"Err", "ErrorProperty", "ErrorValue"})
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,79}")
_NAME_OR_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,79}|-?[0-9]{1,9}")
_BASE64_OF_PDF = base64.b64encode(b"%PDF-")[:6].decode()


def read_rows(answer: Answer) -> list[dict[str, Any]]:
    """Return the rows of a query."""
    value = _checked(answer, write=False)
    if isinstance(value, list) and all(isinstance(row, dict) for row in value):
        return value
    raise _failure(answer, value, write=False)


def read_record(answer: Answer) -> dict[str, Any] | None:
    """Return the one record that was read, None when there is none (its form is not documented)."""
    if answer.status == 404:
        return None
    value = _value(answer) if answer.status < 300 else _checked(answer, write=False)
    if isinstance(value, list):
        value = value[0] if value else None
    if value in (None, "", {}) or _error_name(value) in NOT_THERE:
        return None
    if isinstance(value, dict) and _is_success(value.get("Err")):
        return value
    raise _failure(answer, value, write=False)


def read_text(answer: Answer) -> str:
    """Return a text that was asked for, plain or as a JSON string."""
    return text_of(_checked(answer, write=False))


def read_written(
    answer: Answer,
    *,
    ambiguous: frozenset[str] = AMBIGUOUS,
    empty_is_success: bool = False,
) -> list[dict[str, Any]]:
    """Return the rows that a write gave back, none when it only said that it succeeded [A75] [A82].

    An empty body counts as success only where the call is known to answer nothing.
    """
    value = _checked(answer, write=True, ambiguous=ambiguous)
    if isinstance(value, dict) and _is_success(value.get("Err")):
        return [value] if set(value) - CODE_MEMBERS else []
    if isinstance(value, list) and all(_is_written(row) for row in value):
        return value
    if isinstance(value, str | int) and text_of(value) in SUCCESS:
        return []
    is_empty = value is None or value is True or value == ""
    if is_empty and (empty_is_success or answer.status == 204):
        return []
    raise _failure(answer, value, write=True, ambiguous=ambiguous)


def read_invoice(answer: Answer) -> InvoiceReply:
    """Return the number of the invoice that was made, told by JSON only [A83]."""
    if answer.status < 300 and _is_pdf(answer):
        return InvoiceReply(invoice_number=None)
    rows = read_written(_told(answer), ambiguous=AMBIGUOUS_INVOICE)
    number = number_of(rows[0].get("InvoiceNumber")) if rows else 0
    return InvoiceReply(invoice_number=number or None)


def read_posting(answer: Answer) -> PostingReply:
    """Return the id of the posting; the vendor spells it JournalPostedlId [A100]."""
    rows = read_written(_told(answer))
    row = rows[0] if rows else {}
    number = number_of(row.get("JournalPostedlId")) or number_of(row.get("JournalPostedId"))
    return PostingReply(journal_posted_id=number or None)


def explained(error: Refused, text: str, *, write: bool) -> IntegrationError:
    """Return what a numeric error code means, once GetLastError has told its text [A65]."""
    name = next((word for word in _NAME.findall(text) if word in ERROR_NAMES), "")
    evidence = {**error.evidence, "last_error": text[:500]}
    known = _by_name(name, write=write, ambiguous=AMBIGUOUS, evidence=evidence)
    return known or Refused(
        f"Uniconta refused: {text[:300] or f'error {error.name}'}",
        name=name or error.name,
        property=error.property,
        value=error.value,
        evidence=evidence,
    )


def _checked(answer: Answer, *, write: bool, ambiguous: frozenset[str] = AMBIGUOUS) -> Any:
    """Return the body of a 2xx; raise what any other status means."""
    value = _value(answer)
    if answer.status < 300:
        return value
    if answer.status in (401, 403):
        raise AccessDenied("Uniconta denies access.", evidence=answer.evidence())
    if answer.status == 429 or _error_name(value) not in ERROR_NAMES:
        raise_for_transport(
            answer, write=write
        )  # a 500 with a known name is a business error [A64]
    raise _failure(answer, value, write=write, ambiguous=ambiguous)


def _failure(
    answer: Answer, value: Any, *, write: bool, ambiguous: frozenset[str] = AMBIGUOUS
) -> IntegrationError:
    """Return what an answer that is no success means."""
    name = _error_name(value)
    evidence = answer.evidence()
    if not name and answer.status < 300:
        if write:
            return UnknownOutcome(
                "Uniconta answered something that we cannot read; it is not known whether the work was done.",
                evidence=evidence,
            )
        return ContractBroken("Uniconta answered something that we cannot read.", evidence=evidence)
    known = _by_name(name, write=write, ambiguous=ambiguous, evidence=evidence)
    if known is not None:
        return known
    property_name, property_value = _complaint(value)
    reason = name or _sentence(value) or f"status {answer.status}"
    about = f" ({property_name} {property_value})".replace(" )", ")") if property_name else ""
    return Refused(
        f"Uniconta refused: {answer.clean(reason)[:300]}{about}",
        name=name,
        property=property_name,
        value=property_value,
        evidence=evidence,
    )


def _by_name(
    name: str, *, write: bool, ambiguous: frozenset[str], evidence: dict[str, object]
) -> IntegrationError | None:
    """Return the error for a name that does not say that nothing was done."""
    if write and name in ambiguous:
        return UnknownOutcome(
            f"Uniconta answered {name}; it is not known whether the work was done.",
            evidence=evidence,
        )
    if not write and name in PASSING:
        return RetryableError(f"Uniconta answered {name}.", evidence=evidence)
    return None


def _error_name(value: Any) -> str:
    """Return the error's name or number out of any of the vendor's forms, empty when there is none."""
    if isinstance(value, dict):
        if not _is_success(value.get("Err")):
            return text_of(value["Err"])
        words = (text_of(value.get(member)) for member in ("title", "detail", "message"))
        return next((word for word in words if word in ERROR_NAMES), "")
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        text = text_of(value)
        return text if _NAME_OR_CODE.fullmatch(text) and text not in SUCCESS else ""
    return ""


def _complaint(value: Any) -> tuple[str, str]:
    """Return the property and value that an error complains of."""
    if not isinstance(value, dict):
        return "", ""
    errors = value.get("errors")
    if isinstance(errors, Mapping) and errors:
        return text_of(next(iter(errors))), ""
    return text_of(value.get("ErrorProperty")), text_of(value.get("ErrorValue"))


def _sentence(value: Any) -> str:
    """Return the readable part of an error that has no name."""
    if not isinstance(value, dict):
        return text_of(value)
    errors = value.get("errors")
    texts = [str(text) for text in errors.values()] if isinstance(errors, Mapping) else []
    return " ".join(texts) or text_of(value.get("detail") or value.get("title"))


def _is_success(error: Any) -> bool:
    return error is None or text_of(error) in SUCCESS


def _is_written(row: Any) -> bool:
    return isinstance(row, dict) and _is_success(row.get("Err"))


def _told(answer: Answer) -> Answer:
    """Return the answer unless it is a bare number, which could be an error's or the document's."""
    value = _value(answer)
    if answer.status < 300 and number_of(value) and not isinstance(value, dict):
        raise UnknownOutcome(
            "Uniconta answered a bare number; it is not known whether the work was done.",
            evidence=answer.evidence(),
        )
    return answer


def _value(answer: Answer) -> Any:
    """Return the body as JSON, or as text where it is none."""
    try:
        return answer.json()
    except ValueError:
        return answer.text.strip()


def _is_pdf(answer: Answer) -> bool:
    """Tell whether the body is a PDF, or a JSON string (or text) that holds one in base64."""
    if answer.body.startswith(b"%PDF"):
        return True
    value = _value(answer)
    if not isinstance(value, str) or not value.startswith(_BASE64_OF_PDF):
        return False
    try:
        return base64.b64decode(value[:400]).startswith(b"%PDF-")
    except binascii.Error:
        return False
