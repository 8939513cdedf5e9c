"""The long crash drill at real times: every role, many seeds, SQLite and PostgreSQL, one and two clusters.

    python -m bench.crash [--seeds N] [--scale X] [--only sqlite|postgresql]

Prints how long it took after each kill until everything accepted was worked again; 1 when a promise is broken.
"""

import argparse
import random
import sys
import tempfile
import traceback
from collections import defaultdict
from pathlib import Path
from statistics import median

from bench.setting import set_up

PROMISED = 60.0  # seconds


def main() -> int:
    """Drill every combination and print the table."""
    parser = argparse.ArgumentParser(description="Kill processes of a live shop, again and again.")
    parser.add_argument("--seeds", type=int, default=2, help="rounds over all roles (2)")
    parser.add_argument("--scale", type=float, default=1.0, help="RETRY_TIME_SCALE (1.0)")
    parser.add_argument("--only", choices=("sqlite", "postgresql"), help="one database only")
    options = parser.parse_args()
    set_up()
    seconds: dict[str, list[float]] = defaultdict(list)
    broken = 0
    for postgresql in (False, True):
        if options.only not in (None, "postgresql" if postgresql else "sqlite"):
            continue
        for clusters in (1, 2):
            name = f"{'PostgreSQL' if postgresql else 'SQLite'}, clusters: {clusters}"
            try:
                _drill(name, seconds, postgresql=postgresql, clusters=clusters, options=options)
            except AssertionError:
                traceback.print_exc()
                broken += 1
    print(f"\n{'killed':<34}{'kills':>6}{'median s':>10}{'most s':>8}")
    for name, taken in seconds.items():
        print(f"{name:<34}{len(taken):>6}{median(taken):>10.1f}{max(taken):>8.1f}")
    return 1 if broken else 0


def _drill(
    name: str,
    seconds: dict[str, list[float]],
    *,
    postgresql: bool,
    clusters: int,
    options: argparse.Namespace,
) -> None:
    from tests.journeys.drill import books  # the settings must stand first
    from tests.journeys.drill.blows import Drill
    from tests.journeys.drill.site import open_site

    with (
        tempfile.TemporaryDirectory() as folder,
        open_site(
            Path(folder), postgresql=postgresql, clusters=clusters, scale=options.scale
        ) as site,
    ):
        drill = Drill(site, seed=options.seeds)
        drill.sell_first()
        for seed in range(options.seeds):
            roles = site.roles()
            random.Random(seed).shuffle(roles)  # noqa: S311 - repeatable, no secret
            for role in roles:
                blow = drill.strike(role, cluster=seed % clusters)
                seconds[f"{role}"].append(blow.seconds)
                print(f"{name}: {blow}", flush=True)
        books.check(site, drill.seller.receipts())
        print(f"{name}: {len(drill.seller.sold)} receipts, each booked exactly once", flush=True)


if __name__ == "__main__":
    sys.exit(main())
