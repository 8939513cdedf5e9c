"""A live shop whose processes are killed one after another; `make drill` does the same for longer and at real times."""

from pathlib import Path

import pytest

from tests.journeys.drill import books, postgres
from tests.journeys.drill.blows import PROMISED, Drill
from tests.journeys.drill.processes import Role
from tests.journeys.drill.site import open_site

pytestmark = pytest.mark.services

SCALE = 0.2  # of our waiting times, so that the drill takes a minute
ON_SQLITE = (Role.WEB_WORKER, Role.BUSY_WORKER, Role.MONITOR)
ON_POSTGRESQL = (Role.WEB, Role.IDLE_WORKER, Role.SENTINEL, Role.DATABASE, Role.CLUSTER)


@pytest.mark.parametrize(
    ("postgresql", "clusters", "roles", "seed"),
    [(False, 1, ON_SQLITE, 11), (True, 2, ON_POSTGRESQL, 12)],
    ids=["sqlite, one cluster", "postgresql, two clusters"],
)
def test_whatever_is_killed_everything_accepted_is_worked_again_and_booked_once(
    tmp_path: Path, postgresql: bool, clusters: int, roles: tuple[Role, ...], seed: int
) -> None:
    if postgresql and not postgres.is_there():
        pytest.skip("needs root and Debian's pg_createcluster, for a server that may be killed")
    with open_site(tmp_path, postgresql=postgresql, clusters=clusters, scale=SCALE) as site:
        drill = Drill(site, seed=seed)
        drill.sell_first()
        for number, role in enumerate(roles):
            blow = drill.strike(role, cluster=number % clusters)
            assert blow.seconds < PROMISED
        books.check(site, drill.seller.receipts())
