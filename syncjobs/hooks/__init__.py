"""Wished and actual webhook registrations at both vendors: compared, mended, remembered."""

from syncjobs.hooks.comparison import at_company, at_store, compare, repair

__all__ = ["at_company", "at_store", "compare", "repair"]
