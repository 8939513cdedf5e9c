"""Writes of what the consultant chose."""

from settings_app.services.applying import ApplyResult, apply_file
from settings_app.services.changing import changing
from settings_app.services.exporting import export_file
from settings_app.services.tenants import announce_change, complete_tenant, keep_previous_secret
from settings_app.services.yaml_reader import FileError

__all__ = [
    "ApplyResult",
    "FileError",
    "announce_change",
    "apply_file",
    "changing",
    "complete_tenant",
    "export_file",
    "keep_previous_secret",
]
