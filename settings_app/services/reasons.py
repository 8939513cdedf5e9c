"""Says in the reader's language why a setting was changed, where the product and not a person wrote it.

A reason is stored in English as it was given. What the product writes opens it, and a note on replaced secrets ends it.
"""

import re

from django.utils.translation import gettext_noop

from settings_app.stored_texts import StoredTexts

OPENINGS = StoredTexts(
    (
        gettext_noop("doctor: renamed on the till"),
        gettext_noop("reverted to the version of {moment} UTC"),
        gettext_noop("setup guide: new shop"),
        gettext_noop("setup guide"),
        gettext_noop("tenant file"),
        gettext_noop("went live on the responsibility of {user}"),
        gettext_noop("went live: the doctor of {moment} UTC is green"),
    )
)
SECRETS = StoredTexts((gettext_noop("(new: {names})"),), fewest_letters=0)
NOTE = re.compile(r"\(new: .+\)$")
OPENING_END = re.compile(r"(?=: |\. | $|$)")  # where a person's own words may follow


def reason_shown(reason: str | None) -> str:
    """Return a stored reason for a person to read; empty where none was given."""
    text = reason or ""
    found = NOTE.search(text)
    note = found[0] if found else ""
    return _opened(text.removesuffix(note)) + (SECRETS.find(note) or note)


def _opened(text: str) -> str:
    """Say the longest opening that the product wrote; what follows is a person's."""
    for end in reversed([each.start() for each in OPENING_END.finditer(text)]):
        opening = OPENINGS.find(text[:end])
        if opening is not None:
            return opening + text[end:]
    return text
