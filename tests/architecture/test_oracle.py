"""The oracle of the journeys shares no code with what it judges."""

import ast
import sys
from pathlib import Path

ORACLE = Path(__file__).resolve().parents[1] / "journeys" / "oracle.py"


def test_the_oracle_knows_the_standard_library_only() -> None:
    imported = set()
    for node in ast.walk(ast.parse(ORACLE.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module or ".")
    assert imported
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names
