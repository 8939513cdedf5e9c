"""`tenant apply | export | list`, as a person calls it."""

import json
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from settings_app.models import Tenant
from tests.settings_app.files import NORDLYS, SECRETS

pytestmark = pytest.mark.django_db
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "nordlys.yaml"
    path.write_text(NORDLYS, encoding="utf-8")
    return path


def test_apply_prints_what_changed_and_then_nothing_more(file: Path, capsys: Capture) -> None:
    call_command("tenant", "apply", str(file))
    first = capsys.readouterr().out
    call_command("tenant", "apply", str(file))
    second = capsys.readouterr().out

    assert "setup.journal: (empty) → C1ST" in first
    assert second == "nothing to change\n"
    for secret in SECRETS:
        assert secret not in first


def test_the_file_is_the_reason_in_the_history(file: Path) -> None:
    call_command("tenant", "apply", str(file))

    tenant = Tenant.objects.get(slug="nordlys")
    assert tenant.status == "live"
    for row in (tenant, tenant.setup):
        assert row.history.latest().history_change_reason == "tenant apply nordlys.yaml"


def test_apply_answers_with_one_json_document(file: Path, capsys: Capture) -> None:
    call_command("tenant", "apply", str(file), "--dry-run", "--json")

    document = json.loads(capsys.readouterr().out)
    assert (document["tenant"], document["dry_run"]) == ("nordlys", True)
    assert document["changes"]
    assert not Tenant.objects.exists()


def test_a_wrong_file_fails_with_one_line(file: Path) -> None:
    file.write_text(NORDLYS.replace("settle_at: sale", "settle_at: later"), encoding="utf-8")

    with pytest.raises(CommandError, match=r"setup\.settle_at \(line 21\)") as caught:
        call_command("tenant", "apply", str(file))

    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_fails_with_one_line(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "absent.yaml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(CommandError) as caught:
        call_command("tenant", "apply", str(path))

    assert "\n" not in str(caught.value)


def test_export_prints_a_file_that_applies(nordlys: Tenant, file: Path, capsys: Capture) -> None:
    call_command("tenant", "export", "nordlys")
    file.write_text(capsys.readouterr().out, encoding="utf-8")
    call_command("tenant", "apply", str(file))

    assert capsys.readouterr().out == "nothing to change\n"


def test_export_reads_no_secret(nordlys: Tenant, settings: Settings, capsys: Capture) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]  # would raise

    call_command("tenant", "export", "nordlys", "--json")

    assert "slug: nordlys" in json.loads(capsys.readouterr().out)["file"]


def test_a_secret_that_cannot_be_decrypted_fails_with_one_line(
    nordlys: Tenant, file: Path, settings: Settings
) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(CommandError, match="FIELD_ENCRYPTION_KEYS lacks the key"):
        call_command("tenant", "apply", str(file))


def test_an_unknown_tenant_fails_with_one_line() -> None:
    with pytest.raises(CommandError, match="There is no tenant “klit”"):
        call_command("tenant", "export", "klit")


def test_list_shows_slug_name_and_status(nordlys: Tenant, fjord: Tenant, capsys: Capture) -> None:
    call_command("tenant", "list")
    lines = capsys.readouterr().out.splitlines()
    call_command("tenant", "list", "--json")
    document = json.loads(capsys.readouterr().out)

    assert lines == ["fjord\tFjord Fisk A/S\tdraft", "nordlys\tNordlys Cykler ApS\tlive"]
    assert document["tenants"][1] == {
        "slug": "nordlys",
        "name": "Nordlys Cykler ApS",
        "status": "live",
    }
