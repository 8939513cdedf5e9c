"""The doctor on the database: what is asked, what is kept of the answer, and what a button mends."""

from syncjobs.doctor.examine import Report, run_doctor
from syncjobs.doctor.fixes import UnableToFix, apply_fix, preview_fix

__all__ = ["Report", "UnableToFix", "apply_fix", "preview_fix", "run_doctor"]
