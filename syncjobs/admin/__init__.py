"""What happened, for the people who look after it: every page is scoped to the visible tenants and read-only."""

from syncjobs.admin import delivery, document, issue, job, queue, records, state

__all__ = ["delivery", "document", "issue", "job", "queue", "records", "state"]
