"""What a flow is given to work with."""

from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from integration.customers1st.client import Customers1stClient
from integration.customers1st.payloads import Payment
from integration.flows.outcome import Problem
from integration.mapping.rules import Rules
from integration.ports import DocumentStore, LinkStore, ProofStore, SaleJobs, StepLog
from integration.uniconta.client import UnicontaClient


@dataclass(kw_only=True)
class Gate:
    """What a person may have to look at before it goes on. The caller keeps it between jobs.

    `proven`: an invoice under the present setup was read back and found right. `stop`: why nothing more is invoiced.
    `delete_stop`: why nothing more is blocked or marked because its other half was deleted.
    """

    proven: bool = False
    stop: str = ""
    delete_stop: str = ""


@dataclass(kw_only=True)
class Doubt:
    """Whether our rows may have forgotten what was sent: a backup was restored, or nobody can tell.

    A record dated before `until` is looked for in Uniconta before its first create. Of what happened before
    `missing_until` it is certain that rows are missing, so an empty answer must be proven. The caller keeps both between
    jobs.
    """

    until: datetime | None = None
    missing_until: datetime | None = None

    def is_certain(self, at: datetime | None) -> bool:
        """Tell whether rows of that time are surely missing."""
        return at is not None and self.missing_until is not None and at < self.missing_until


@dataclass(kw_only=True)
class Context:
    """One tenant's clients, rules and stores for one run.

    `cache` keeps master data between runs (plain JSON values). `hook_bodies` returns the raw webhook bodies stored
    for a record, newest first. `switches` are the (system, entity, event) that are on, `own_hook` is what the addresses of
    our own webhooks hold, `may_end` tells whether one more record may be blocked or marked after a deletion.
    `compares_all`: what stands at both vendors counts, not what was last seen there.
    `look_again_after` is how long a look-up after an unknown outcome waits for its second.
    `receipts` are those that were read a moment ago, by source id.
    """

    customers1st: Customers1stClient
    uniconta: UnicontaClient
    rules: Rules
    documents: DocumentStore
    links: LinkStore
    proofs: ProofStore
    sales: SaleJobs
    steps: StepLog
    now: Callable[[], datetime]
    cache: MutableMapping[str, Any] = field(default_factory=dict)
    gate: Gate = field(default_factory=Gate)
    doubt: Doubt = field(default_factory=Doubt)
    hook_bodies: Callable[[str], Sequence[bytes]] = lambda source_id: ()
    switches: frozenset[tuple[str, str, str]] = frozenset()
    own_hook: str = ""
    may_end: Callable[[], bool] = lambda: True
    naive_zone: tzinfo = UTC
    compares_all: bool = False
    look_again_after: timedelta = timedelta(seconds=30)
    receipts: dict[str, Payment] = field(default_factory=dict)
    problems: list[Problem] = field(
        default_factory=list
    )  # of other sales than the one being worked

    def is_on(self, system: str, entity: str, event: str) -> bool:
        """Tell whether an event may have an effect (point 11 of the setup)."""
        return (system, entity, event) in self.switches
