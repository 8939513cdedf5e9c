"""Runs `drift` and says what it told."""

import json
from io import StringIO
from typing import Any

from django.core.management import call_command


def drift(slug: str, *options: str) -> tuple[dict[str, Any], int]:
    """Return the document of `drift --json` and its exit code."""
    out = StringIO()
    code = 0
    try:
        call_command("drift", slug, *options, "--json", stdout=out, stderr=StringIO())
    except SystemExit as end:
        code = int(end.code or 0)
    document: dict[str, Any] = json.loads(out.getvalue())
    assert code == (0 if document["ok"] else 1)
    return document, code


def brief(document: dict[str, Any]) -> set[tuple[str, str, str, str, str]]:
    """Return class, kind, source id, winner and state of each difference."""
    names = ("class", "kind", "source_id", "winner", "state")
    rows = [tuple(row[name] for name in names) for row in document["differences"]]
    assert len(rows) == len(set(rows)) == document["found"]
    return set(rows)
