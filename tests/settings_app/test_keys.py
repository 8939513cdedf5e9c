"""Secrets at rest."""

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from pytest_django import Settings

from settings_app.fields import encrypted_columns
from settings_app.keys import UnableToDecrypt, decrypt, encrypt, rotate
from settings_app.models import Customers1stConnection, Tenant
from tests.settings_app.files import SECRETS

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_the_first_key_encrypts_and_all_decrypt(settings: Settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    stored = encrypt("hemmeligt æøå")

    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    assert decrypt(stored) == "hemmeligt æøå"
    fresh = rotate(stored)

    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert decrypt(fresh) == "hemmeligt æøå"


def test_a_wrong_key_raises_and_never_gives_the_stored_text(settings: Settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    stored = encrypt("x")

    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    with pytest.raises(UnableToDecrypt, match="FIELD_ENCRYPTION_KEYS"):
        decrypt(stored)


def test_reading_a_row_with_a_wrong_key_raises(nordlys: Tenant, settings: Settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [NEW]

    with pytest.raises(UnableToDecrypt):
        Customers1stConnection.objects.get(tenant=nordlys)


def test_the_database_holds_no_plain_secret_anywhere(nordlys: Tenant) -> None:
    dump = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names come from the database
            dump.append(repr(cursor.fetchall()))

    assert "nordlys" in "".join(dump)
    for secret in SECRETS:
        assert secret not in "".join(dump)


def test_an_empty_secret_stays_empty(nordlys: Tenant) -> None:
    Customers1stConnection.objects.filter(tenant=nordlys).update(api_token="")

    with connection.cursor() as cursor:
        cursor.execute("SELECT api_token FROM settings_app_customers1stconnection")
        assert cursor.fetchall() == [("",)]


def test_every_secret_column_is_known() -> None:
    columns = {f"{model.__name__}.{column}" for model, column in encrypted_columns()}

    assert {
        "Customers1stConnection.api_token",
        "Customers1stConnection.webhook_secret",
        "Customers1stConnection.previous_webhook_secret",
        "UnicontaConnection.password",
    } <= columns
    assert not any("Historical" in name for name in columns)
