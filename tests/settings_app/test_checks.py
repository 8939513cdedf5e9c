"""System checks of the settings."""

import pytest
from cryptography.fernet import Fernet
from django.core.checks import run_checks
from pytest_django import Settings

from settings_app.models import Tenant


def ids(databases: list[str] | None = None) -> list[str | None]:
    return [
        message.id
        for message in run_checks(databases=databases)
        if str(message.id).startswith("settings_app.")
    ]


def test_no_key_is_an_error(settings: Settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = []

    assert ids() == ["settings_app.E001"]


def test_a_key_that_is_none_is_an_error_and_is_not_shown(settings: Settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), "not-a-key"]

    errors = [error for error in run_checks() if error.id == "settings_app.E002"]

    assert len(errors) == 1
    assert "Key 2" in errors[0].msg
    assert "not-a-key" not in str(errors[0])


@pytest.mark.django_db
def test_stored_secrets_that_can_be_read_are_fine(nordlys: Tenant) -> None:
    assert ids(["default"]) == []


@pytest.mark.django_db
def test_a_stored_secret_that_no_key_fits_is_an_error(nordlys: Tenant, settings: Settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

    assert ids() == []  # without a database nothing is asked
    assert ids(["default"]) == ["settings_app.E003"] * 3
