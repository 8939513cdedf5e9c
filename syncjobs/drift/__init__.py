"""Compares what stands at both vendors, record by record, and brings it in step on demand."""

from syncjobs.drift.compare import compare

__all__ = ["compare"]
