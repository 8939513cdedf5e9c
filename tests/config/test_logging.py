"""What a log line may hold."""

import json
import logging
from typing import Any

import pytest

from config.logging import JsonFormatter, TextFormatter, logging_config, redact

LEAKS = [
    "Authorization: Bearer s3cr3t-t0ken",
    "{'Authorization': 'Bearer s3cr3t-t0ken'}",
    '{"password": "s3cr3t \\" t0ken", "user": "c1st"}',
    "api_token=s3cr3t-t0ken&page=2",
    "refreshToken: s3cr3t-t0ken",
    "X-C1st-Webhook-Signature: s3cr3t=",
    "resthook_signing_secret = 's3cr3t'",
    "Not Found: /hooks/uniconta/53c237aa-0000-4000-8000-s3cr3t/".replace("s3cr3t", "5ec2e7000000"),
    "postgres://c1u:s3cr3t@127.0.0.1:5432/c1u",
    "got bearer s3cr3t.t0ken back",
]


def record(message: str, *args: Any, exc_info: Any = None, **extra: Any) -> logging.LogRecord:
    made = logging.LogRecord("syncjobs", logging.WARNING, "f.py", 1, message, args, exc_info)
    vars(made).update(extra)
    return made


@pytest.mark.parametrize("leak", LEAKS)
@pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()])
def test_a_secret_never_reaches_a_line(leak: str, formatter: logging.Formatter) -> None:
    line = formatter.format(record("call failed: %s", leak))

    assert "s3cr3t" not in line
    assert "t0ken" not in line
    assert "5ec2e7" not in line
    assert "***" in line


@pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()])
def test_a_secret_in_a_traceback_never_reaches_a_line(formatter: logging.Formatter) -> None:
    error = ValueError("password=s3cr3t")

    line = formatter.format(record("it broke", exc_info=(ValueError, error, None)))

    assert "ValueError" in line
    assert "s3cr3t" not in line


@pytest.mark.parametrize(
    "text",
    ["Dankort 5830 → 5831", "job 12 of nordlys is DONE", "/hooks/customers1st/ answered 200"],
)
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert redact(text) == text


def test_what_stands_beside_a_secret_stays() -> None:
    assert redact("user=c1st password=x company=70123") == "user=c1st password=*** company=70123"


def test_a_json_line_is_one_document_with_its_context() -> None:
    line = JsonFormatter().format(record("two\nlines of æøå", tenant="nordlys", job=7))

    assert "\n" not in line
    document = json.loads(line)
    assert document["message"] == "two\nlines of æøå"
    assert (document["tenant"], document["job"]) == ("nordlys", "7")
    assert document["at"].endswith("+00:00")


@pytest.mark.parametrize(("log_format", "formatter"), [("text", "text"), ("json", "json")])
def test_the_format_is_chosen_by_its_name(log_format: str, formatter: str) -> None:
    assert logging_config(log_format)["handlers"]["console"]["formatter"] == formatter
