"""Says a stored reason in the reader's language: what names a page of the setup guide or a restored row, and the rest.

The guide stands above this package, so it tells us the names of its pages (`name_steps`).
"""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop

from settings_app.services.reasons import reason_shown

OF_STEP = re.compile(r"^setup guide: (\w+)(?=$| \(|: )")
RESTORED = gettext_noop("restored as it was when deleted at {moment} UTC")
OF_RESTORED = re.compile(rf"^{re.escape(RESTORED)}".replace(r"\{moment\}", "(.+?)"))

_names: dict[str, Any] = {}


def name_steps(names: Mapping[str, Any]) -> None:
    """Tell how the guide's pages are called, by what a reason names them by."""
    _names.update(names)


def reason_told(reason: str | None) -> str:
    """Return a stored reason for a person to read; empty where none was given."""
    text = OF_STEP.sub(lambda found: f"setup guide: {_names.get(found[1], found[1])}", reason or "")
    if OF_RESTORED.match(text):
        return OF_RESTORED.sub(lambda found: gettext(RESTORED).format(moment=found[1]), text)
    return reason_shown(text)
