"""Finds the template of a stored sentence and says it in the language of the reader."""

import re
from functools import cache, lru_cache
from typing import NamedTuple

from django.utils.translation import get_language, gettext

from syncjobs.sentences.catalogue import TEMPLATES

PLACE = re.compile(r"\{\d+\}")
SENTENCE_END = re.compile(r"(?<=[.!?:;]) ")
WITHIN = r"((?:(?!(?<=[.!?]) ).)*?)"  # a value between words: it ends with its sentence
AT_THE_END = r"(.*)"  # whatever follows, sentences too
LONGEST = 2000  # letters; what is longer is no sentence of ours
WORD = r"(\S+)"  # a value of a short template, which would fit anything otherwise
FEWEST_LETTERS = 8  # of its own: a template with fewer is short


class _Template(NamedTuple):
    text: str
    pattern: re.Pattern[str]


def shown(text: str) -> str:
    """Return a stored text in the active language; as it was stored where no template fits."""
    language: str | None = get_language()  # None where translation is deactivated
    if language is None or language.startswith("en") or len(text) > LONGEST:
        return text
    return _shown(text, language)


@lru_cache(maxsize=4096)
def _shown(text: str, language: str) -> str:
    """Say a text by its template, or else sentence by sentence; `language` is the active one, a key of the cache."""
    return _say(text)


def _say(text: str) -> str:
    """Say the longest runs of parts that one template fits, from the left; a part that none fits stays."""
    parts = SENTENCE_END.split(text)
    said: list[str] = []
    at = 0
    while at < len(parts):
        for end in range(len(parts), at, -1):
            found = _find(" ".join(parts[at:end]))
            if found is not None:
                break
        else:
            found, end = parts[at], at + 1
        said.append(found)
        at = end
    return " ".join(said)


def _find(text: str) -> str | None:
    """Return a text in the active language by the template that says most of it, None when none fits.

    What stands in its places may be sentences too.
    """
    for template in _templates():
        found = template.pattern.fullmatch(text)
        if found:
            said = gettext(template.text).format(*map(_value, found.groups()))
            # "The {0} is not set." needs no article in Danish: the sentence begins with what was a word within
            is_sentence = text[0].isupper() and text[-1] in ".!?"
            return said[:1].upper() + said[1:] if is_sentence else said
    return None


def _value(text: str) -> str:
    """Return what stands in a place: a sentence or a phrase of ours is said too, its outer blanks stay."""
    phrase = text.strip()
    return text.replace(phrase, _say(phrase)) if phrase else text


@cache
def _templates() -> tuple[_Template, ...]:
    """Return all templates, those with the most words of their own first."""
    ordered = sorted(TEMPLATES, key=_own, reverse=True)
    return tuple(_Template(text, _pattern(text)) for text in ordered)


def _own(text: str) -> int:
    """Return how many letters a template has of its own."""
    return sum(map(str.isalpha, PLACE.sub("", text)))


def _pattern(text: str) -> re.Pattern[str]:
    *before, last = (re.escape(literal) for literal in PLACE.split(text))
    if _own(text) < FEWEST_LETTERS:
        return re.compile(WORD.join([*before, last]))
    if before and not last:
        *before, last = before
        last += AT_THE_END
    return re.compile(WITHIN.join([*before, last]), re.DOTALL)
