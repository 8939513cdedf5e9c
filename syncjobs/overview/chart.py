"""A small bar chart as numbers for an inline SVG. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

HEIGHT, WIDTH, GAP = 60, 20, 6


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One day: what was brought in step, and on top of it what needed a person; lengths in the chart's own units."""

    day: date
    x: int
    done: int
    held: int
    done_height: float
    held_height: float

    @property
    def done_y(self) -> float:
        """Where the lower part begins, from above."""
        return HEIGHT - self.done_height

    @property
    def held_y(self) -> float:
        """Where the upper part begins, from above."""
        return HEIGHT - self.done_height - self.held_height


@dataclass(frozen=True, kw_only=True)
class Chart:
    """The bars, the oldest day first, and the measures around them."""

    bars: Sequence[Bar]
    highest: int

    @property
    def width(self) -> int:
        """How wide it is."""
        return len(self.bars) * (WIDTH + GAP)

    @property
    def height(self) -> int:
        """How high it is."""
        return HEIGHT

    @property
    def bar_width(self) -> int:
        """How wide a bar is."""
        return WIDTH


def chart_of(
    done: Mapping[date, int], held: Mapping[date, int], *, until: date, days: int
) -> Chart:
    """Return the chart of the last days, `until` the last of them; the highest bar takes the whole height."""
    shown = [until - timedelta(days=back) for back in range(days - 1, -1, -1)]
    highest = max((done.get(day, 0) + held.get(day, 0) for day in shown), default=0)
    scale = HEIGHT / highest if highest else 0.0
    bars = [
        Bar(
            day=day,
            x=place * (WIDTH + GAP),
            done=done.get(day, 0),
            held=held.get(day, 0),
            done_height=round(done.get(day, 0) * scale, 1),
            held_height=round(held.get(day, 0) * scale, 1),
        )
        for place, day in enumerate(shown)
    ]
    return Chart(bars=bars, highest=highest)
