"""Wished and actual webhook registrations at both vendors: compared, mended, remembered."""

from syncjobs.hooks.comparison import at_company, at_store, compare, repair
from syncjobs.hooks.registration import told_problems

__all__ = ["at_company", "at_store", "compare", "repair", "told_problems"]
