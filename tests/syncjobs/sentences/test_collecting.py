"""The catalogue of stored sentences is what the source says, neither more nor less."""

from pathlib import Path

from syncjobs.sentences.catalogue import TEMPLATES
from syncjobs.sentences.collecting import CATALOGUE, catalogue, collect


def test_the_catalogue_holds_every_sentence_of_the_source() -> None:
    assert list(TEMPLATES) == collect(), "run `make messages`"
    assert "_(" in CATALOGUE.read_text()


def test_values_become_numbered_places(tmp_path: Path) -> None:
    (tmp_path / "said.py").write_text(
        '"""A docstring is not said to anybody."""\n'
        "def f(name, low, error):\n"
        '    """Nor is this one, ever."""\n'
        "    cause = f\"Item {name} costs {low:.2f}, {'less than before' if low else 'no more'}. \" + error\n"
        '    cure = "Correct the price of {item} and {}."\n'
        '    code = "short one"[:3]\n'
        "    return cause, cure, code\n"
    )
    assert collect([tmp_path]) == [
        "Correct the price of {0} and {1}.",
        "Item {0} costs {1}, {2}. {3}",
        "less than before",
        "no more",
        "short one",
    ]


def test_quotes_and_line_ends_survive() -> None:
    said: dict[str, object] = {}
    source = catalogue(['She said "no" to {0}.', "both ' and \" of them", "two\nlines here"])
    exec(source.replace("from django.utils.translation import gettext_noop as _", "_ = str"), said)  # noqa: S102 - our own text
    assert said["TEMPLATES"] == (
        'She said "no" to {0}.',
        "both ' and \" of them",
        "two\nlines here",
    )
