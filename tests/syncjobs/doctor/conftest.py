"""A rightly set up tenant, in the database once a module; every test spoils its own copy of it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from tests.syncjobs.doctor.world import World


@pytest.fixture(scope="module")
def pattern(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Set Nordlys up once; the module's tests are savepoints within, and all of it is rolled back."""
    patched = pytest.MonkeyPatch.context()
    changed = override_settings(ALLOWED_API_HOSTS=[], PUBLIC_BASE_URL="")
    with django_db_blocker.unblock(), patched as patch, changed, transaction.atomic():
        yield World(django_settings, patch)
        transaction.set_rollback(True)


@pytest.fixture
def world(pattern: World, db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    """Nordlys, with nothing to find."""
    return World(settings, monkeypatch, like=pattern)
