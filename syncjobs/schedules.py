"""What happens every minute. Our own rows say what is due; the queue has this one schedule only."""

import logging
from collections.abc import Callable
from datetime import datetime

from syncjobs import issues, sweep

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
    )
    for part in parts:
        _contained(part, now)


def _contained(part: Callable[[datetime], object], now: datetime) -> None:
    try:
        part(now)
    except Exception:  # whatever it is, it must not stop the other parts
        logger.exception("A part of the tick failed: %s", part.__name__)
