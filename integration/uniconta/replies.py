"""The one result reader for every Uniconta call (contracts/uniconta.md section 3).

Success = status 2xx, the body has the expected kind, and `Err` is 0, "Succes", "Success", null or absent.
Everything else is a failure; status and raw text are kept as evidence.
"""

import base64
import re
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

SYSTEM = "Uniconta"
SUCCESS = frozenset({"Succes", "Success", "0", ""})
# The vendor's names that do not say that nothing was done
AMBIGUOUS = frozenset({"Exception", "SQLException", "NoSucces", "CouldNotSave", "NoLinesFound"})
ERROR_NAMES = AMBIGUOUS | {
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


def read_rows(answer: Answer) -> list[dict[str, Any]]:
    """Return the rows of a query; raises for anything else."""
    _check_status(answer, write=False)
    value = _value(answer)
    if isinstance(value, list) and all(isinstance(row, dict) for row in value):
        return value
    raise _failure(answer, value, write=False)


def read_object(answer: Answer) -> dict[str, Any]:
    """Return the one record that was read."""
    _check_status(answer, write=False)
    value = _value(answer)
    if isinstance(value, dict) and _is_success(value.get("Err")):
        return value
    raise _failure(answer, value, write=False)


def read_written(answer: Answer) -> list[dict[str, Any]]:
    """Return the rows that a write gave back; an empty list when it only said that it succeeded [A75] [A82]."""
    _check_status(answer, write=True)
    value = _value(answer)
    if isinstance(value, dict) and _is_success(value.get("Err")):
        return [] if set(value) <= {"Err", "ErrorProperty", "ErrorValue"} else [value]
    if isinstance(value, list):
        return [row for row in value if isinstance(row, dict)]
    if value is None or (isinstance(value, str | int) and _is_success(value)):
        return []
    raise _failure(answer, value, write=True)


def read_invoice(answer: Answer) -> int | None:
    """Return the number of the invoice that was made; None when the reply does not tell it (PDF, text) [A83]."""
    if answer.status < 300 and _is_pdf(answer):
        return None
    for row in read_written(answer):
        number = row.get("InvoiceNumber")
        return int(number) if number else None
    return None


def read_posting(answer: Answer) -> int | None:
    """Return the id of the posting; the vendor spells it JournalPostedlId [A100]. None when it is not told."""
    for row in read_written(answer):
        posted = row.get("JournalPostedlId") or row.get("JournalPostedId")
        return int(posted) if posted else None
    return None


def _check_status(answer: Answer, *, write: bool) -> None:
    if answer.status < 300:
        return
    if answer.status in (401, 403):
        raise AccessDenied(f"{SYSTEM} refuses access.", evidence=_evidence(answer))
    name = _error_name(_value(answer))
    if name not in ERROR_NAMES:  # a 500 that carries a known name is a business error [A64]
        raise_for_transport(answer, write=write, system=SYSTEM)
    raise _failure(answer, _value(answer), write=write)


def _failure(answer: Answer, value: Any, *, write: bool) -> IntegrationError:
    """Return what a failed answer means."""
    name = _error_name(value)
    evidence = _evidence(answer)
    if not name and answer.status < 300:
        if write:
            return UnknownOutcome(f"{SYSTEM} answered something we cannot read.", evidence=evidence)
        return ContractBroken(f"{SYSTEM} answered something we cannot read.", evidence=evidence)
    if write and name in AMBIGUOUS:
        return UnknownOutcome(f"{SYSTEM} answered {name}.", evidence=evidence)
    if not write and name in {"Exception", "SQLException"}:
        return RetryableError(f"{SYSTEM} answered {name}.", evidence=evidence)
    details = value if isinstance(value, dict) else {}
    return Refused(
        f"{SYSTEM} refused: {name or answer.text[:200]}",
        name=name,
        field=str(details.get("ErrorProperty") or ""),
        value=str(details.get("ErrorValue") or ""),
        evidence=evidence,
    )


def _error_name(value: Any) -> str:
    """Return the error's name out of any of the vendor's forms."""
    if isinstance(value, dict):
        if "Err" in value:
            return str(value["Err"])
        return str(value.get("title") or value.get("detail") or "")
    if isinstance(value, str):
        return value.strip()[:200]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _is_success(error: Any) -> bool:
    return error is None or str(error) in SUCCESS


def _value(answer: Answer) -> Any:
    """Return the body as JSON, or as text where it is none."""
    try:
        return answer.json()
    except ValueError:
        return answer.text.strip()


def _is_pdf(answer: Answer) -> bool:
    if answer.body.startswith(b"%PDF"):
        return True
    value = _value(answer)
    if (
        not isinstance(value, str)
        or len(value) < 24
        or not re.fullmatch(r"[A-Za-z0-9+/=\s]+", value)
    ):
        return False
    try:
        return base64.b64decode(value, validate=False).startswith(b"%PDF")
    except ValueError:
        return False


def _evidence(answer: Answer) -> dict[str, Any]:
    return {"status": answer.status, "answer": answer.text[:500]}
