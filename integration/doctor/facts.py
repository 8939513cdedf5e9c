"""What the checks look at: our own settings, and each system as it was read once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from integration.customers1st.payloads import PaymentType, Register
from integration.mapping.rules import Rules

Row = Mapping[str, Any]
Rows = Mapping[str, Row]
Switch = tuple[str, str, str]  # system, entity, event


class Failure(NamedTuple):
    """Why a system could not be read: the last part of a finding's id, and the reason for people."""

    name: str
    text: str


class Denied(NamedTuple):
    """A list that may not be read, why, and the last part of the finding's id."""

    resource: str
    name: str
    text: str


class HookState(NamedTuple):
    """One registration of ours: its event or table, and its state (DESIGN section 5.3, `hooks`)."""

    name: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Connection:
    """One connection as we keep it, without its secrets; `address_error` says why its address may not be called."""

    base_url: str
    address_error: str = ""
    is_local: bool = False


@dataclass(frozen=True, kw_only=True)
class Own:
    """What we know without a call: the setup, the connections, and what the workers remember.

    `calls_today` counts the Uniconta user's calls of all tenants, `calls_limit` is what the shop may make, `calls_forecast` what
    its day will come to; `session_until` is when the Uniconta session ends.
    `hooks_due` says that the vendors should be calling us: the shop is live, or its webhooks were just registered.
    """

    tenant_name: str
    rules: Rules
    switches: Collection[Switch]
    safety: Mapping[str, int]
    customers1st: Connection
    has_token: bool
    has_webhook_secret: bool
    is_store_shared: bool
    uniconta: Connection
    company_id: int
    username: str
    has_password: bool
    session_until: datetime | None
    calls_today: int
    calls_limit: int
    calls_forecast: int | None
    invoice_stop: str
    delete_stop: str
    public_url: str
    is_public_url_local: bool
    hooks_due: bool = True

    def wants(self, system: str, entity: str) -> bool:
        """Tell whether any event of an entity is switched on."""
        return any((row[0], row[1]) == (system, entity) for row in self.switches)

    @property
    def wants_closes(self) -> bool:
        """Whether day closes are posted without a person's wish."""
        return self.rules.day_close_enabled or self.wants("customers1st", "day_close")


@dataclass(frozen=True, kw_only=True)
class StoreFacts:
    """The store at Customers 1st; None is what could not be read (`denied` says why) or is not told.

    `products` and `customers` hold the first page of each; `card_types` are those of the first page of stored-value cards.
    """

    title: str
    clock_skew: timedelta | None = None
    time_zone: str = ""
    configs: Mapping[str, str] | None = None
    payment_types: tuple[PaymentType, ...] | None = None
    registers: tuple[Register, ...] | None = None
    products: tuple[Row, ...] | None = None
    customers: tuple[Row, ...] | None = None
    card_types: frozenset[str] = frozenset()
    hooks: tuple[HookState, ...] = ()
    denied: tuple[Denied, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CompanyFacts:
    """The company at Uniconta; a table that could not be read is absent from `tables` (`denied` says why).

    `tables` holds the rows of an entity by key, accounts, debtors and items only those that the setup names.
    `barcodes` are those that several items have, with their items; `not_searchable` names tables and members.
    """

    company: Row
    clock_skew: timedelta | None = None
    tables: Mapping[str, Rows] = field(default_factory=dict)
    barcodes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hooks: tuple[HookState, ...] = ()
    denied: tuple[Denied, ...] = ()
    not_searchable: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All of it; a system is None when its connection is not set up, so that nobody was asked."""

    own: Own
    store: StoreFacts | Failure | None
    company: CompanyFacts | Failure | None
