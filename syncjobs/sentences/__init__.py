"""Shows sentences that were stored in English in the reader's language.

Causes, cures, steps and proofs are written by `integration`, which knows neither Django nor readers, and are stored as they
were said. Only when a person reads one is its template looked up (`catalogue.py`, collected from the source) and translated.
"""

from settings_app.stored_texts import StoredTexts
from syncjobs.sentences.catalogue import TEMPLATES

__all__ = ["shown"]

_SENTENCES = StoredTexts(TEMPLATES)


def shown(text: str) -> str:
    """Return a stored text in the active language; as it was stored where no template fits."""
    return _SENTENCES.shown(text)
