"""The table of findings holds each once, in words that a person can use."""

import re

import pytest

from integration.doctor import kinds
from integration.doctor.examination import is_green
from integration.doctor.finding import Fix, Level
from integration.doctor.kinds import KINDS, complained, finding
from integration.mapping.usable import (
    account_complaint,
    debtor_complaint,
    journal_complaint,
    term_complaint,
)


def test_no_id_is_given_twice() -> None:
    names = [row[0] for row in kinds._TABLE]

    assert len(names) == len(set(names))
    assert len(KINDS) == len(names) + 2 * 11 + 2 * 5 + 1


def test_ids_are_slugs_and_titles_are_sentences() -> None:
    for kind in KINDS.values():
        assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)+", kind.id)
        assert kind.title.endswith(".")


def test_every_button_belongs_to_a_finding() -> None:
    assert {kind.fix for kind in KINDS.values()} == {*Fix, None}


def test_a_finding_that_is_not_in_the_table_cannot_be_made() -> None:
    with pytest.raises(KeyError):
        finding("made-up", subject="", cause="", cure="")


def test_whatever_the_flows_complain_of_is_a_finding() -> None:
    complaints = [
        complaint
        for judge in (account_complaint, debtor_complaint, journal_complaint, term_complaint)
        for row in (None, {"Blocked": True}, {"UseApproved": 1}, {"Vat": "U25"}, {"Account": "1"})
        if (complaint := judge("X", row)) is not None
    ]

    assert len({complaint.id for complaint in complaints}) == 10
    for complaint in complaints:
        assert complained(complaint, subject="X").kind.level is Level.ERROR


def test_warnings_leave_it_green_and_one_error_does_not() -> None:
    warning = finding("safety-off", subject="s", cause="c", cure="c")
    error = finding("setup-journal", subject="s", cause="c", cure="c")

    assert is_green([])
    assert is_green([warning])
    assert not is_green([warning, error])
