"""Countries: ISO 3166 codes at the till; in Uniconta numbers or names, and beside them a name [A70]."""

import re
from collections.abc import Mapping
from functools import cache

from babel import Locale

DENMARK = "DK"
DENMARKS_NUMBER = 57  # the only number that the contract knows
LANGUAGES = ("en", "da")  # of a company's names; its user is set to English [A62]
# what the locale data holds besides countries: groups of them, and codes for tests
NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


def names_of(iso: str) -> tuple[str, ...]:
    """Return the names of a country, English first; none for what is no country."""
    return tuple(names[iso] for names in _names() if iso in names)


def iso_of(name: str) -> str | None:
    """Return the code of a country by its English or Danish name, however it is spaced; None when it is unknown."""
    return _codes().get(_loose(name))


def iso_at_till(text: str) -> str | None:
    """Return a country of the till as code: empty for none, None for what is no country."""
    word = text.strip()
    if re.fullmatch(r"[A-Za-z]{2}", word) or not word:
        return word.upper()
    return iso_of(word)


@cache
def _names() -> tuple[Mapping[str, str], ...]:
    return tuple(
        {
            code: name
            for code, name in Locale(language).territories.items()
            if re.fullmatch(r"[A-Z]{2}", code) and code not in NO_COUNTRIES
        }
        for language in LANGUAGES
    )


@cache
def _codes() -> Mapping[str, str]:
    return {_loose(name): code for names in reversed(_names()) for code, name in names.items()}


def _loose(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()
