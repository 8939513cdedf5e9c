"""`rotate_keys`: after a new key was put first."""

import json
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from pytest_django import Settings

from settings_app.models import Customers1stConnection, Tenant, UnicontaConnection

NEW = Fernet.generate_key().decode()
Capture = pytest.CaptureFixture[str]


def stored() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT api_token, webhook_secret FROM settings_app_customers1stconnection")
        return list(cursor.fetchall())


def test_every_secret_is_readable_with_the_new_key_alone(
    nordlys: Tenant, fjord: Tenant, settings: Settings, capsys: Capture
) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [NEW, *settings.FIELD_ENCRYPTION_KEYS]

    call_command("rotate_keys", "--json")

    assert json.loads(capsys.readouterr().out) == {"secrets": 6, "dry_run": False}
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert Customers1stConnection.objects.get(tenant=nordlys).api_token == "nordlys-token-1"
    assert UnicontaConnection.objects.get(tenant=fjord).password == "fjord-password-1"


def test_a_dry_run_changes_nothing(nordlys: Tenant, settings: Settings, capsys: Capture) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [NEW, *settings.FIELD_ENCRYPTION_KEYS]
    before = stored()

    call_command("rotate_keys", "--dry-run")

    assert "secrets: 3" in capsys.readouterr().out
    assert stored() == before


def test_a_secret_that_no_key_fits_stops_it_and_nothing_is_changed(
    nordlys: Tenant, fjord: Tenant, settings: Settings
) -> None:
    old = settings.FIELD_ENCRYPTION_KEYS
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    UnicontaConnection.objects.filter(tenant=fjord).update(password="under another key")
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *old]
    before = stored()

    with pytest.raises(CommandError, match="settings_app_unicontaconnection"):
        call_command("rotate_keys")

    assert stored() == before


def test_no_history_is_written(nordlys: Tenant, settings: Settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [NEW, *settings.FIELD_ENCRYPTION_KEYS]
    before = Customers1stConnection.history.count()

    call_command("rotate_keys", "--json")

    assert Customers1stConnection.history.count() == before
