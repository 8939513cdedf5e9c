"""A company's form is told by a label it shows, and every word of ours is written in that form [A62] [A63]."""

from typing import Any

import pytest

from integration.uniconta.labels import LABELS, Form, detect_form, label, member_of, possible_forms

WORDS = [(enum, member) for enum, members in LABELS.items() for member in members]


def test_english_is_the_default() -> None:
    assert label("AccountType", "Ledger") == "Ledger"
    assert label("DCPostType", "Payment") == "Payment"
    assert label("Storage", "Register") == "Register"


def test_the_contracts_words_are_known() -> None:
    assert set(LABELS["AccountType"]) == {"Ledger", "Debtor", "Creditor"}
    assert {"Payment", "Invoice"} <= set(LABELS["DCPostType"])
    assert set(LABELS["SettleValue"]) == {"Invoice", "RowId", "Voucher"}
    assert {"Item", "Service", "BOM"} <= set(LABELS["ItemType"])
    assert "FIFO" in LABELS["CostModel"]


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize(("enum", "member"), WORDS)
def test_a_word_in_any_form_is_read_back_as_itself(enum: str, member: str, form: Form) -> None:
    assert member_of(enum, label(enum, member, form)) == member


@pytest.mark.parametrize(
    ("enum", "seen", "form"),
    [
        ("AccountType", "Ledger", Form.ENGLISH),
        ("AccountType", "Finans", Form.DANISH),
        ("AccountType", "Debitor", Form.DANISH),
        ("AccountType", " Debtor ", Form.ENGLISH),
        ("AccountType", 0, Form.NUMBER),
        ("AccountType", "1", Form.NUMBER),
        ("CostModel", "FixedCost", Form.NAME),
        ("ItemType", "Vare", Form.DANISH),
        ("ItemType", "Service", None),
        ("CostModel", "FIFO", None),
        ("AccountType", "Sachkonto", None),
        ("AccountType", "", None),
        ("AccountType", None, None),
        ("AccountType", False, None),
    ],
)
def test_a_form_is_told_by_what_was_seen(enum: str, seen: Any, form: Form | None) -> None:
    assert detect_form(enum, seen) == form


def test_a_word_of_two_forms_names_both() -> None:
    assert possible_forms("AccountType", "Finans") == [Form.DANISH, Form.NAME]
    assert possible_forms("Storage", "Register") == [Form.ENGLISH, Form.NAME]
    assert possible_forms("Storage", "Ingen anelse") == []


@pytest.mark.parametrize(("enum", "member"), WORDS)
def test_a_number_travels_as_text(enum: str, member: str) -> None:
    assert label(enum, member, Form.NUMBER).isdigit()


def test_an_unknown_label_is_no_guess() -> None:
    assert member_of("AccountType", "Sachkonto") is None
    assert member_of("AccountType", None) is None
    with pytest.raises(KeyError):
        label("AccountType", "Bank", Form.ENGLISH)
