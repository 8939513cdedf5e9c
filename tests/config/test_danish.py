"""The Danish translation is complete, keeps every place for a value, and is compiled as it is written."""

import re
from collections import Counter
from pathlib import Path

import polib
import pytest

FOLDER = Path(__file__).parents[2] / "locale/da/LC_MESSAGES"
PLACE = re.compile(r"\{\w*\}|%\(\w+\)[sd]|%[sd]")


@pytest.fixture(scope="module")
def written() -> polib.POFile:
    return polib.pofile(str(FOLDER / "django.po"))


def test_everything_is_translated(written: polib.POFile) -> None:
    assert len(written) > 1000
    assert [entry.msgid for entry in written if not entry.translated() or entry.fuzzy] == []


def test_every_place_is_kept(written: polib.POFile) -> None:
    assert [entry.msgid for entry in written if not _keeps_places(entry)] == []


def test_what_is_compiled_is_what_is_written(written: polib.POFile) -> None:
    compiled = polib.mofile(str(FOLDER / "django.mo"))
    assert _texts(compiled) == _texts(written), "run `make messages`"


def _keeps_places(entry: polib.POEntry) -> bool:
    translations = list(entry.msgstr_plural.values()) or [entry.msgstr]
    if not entry.msgid_plural:
        return all(_places(text) == _places(entry.msgid) for text in translations)
    known = set(_places(entry.msgid)) | set(_places(entry.msgid_plural))
    return all(set(_places(text)) <= known for text in translations)


def _places(text: str) -> Counter[str]:
    return Counter(PLACE.findall(text))


def _texts(file: polib.POFile | polib.MOFile) -> dict[tuple[str, str | None], object]:
    return {(entry.msgid, entry.msgctxt): entry.msgstr_plural or entry.msgstr for entry in file}


def test_no_text_is_hidden_from_the_collecting() -> None:
    """`makemessages` knows gettext's functions by their own names and as `_`, and by no other name."""
    renamed = re.compile(r"gettext\w* as (?!_\b)\w+")
    sources = [
        file
        for folder in ("config", "settings_app", "syncjobs")
        for file in (FOLDER.parents[2] / folder).rglob("*.py")
    ]

    assert len(sources) > 100
    assert [str(file) for file in sources if renamed.search(file.read_text())] == []
