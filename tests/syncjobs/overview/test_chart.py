"""The bars of the last days."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from syncjobs.overview.chart import HEIGHT, chart_of

TODAY = date(2026, 3, 2)
days = st.integers(0, 30).map(lambda back: TODAY - timedelta(days=back))
counts = st.dictionaries(days, st.integers(0, 10_000))


@given(done=counts, held=counts)
def test_every_day_has_its_bar_and_no_bar_leaves_the_chart(
    done: dict[date, int], held: dict[date, int]
) -> None:
    chart = chart_of(done, held, until=TODAY, days=14)

    assert [bar.day for bar in chart.bars] == [TODAY - timedelta(days=n) for n in range(13, -1, -1)]
    for bar in chart.bars:
        assert (bar.done, bar.held) == (done.get(bar.day, 0), held.get(bar.day, 0))
        assert -0.2 <= bar.held_y <= bar.done_y <= HEIGHT
    sums = [bar.done + bar.held for bar in chart.bars]
    assert chart.highest == max(sums)
    if chart.highest:
        top = chart.bars[sums.index(chart.highest)]
        assert abs(top.held_y) <= 0.2


def test_nothing_at_all_is_a_flat_chart() -> None:
    chart = chart_of({}, {}, until=TODAY, days=14)

    assert chart.highest == 0
    assert all(bar.done_height == bar.held_height == 0 for bar in chart.bars)
