"""Finds English words in what a Danish reader is shown: those that our texts have and their translations have not."""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import polib

CATALOGUE = Path(__file__).parents[1] / "locale/da/LC_MESSAGES/django.po"
PLACE = re.compile(r"\{\w*\}|%\(\w+\)[sd]")
WORD = re.compile(
    r"(?<![\w./:`_-])[a-z]{2,}(?![\w_-]|\.\w)"
)  # no part of a name, an address or a key
NO_TEXT = frozenset({"script", "style", "code", "pre", "template"})
ICONS = "material-symbols-outlined"
WITHOUT_END = frozenset({"br", "hr", "img", "input", "link", "meta", "path"})
EVERYWHERE = frozenset({"the", "of", "and", "is", "are", "was", "were", "that", "with", "not"})


def english_words(text: str) -> set[str]:
    """Return the English words of a text; what is written in capitals is a name."""
    return set(WORD.findall(text)) & _english()


def words_of_page(page: str) -> set[str]:
    """Return the English words that a page shows; technical parts (`code`) aside."""
    reader = _Reader()
    reader.feed(page)
    return english_words(" · ".join(reader.texts))


class _Reader(HTMLParser):
    """Takes what a page says to people."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._open: list[bool] = []  # of each open element: whether it holds text for people

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in WITHOUT_END:
            classes = dict(attrs).get("class") or ""
            self._open.append(tag not in NO_TEXT and ICONS not in classes)

    def handle_endtag(self, tag: str) -> None:
        if tag not in WITHOUT_END and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if all(self._open):
            self.texts.append(data)


@cache
def _english() -> frozenset[str]:
    english, danish = set(EVERYWHERE), set[str]()
    for entry in polib.pofile(str(CATALOGUE)):
        for text in (entry.msgid, entry.msgid_plural or ""):
            english.update(WORD.findall(PLACE.sub(" ", text)))
        for text in list(entry.msgstr_plural.values()) or [entry.msgstr]:
            danish.update(WORD.findall(PLACE.sub(" ", text)))
    return frozenset(english - danish)
