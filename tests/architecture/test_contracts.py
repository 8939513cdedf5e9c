"""The staircase holds: the import contracts are kept, and each of them speaks up when it is broken."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("config", "integration", "sandbox", "settings_app", "syncjobs")
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own tool on our own code
        [LINT_IMPORTS, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_contracts_are_kept(copy: Path) -> None:
    result = lint(copy)

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("settings_app/selectors.py", "import syncjobs.models", "the staircase"),
        ("integration/http.py", "import integration.flows", "steps inside integration"),
        (
            "integration/customers1st/client.py",
            "import integration.uniconta.labels",
            "steps inside integration",
        ),
        (
            "settings_app/models/tenant.py",
            "import settings_app.selectors",
            "steps inside settings_app",
        ),
        ("syncjobs/models/job.py", "import syncjobs.runner", "steps inside syncjobs"),
        ("integration/mapping/sale.py", "import integration.uniconta.client", "mapping is pure"),
        ("integration/flows/sale.py", "import django", "integration knows no Django"),
        ("syncjobs/retry.py", "import django", "retry times are pure"),
        ("settings_app/clients.py", "import sandbox", "production code knows no sandbox"),
        ("syncjobs/runner.py", "import integration.http", "the HTTP door"),
    ],
)
def test_a_broken_contract_speaks_up(copy: Path, module: str, line: str, contract: str) -> None:
    source = copy / module
    whole = source.read_text()
    source.write_text(f"{whole}\n\ndef _hidden() -> None:\n    {line}\n")
    try:
        result = lint(copy)
    finally:
        source.write_text(whole)

    assert result.returncode != 0
    broken = [text for text in result.stdout.splitlines() if text.rstrip().endswith("BROKEN")]
    assert any(text.startswith(contract) for text in broken), result.stdout
