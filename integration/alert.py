"""Posts a message about problems to a web address; the caller has checked that it may go there."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from integration.errors import Refused
from integration.http import Http, raise_for_transport

SYSTEM = "The address for problems"
TIMEOUT = (3.05, 10.0)  # seconds: connect, read


def post_alert(url: str, message: Mapping[str, Any]) -> None:
    """Post plain values as JSON; raises the errors of integration.errors when they were not taken."""
    parts = urlsplit(url)
    http = Http(system=SYSTEM, base_url=f"{parts.scheme}://{parts.netloc}", timeout=TIMEOUT)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    answer = http.call("POST", path, write=True, body=dict(message))
    raise_for_transport(answer, write=True)
    if answer.status >= 300:
        raise Refused(f"{SYSTEM} answered with status {answer.status}.")
