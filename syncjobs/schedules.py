"""What happens every minute. Our own rows say what is due; the queue has this one schedule only."""

import logging
from collections.abc import Callable
from datetime import datetime

from syncjobs import issues, sweep

logger = logging.getLogger(__name__)


def run_tick(now: datetime) -> None:
    """Beat, wake up what is due, safety jobs too; one failure never stops the rest."""
    for part in (
        sweep.beat,
        sweep.sweep_due,
        sweep.sweep_batches,
        sweep.sweep_safety,
        issues.adopt,
    ):
        _contained(part, now)


def _contained(part: Callable[[datetime], object], now: datetime) -> None:
    try:
        part(now)
    except Exception:  # whatever it is, it must not stop the other parts
        logger.exception("A part of the tick failed: %s", part.__name__)
