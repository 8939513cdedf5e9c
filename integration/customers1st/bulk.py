"""The replies of a bulk write: always HTTP 200, one row per record (contracts/customers1st.md section 5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from integration.errors import Refused, UnknownOutcome
from integration.http import Answer

EVIDENCE_LENGTH = 300


@dataclass(frozen=True, kw_only=True)
class BulkReply:
    """What became of one record of a list: `refused` says why not, `content` is the record as it now stands."""

    id: int
    refused: Refused | None = None
    content: Mapping[str, Any] | None = None


def bulk_replies(answer: Answer, ids: Sequence[int]) -> list[BulkReply]:
    """Return one reply for each id, in that order; UnknownOutcome when the list cannot be read."""
    try:
        rows = answer.json()["content"]
        told = {int(row["id"]): row for row in rows if row.get("id") is not None}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UnknownOutcome(
            "Customers 1st did not say what became of each record of a list.",
            evidence=answer.evidence(),
        ) from error
    return [_reply(number, told.get(number)) for number in ids]


def _reply(number: int, row: Mapping[str, Any] | None) -> BulkReply:
    if row is None:
        return BulkReply(
            id=number, refused=Refused(f"Customers 1st did not say what became of record {number}.")
        )
    status, error = row.get("status"), row.get("error")
    if not error and (status is None or 200 <= int(status) < 300):
        return BulkReply(id=number, content=row.get("content"))
    error = error if isinstance(error, Mapping) else {}
    message = str(row.get("message") or error.get("message") or f"status {status}")
    return BulkReply(
        id=number,
        refused=Refused(
            f"Customers 1st refused: {message[:EVIDENCE_LENGTH]}",
            name=str(error.get("errorcode") or ""),
            evidence={"id": number, "status": status, "answer": message[:EVIDENCE_LENGTH]},
        ),
    )
