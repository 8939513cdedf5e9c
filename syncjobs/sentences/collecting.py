"""Collects the sentences that are stored as they were said, as templates with numbered places: "{0} does not answer."

`python syncjobs/sentences/collecting.py` writes catalogue.py, from which `makemessages` takes them; a test holds it true.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).parent
PROJECT = HERE.parent.parent
SOURCES = [  # folders and files; what `syncjobs` says with gettext is not stored
    PROJECT / "integration",
    *(
        PROJECT / "syncjobs" / name
        for name in (
            "drift",
            "admin/document.py",
            "admin/state.py",
            "again.py",
            "ahead.py",
            "catalogue/sides.py",
            "doctor/examine.py",
            "doctor/fixes.py",
            "doctor/own.py",
            "folding.py",
            "holding.py",
            "inbox.py",
            "lease.py",
            "lists.py",
            "quota.py",
            "retry.py",
            "runner.py",
            "safety/master_data.py",
        )
    ),
]
CATALOGUE = HERE / "catalogue.py"
FORMAT_PLACE = re.compile(r"\{\w*\}")  # of a text that is filled by str.format
SAID_AT_ONCE = frozenset({"_", "gettext", "ngettext"})  # in the reader's language already
SHORTEST = 4  # letters; what is shorter is a name or a separator


def collect(sources: Iterable[Path] = SOURCES) -> list[str]:
    """Return the templates in these files and in all of these folders, each once, sorted."""
    found: set[str] = set()
    for path in (
        file for each in sources for file in (each.rglob("*.py") if each.is_dir() else [each])
    ):
        found.update(_texts(ast.parse(path.read_text())))
    return sorted(found)


def catalogue(templates: list[str]) -> str:
    """Return the module that holds the templates."""
    lines = [
        '"""Every sentence that is stored as it was said; written by `make messages`, not by hand."""',
        "",
        "from django.utils.translation import gettext_noop as _",
        "",
        "TEMPLATES = (",
        *(f"    _({_quoted(template)})," for template in templates),
        ")",
        "",
    ]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f"'{text}'" if '"' in text and "'" not in text and "\n" not in text else f'"{escaped}"'


def _texts(node: ast.AST) -> Iterator[str]:
    """Return the templates below a node; what is marked as a word is one, docstrings and gettext's texts are none."""
    match node:
        case ast.Call(func=ast.Name(id="word"), args=[ast.Constant(value=str(marked))]):
            yield marked
            return
        case ast.Call(func=ast.Name(id=name)) if name in SAID_AT_ONCE:
            return
    template = _template(node)
    if template is not None and _is_said(template):
        yield _numbered(template)
    for inner in _inner(node, is_text=template is not None):
        yield from _texts(inner)


def _inner(node: ast.AST, *, is_text: bool) -> Iterator[ast.AST]:
    """Return what to look into below a node: the values inside a text, else its children."""
    if is_text:
        yield from (part.value for part in ast.walk(node) if isinstance(part, ast.FormattedValue))
    else:
        yield from (child for child in ast.iter_child_nodes(node) if not _is_docstring(child))


def _is_said(template: str) -> bool:
    """Tell whether a text is said to people: it is no name, no HTML, and long enough."""
    is_sentence = " " in template.strip() and "</" not in template
    return is_sentence and sum(map(str.isalpha, template)) >= SHORTEST


def _template(node: ast.AST) -> str | None:
    """Return the text that an expression makes, with \\0 where values go; None for anything but a text."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(_template(value) or "\0" for value in values)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            before, after = _template(left), _template(right)
            if before is None and after is None:
                return None
            return (before or "\0") + (after or "\0")
    return None


def _numbered(template: str) -> str:
    """Return a template with `{0}`, `{1}` … for its values."""
    first, *rest = FORMAT_PLACE.sub("\0", template.strip()).split("\0")
    return first + "".join(f"{{{place}}}{text}" for place, text in enumerate(rest))


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


if __name__ == "__main__":
    CATALOGUE.write_text(catalogue(collect()))
