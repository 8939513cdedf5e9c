"""The rows that are the truth: inbox, jobs, steps, documents, links, and what a tenant's worker remembers."""

from syncjobs.models.breaker import Breaker
from syncjobs.models.calls import CallCount, CallPace
from syncjobs.models.delivery import Delivery
from syncjobs.models.document import DocumentRow
from syncjobs.models.issue import Issue
from syncjobs.models.job import SyncJob
from syncjobs.models.kinds import (
    DOCUMENT_KINDS,
    DOCUMENT_STATES,
    HOOK_STATES,
    JobKind,
    JobState,
    MendedBy,
    System,
)
from syncjobs.models.link import LinkRow
from syncjobs.models.problem import Problem
from syncjobs.models.proof import DayCloseProof, ProofIsSealed
from syncjobs.models.safety import SafetyRun, SweepRun
from syncjobs.models.state import (
    CachedRows,
    Gap,
    HookCheck,
    HookRegistration,
    Presence,
    TenantState,
    UnicontaSession,
    WorkerHeartbeat,
)
from syncjobs.models.step import Chapter, Step
from syncjobs.models.story import JobCount, JobWord
from syncjobs.models.tally import Tally
from syncjobs.models.wizard import WizardLists, WizardStep

__all__ = [
    "DOCUMENT_KINDS",
    "DOCUMENT_STATES",
    "HOOK_STATES",
    "Breaker",
    "CachedRows",
    "CallCount",
    "CallPace",
    "Chapter",
    "DayCloseProof",
    "Delivery",
    "DocumentRow",
    "Gap",
    "HookCheck",
    "HookRegistration",
    "Issue",
    "JobCount",
    "JobKind",
    "JobState",
    "JobWord",
    "LinkRow",
    "MendedBy",
    "Presence",
    "Problem",
    "ProofIsSealed",
    "SafetyRun",
    "Step",
    "SweepRun",
    "SyncJob",
    "System",
    "Tally",
    "TenantState",
    "UnicontaSession",
    "WizardLists",
    "WizardStep",
    "WorkerHeartbeat",
]
