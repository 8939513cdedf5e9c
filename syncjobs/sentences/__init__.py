"""Shows sentences that were stored in English in the reader's language.

Causes, cures, steps and proofs are written by `integration`, which knows neither Django nor readers, and are stored as they
were said. Only when a person reads one is its template looked up (`catalogue.py`, collected from the source) and translated.
"""

from syncjobs.sentences.reading import shown

__all__ = ["shown"]
