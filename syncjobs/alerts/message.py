"""Tells people: one mail and one post per recipient and round, whatever the number of problems."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db.models import Q

from integration.alert import post_alert
from integration.errors import IntegrationError
from settings_app.models import Operation
from settings_app.models.operation import split_addresses, validate_alert_url
from syncjobs import problems
from syncjobs.models import Problem
from syncjobs.selectors import to_text

logger = logging.getLogger(__name__)

SENDING = timedelta(minutes=5)  # a sender that takes longer has died
WORDS = {Problem.State.OPEN: "PROBLEM", Problem.State.RECOVERED: "RECOVERED"}


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Somebody who is told; `tenant_id` None: the operator, who is told of everything."""

    tenant_id: int | None
    emails: Sequence[str]
    url: str


def send(now: datetime) -> int:
    """Tell everybody of what is new and what is over; returns how many problems were told of.

    A problem counts as told when every way to every recipient of it worked; else all of it is tried again.
    """
    claimed = [row for row in problems.to_tell(now) if _claim(row, now)]
    failed: set[int] = set()
    for recipient in _recipients(claimed):
        own = [row for row in claimed if recipient.tenant_id in {None, row.tenant_id}]
        if own and not _tell(recipient, own, now):
            failed |= {row.pk for row in own}
    for row in claimed:
        if row.pk not in failed:
            problems.told(row, now)
    return len(claimed) - len(failed)


def _claim(row: Problem, now: datetime) -> bool:
    """Take a message for this process; a failed one is free again after a while."""
    free = Q(sending_until__isnull=True) | Q(sending_until__lte=now)
    rows = Problem.objects.filter(free, pk=row.pk, state=row.state)
    return bool(rows.update(sending_until=now + SENDING))


def _recipients(rows: Iterable[Problem]) -> list[Recipient]:
    tenants = {row.tenant_id for row in rows if row.tenant_id is not None}
    operations = Operation.objects.filter(tenant__in=tenants)
    own = [
        Recipient(
            tenant_id=row.tenant_id, emails=split_addresses(row.alert_emails), url=row.alert_url
        )
        for row in operations
    ]
    operator = Recipient(tenant_id=None, emails=settings.ALERT_EMAILS, url=settings.ALERT_URL)
    return [operator, *own]


def _tell(recipient: Recipient, rows: Sequence[Problem], now: datetime) -> bool:
    """Send by both ways; False when one failed."""
    try:
        if recipient.emails:
            _mail(recipient.emails, rows)
        if recipient.url:
            validate_alert_url(recipient.url)  # whatever way it came into the row
            post_alert(recipient.url, _document(rows, now))
    except (OSError, IntegrationError, ValidationError) as error:
        logger.warning("A message about problems could not be sent: %s", type(error).__name__)
        return False
    return True


def _mail(emails: Sequence[str], rows: Sequence[Problem]) -> None:
    first = rows[0]
    more = f" (+{len(rows) - 1})" if len(rows) > 1 else ""
    subject = f"[{WORDS[Problem.State(first.state)]}] {_place(first)}: {first.cause}"[:150] + more
    body = "\n\n".join(_lines(row) for row in rows)
    EmailMessage(subject=" ".join(subject.split()), body=body, to=list(emails)).send()


def _lines(row: Problem) -> str:
    since = to_text(row.first_seen_at)
    text = f"{WORDS[Problem.State(row.state)]} {_place(row)}\n{row.cause}\nSince {since}."
    if row.state == Problem.State.OPEN:
        return f"{text}\n{row.cure}".strip()
    return f"{text} Over since {to_text(row.recovered_at)}."


def _place(row: Problem) -> str:
    return row.tenant.slug if row.tenant is not None else "service"


def _document(rows: Iterable[Problem], now: datetime) -> dict[str, Any]:
    return {
        "at": to_text(now),
        "problems": [
            {
                "tenant": row.tenant.slug if row.tenant is not None else None,
                "key": row.key,
                "state": row.state.lower(),
                "cause": row.cause,
                "cure": row.cure,
                "since": to_text(row.first_seen_at),
                "recovered": to_text(row.recovered_at),
            }
            for row in rows
        ],
    }
