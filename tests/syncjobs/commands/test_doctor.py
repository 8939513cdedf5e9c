"""`doctor SLUG` prints one document, exits 1 when a check fails, and says in one line when it fails itself."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from settings_app.models import Customers1stConnection, Tenant
from syncjobs import doctor


def run(*arguments: str) -> tuple[int, str]:
    """Return exit code and output of the command."""
    out, code = io.StringIO(), 0
    try:
        call_command("doctor", *arguments, stdout=out)
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, out.getvalue()


@pytest.fixture
def nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let both vendors be out of reach."""

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("requests.Session.request", refuse)


def test_json_is_one_document_in_the_promised_shape(nordlys: Tenant, nobody_answers: None) -> None:
    code, out = run("nordlys", "--json")

    told = json.loads(out)
    assert (code, told["ok"]) == (1, False)
    assert {"c1st-unreachable", "uni-unreachable"} <= {row["id"] for row in told["findings"]}
    for row in told["findings"]:
        assert {"id", "level", "subject", "cause", "cure"} <= set(row)
        assert row["level"] in {"error", "warning", "info"}


def test_people_read_cause_and_cure(nordlys: Tenant, nobody_answers: None) -> None:
    code, out = run("nordlys")

    assert code == 1
    assert "Customers 1st could not be reached." in out
    assert "→ Correct the address of the connection." in out
    assert out.endswith("not green\n")


def test_warnings_alone_exit_0(nordlys: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    report = doctor.Report(ok=True, findings=[])
    monkeypatch.setattr("syncjobs.management.commands.doctor.run_doctor", lambda tenant: report)

    assert run("nordlys") == (0, "green\n")
    assert json.loads(run("nordlys", "--json")[1]) == {"ok": True, "findings": []}


def test_an_unknown_tenant_is_told_in_one_line(db: None) -> None:
    with pytest.raises(CommandError, match="no tenant “nowhere”") as caught:
        run("nowhere", "--json")
    assert "\n" not in str(caught.value)


def test_a_half_configured_tenant_is_examined_too(klit: Tenant, nobody_answers: None) -> None:
    Customers1stConnection.objects.filter(tenant=klit).update(api_token="")

    told = json.loads(run("klit", "--json")[1])

    assert "c1st-token-missing" in {row["id"] for row in told["findings"]}
    assert "c1st-unreachable" not in {row["id"] for row in told["findings"]}
