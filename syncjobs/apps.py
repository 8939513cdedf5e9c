"""Django application of the sync jobs."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SyncjobsConfig(AppConfig):
    """When and in what order things are synced."""

    name = "syncjobs"
    verbose_name = _("Sync jobs")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to changed settings."""
        import syncjobs.receivers  # noqa: F401 - importing connects
