"""A text that is encrypted in the database."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models

from settings_app.keys import decrypt, encrypt


class EncryptedTextField(models.TextField[str, str]):
    """A text that is encrypted at rest and plain in Python. Empty stays empty. Cannot be searched."""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        """Decrypt what the database holds."""
        return decrypt(value) if value else value

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt what goes into the database."""
        return encrypt(str(value)) if value else value


def encrypted_columns() -> Iterator[tuple[type[models.Model], str]]:
    """Yield every model's columns that hold secrets."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield model, str(field.column)
