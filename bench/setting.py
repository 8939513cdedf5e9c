"""What every measurement needs before anything of Django is imported."""

import os

import django
from django.conf import settings


def set_up(database_url: str = "sqlite:///:memory:") -> None:
    """Load the settings of a laptop with this database; logs go nowhere."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEBUG": "on",
        "DATABASE_URL": database_url,
    }
    django.setup()
    settings.LOGGING_CONFIG = None
