"""A live shop for every journey, wired to both vendors in this process."""

from collections.abc import Mapping

import pytest

from integration.http import TokenBucket
from tests.journeys.tenant_files import TENANT_FILE
from tests.journeys.world import Build, World


@pytest.fixture
def build_world(monkeypatch: pytest.MonkeyPatch) -> Build:
    """Return what opens a shop: under these readings of the vendors, set up by this tenant file."""
    wide = TokenBucket(1_000_000, 1_000_000)  # the vendors' limits have tests of their own

    def build(
        switches: Mapping[str, str] | None = None, *, tenant_file: str = TENANT_FILE
    ) -> World:
        world = World(switches or {}, tenant_file=tenant_file)
        monkeypatch.setattr("integration.http._new_session", world.session)
        monkeypatch.setattr("integration.customers1st.client.bucket_for", lambda token: wide)
        return world

    return build


@pytest.fixture
def world(build_world: Build) -> World:
    """A shop of till sales with its webhooks registered, every reading at its default."""
    world = build_world()
    world.command("hooks", "nordlys", "--repair")
    world.calls.clear()
    return world
