"""Django application of the settings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SettingsAppConfig(AppConfig):
    """What the consultant chose."""

    name = "settings_app"
    verbose_name = _("Settings")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks, and sign the versions of settings."""
        import settings_app.checks
        import settings_app.services.changing  # noqa: F401 - importing registers
