"""A record that changed after it was posted (H13): nothing is posted for it; a person looks, and says so.

What a document was booked from stands in its facts. `changed` is what the record was when that was noticed; the person's word
makes it what the document is compared with from then on. The first value stays, with who said what.
"""

from collections.abc import Mapping
from typing import Any

from integration.flows.context import Context
from integration.ports import Document, DocumentKind

SAY_SO = "then say “I have seen the change” on its document."


class NothingChanged(Exception):
    """There is no change to be seen on this document, for the reason in the message."""


def note_change(context: Context, document: Document, *, to: str, told: str) -> None:
    """Keep what a booked record is now, for the person who looks; `to` is compared, `told` is in words."""
    changed = {"to": to, "told": told}
    if document.facts.get("changed") != changed:
        context.documents.save(document.knowing(changed=changed), was=document.state)


def see_change(document: Document, *, reason: str, person: str) -> Document:
    """Return the document as one that stands for its changed record; NothingChanged when there is no change."""
    changed: Mapping[str, Any] | None = document.facts.get("changed")
    if not changed:
        raise NothingChanged(f"{document.key} has no change that waits for a look.")
    name = "figures" if document.kind is DocumentKind.CLOSE else "fingerprint"
    word = {"was": document.facts.get(name, ""), **changed, "reason": reason, "person": person}
    facts = {name: changed["to"], "changed": None, "seen": [*document.facts.get("seen", ()), word]}
    if name == "fingerprint":
        facts["receipt"] = changed["told"]
    return document.knowing(**facts)


def seen(document: Document, to: str) -> bool:
    """Tell whether a person has seen a receipt as it is now; `to` is as in `note_change`."""
    return bool(document.facts.get("fingerprint") == to)
