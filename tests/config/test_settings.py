"""The settings as a fresh process reads them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "SECRET_KEY": "7dEo0vRk1sPq9zXw3mYb5nUc8tLh2jGf6aVi4eQo-WxTzBnMkLpR",
    "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    "PUBLIC_BASE_URL": "https://sync.example.com",
    "ALLOWED_HOSTS": "sync.example.com",
    "DATABASE_URL": "postgres://c1u:invented@127.0.0.1:5432/c1u",
}
SHOW = (
    "import json, django; from django.conf import settings as s; django.setup();"
    "print(json.dumps({{name: getattr(s, name) for name in {names!r}}}))"
)


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own code
        [sys.executable, *arguments],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "config.settings",
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def show(*names: str, **environment: str) -> dict[str, object]:
    result = run("-c", SHOW.format(names=names), **environment)
    assert result.returncode == 0, result.stderr
    shown: dict[str, object] = json.loads(result.stdout)
    return shown


@pytest.mark.parametrize("name", ["SECRET_KEY", "FIELD_ENCRYPTION_KEYS"])
@pytest.mark.parametrize("value", ["", " , "])
def test_a_missing_secret_stops_the_start_and_says_what_to_do(name: str, value: str) -> None:
    result = run("-c", "import config.settings", **{**PRODUCTION, name: value})

    assert result.returncode == 1
    assert f"{name} is not set" in result.stderr
    assert "python -c" in result.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "FIELD_ENCRYPTION_KEYS"])
@pytest.mark.parametrize("command", [("check",), ("tenant", "list")])
def test_a_command_without_a_secret_says_so_in_one_line(
    name: str, command: tuple[str, ...]
) -> None:
    result = run("manage.py", *command, **{**PRODUCTION, name: ""})

    assert result.returncode == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith(f"{name} is not set. Set it in the environment")


def test_a_web_server_without_a_secret_is_told_what_is_wrong() -> None:
    result = run("-c", "import config.wsgi", **{**PRODUCTION, "SECRET_KEY": ""})

    assert result.returncode == 1
    last = result.stderr.splitlines()[-1]
    assert last.startswith("django.core.exceptions.ImproperlyConfigured: SECRET_KEY is not set.")


def test_debug_runs_without_any_secret() -> None:
    shown = show("SECRET_KEY", "FIELD_ENCRYPTION_KEYS", DEBUG="on")

    assert shown["SECRET_KEY"]
    assert shown["FIELD_ENCRYPTION_KEYS"]


def test_the_deploy_check_is_clean_in_production() -> None:
    result = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert result.returncode == 0, result.stderr


HTTPS_ONLY = (
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "CSRF_TRUSTED_ORIGINS",
    "SECURE_PROXY_SSL_HEADER",
)


def test_https_switches_everything_on_that_needs_tls() -> None:
    shown = show(*HTTPS_ONLY, **PRODUCTION)

    assert all(shown.values()), shown
    assert shown["CSRF_TRUSTED_ORIGINS"] == ["https://sync.example.com"]


def test_http_leaves_everything_off_that_needs_tls() -> None:
    shown = show(*HTTPS_ONLY, **{**PRODUCTION, "PUBLIC_BASE_URL": "http://10.0.0.7:8000"})

    assert not any(shown.values()), shown


def test_a_public_address_without_a_scheme_stops_the_start() -> None:
    result = run(
        "-c", "import config.settings", **{**PRODUCTION, "PUBLIC_BASE_URL": "sync.example.com"}
    )

    assert "PUBLIC_BASE_URL" in result.stderr
    assert result.returncode == 1


def test_an_unknown_log_format_stops_the_start() -> None:
    result = run("-c", "import config.settings", **PRODUCTION, LOG_FORMAT="xml")

    assert "must be text or json" in result.stderr


def test_the_sandbox_is_for_debug_only() -> None:
    apps = show("INSTALLED_APPS", **PRODUCTION)["INSTALLED_APPS"]
    apps_of_debug = show("INSTALLED_APPS", DEBUG="on")["INSTALLED_APPS"]

    assert "sandbox" not in apps  # type: ignore[operator]  # a list of names
    assert "sandbox" in apps_of_debug  # type: ignore[operator]  # a list of names


def test_loopback_may_be_called_in_debug_or_when_listed_only() -> None:
    hosts = show("ALLOWED_API_HOSTS", **PRODUCTION)["ALLOWED_API_HOSTS"]
    listed = show("ALLOWED_API_HOSTS", **PRODUCTION, ALLOWED_API_HOSTS="127.0.0.1:8801")
    debug = show("ALLOWED_API_HOSTS", DEBUG="on")["ALLOWED_API_HOSTS"]

    assert hosts == ["api.c1st.com", "app.deltateq.com", "api.uniconta.com"]
    assert listed["ALLOWED_API_HOSTS"] == ["127.0.0.1:8801"]
    assert "127.0.0.1" in debug  # type: ignore[operator]  # a list of names


def test_sqlite_in_var_is_the_default_and_waits_for_its_turn() -> None:
    production = {name: value for name, value in PRODUCTION.items() if name != "DATABASE_URL"}
    database = show("DATABASES", **production)["DATABASES"]["default"]  # type: ignore[index]  # JSON

    assert database["NAME"] == str(ROOT / "var" / "c1st-uniconta.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert database["OPTIONS"]["timeout"] == 20
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]


def test_postgresql_keeps_connections_and_checks_them() -> None:
    database = show("DATABASES", **PRODUCTION)["DATABASES"]["default"]  # type: ignore[index]  # JSON

    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert database["CONN_MAX_AGE"] == 60
    assert database["CONN_HEALTH_CHECKS"] is True


def test_a_test_run_never_uses_the_database_of_database_url() -> None:
    code = "import pytest; from django.conf import settings; print(settings.DATABASES['default']['NAME'])"

    assert run("-c", code, **PRODUCTION).stdout.strip() == ":memory:"
    services = run("-c", code, **PRODUCTION, TEST_DATABASE_URL="postgres://p@127.0.0.1/lane")
    assert services.stdout.strip() == "lane"


def test_the_queue_repeats_nothing_by_itself() -> None:
    queue = settings.Q_CLUSTER

    assert (queue["max_attempts"], queue["ack_failures"], queue["catch_up"]) == (1, True, False)
    assert queue["save_limit"] == -1
    assert queue["retry"] >= 5 * queue["timeout"]
    assert queue["orm"] == "default"


def test_every_variable_is_documented() -> None:
    source = (ROOT / "config" / "settings.py").read_text()
    example = (ROOT / ".env.example").read_text()
    manual = (ROOT / "docs" / "configuration.md").read_text()
    names = {
        part.split('"')[1]
        for part in source.replace("(\n", "(").replace("( ", "(").split("env.")[1:]
        if part.split("(")[0] in {"str", "bool", "list", "int", "float", "email_url"}
        and part.split("(")[1].lstrip().startswith('"')
    } | {"SECRET_KEY", "FIELD_ENCRYPTION_KEYS"}

    assert len(names) >= 12
    for name in names:
        assert f"{name}=" in example, name
        assert f"`{name}`" in manual, name
