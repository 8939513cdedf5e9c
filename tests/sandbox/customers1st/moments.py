"""Moments of the contract's days."""

from datetime import UTC, datetime


def at(text: str) -> datetime:
    """Return a moment of the contract's first day, or of the day given with it."""
    day, _, clock = text.rpartition("T")
    return datetime.fromisoformat(f"{day or '2026-03-02'}T{clock}").replace(tzinfo=UTC)
