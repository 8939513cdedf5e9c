"""The Django app that carries the sandbox command."""

from django.apps import AppConfig


class SandboxConfig(AppConfig):
    """Makes `manage.py sandbox` available; holds no models."""

    name = "sandbox"
    verbose_name = "Sandbox"
