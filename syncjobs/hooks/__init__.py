"""Wished and actual webhook registrations at both vendors: compared, mended, remembered."""

from syncjobs.hooks.comparison import compare, repair

__all__ = ["compare", "repair"]
