"""Says in the reader's language why a setting was changed, where the product and not a person wrote it.

A reason is stored in English as it was given. What the product writes opens it, and a note on replaced secrets ends it.
"""

import re

from django.utils.translation import gettext, gettext_noop

OPENINGS = (
    gettext_noop("doctor: renamed on the till"),
    gettext_noop("reverted to the version of {moment} UTC"),
    gettext_noop("setup guide: new shop"),
    gettext_noop("setup guide"),
    gettext_noop("tenant file"),
    gettext_noop("went live on the responsibility of {user}"),
    gettext_noop("went live: the doctor of {moment} UTC is green"),
)
SECRETS = gettext_noop("(new: {names})")


def reason_shown(reason: str | None) -> str:
    """Return a stored reason for a person to read; empty where none was given."""
    opening, rest = "", reason or ""
    for text in OPENINGS:
        if found := re.match(rf"{_pattern(text)}(?=$|: |\. | \()", rest):
            opening, rest = gettext(text).format(**found.groupdict()), rest[found.end() :]
            break
    note = re.search(rf"{_pattern(SECRETS)}$", rest)
    if note:
        rest = rest[: note.start()] + gettext(SECRETS).format(**note.groupdict())
    return opening + rest


def _pattern(text: str) -> str:
    return re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(text))
