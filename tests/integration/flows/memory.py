"""The ports in memory, and a context on the whole sandbox without sockets or a database."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast

import requests

from integration.customers1st.client import Customers1stClient
from integration.flows.context import Context
from integration.http import TokenBucket
from integration.mapping.rules import CardRule, Rules
from integration.ports import Document, DocumentKind, DocumentState, Link, StaleDocument, Subject
from integration.uniconta.client import UnicontaClient
from integration.uniconta.tokens import MemoryTokenStore
from sandbox.clock import Clock
from sandbox.requests_adapter import CUSTOMERS1ST_URL, UNICONTA_URL, mount
from sandbox.server import Sandbox

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ALL_ON = frozenset(
    (system, entity, event)
    for system, entities in (
        ("customers1st", ("customer", "product")),
        ("uniconta", ("debtor", "item")),
    )
    for entity in entities
    for event in ("created", "updated", "deleted")
)
RULES = Rules(
    default_debtor_group="1",
    pos_debtor="POS3000",
    default_item_group="1",
    journal="C1ST",
    cash_account="5810",
    discount_items={},
    gift_card=CardRule(kind="multi", item="GAVEKORT"),
    variant_fields={
        "xStyleNo": "styleno",
        "xSize": "size",
        "xColor": "color",
        "xCustomField1": "customfield1",
        "xCustomField2": "customfield2",
        "xCustomField3": "customfield3",
        "xCustomField4": "customfield4",
        "xBarcode": "alternativebarcode",
    },
)
READS = ("/query/get/*", "/query/read/*", "/login", "/refresh")


class Killed(BaseException):
    """The process ends here."""


class MemoryDocuments:
    """A DocumentStore in memory."""

    def __init__(self) -> None:
        self.rows: dict[tuple[DocumentKind, str], Document] = {}
        self.kill_at_save = 0
        self.saves = 0

    def get(self, kind: DocumentKind, key: str) -> Document | None:
        return self.rows.get((kind, key))

    def save(self, document: Document, *, was: DocumentState | None) -> None:
        stored = self.rows.get((document.kind, document.key))
        if (stored.state if stored else None) != was:
            raise StaleDocument(document.key)
        self.saves += 1
        if self.saves == self.kill_at_save:
            raise Killed
        self.rows[(document.kind, document.key)] = document

    def save_all(self, documents: Sequence[Document], *, was: DocumentState | None) -> None:
        for document in documents:
            self.save(document, was=was)

    def list(
        self, kind: DocumentKind, *states: DocumentState, keys: Sequence[str] | None = None
    ) -> list[Document]:
        return [
            row
            for row in self.rows.values()
            if row.kind is kind and row.state in states and (keys is None or row.key in keys)
        ]

    def with_number(self, kind: DocumentKind, number: str) -> Document | None:
        rows = [row for row in self.rows.values() if row.kind is kind and row.number == number]
        return rows[-1] if rows else None

    def with_numbers(self, kind: DocumentKind, numbers: Sequence[str]) -> Sequence[Document]:
        return [row for row in self.rows.values() if row.kind is kind and row.number in numbers]

    def known(self, kind: DocumentKind, *, besides: str) -> Document | None:
        sure = (DocumentState.SENT, DocumentState.CONFIRMED)
        return next(
            (
                row
                for row in self.rows.values()
                if row.kind is kind and row.key != besides and row.state in sure
            ),
            None,
        )


class MemoryLinks:
    """A LinkStore in memory."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Link] = {}
        self.saves = 0

    def get(self, entity: str, customers1st_id: str) -> Link | None:
        return self.rows.get((entity, customers1st_id))

    def get_by_key(self, entity: str, uniconta_key: str) -> Link | None:
        return self._first(entity, uniconta_key=uniconta_key)

    def get_by_row(self, entity: str, row_id: int) -> Link | None:
        return self._first(entity, row_id=row_id) if row_id else None

    def list(
        self,
        entity: str,
        *,
        ids: Sequence[str] = (),
        keys: Sequence[str] = (),
        row_ids: Sequence[int] = (),
    ) -> list[Link]:
        return [
            link
            for link in self.rows.values()
            if link.entity == entity
            and (link.customers1st_id in ids or link.uniconta_key in keys or link.row_id in row_ids)
        ]

    def save(self, link: Link) -> None:
        owner = self.get_by_key(link.entity, link.uniconta_key)
        if owner is not None and owner.customers1st_id != link.customers1st_id:
            raise StaleDocument(link.uniconta_key)
        self.saves += 1
        self.rows[(link.entity, link.customers1st_id)] = link

    def remove(self, link: Link) -> None:
        del self.rows[(link.entity, link.customers1st_id)]

    def save_all(self, links: Sequence[Link]) -> None:
        for link in links:
            self.save(link)

    def _first(self, entity: str, **wanted: Any) -> Link | None:
        for link in self.rows.values():
            if link.entity == entity and all(getattr(link, n) == v for n, v in wanted.items()):
                return link
        return None


class Notes:
    """A StepLog that keeps its lines."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, Any]]] = []
        self.subjects: list[Subject] = []

    def note(self, text: str, /, **evidence: Any) -> None:
        self.lines.append((text, evidence))

    def about(self, subject: Subject) -> None:
        self.subjects.append(subject)

    def evidence(self, name: str) -> list[Any]:
        """Return what the lines say under a name."""
        return [evidence[name] for _, evidence in self.lines if name in evidence]


class World:
    """Both vendors, one context, one clock that stands still until it is moved."""

    def __init__(self, *, rules: Rules = RULES, **context: Any) -> None:
        self.clock = Clock(NOON)
        self.sandbox = Sandbox(clock=self.clock)
        self.sandbox.customers1st.set_bucket(None)
        self.shop = self.sandbox.customers1st.shop(3000)
        self.company = self.sandbox.uniconta.company(70123)
        self.staff = self.sandbox.uniconta.staff(70123)
        self.documents = MemoryDocuments()
        self.links = MemoryLinks()
        self.steps = Notes()
        session = mount(requests.Session(), self.sandbox)
        self.context = Context(
            customers1st=Customers1stClient(
                base_url=CUSTOMERS1ST_URL,
                token="sandbox-token",
                session=session,
                bucket=TokenBucket(10**9, 10**9),
            ),
            uniconta=UnicontaClient(
                base_url=UNICONTA_URL,
                company_id=70123,
                username="c1st",
                password="sandbox-password",
                tokens=MemoryTokenStore(),
                session=session,
                now=self.clock.now,
            ),
            rules=rules,
            documents=self.documents,
            links=self.links,
            proofs=cast(Any, None),
            sales=cast(Any, None),
            steps=self.steps,
            now=self.clock.now,
            **{"switches": ALL_ON, "own_hook": "our-uuid", **context},
        )

    def debtor(self, account: str) -> dict[str, Any]:
        """Return a debtor as it is stored."""
        return dict(self.company.row("Debtor", account))

    def debtors(self) -> list[str]:
        """Return the accounts of all debtors."""
        return sorted(row["Account"] for row in self.company["Debtor"])

    def item(self, number: str) -> dict[str, Any]:
        """Return an item as it is stored."""
        return dict(self.company.row("InvItem", number))

    def customer(self, customer_id: int) -> dict[str, Any]:
        """Return a customer as it is stored."""
        return dict(self.shop.store.customers[customer_id])

    def product(self, product_id: int) -> dict[str, Any]:
        """Return a product as it is stored."""
        return dict(self.shop.store.products[product_id])

    def state(self) -> str:
        """Return all master data of both sides."""
        rows = [dict(row) for table in ("Debtor", "InvItem") for row in self.company[table]]
        store = self.shop.store
        return repr((rows, list(store.customers.values()), list(store.products.values())))

    def writes(self, *, after: int = 0) -> list[str]:
        """Return the writing calls of both systems as "METHOD path"."""
        calls = self.sandbox.calls.find(after=after)
        return [f"{c.method} {c.path}" for c in calls if not _reads(c.method, c.path)]

    def mark(self) -> int:
        """Return the number of the newest call, to count from there."""
        return self.sandbox.calls.last()


def _reads(method: str, path: str) -> bool:
    return method == "GET" or path.lower().startswith(("/query/", "/login", "/refresh"))
