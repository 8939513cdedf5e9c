"""Says in the reader's language which page of the setup guide a stored reason names: the key is stored, the name is shown.

The guide stands above this package, so it tells us the names of its pages (`name_steps`).
"""

import re
from collections.abc import Mapping
from typing import Any

from settings_app.services.reasons import reason_shown

OF_STEP = re.compile(r"^setup guide: (\w+)(?=$| \()")

_names: dict[str, Any] = {}


def name_steps(names: Mapping[str, Any]) -> None:
    """Tell how the guide's pages are called, by what a reason names them by."""
    _names.update(names)


def reason_told(reason: str | None) -> str:
    """Return a stored reason for a person to read, with the name of the guide's page; empty where none was given."""
    named = OF_STEP.sub(
        lambda found: f"setup guide: {_names.get(found[1], found[1])}", reason or ""
    )
    return reason_shown(named)
