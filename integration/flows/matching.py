"""Finds the other half of a record that is not linked yet, before anything is made: never a second of the same thing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from integration.errors import Hold, Refused
from integration.flows.context import Context
from integration.flows.kind import Row
from integration.ports import Document, DocumentKind, DocumentState


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One record that could be the other half; `by` tells what agrees, `record` is it as it was read."""

    customers1st_id: str
    uniconta_key: str
    name: str
    by: str
    record: Any

    def as_json(self, *, key: str) -> dict[str, str]:
        """Return it as a choice for a person; `key` is the candidate's own."""
        return {
            "key": key,
            "name": self.name,
            "by": self.by,
            "customers1st_id": self.customers1st_id,
            "uniconta_key": self.uniconta_key,
        }


def pick(candidates: Iterable[Candidate], *, what: str, of_uniconta: bool) -> Candidate | None:
    """Return the one candidate, None when there is none; Hold with the choices when there are several."""
    found = list(candidates)
    if len(found) < 2:
        return found[0] if found else None
    keys = [each.uniconta_key if of_uniconta else each.customers1st_id for each in found]
    listed = ", ".join(f"{key} “{each.name}”" for key, each in zip(keys, found, strict=True))
    raise Hold(
        f"{what}: several records have the same {found[0].by}: {listed}.",
        "Choose which one it is, or correct the records so that only one has it; then run the job again.",
        mended_by="uniconta" if of_uniconta else "customers1st",
        evidence={
            "candidates": [each.as_json(key=key) for key, each in zip(keys, found, strict=True)]
        },
    )


def owner_of(context: Context, entity: str, kind: DocumentKind, key: str) -> str:
    """Return the Customers 1st id that claims a Uniconta key: by its link, or by a create that is under way."""
    link = context.links.get_by_key(entity, key)
    if link is not None:
        return link.customers1st_id
    document = context.documents.with_number(kind, key)
    if document is None or document.state is DocumentState.PLANNED:
        return ""
    return "" if context.links.get(entity, document.source_id) else document.source_id


def is_linked(context: Context, entity: str, customers1st_id: int) -> bool:
    """Tell whether a Customers 1st record has its other half."""
    return context.links.get(entity, str(customers1st_id)) is not None


def is_under_way(document: Document | None) -> TypeGuard[Document]:
    """Tell whether a create was sent, or may have been."""
    return document is not None and document.state is not DocumentState.PLANNED


def read_row(context: Context, entity: str, key: str, wanted: Mapping[str, str]) -> Row | None:
    """Return one row by its key, or by its RowId where Uniconta shows and searches that [A60]; None when not there."""
    if key in wanted:
        rows = context.uniconta.find(entity, key, [wanted[key]])
        return rows[0] if rows else None
    try:
        rows = context.uniconta.query(entity, wanted, take=5)
    except Refused:
        return None
    return rows[0] if rows else None
