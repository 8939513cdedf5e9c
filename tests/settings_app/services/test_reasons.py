"""What the product wrote as the reason of a change, in the reader's language."""

import pytest
from django.utils.translation import override

from settings_app.services.reasons import reason_shown


@pytest.mark.parametrize(
    ("stored", "danish"),
    [
        ("tenant file", "opsætningsfil"),
        ("tenant file (new: api_token)", "opsætningsfil (ny: api_token)"),
        ("(new: password)", "(ny: password)"),
        ("(new: api_token, password)", "(ny: api_token, password)"),
        ("setup guide: 6", "opsætningsguide: 6"),
        ("setup guide: new shop", "opsætningsguide: ny butik"),
        (
            "reverted to the version of 2026-03-02 12:00:01 UTC: The bank: a mistake.",
            "sat tilbage til versionen fra 02.03.2026 12:00:01 UTC: The bank: a mistake.",
        ),
        (
            "went live: the doctor of 2026-03-02 12:00 UTC is green. As agreed.",
            "gik live: doktoren er grøn 02.03.2026 12:00 UTC. As agreed.",
        ),
        ("went live on the responsibility of ida: Hurry.", "gik live; ansvarlig: ida: Hurry."),
        (
            "went live on the responsibility of ida: Hurry. (new: password)",
            "gik live; ansvarlig: ida: Hurry. (ny: password)",
        ),
        ("tenant file. My own words: tenant file", "opsætningsfil. My own words: tenant file"),
        ("tenant file was wrong", "tenant file was wrong"),
        ("tenant apply nordlys.yaml", "tenant apply nordlys.yaml"),
    ],
)
def test_the_products_own_words_are_said_in_danish(stored: str, danish: str) -> None:
    with override("da"):
        assert reason_shown(stored) == danish
    with override("en"):
        assert reason_shown(stored) == stored


def test_no_reason_is_empty() -> None:
    assert reason_shown(None) == ""
