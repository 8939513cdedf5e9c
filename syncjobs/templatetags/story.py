"""How stories and overviews print what they tell."""

import json
from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from syncjobs.models import SyncJob, System

LONGEST_TEXT = 4000

register = template.Library()


@register.filter
def kroner(amount: Decimal | str | None) -> str:
    """Return an amount, or the text that a sheet keeps of it, as the reader's language writes it."""
    return "" if amount is None else number_format(amount, decimal_pos=2, force_grouping=True)


@register.filter
def system(name: str) -> str:
    """Return a vendor's name."""
    return str(System(name).label) if name in System.values else name


@register.filter
def raw(value: Any) -> str:
    """Return evidence as readable text, cut where it is long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]} …"


@register.filter
def told(job: SyncJob) -> str:
    """Return the cause, the reason or the summary of a job, whichever there is."""
    return job.cause or job.reason or job.summary


HEALTH = {
    "ok": _("ok"),
    "failing": _("failing"),
    "missing": _("missing"),
    "off": _("off"),
}
TICKS = {"yes": "✓", "waits": "…", "no": "✗", "none": "–"}


@register.filter
def health(state: str) -> str:
    """Return the health of webhooks as a word."""
    return str(HEALTH.get(state, state))


@register.filter
def tick(state: str) -> str:
    """Return the mark of a step."""
    return TICKS[state]


@register.filter
def plain(number: float) -> str:
    """Return a length for SVG, which knows points only."""
    return f"{number:.1f}"
