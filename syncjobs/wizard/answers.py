"""A tenant's answers, read from its tenant file and written back as a piece of one: the wizard knows no other way."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

import yaml

from settings_app.models import Tenant
from settings_app.services import export_file
from syncjobs.wizard.step import Step
from syncjobs.wizard.steps import CARDS

# lists of pairs in the tenant file -> key, value
PAIRS = {"payment_types": ("title", "account"), "registers": ("register_id", "cash_account")}
WHOLE = ("webhooks", "safety")  # what a file leaves out of these is off
BY_RATE = ("discount_items", "misc_items")


def answers_of(tenant: Tenant) -> dict[str, Any]:
    """Return the tenant file as nested mappings, without secrets; pairs and variant fields by the till's name."""
    content: dict[str, Any] = yaml.safe_load(export_file(tenant))
    for section, (key, value) in PAIRS.items():
        content[section] = {str(row[key]): row[value] for row in content[section]}
    content["variant_fields"] = {source: name for name, source in content["variant_fields"].items()}
    return content


def answer(answers: Mapping[str, Any], path: str) -> Any:
    """Return the answer at a path, None where there is none."""
    section, *keys = _keys(path)
    found: Any = answers.get(section)
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def fingerprint(answers: Mapping[str, Any], step: Step) -> str:
    """Return a value that changes with the stored answers of a step, so that two tabs notice each other."""
    told = {section: answers.get(section) for section in sorted(step.sections)}
    if step.asks and not step.table:
        told = {ask.path: answer(answers, ask.path) for ask in step.asks}
    text = json.dumps(told, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def piece_of_file(
    answers: Mapping[str, Any], given: Mapping[str, Any], *, table: str, slug: str, name: str
) -> str:
    """Return the tenant file that changes these answers (by path) and nothing else; `table` is replaced as a whole."""
    piece: dict[str, Any] = {"tenant": {"slug": slug, "name": name}}
    for section in WHOLE:
        if any(path.startswith(f"{section}.") for path in given):
            piece[section] = deepcopy(answers[section])
    for part in BY_RATE:
        if any(path.startswith(f"setup.{part}.") for path in given):
            piece.setdefault("setup", {})[part] = dict(answers["setup"].get(part) or {})
    if table:
        piece[table] = {}
    for path, value in given.items():
        _put(piece, _keys(path), value)
    _tidy(piece)
    return yaml.safe_dump(piece, sort_keys=False, allow_unicode=True)


def _keys(path: str) -> list[str]:
    """Return the keys on the way; a till's name may hold points itself."""
    section, _, rest = path.partition(".")
    return [section, rest] if section in (*PAIRS, "variant_fields") else path.split(".")


def _put(piece: dict[str, Any], keys: Iterable[str], value: Any) -> None:
    *way, last = keys
    for key in way:
        piece = piece.setdefault(key, {})
    piece[last] = value


def _tidy(piece: dict[str, Any]) -> None:
    """Bring pairs and cards into the form of the file; rows without a value are no rows."""
    for section, (key, value) in PAIRS.items():
        if section in piece:
            piece[section] = [{key: k, value: v} for k, v in piece[section].items() if v]
    if "variant_fields" in piece:
        fields = piece["variant_fields"]
        piece["variant_fields"] = {name: source for source, name in fields.items() if name}
    setup = piece.get("setup", {})
    for part in BY_RATE:
        if part in setup:
            setup[part] = {rate: item for rate, item in setup[part].items() if item}
    for card in CARDS:
        if card in setup and not any(setup[card].values()):
            setup[card] = {}
