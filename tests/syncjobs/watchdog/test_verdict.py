"""Silent workers are restarted, busy and starved ones are not."""

from dataclasses import replace

import pytest

from syncjobs.watchdog.verdict import Limits, Seen, why_restart

LIMITS = Limits.scaled(1.0, silent=20, due=60, sweep=10, stop=30)
HEALTHY = Seen(workers=4, busy=0, start_age=500, sign_age=3, beat_age=3, due_age=None)


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (HEALTHY, ""),
        (replace(HEALTHY, sign_age=21, beat_age=21), "no heartbeat"),
        (replace(HEALTHY, sign_age=21, beat_age=None), "no heartbeat"),
        # every worker is in a long task: nobody is free to beat
        (replace(HEALTHY, busy=4, sign_age=400, beat_age=400, due_age=400), ""),
        (replace(HEALTHY, busy=3, sign_age=400, beat_age=400), "no heartbeat"),
        # another machine took our beats
        (replace(HEALTHY, sign_age=21, beat_age=1), ""),
        (replace(HEALTHY, sign_age=21, beat_age=1, due_age=59), ""),
        (replace(HEALTHY, sign_age=21, beat_age=1, due_age=61), "a due job is not taken"),
        (replace(HEALTHY, sign_age=301, beat_age=1), "no sign for long"),
        # tasks run, so a job that is due again and again is not the cluster's fault
        (replace(HEALTHY, sign_age=1, beat_age=90, due_age=900), ""),
        # starting takes its time, and then not for ever
        (replace(HEALTHY, sign_age=None, start_age=29, beat_age=900), ""),
        (replace(HEALTHY, sign_age=None, start_age=31), "no sign since the start"),
    ],
)
def test_the_reason_for_a_restart(seen: Seen, reason: str) -> None:
    assert why_restart(seen, LIMITS) == reason


def test_limits_shrink_with_the_scale_and_never_below_what_a_machine_needs() -> None:
    drill = Limits.scaled(0.25, silent=20, due=60, sweep=10, stop=30)
    assert (drill.silent_after, drill.due_after, drill.sweep_every) == (5, 15, 2.5)
    tiny = Limits.scaled(0.0, silent=20, due=60, sweep=10, stop=30)
    assert (tiny.silent_after, tiny.due_after, tiny.sweep_every, tiny.stop_after) == (3, 5, 1, 1)
    assert tiny.beat_every < tiny.silent_after / 2
