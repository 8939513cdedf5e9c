"""Countries by code and by name, in both languages."""

import pytest

from integration.mapping.countries import iso_at_till, iso_of, names_of


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Denmark", "DK"),
        ("Danmark", "DK"),
        ("sverige", "SE"),
        ("United Kingdom", "GB"),
        ("UnitedKingdom", "GB"),  # an enumerator's name
        ("Grønland", "GL"),
        ("European Union", None),  # no country
        ("Atlantis", None),
        ("57", None),
        ("", None),
    ],
)
def test_a_name_tells_its_country(name: str, code: str | None) -> None:
    assert iso_of(name) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [("dk", "DK"), (" SE ", "SE"), ("", ""), ("Tyskland", "DE"), ("somewhere", None)],
)
def test_the_till_may_write_a_code_or_a_name(text: str, code: str | None) -> None:
    assert iso_at_till(text) == code


def test_every_country_is_found_by_each_of_its_names() -> None:
    assert names_of("SE") == ("Sweden", "Sverige")
    assert names_of("EU") == names_of("XX") == ()
    every = [f"{a}{b}" for a in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    named = {iso: names_of(iso) for iso in every if names_of(iso)}
    assert len(named) > 240
    assert {iso for iso, names in named.items() for name in names if iso_of(name) != iso} == set()
