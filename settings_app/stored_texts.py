"""Says texts that were stored in English in the reader's language, by the templates that they were made from."""

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import NamedTuple

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, gettext

PLACE = re.compile(r"\{(\w+)\}")
SENTENCE_END = re.compile(r"(?<=[.!?:;]) ")
WITHIN = r"((?:(?!(?<=[.!?]) ).)*?)"  # a value between words: it ends with its sentence
AT_THE_END = r"(.*)"  # whatever follows, sentences too
LONGEST = 2000  # letters; what is longer is no sentence of ours
WORD = r"(\S+)"  # a value of a short template, which would fit anything otherwise
FEWEST_LETTERS = 8  # of its own: a template with fewer is short
LIST = ", "  # between values that were put into one place
AMOUNT = re.compile(r"-?\d+\.\d\d")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d)(:\d\d)?")


class _Template(NamedTuple):
    text: str
    pattern: re.Pattern[str]


class StoredTexts:
    """The texts that were made from `templates`, which have their values at `{places}`.

    A template with fewer letters of its own than `fewest_letters` takes single words only.
    """

    def __init__(self, templates: Iterable[str], *, fewest_letters: int = FEWEST_LETTERS) -> None:
        self._texts, self._fewest_letters = tuple(templates), fewest_letters
        self._shown = lru_cache(maxsize=4096)(self._say_in)

    def shown(self, text: str) -> str:
        """Return a stored text in the active language, sentence by sentence; as it was stored where no template fits."""
        language: str | None = get_language()  # None where translation is deactivated
        if language is None or language.startswith("en") or len(text) > LONGEST:
            return text
        return self._shown(text, language)

    def find(self, text: str) -> str | None:
        """Return a text in the active language by the template that says most of it, None when none fits.

        What stands in its places may be sentences too.
        """
        for template in self._templates:
            found = template.pattern.fullmatch(text)
            if found:
                said = _filled(template.text, map(self._value, found.groups()))
                # "The {0} is not set." needs no article in Danish: the sentence begins with what was a word within
                is_sentence = text[0].isupper() and text[-1] in ".!?"
                return said[:1].upper() + said[1:] if is_sentence else said
        return None

    def _say_in(self, text: str, language: str) -> str:
        """Say a text by its template, or else sentence by sentence; `language` is the active one, a key of the cache."""
        return self._say(text)

    def _say(self, text: str) -> str:
        """Say the longest runs of parts that one template fits, from the left; a part that none fits stays."""
        parts = SENTENCE_END.split(text)
        said: list[str] = []
        at = 0
        while at < len(parts):
            for end in range(len(parts), at, -1):
                found = self.find(" ".join(parts[at:end]))
                if found is not None:
                    break
            else:
                found, end = self._say_each(parts[at]), at + 1
            said.append(found)
            at = end
        return " ".join(said)

    def _say_each(self, text: str) -> str:
        """Say a list of values one by one; whatever is none stays as it was stored."""
        return LIST.join(self.find(each) or _formatted(each) for each in text.split(LIST))

    def _value(self, text: str) -> str:
        """Return what stands in a place: a sentence or a phrase of ours is said too, its outer blanks stay."""
        phrase = text.strip()
        return text.replace(phrase, self._say(phrase)) if phrase else text

    @cached_property
    def _templates(self) -> tuple[_Template, ...]:
        """All templates, those with the most words of their own first; made when the first text is read."""
        ordered = sorted(self._texts, key=lambda text: (_own(text), len(text)), reverse=True)
        return tuple(_Template(text, self._pattern(text)) for text in ordered)

    def _pattern(self, text: str) -> re.Pattern[str]:
        *before, last = (re.escape(literal) for literal in _literals(text))
        if _own(text) < self._fewest_letters:
            return re.compile(WORD.join([*before, last]))
        if before and not last:
            *before, last = before
            last += AT_THE_END
        return re.compile(WITHIN.join([*before, last]), re.DOTALL)


def _filled(template: str, values: Iterable[str]) -> str:
    """Return a template in the active language with its values, wherever that language puts them."""
    known = dict(zip(PLACE.findall(template), values, strict=True))
    return PLACE.sub(lambda place: known[place[1]], gettext(template))


def _formatted(value: str) -> str:
    """Return an amount or a time as the reader's language writes it; anything else as it is."""
    if AMOUNT.fullmatch(value):
        return number_format(Decimal(value), decimal_pos=2, force_grouping=True)
    try:
        if DAY.fullmatch(value):
            return date_format(datetime.fromisoformat(value), "SHORT_DATE_FORMAT")
        if moment := MOMENT.fullmatch(value):
            shown = date_format(datetime.fromisoformat(moment[1]), "SHORT_DATETIME_FORMAT")
            return shown + (moment[2] or "")
    except ValueError:  # looks like a day and is none
        pass
    return value


def _literals(text: str) -> list[str]:
    return PLACE.split(text)[::2]  # every second one is the name of a place


def _own(text: str) -> int:
    """Return how many letters a template has of its own."""
    return sum(map(str.isalpha, "".join(_literals(text))))
