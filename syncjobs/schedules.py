"""What happens every minute. Our own rows say what is due; the queue has this one schedule only."""

import logging
from collections.abc import Callable
from datetime import datetime

from syncjobs import alerts, issues, problems, queue, sweep

PRUNED_AT_MINUTE = 17

logger = logging.getLogger(__name__)


def run_tick(now: datetime) -> None:
    """Beat and wake up what is due, safety jobs and webhook checks too; one failure never stops the rest."""
    parts = (
        sweep.beat,
        sweep.sweep_due,
        sweep.sweep_batches,
        sweep.sweep_safety,
        sweep.sweep_hooks,
        issues.adopt,
        alerts.look,
        _send_alerts,
        _prune,
    )
    for part in parts:
        _contained(part, now)


def _send_alerts(now: datetime) -> None:
    """Let a worker tell people of problems: a mail server may be slow."""
    if problems.to_tell(now).exists() and not queue.waiting("send_alerts", now=now):
        queue.enqueue("send_alerts")


def _prune(now: datetime) -> None:
    """Let a worker delete what is old enough, once an hour; a lost message costs an hour."""
    if now.minute == PRUNED_AT_MINUTE and not queue.waiting("prune", now=now):
        queue.enqueue("prune")


def _contained(part: Callable[[datetime], object], now: datetime) -> None:
    try:
        part(now)
    except Exception:  # whatever it is, it must not stop the other parts
        logger.exception("A part of the tick failed: %s", part.__name__)
