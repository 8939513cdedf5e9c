"""Money is Decimal: a module that handles it holds no float, not even a literal (TECH: floats lose øre)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("config", "integration", "settings_app", "syncjobs")
# whoever imports one of these handles money
MONEY = (
    "decimal",
    "simplejson",
    "integration.mapping",
    "integration.flows",
    "integration.customers1st.payloads",
    "integration.uniconta.payloads",
    "integration.uniconta.values",
)
MONEY_FOLDERS = ("integration/mapping", "integration/flows")
# what is allowed to be a float beside money, and why: never an amount
SECONDS = {
    "integration/http.py": "timeouts, waiting times and the bucket's tokens; bodies are read with parse_float=Decimal",
    "integration/customers1st/client.py": "timeouts and calls per second",
    "integration/uniconta/client.py": "timeouts",
    "syncjobs/drift/compare.py": "how long a person is willing to wait",
    "syncjobs/templatetags/story.py": "points of a drawing",
    "syncjobs/closes.py": "how long a person is willing to wait",
    "syncjobs/runner.py": "how long a worker may work one tenant",
}
SUSPECTS = ("math", "statistics", "numpy")


def modules() -> Iterator[str]:
    """Return every source file that handles money, as its path in the project."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if name.startswith(MONEY_FOLDERS) or handles_money(ast.parse(path.read_text("utf-8"))):
                yield name


def imports(tree: ast.AST) -> Iterator[str]:
    """Return the names of imported modules."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def handles_money(tree: ast.AST) -> bool:
    """Tell whether a module imports money."""
    return any(
        name == money or name.startswith(f"{money}.") for name in imports(tree) for money in MONEY
    )


def floats(source: str) -> list[str]:
    """Return what is a float in a module, each with its line."""
    found = []
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            found.append(f"{node.lineno}: {node.value}")
        elif isinstance(node, ast.Name) and node.id == "float":
            found.append(f"{node.lineno}: float")
        elif isinstance(node, ast.Attribute) and node.attr in ("FloatField", "is_integer"):
            found.append(f"{node.lineno}: {node.attr}")
    return found + [f"imports {name}" for name in imports(tree) if name in SUSPECTS]


FILES = list(modules())


@pytest.mark.parametrize("name", [name for name in FILES if name not in SECONDS])
def test_a_module_that_handles_money_holds_no_float(name: str) -> None:
    assert floats((ROOT / name).read_text("utf-8")) == []


@pytest.mark.parametrize("name", SECONDS)
def test_every_exception_is_still_needed(name: str) -> None:
    assert name in FILES, "it handles no money: the exception is not needed"
    assert floats((ROOT / name).read_text("utf-8"))


def test_the_check_covers_where_money_is() -> None:
    for name in (
        "integration/mapping/sale.py",
        "integration/flows/posting.py",
        "syncjobs/proofs.py",
    ):
        assert name in FILES
    assert len(FILES) > 60


@pytest.mark.parametrize(
    "source",
    ["TOLERANCE = 0.01", "def f(x: float) -> None: ...", "y = float('1.10')", "import math"],
)
def test_the_check_speaks_up(source: str) -> None:
    assert floats(source)
    assert not floats("TOLERANCE = Decimal('0.01')")
