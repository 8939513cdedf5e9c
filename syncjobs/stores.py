"""What the flows keep, on our rows: documents, links, and master data between jobs (integration.ports)."""

from collections.abc import Iterator, MutableMapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from integration.ports import (
    Document,
    DocumentKind,
    DocumentState,
    Link,
    StaleDocument,
)
from settings_app.models import Tenant
from syncjobs.lease import Lease, LeaseLost
from syncjobs.models import (
    CachedRows,
    DocumentRow,
    LinkRow,
)

Row = TypeVar("Row", bound=Model)
CACHE_LIFETIME = timedelta(hours=24)
KEYS_AT_ONCE = 500  # in one query: a database takes only so many values
MOST_NAMED = 5  # of the links of a list, when one of them cannot be
CHANGING = (  # of a link that is stored already
    "uniconta_key",
    "uniconta_row",
    "facts",
    "seen_customers1st",
    "seen_uniconta",
    "ended_at",
    "updated_at",
)


class DocumentTable:
    """integration.ports.DocumentStore on DocumentRow; every write is its own committed transaction.

    Without a lease it is for reading: nothing may become `sending`.
    """

    def __init__(self, tenant: Tenant, lease: Lease | None = None) -> None:
        self._rows = DocumentRow.objects.filter(tenant=tenant)
        self._tenant = tenant
        self._lease = lease

    def get(self, kind: DocumentKind, key: str) -> Document | None:
        """Return the document of that kind and key."""
        row = self._rows.filter(kind=kind, key=key).first()
        return None if row is None else _document(row)

    def save(self, document: Document, *, was: DocumentState | None) -> None:
        """Store a document whose stored state is `was`; StaleDocument when another worker changed it."""
        if document.state is DocumentState.SENDING:
            self._check_lease()
        values = _values(document)
        with transaction.atomic():
            if was is None:
                self._create(document, values)
                return
            values["updated_at"] = timezone.now()
            changed = self._rows.filter(
                kind=document.kind.value, key=document.key, state=was.value
            ).update(**values)
        if changed != 1:
            raise StaleDocument(f"{document.kind} {document.key} is no longer {was}")

    def _check_lease(self) -> None:
        if self._lease is None:
            raise LeaseLost(f"tenant {self._tenant.pk}: nothing is sent without a lease")
        self._lease.check()

    def _create(self, document: Document, values: dict[str, Any]) -> None:
        try:
            with transaction.atomic():
                DocumentRow.objects.create(
                    tenant=self._tenant, kind=document.kind.value, key=document.key, **values
                )
        except IntegrityError as error:
            raise StaleDocument(f"{document.kind} {document.key} exists already") from error

    def save_all(self, documents: Sequence[Document], *, was: DocumentState | None) -> None:
        """Store documents of one kind whose stored state is `was`, all or none, in one transaction."""
        if any(document.state is DocumentState.SENDING for document in documents):
            self._check_lease()
        if not documents:
            return
        with transaction.atomic():
            if was is None:
                self._create_all(documents)
            else:
                self._change_all(documents, was)

    def _create_all(self, documents: Sequence[Document]) -> None:
        rows = [
            DocumentRow(
                tenant=self._tenant,
                kind=document.kind.value,
                key=document.key,
                **_values(document),
            )
            for document in documents
        ]
        try:
            with transaction.atomic():
                DocumentRow.objects.bulk_create(rows)
        except IntegrityError as error:
            raise StaleDocument("One of these documents exists already") from error

    def _change_all(self, documents: Sequence[Document], was: DocumentState) -> None:
        by_key = {document.key: document for document in documents}
        kind = documents[0].kind.value
        rows = list(
            self._rows.select_for_update().filter(kind=kind, state=was.value, key__in=by_key)
        )
        if len(rows) != len(by_key):
            raise StaleDocument(f"Some of {len(by_key)} documents are no longer {was}")
        now = timezone.now()
        for row in rows:
            for name, value in _values(by_key[row.key]).items():
                setattr(row, name, value)
            row.updated_at = now
        # many times faster than bulk_update, whose CASE grows with every row and field
        DocumentRow.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=[*_values(documents[0]), "updated_at"],
        )

    def list(
        self, kind: DocumentKind, *states: DocumentState, keys: Sequence[str] | None = None
    ) -> list[Document]:
        """Return the documents of that kind in these states, oldest first."""
        rows = self._rows.filter(kind=kind, state__in=states).order_by("id")
        found = rows if keys is None else sorted(_having(rows, "key", keys), key=_age)
        return [_document(row) for row in found]

    def with_number(self, kind: DocumentKind, number: str) -> Document | None:
        """Return the newest document of that kind that carries, or shall carry, this number."""
        row = self._rows.filter(kind=kind, number=number).order_by("-id").first()
        return None if row is None else _document(row)

    def with_numbers(self, kind: DocumentKind, numbers: Sequence[str]) -> Sequence[Document]:
        """Return the documents of that kind that carry, or shall carry, one of these numbers, oldest first."""
        found = _having(self._rows.filter(kind=kind), "number", numbers)
        return [_document(row) for row in sorted(found, key=_age)]

    def known(self, kind: DocumentKind, *, besides: str) -> Document | None:
        """Return the newest document that the vendor confirmed having."""
        sure = (DocumentState.SENT, DocumentState.CONFIRMED)
        row = (
            self._rows.filter(kind=kind, state__in=sure)
            .exclude(key=besides)
            .order_by("-id")
            .first()
        )
        return None if row is None else _document(row)


def _values(document: Document) -> dict[str, Any]:
    return {
        "source_id": document.source_id,
        "state": document.state.value,
        "number": document.number,
        "first_look_at": document.first_look_at,
        "facts": dict(document.facts),
    }


def _document(row: DocumentRow) -> Document:
    return Document(
        kind=DocumentKind(row.kind),
        key=row.key,
        source_id=row.source_id,
        state=DocumentState(row.state),
        number=row.number,
        first_look_at=row.first_look_at,
        facts=row.facts,
    )


class LinkTable:
    """integration.ports.LinkStore on LinkRow."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._rows = LinkRow.objects.filter(tenant=tenant)

    def get(self, entity: str, customers1st_id: str) -> Link | None:
        """Return the link of that Customers 1st record."""
        return _link(self._rows.filter(entity=entity, customers1st_id=customers1st_id).first())

    def get_by_key(self, entity: str, uniconta_key: str) -> Link | None:
        """Return the link that claims that Uniconta record."""
        return _link(self._rows.filter(entity=entity, uniconta_key=uniconta_key).first())

    def get_by_row(self, entity: str, row_id: int) -> Link | None:
        """Return the link of that Uniconta row, None for row 0."""
        return (
            _link(self._rows.filter(entity=entity, uniconta_row=row_id).first()) if row_id else None
        )

    def list(
        self,
        entity: str,
        *,
        ids: Sequence[str] = (),
        keys: Sequence[str] = (),
        row_ids: Sequence[int] = (),
    ) -> list[Link]:
        """Return the links of these Customers 1st records, Uniconta keys and Uniconta rows."""
        rows = self._rows.filter(entity=entity)
        found = [
            *_having(rows, "customers1st_id", ids),
            *_having(rows, "uniconta_key", keys),
            *_having(rows, "uniconta_row", row_ids),
        ]
        return [_as_link(row) for row in found]

    def save(self, link: Link) -> None:
        """Store a link, replacing the one of the same Customers 1st record; StaleDocument when its key is claimed."""
        self.save_all([link])

    def remove(self, link: Link) -> None:
        """Forget a link."""
        self._rows.filter(entity=link.entity, customers1st_id=link.customers1st_id).delete()

    def save_all(self, links: Sequence[Link]) -> None:
        """Store links, all or none, in one transaction; StaleDocument when a key is claimed by another record."""
        rows = {(link.entity, link.customers1st_id): self._row(link) for link in links}
        if not rows:
            return
        try:
            with transaction.atomic():
                LinkRow.objects.bulk_create(
                    rows.values(),
                    update_conflicts=True,
                    unique_fields=["tenant", "entity", "customers1st_id"],
                    update_fields=CHANGING,
                )
        except IntegrityError as error:
            what = " or ".join(f"{link.entity} {link.uniconta_key}" for link in links[:MOST_NAMED])
            raise StaleDocument(f"{what} is linked to another record already.") from error

    def _row(self, link: Link) -> LinkRow:
        return LinkRow(
            tenant=self._tenant,
            entity=link.entity,
            customers1st_id=link.customers1st_id,
            uniconta_key=link.uniconta_key,
            uniconta_row=link.row_id,
            facts=dict(link.facts),
            seen_customers1st=dict(link.seen_customers1st),
            seen_uniconta=dict(link.seen_uniconta),
            ended_at=link.ended_at,
        )


def _having(rows: QuerySet[Row], name: str, values: Sequence[str | int]) -> Iterator[Row]:
    """Return the rows that have one of these values, however many these are."""
    for start in range(0, len(values), KEYS_AT_ONCE):
        yield from rows.filter(**{f"{name}__in": values[start : start + KEYS_AT_ONCE]})


def _age(row: DocumentRow) -> int:
    return row.pk


def _link(row: LinkRow | None) -> Link | None:
    return None if row is None else _as_link(row)


def _as_link(row: LinkRow) -> Link:
    return Link(
        entity=row.entity,
        customers1st_id=row.customers1st_id,
        uniconta_key=row.uniconta_key,
        row_id=row.uniconta_row,
        facts=row.facts,
        seen_customers1st=row.seen_customers1st,
        seen_uniconta=row.seen_uniconta,
        ended_at=row.ended_at,
    )


class CacheTable(MutableMapping[str, Any]):
    """Master data kept between jobs; a value older than a day counts as absent.

    One of these serves one run, which reads each value once: nobody else works the tenant meanwhile.
    """

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._read: dict[str, Any] = {}

    def _rows(self) -> Any:
        return CachedRows.objects.filter(
            tenant=self._tenant, read_at__gt=timezone.now() - CACHE_LIFETIME
        )

    def __getitem__(self, name: str) -> Any:
        if name not in self._read:
            row = self._rows().filter(name=name).first()
            if row is None:
                raise KeyError(name)
            self._read[name] = row.rows
        return self._read[name]

    def __setitem__(self, name: str, value: Any) -> None:
        CachedRows.objects.update_or_create(
            tenant=self._tenant, name=name, defaults={"rows": value, "read_at": timezone.now()}
        )
        self._read.pop(name, None)  # it is read back as the database holds it

    def __delitem__(self, name: str) -> None:
        self._read.pop(name, None)
        CachedRows.objects.filter(tenant=self._tenant, name=name).delete()

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._rows().values_list("name", flat=True)))

    def __len__(self) -> int:
        return int(self._rows().count())
