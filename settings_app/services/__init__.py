"""Writes of what the consultant chose."""

from settings_app.services.tenant_file import ApplyResult, apply_file, export_file
from settings_app.services.yaml_reader import FileError

__all__ = ["ApplyResult", "FileError", "apply_file", "export_file"]
