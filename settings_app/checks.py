"""System checks of the settings, with ids."""

from collections.abc import Iterator, Sequence
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from settings_app.fields import encrypted_columns
from settings_app.keys import UnableToDecrypt, decrypt

RECIPE = (
    'Make one: python -c "from cryptography.fernet import Fernet; '
    'print(Fernet.generate_key().decode())"'
)


@register()
def check_encryption_keys(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """settings_app.E001, E002: there is a key, and every key of FIELD_ENCRYPTION_KEYS is a Fernet key."""
    if not settings.FIELD_ENCRYPTION_KEYS:
        return [Error("FIELD_ENCRYPTION_KEYS is empty.", hint=RECIPE, id="settings_app.E001")]
    return [
        Error(
            f"Key {number} of FIELD_ENCRYPTION_KEYS is not a Fernet key.",
            hint=RECIPE,
            id="settings_app.E002",
        )
        for number, key in enumerate(settings.FIELD_ENCRYPTION_KEYS, start=1)
        if not _is_key(key)
    ]


@register(Tags.database)
def check_stored_secrets(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """settings_app.E003: every stored secret can be decrypted (`check --database default`, and `migrate`)."""
    if not databases or check_encryption_keys(app_configs):
        return []
    return [
        Error(
            f"{column} of {model._meta.label} {key} cannot be decrypted.",
            hint="Put the key it was encrypted with back into FIELD_ENCRYPTION_KEYS, or set the secret anew.",
            id="settings_app.E003",
        )
        for alias in databases
        for model, column, key in _unreadable(alias)
    ]


def _is_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True


def _unreadable(alias: str) -> Iterator[tuple[type[models.Model], str, Any]]:
    """Yield what no key fits; through plain SQL, since the ORM decrypts while it reads."""
    connection = connections[alias]
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for model, column in encrypted_columns():
            table, key = model._meta.db_table, str(model._meta.pk.column)
            if table not in tables or column not in _columns(connection, cursor, table):
                continue  # before the migration that makes it
            cursor.execute(f"SELECT {quote(key)}, {quote(column)} FROM {quote(table)}")  # noqa: S608 - names are ours
            for row_key, stored in cursor.fetchall():
                if stored and not _is_readable(stored):
                    yield model, column, row_key


def _columns(connection: BaseDatabaseWrapper, cursor: Any, table: str) -> set[str]:
    return {part.name for part in connection.introspection.get_table_description(cursor, table)}


def _is_readable(stored: str) -> bool:
    try:
        decrypt(stored)
    except UnableToDecrypt:
        return False
    return True
