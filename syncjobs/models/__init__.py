"""The rows that are the truth: inbox, jobs, steps, documents, links, and what a tenant's worker remembers."""

from syncjobs.models.delivery import Delivery
from syncjobs.models.document import DocumentRow
from syncjobs.models.job import SyncJob
from syncjobs.models.kinds import JobKind, JobState, MendedBy, System
from syncjobs.models.link import LinkRow
from syncjobs.models.proof import DayCloseProof, ProofIsSealed
from syncjobs.models.state import (
    CachedRows,
    CallCount,
    Gap,
    HookRegistration,
    Presence,
    SafetyRun,
    TenantState,
    UnicontaSession,
    WorkerHeartbeat,
)
from syncjobs.models.step import Step

__all__ = [
    "CachedRows",
    "CallCount",
    "DayCloseProof",
    "Delivery",
    "DocumentRow",
    "Gap",
    "HookRegistration",
    "JobKind",
    "JobState",
    "LinkRow",
    "MendedBy",
    "Presence",
    "ProofIsSealed",
    "SafetyRun",
    "Step",
    "SyncJob",
    "System",
    "TenantState",
    "UnicontaSession",
    "WorkerHeartbeat",
]
