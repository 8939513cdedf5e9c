"""What Uniconta refuses, in plain words."""

from typing import Any

import pytest

from integration.errors import Refused
from integration.flows.refusals import hold_for

LINES: list[dict[str, Any]] = [
    {"Item": "1001", "Qty": 1, "Storage": "Register"},
    {"Item": "RABAT25", "Storage": None},
]


def refused(name: str, property: str = "", value: str = "") -> Refused:
    return Refused("no", name=name, property=property, value=value)


def test_a_known_name_has_its_own_words_whatever_was_sent() -> None:
    hold = hold_for(refused(name="ItemIsOnHold"), what="the lines of order 1", sent=LINES)
    assert hold.cause == "Uniconta refused the lines of order 1: an item is blocked."


@pytest.mark.parametrize("property", ["", "Storage"])
def test_a_label_that_may_not_be_understood_is_named(property: str) -> None:
    error = refused(name="InvalidObject", property=property)
    hold = hold_for(error, what="the lines of order 20001", sent=LINES)
    assert hold.cause.startswith("Uniconta refused the lines of order 20001: InvalidObject")
    assert hold.cause.endswith("It may not understand a label that was sent: Storage “Register”.")
    assert "language" in hold.cure


@pytest.mark.parametrize(
    ("about", "sent"),
    [
        ({"name": "InvalidObject", "property": "Item", "value": "1001"}, LINES),  # it says what
        ({"name": "CouldNotSave"}, LINES),
        ({"name": "InvalidObject"}, [{"Item": "1001", "Qty": 1}]),
    ],
)
def test_no_label_is_suspected_without_reason(
    about: dict[str, str], sent: list[dict[str, Any]]
) -> None:
    hold = hold_for(refused(**about), what="the order", sent=sent)
    assert "label" not in hold.cause + hold.cure
