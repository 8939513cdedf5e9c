"""What happened, for the people who look after it: every page is scoped to the visible tenants and read-only."""

from syncjobs.admin import (
    delivery,
    doctor,
    document,
    issue,
    job,
    link,
    overview,
    proof,
    queue,
    records,
    state,
    wizard,
)

__all__ = [
    "delivery",
    "doctor",
    "document",
    "issue",
    "job",
    "link",
    "overview",
    "proof",
    "queue",
    "records",
    "state",
    "wizard",
]
