"""Django application of the sync jobs."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SyncjobsConfig(AppConfig):
    """When and in what order things are synced."""

    name = "syncjobs"
    verbose_name = _("Sync jobs")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to changed settings, and tell the history the names of the guide's pages."""
        import syncjobs.receivers  # noqa: F401 - importing connects
        from settings_app.services.told_reasons import name_steps
        from syncjobs.wizard.steps import NAMES_IN_REASONS

        name_steps(NAMES_IN_REASONS)
