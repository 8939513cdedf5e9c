"""Stored sentences are read in the reader's language; what has no template stays as it was stored."""

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from syncjobs.sentences import shown
from syncjobs.sentences.catalogue import TEMPLATES

CAUSE = "Invoice 10001 comes to 125.00, the receipt to 100.00."
DANISH = "Faktura 10001 er på 125,00, bonen på 100,00."


@pytest.mark.parametrize(
    ("english", "danish"),
    [
        (CAUSE, DANISH),
        ("Give the user the right in Uniconta.", "Giv brugeren rettigheden i Uniconta."),
        # what stands in a place is a sentence of ours too
        (f"Nothing is invoiced: {CAUSE}", f"Intet faktureres: {DANISH}"),
        (
            "Fill in the cash account (point 6) in the setup.",
            "Udfyld kassekonto (punkt 6) i opsætningen.",
        ),
        # without its article a Danish sentence would begin small
        (
            "The bank account is not set. Runs again.",
            "Bankkonto er ikke udfyldt. Kører igen.",
        ),
        # sentences that were put together where they were said
        (f"{CAUSE} Switch sales on? {CAUSE}", f"{DANISH} Switch sales on? {DANISH}"),
        # what a comparison of both systems says, and why a job ended
        (
            "Invoice 7 has VAT 1.00, receipt number 12 has 25.00.",
            "Faktura 7 har moms 1,00, bon nummer 12 har 25,00.",
        ),
        ("it stands in Uniconta only", "den står kun i Uniconta"),
        ("Runs again.", "Kører igen."),
        (
            "The webhook switch “customer deleted” of Customers 1st is off.",
            "Webhook-kontakten “kunde slettet” i Customers 1st er slået fra.",
        ),
        ("Invoice 10001.", "Faktura 10001."),
        ("Item NL-1: it is done", "Vare NL-1: det er gjort"),
        ("Item NL-1 is long gone", "Item NL-1 is long gone"),  # a short template takes one word
        ("The shop's own words: æøå", "The shop's own words: æøå"),
        ("", ""),
    ],
)
def test_a_stored_sentence_is_shown_in_danish(english: str, danish: str) -> None:
    with override("da"):
        assert shown(english) == danish


@pytest.mark.parametrize("language", ["en", "en-gb", None])
def test_english_is_shown_as_it_was_stored(language: str | None) -> None:
    with override(language):
        assert shown(CAUSE) == CAUSE


def test_braces_of_a_vendor_are_no_places() -> None:
    with override("da"):
        assert shown("Uniconta refused: {0} %s {x}") == "Uniconta afviste: {0} %s {x}"


PARTS = st.one_of(st.sampled_from(TEMPLATES), st.text(max_size=20), st.just("Look. And again: "))


@given(st.lists(PARTS, max_size=4))
def test_nothing_that_was_stored_stops_a_page(parts: list[str]) -> None:
    with override("da"):
        assert bool(shown(" ".join(parts))) == bool(" ".join(parts))


def test_every_sentence_is_found_by_its_own_template() -> None:
    with override("da"):
        whole = [text for text in TEMPLATES if text[0].isupper() and text.endswith(".")]
        assert len(whole) > 300
        assert [text for text in whole if shown(text) == text] == []
