"""Measured processes work some jobs without a vendor: what is measured is ours alone."""

import os
import time

from django.apps import AppConfig


class BenchConfig(AppConfig):
    """Puts a flow that only waits, as long as BENCH_FLOW_SECONDS, in the place of sales and day closes; with
    BENCH_NOISE_SECONDS a day close waits that long, then fails."""

    name = "bench"

    def ready(self) -> None:
        """Replace the flows."""
        from integration.errors import RetryableError
        from integration.flows.outcome import Done
        from integration.flows.registry import FLOWS

        seconds = float(os.environ.get("BENCH_FLOW_SECONDS", "0"))

        def flow(context: object, source_id: str) -> Done:
            context.steps.note("Looked")  # type: ignore[attr-defined]
            time.sleep(seconds)
            return Done("Nothing to do")

        def noise(context: object, source_id: str) -> Done:
            time.sleep(float(os.environ["BENCH_NOISE_SECONDS"]))
            raise RetryableError("Nobody answered.")

        for kind in ("sale_to_order", "day_close_to_journal"):
            FLOWS[kind] = flow  # type: ignore[index]  # as below
        if "BENCH_NOISE_SECONDS" in os.environ:
            FLOWS["day_close_to_journal"] = noise  # type: ignore[index]  # a table that nobody changes, but here
