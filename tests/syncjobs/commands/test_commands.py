"""The commands print one document, say why they fail in one line, and exit as promised."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from integration.errors import AccessDenied
from settings_app.models import Tenant
from settings_app.models.safety import KINDS
from syncjobs import desk, runner
from syncjobs.models import SyncJob, TenantState
from syncjobs.safety.search import SweepResult
from syncjobs.safety.sweep import SWEEPS
from tests import factories


def run(*arguments: str) -> Any:
    """Return the JSON document of a command."""
    out = io.StringIO()
    call_command(*arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def run_plain(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(
    "arguments",
    [
        ("status", "nowhere"),
        ("retry", "nowhere"),
        ("hooks", "nowhere"),
        ("sync", "nowhere", "sale_to_order"),
        ("drain", "--tenant", "nowhere"),
    ],
)
def test_an_unknown_tenant_is_told_in_one_line(db: None, arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match="no tenant “nowhere”") as caught:
        run(*arguments)
    assert "\n" not in str(caught.value)


def test_status_prints_the_document(nordlys: Tenant) -> None:
    factories.held_job(nordlys)
    told = run("status", "nordlys")
    assert told["jobs"]["NEEDS_PERSON"] == 1
    assert told["needs_person"][0]["cure"] == "Map it under payment types."


def test_status_is_readable_for_people(nordlys: Tenant) -> None:
    factories.held_job(nordlys)
    TenantState.objects.create(tenant=nordlys, invoice_stop="Invoice 1 is 0.01 off.")
    text = run_plain("status", "nordlys")
    assert "nordlys is live" in text
    assert "Invoice 1 is 0.01 off." in text
    assert "Map it under payment types." in text


def test_retry_makes_jobs_due(nordlys: Tenant, fjord: Tenant) -> None:
    factories.held_job(nordlys)
    factories.held_job(fjord)
    assert run("retry", "nordlys") == {"tenant": "nordlys", "retried": 1}
    assert SyncJob.objects.get(tenant=fjord).state == "NEEDS_PERSON"


@pytest.mark.parametrize("command", ["retry", "sync"])
def test_an_unknown_kind_is_refused_with_the_known_ones(nordlys: Tenant, command: str) -> None:
    arguments = ("--kind", "sales") if command == "retry" else ("sales",)
    with pytest.raises(CommandError, match="sale_to_order"):
        run(command, "nordlys", *arguments)


def work(monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    def fake(tenant_id: int) -> int:
        jobs = desk.due_jobs(timezone.now()).filter(tenant_id=tenant_id)
        return jobs.update(state=state, cause="c", cure="c")

    monkeypatch.setattr(runner, "work_tenant", fake)


def test_drain_reports_all_five_states_and_what_it_worked(
    nordlys: Tenant, fjord: Tenant, klit: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    work(monkeypatch, "NEEDS_PERSON")
    for tenant in (nordlys, fjord, klit):
        factories.job(tenant)
    factories.document(nordlys, kind="SETTLEMENT", state="SENDING", facts={"held": True})
    told = run("drain")
    assert told["jobs"] == {
        "WAITING": 1,  # of the draft: nothing is worked there, and nothing is hidden
        "RUNNING": 0,
        "DONE": 0,
        "SKIPPED": 0,
        "NEEDS_PERSON": 2,
    }
    assert (told["worked"], told["settlements_waiting"]) == (2, 1)


def test_drain_of_one_tenant_leaves_the_others(
    nordlys: Tenant, fjord: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    work(monkeypatch, "DONE")
    factories.job(nordlys)
    factories.job(fjord)
    assert run("drain", "--tenant", "fjord")["worked"] == 1
    assert SyncJob.objects.get(tenant=nordlys).state == "WAITING"


def test_drain_never_works_a_draft(klit: Tenant) -> None:
    factories.job(klit)
    told = run("drain", "--tenant", "klit")
    assert (told["worked"], told["jobs"]["WAITING"]) == (0, 1)


def test_drain_exits_1_when_time_runs_out(
    nordlys: Tenant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(runner, "work_tenant", lambda tenant_id: 0)
    factories.job(nordlys)
    with pytest.raises(SystemExit) as caught:
        call_command("drain", "--timeout", "0.2", "--json")
    assert caught.value.code == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["jobs"]["WAITING"] == 1
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize("seconds", ["0", "-1"])
def test_a_time_out_must_be_above_zero(db: None, seconds: str) -> None:
    with pytest.raises(CommandError, match="above zero"):
        run("drain", "--timeout", seconds)


class Sweeps:
    """Stands in for the sweep and remembers how it was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: dict[str, Any] = {}
        monkeypatch.setattr("syncjobs.management.commands.sync.sweep", self)

    def __call__(self, tenant: Tenant, kind: str, **options: Any) -> SweepResult:
        self.asked = options
        return SweepResult(kind=kind, queued=3, dry_run=options["dry_run"])


def test_sync_prints_what_the_sweep_found(nordlys: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    sweeps = Sweeps(monkeypatch)
    assert run("sync", "nordlys", "sale_to_order", "--full") == {
        "kind": "sale_to_order",
        "created": 0,
        "updated": 0,
        "unchanged": 0,
        "skipped": 0,
        "needs_person": 0,
        "queued": 3,
        "dry_run": False,
        "missed": 0,
        "reasons": {},
    }
    assert (sweeps.asked["full"], sweeps.asked["since"]) == (True, None)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-01", datetime(2026, 2, 28, 23, 0, tzinfo=UTC)),
        ("2026-03-01T08:00", datetime(2026, 3, 1, 7, 0, tzinfo=UTC)),
        ("2026-03-01T08:00Z", datetime(2026, 3, 1, 8, 0, tzinfo=UTC)),
        ("2026-07-01T08:00:30+02:00", datetime(2026, 7, 1, 6, 0, 30, tzinfo=UTC)),
    ],
)
def test_since_without_a_zone_is_the_tenants_own_time(
    nordlys: Tenant, monkeypatch: pytest.MonkeyPatch, text: str, instant: datetime
) -> None:
    sweeps = Sweeps(monkeypatch)
    run("sync", "nordlys", "sale_to_order", "--since", text)
    assert sweeps.asked["since"] == instant


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "2026-02-30T08:00"])
def test_a_since_that_is_no_time_is_refused(nordlys: Tenant, text: str) -> None:
    with pytest.raises(CommandError, match="--since"):
        run("sync", "nordlys", "sale_to_order", "--since", text)


def test_a_kind_that_is_none_is_refused_with_a_plain_sentence(nordlys: Tenant) -> None:
    with pytest.raises(CommandError, match="sale_to_order"):
        run("sync", "nordlys", "sales_to_order")


def test_every_kind_has_a_sweep() -> None:
    assert set(SWEEPS) == set(KINDS)


@pytest.mark.parametrize(
    ("mended_by", "arguments", "state"),
    [
        ("setup", (), "WAITING"),
        ("uniconta", (), "WAITING"),
        ("customers1st", (), "WAITING"),
        ("stop", (), "NEEDS_PERSON"),
        ("unknown", (), "NEEDS_PERSON"),
        ("setup", ("--dry-run",), "NEEDS_PERSON"),
    ],
)
def test_sync_runs_the_jobs_again_that_it_may_find_mended(
    nordlys: Tenant,
    monkeypatch: pytest.MonkeyPatch,
    mended_by: str,
    arguments: tuple[str, ...],
    state: str,
) -> None:
    Sweeps(monkeypatch)
    factories.held_job(nordlys, mended_by=mended_by)
    run("sync", "nordlys", "sale_to_order", *arguments)
    assert SyncJob.objects.get().state == state


def test_sync_does_not_release_the_invoice_stop(
    nordlys: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    Sweeps(monkeypatch)
    TenantState.objects.create(tenant=nordlys, invoice_stop="Invoice 1 is 0.01 off.")
    run("sync", "nordlys", "sale_to_order")
    assert TenantState.objects.get().invoice_stop


def test_hooks_prints_both_vendors(nordlys: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {
        "customers1st": [{"event": "customer.created", "state": "ok"}],
        "uniconta": [{"table": "Debtor", "state": "mended"}],
    }
    monkeypatch.setattr("syncjobs.hooks.repair", lambda tenant: found)
    assert run("hooks", "nordlys", "--repair") == found
    assert "uniconta\tDebtor\tmended" in run_plain("hooks", "nordlys", "--repair")


def test_a_vendor_that_refuses_is_one_line(
    nordlys: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(tenant: Tenant) -> None:
        raise AccessDenied("Uniconta refused\nthe log-in.")

    monkeypatch.setattr("syncjobs.hooks.compare", refuse)
    with pytest.raises(CommandError) as caught:
        run("hooks", "nordlys")
    assert str(caught.value) == "Uniconta refused the log-in."


def test_worker_refuses_times_that_are_not_above_zero(db: None) -> None:
    with pytest.raises(CommandError, match="--silent-after"):
        call_command("worker", "--silent-after", "0")
