"""System checks of the settings, with ids."""

from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def check_encryption_keys(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """settings_app.E001: every key of FIELD_ENCRYPTION_KEYS is a Fernet key."""
    for number, key in enumerate(settings.FIELD_ENCRYPTION_KEYS, start=1):
        try:
            Fernet(key)
        except ValueError:
            return [
                Error(
                    f"Key {number} of FIELD_ENCRYPTION_KEYS is not a Fernet key.",
                    hint='Make one: python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"',
                    id="settings_app.E001",
                )
            ]
    return []
