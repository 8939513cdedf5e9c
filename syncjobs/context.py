"""The flows' context: the ports of integration on the database."""

import time
import uuid
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from integration.flows.context import Context, Gate
from integration.flows.ended import MOST_ENDS
from integration.mapping.rules import Rules
from integration.ports import (
    Document,
    DocumentKind,
    DocumentState,
    Link,
    StaleDocument,
)
from integration.uniconta.tokens import Tokens
from settings_app.clients import customers1st_client, uniconta_client
from settings_app.models import Tenant
from settings_app.selectors import rules_for, wished_events
from syncjobs import breaker, gaps
from syncjobs.caution import Caution
from syncjobs.lease import Lease, LeaseLost
from syncjobs.models import (
    CachedRows,
    Delivery,
    DocumentRow,
    LinkRow,
    TenantState,
    UnicontaSession,
)
from syncjobs.pace import SharedPace
from syncjobs.proofs import ProofTable
from syncjobs.sale_jobs import SaleJobTable
from syncjobs.steps import StepTable
from syncjobs.zones import naive_zone

LOOK_AGAIN_SECONDS = 30
CACHE_LIFETIME = timedelta(hours=24)
SESSION_LOCK_SECONDS = 60
KEYS_AT_ONCE = 500  # in one query: a database takes only so many values


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
        DocumentRow.objects.bulk_update(rows, [*_values(documents[0]), "updated_at"])

    def list(
        self, kind: DocumentKind, *states: DocumentState, keys: Sequence[str] | None = None
    ) -> list[Document]:
        """Return the documents of that kind in these states, oldest first."""
        rows = self._rows.filter(kind=kind, state__in=states).order_by("id")
        if keys is None:
            return [_document(row) for row in rows]
        found = [
            row
            for start in range(0, len(keys), KEYS_AT_ONCE)
            for row in rows.filter(key__in=keys[start : start + KEYS_AT_ONCE])
        ]
        return [_document(row) for row in sorted(found, key=lambda row: row.pk)]

    def with_number(self, kind: DocumentKind, number: str) -> Document | None:
        """Return the newest document of that kind that carries, or shall carry, this number."""
        row = self._rows.filter(kind=kind, number=number).order_by("-id").first()
        return None if row is None else _document(row)

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

    def save(self, link: Link) -> None:
        """Store a link, replacing the one of the same Customers 1st record; StaleDocument when its key is claimed."""
        values = {
            "uniconta_key": link.uniconta_key,
            "uniconta_row": link.row_id,
            "facts": dict(link.facts),
            "seen_customers1st": dict(link.seen_customers1st),
            "seen_uniconta": dict(link.seen_uniconta),
            "ended_at": link.ended_at,
        }
        try:
            with transaction.atomic():
                LinkRow.objects.update_or_create(
                    tenant=self._tenant,
                    entity=link.entity,
                    customers1st_id=link.customers1st_id,
                    defaults=values,
                )
        except IntegrityError as error:
            raise StaleDocument(
                f"{link.entity} {link.uniconta_key} is linked to another record already."
            ) from error

    def remove(self, link: Link) -> None:
        """Forget a link."""
        self._rows.filter(entity=link.entity, customers1st_id=link.customers1st_id).delete()

    def save_all(self, links: Sequence[Link]) -> None:
        """Store links, all or none, in one transaction."""
        with transaction.atomic():
            for link in links:
                self.save(link)


def _link(row: LinkRow | None) -> Link | None:
    if row is None:
        return None
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


class SessionTable:
    """integration.uniconta.tokens.TokenStore on UnicontaSession: one session per company for all workers."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def load(self) -> Tokens | None:
        """Return the session as last saved by any worker."""
        row = UnicontaSession.objects.filter(tenant=self._tenant).first()
        if row is None or row.expires_at is None:
            return None
        return Tokens(
            token=row.token,
            refresh_token=row.refresh_token,
            expires_at=row.expires_at,
            refusals=row.refusals,
        )

    def save(self, tokens: Tokens | None) -> None:
        """Keep the session, or forget it."""
        UnicontaSession.objects.update_or_create(
            tenant=self._tenant,
            defaults={
                "token": tokens.token if tokens else "",
                "refresh_token": tokens.refresh_token if tokens else "",
                "expires_at": tokens.expires_at if tokens else None,
                "refusals": tokens.refusals if tokens else 0,
            },
        )

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Wait for the lock, whose holder may have died; no transaction stays open meanwhile."""
        UnicontaSession.objects.get_or_create(tenant=self._tenant)
        holder, rows = uuid.uuid4().hex, UnicontaSession.objects.filter(tenant=self._tenant)
        while not rows.filter(Q(lock_holder="") | Q(locked_until__lte=timezone.now())).update(
            lock_holder=holder,
            locked_until=timezone.now() + timedelta(seconds=SESSION_LOCK_SECONDS),
        ):
            time.sleep(0.1)
        try:
            yield
        finally:
            rows.filter(lock_holder=holder).update(lock_holder="", locked_until=None)


@dataclass(frozen=True)
class Chosen:
    """What the consultant chose and what a run must mind, as read at one moment."""

    tenant: Tenant
    rules: Rules
    switches: frozenset[tuple[str, str, str]]
    caution: Caution

    @classmethod
    def of(cls, tenant: Tenant) -> "Chosen":
        """Read it now."""
        rules = rules_for(tenant)
        caution = Caution.of(tenant, fingerprint=rules_fingerprint(rules))
        return cls(tenant, rules, frozenset(wished_events(tenant)), caution)

    @cached_property
    def naive_zone(self) -> tzinfo:
        """The zone of times that come without one."""
        return naive_zone(self.tenant, CacheTable(self.tenant))


def build_context(
    tenant: Tenant, *, lease: Lease | None, steps: StepTable, chosen: Chosen | None = None
) -> Context:
    """Return the context of one run of a tenant; raises AccessDenied when a connection may not be used.

    Without a lease it is for reading. `chosen` spares reading the setup anew.
    """
    chosen = chosen or Chosen.of(tenant)
    rules, caution = chosen.rules, chosen.caution
    cache = CacheTable(tenant)
    return Context(
        customers1st=customers1st_client(tenant, on_call=steps.call, bucket=SharedPace(tenant)),
        uniconta=uniconta_client(tenant, tokens=SessionTable(tenant), on_call=steps.call),
        rules=rules,
        documents=DocumentTable(tenant, lease),
        links=LinkTable(tenant),
        proofs=ProofTable(tenant),
        sales=SaleJobTable(tenant),
        steps=steps,
        now=timezone.now,
        cache=cache,
        doubt=caution.doubt,
        gate=caution.gate,
        hook_bodies=lambda source_id: hook_bodies(tenant, source_id),
        switches=chosen.switches,
        own_hook=str(tenant.customers1st.hook_uuid),
        may_end=lambda: may_end(tenant),
        naive_zone=chosen.naive_zone,
        look_again_after=timedelta(seconds=LOOK_AGAIN_SECONDS * settings.RETRY_TIME_SCALE),
    )


def keep_gate(tenant: Tenant, context: Context, *, before: Gate) -> None:
    """Remember what this run learned about what must stop, and leave alone what a person changed meanwhile."""
    changes: dict[str, str] = {}
    if context.gate.proven != before.proven:
        changes["proven_rules"] = rules_fingerprint(context.rules) if context.gate.proven else ""
    if context.gate.stop != before.stop:
        changes["invoice_stop"] = context.gate.stop
    if context.gate.delete_stop != before.delete_stop:
        changes["delete_stop"] = context.gate.delete_stop
    if changes:
        TenantState.objects.filter(tenant=tenant).update(**changes)


@contextmanager
def open_context(
    tenant: Tenant,
    *,
    lease: Lease,
    steps: StepTable | None = None,
    chosen: Chosen | None = None,
) -> Iterator[Context]:
    """Give the context of one run; what it learned about invoicing, lost rows and the vendors is kept however it ends.

    Raises AccessDenied or CallsPaused, without a call, while the tenant's calls are stopped. Who hands `steps` in
    writes those that are left.
    """
    chosen = chosen or Chosen.of(tenant)
    with called(tenant, steps=steps, stopped=chosen.caution.stopped) as log:
        context = build_context(tenant, lease=lease, steps=log, chosen=chosen)
        before, doubt_before = replace(context.gate), replace(context.doubt)
        try:
            yield context
        finally:
            keep_gate(tenant, context, before=before)
            gaps.keep(context.doubt, before=doubt_before)


@contextmanager
def called(
    tenant: Tenant, *, steps: StepTable | None = None, stopped: bool | None = None
) -> Iterator[StepTable]:
    """Give the log for calls to the vendors; how they end teaches the tenant's breaker.

    Raises AccessDenied or CallsPaused, without a call, while the tenant's calls are stopped (None: not known yet).
    Who hands `steps` in writes those that are left.
    """
    now = timezone.now()
    if stopped is not False:
        breaker.check(tenant, now)
    log = steps or StepTable(tenant)
    error: Exception | None = None
    try:
        yield log
    except Exception as raised:
        error = raised
        raise
    finally:
        if steps is None:
            log.write()
        breaker.learn(tenant, called=log.called, error=error, now=timezone.now())


def rules_fingerprint(rules: Any) -> str:
    """Return a value that changes with the setup: the first invoice after a change is proven anew."""
    return uuid.uuid5(uuid.NAMESPACE_OID, repr(rules)).hex


def hook_bodies(tenant: Tenant, source_id: str) -> list[bytes]:
    """Return the raw bodies of the webhooks about a sale, newest first."""
    rows = Delivery.objects.filter(
        tenant=tenant, system="customers1st", source_id=source_id, event="pospayment.created"
    ).order_by("-id")[:5]
    return [bytes(row.body) for row in rows]


def ended_last_hour(tenant: Tenant) -> int:
    """Return how many records were blocked or marked in the last hour because the other side's was deleted."""
    return LinkRow.objects.filter(tenant=tenant, ended_at__gt=_hour_ago()).count()


def may_end(tenant: Tenant) -> bool:
    """Tell whether one more record may be blocked or marked within the hour; a person may have let more through."""
    state = TenantState.objects.get(tenant=tenant)
    let = state.deletes_let_at is not None and state.deletes_let_at > _hour_ago()
    return ended_last_hour(tenant) < MOST_ENDS + (state.deletes_let if let else 0)


def _hour_ago() -> datetime:
    return timezone.now() - timedelta(hours=1)
