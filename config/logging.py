"""Logging: text for people, JSON for machines (LOG_FORMAT); secrets are blacked out in both."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

MASK = "***"
CONTEXT = ("tenant", "job", "kind", "source_id")  # `extra=` names that JSON lines carry along

_NAMES = (
    "authorization|x-c1st-webhook-signature|api_?token|refresh_?token|access_?token|token|password"
    "|webhook_secret|resthook_signing_secret|secret|secret_key|field_encryption_keys"
)
# name: value, name=value, "name": "value"; the value may be quoted, or a scheme and a credential
_NAMED = re.compile(
    rf"""(?P<name>["']?\b(?:{_NAMES})["']?\s*[:=]\s*)(?P<value>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'"""
    r"|(?:bearer|basic)\s+[^\s,;&}]+|[^\s,;&}]+)",
    re.IGNORECASE,
)
_CREDENTIAL = re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]+", re.IGNORECASE)
_HOOK = re.compile(r"(/hooks/\w+/)[0-9a-f-]{8,}", re.IGNORECASE)  # the uuid is the secret
_USERINFO = re.compile(r"(\w+://[^\s:/@]*:)[^\s/@]+@")


def redact(text: str) -> str:
    """Return a log text without credentials, webhook addresses and passwords in addresses."""
    text = _NAMED.sub(lambda found: f"{found['name']}{MASK}", text)
    text = _CREDENTIAL.sub(rf"\1 {MASK}", text)
    text = _HOOK.sub(rf"\1{MASK}", text)
    return _USERINFO.sub(rf"\1{MASK}@", text)


class TextFormatter(logging.Formatter):
    """One line for people, tracebacks below it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text."""
        return redact(super().format(record))


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        line |= {name: str(getattr(record, name)) for name in CONTEXT if hasattr(record, name)}
        if record.exc_info:
            line["exception"] = redact(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def logging_config(log_format: str) -> dict[str, Any]:
    """Return Django's LOGGING for `text` or `json`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {
                "()": "config.logging.TextFormatter",
                "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
            },
            "json": {"()": "config.logging.JsonFormatter"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "json" if log_format == "json" else "text",
            }
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            # their own handlers would print the same line again, unredacted
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "level": "INFO", "propagate": True},
            "django-q": {"handlers": [], "level": "WARNING", "propagate": True},
            "syncjobs": {"level": "INFO"},
            "settings_app": {"level": "INFO"},
        },
    }
