"""The words by which a job is found, and what a person may type to find it."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.mapping.subject import merged, readings, words_of
from integration.ports import Subject

SALE = Subject(
    number="1043",
    name="Jens Ole Hansen-Holm",
    amount=Decimal("1234.5"),
    day=date(2026, 3, 2),
    others=("C1001", "NL-77/B"),
)


def is_found(subject: Subject, typed: str) -> bool:
    words = words_of(subject)
    return all(words & meanings for meanings in readings(typed))


@pytest.mark.parametrize(
    "typed",
    [
        "1043",
        "c1001",
        "NL-77/B",
        "hansen",
        "Hansen-Holm",
        "JENS hansen-holm",
        "1234.50",
        "1234,5",
        "1.234,50",
        "1,234.50",
        "1.234,50 kr.",
        "2026-03-02",
        "2026-3-2",
        "2/3/2026",
        "02.03.26",
        "2-3-2026 hansen 1234,50",
    ],
)
def test_a_sale_is_found_by_what_people_know_of_it(typed: str) -> None:
    assert is_found(SALE, typed)


@pytest.mark.parametrize(
    "typed", ["1044", "hans", "1234.51", "3/2/2026", "hansen 1044", "31/2/2026", "-1234,50"]
)
def test_what_does_not_fit_finds_nothing(typed: str) -> None:
    assert not is_found(SALE, typed)


def test_a_number_without_decimals_may_be_an_amount_or_a_number() -> None:
    assert is_found(Subject(amount=Decimal(100)), "100")
    assert is_found(Subject(number="100"), "100")


def test_what_is_told_later_adds_to_what_is_known() -> None:
    told = merged(SALE, Subject(others=("20017",)))

    assert (told.number, told.amount, told.day) == ("1043", SALE.amount, SALE.day)
    assert told.others == ("C1001", "NL-77/B", "20017")


@given(st.decimals(min_value=-9_999_999, max_value=9_999_999, places=2))
def test_every_amount_is_found_the_way_it_is_printed_in_either_country(amount: Decimal) -> None:
    english = f"{amount:,.2f}"
    danish = english.translate(str.maketrans(",.", ".,"))
    sought = Subject(amount=amount)

    for typed in (english, danish, f"{amount:.2f}", f"{amount:.2f}".replace(".", ",")):
        assert is_found(sought, typed)


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)))
def test_every_day_is_found_the_way_it_is_written(day: date) -> None:
    sought = Subject(day=day)

    for typed in (f"{day:%Y-%m-%d}", f"{day:%d-%m-%Y}", f"{day:%d/%m/%y}", f"{day:%d.%m.%Y}"):
        assert is_found(sought, typed)


@given(st.text(max_size=200) | st.from_regex(r"[\d.,-]{1,200}", fullmatch=True))
def test_whatever_is_typed_is_read(typed: str) -> None:
    for meanings in readings(typed):
        assert meanings
