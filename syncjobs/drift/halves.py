"""Forgetting a pair of which one half was deleted, so that its flow finds it another half or makes one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from integration.flows.context import Context
from integration.ports import (
    Document,
    DocumentKind,
    DocumentState,
    DocumentStore,
    Link,
    LinkStore,
)

Hidden = Sequence[tuple[Link, DocumentKind]]


def forget(context: Context, link: Link, made: DocumentKind) -> None:
    """Forget a link, and that the half which is gone was ever made; `made` is the kind of its create.

    The caller has read by its key that it is gone.
    """
    document = context.documents.with_number(made, link.uniconta_key)
    if document is not None and document.state is not DocumentState.SENDING:
        planned = document.become(DocumentState.PLANNED, first_look_at=None)
        context.documents.save(planned, was=document.state)
    context.links.remove(link)
    context.steps.note(
        f"One half of {link.customers1st_id} = {link.uniconta_key} was deleted; the link is forgotten"
    )


def without(context: Context, hidden: Hidden) -> Context:
    """Return a context as if these links were forgotten; nothing is written."""
    if not hidden:
        return context
    return replace(
        context,
        links=cast(LinkStore, _Links(context.links, hidden)),
        documents=cast(DocumentStore, _Documents(context.documents, hidden)),
    )


class _Links:
    """A LinkStore without some links."""

    def __init__(self, real: LinkStore, hidden: Hidden) -> None:
        self._real = real
        self._hidden = {(link.entity, link.customers1st_id) for link, _made in hidden}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def get(self, entity: str, customers1st_id: str) -> Link | None:
        return self._seen(self._real.get(entity, customers1st_id))

    def get_by_key(self, entity: str, uniconta_key: str) -> Link | None:
        return self._seen(self._real.get_by_key(entity, uniconta_key))

    def get_by_row(self, entity: str, row_id: int) -> Link | None:
        return self._seen(self._real.get_by_row(entity, row_id))

    def list(self, entity: str, **wanted: Any) -> list[Link]:
        found = self._real.list(entity, **wanted)
        return [link for link in found if self._seen(link) is not None]

    def _seen(self, link: Link | None) -> Link | None:
        if link is None or (link.entity, link.customers1st_id) in self._hidden:
            return None
        return link


class _Documents:
    """A DocumentStore without what made some halves."""

    def __init__(self, real: DocumentStore, hidden: Hidden) -> None:
        self._real = real
        self._hidden = {(made, link.uniconta_key) for link, made in hidden}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def get(self, kind: DocumentKind, key: str) -> Document | None:
        return self._seen(self._real.get(kind, key))

    def with_number(self, kind: DocumentKind, number: str) -> Document | None:
        return self._seen(self._real.with_number(kind, number))

    def with_numbers(self, kind: DocumentKind, numbers: Sequence[str]) -> Sequence[Document]:
        found = self._real.with_numbers(kind, numbers)
        return [document for document in found if self._seen(document) is not None]

    def list(self, kind: DocumentKind, *states: DocumentState, **wanted: Any) -> list[Document]:
        found = self._real.list(kind, *states, **wanted)
        return [document for document in found if self._seen(document) is not None]

    def _seen(self, document: Document | None) -> Document | None:
        if document is None or (document.kind, document.number) in self._hidden:
            return None
        return document
