"""When silent workers are restarted. Pure: values in, values out."""

from dataclasses import dataclass

START_GRACE = 30.0  # seconds until the first sign of a new start, whatever the scale
LONG_SILENT = 15  # times `silent_after`: too long even where other machines take most messages


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Seconds between things, already scaled."""

    beat_every: float
    sweep_every: float
    silent_after: float
    due_after: float
    stop_after: float

    @classmethod
    def scaled(
        cls, scale: float, *, silent: float, due: float, sweep: float, stop: float
    ) -> "Limits":
        """Return the limits times `scale`, none so short that a busy machine would break it."""
        silent_after = max(silent * scale, 3.0)
        return cls(
            beat_every=silent_after / 5,
            sweep_every=max(sweep * scale, 1.0),
            silent_after=silent_after,
            due_after=max(due * scale, 5.0),
            stop_after=max(stop * scale, 1.0),
        )


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the watchdog sees at one moment.

    Ages are in seconds: of the start, of the last sign of our own workers, of the last heartbeat of any worker, and of
    the oldest due job that nobody works. None: there is none.
    """

    workers: int
    busy: int
    start_age: float
    sign_age: float | None
    beat_age: float | None
    due_age: float | None


def why_restart(seen: Seen, limits: Limits) -> str:
    """Return why the workers must be restarted, nothing when they need not."""
    if seen.busy >= seen.workers:
        return ""  # nobody is free to give a sign
    if seen.sign_age is None:
        return "no sign since the start" if seen.start_age > _grace(limits) else ""
    if seen.sign_age <= limits.silent_after:
        return ""
    if seen.beat_age is None or seen.beat_age > limits.silent_after:
        return "no heartbeat"
    if seen.due_age is not None and seen.due_age > limits.due_after:
        return "a due job is not taken"
    return "no sign for long" if seen.sign_age > limits.silent_after * LONG_SILENT else ""


def _grace(limits: Limits) -> float:
    return max(START_GRACE, limits.silent_after)
