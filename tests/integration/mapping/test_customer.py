"""What a new debtor or customer is made of, or the person who must decide first."""

from collections.abc import Callable
from typing import Any

import pytest

from integration.customers1st.master_data import Customer, parse_customer
from integration.errors import Hold
from integration.mapping.customer import (
    account_of_customer,
    account_of_phone,
    debtor_values,
    new_customer,
    new_debtor,
)
from integration.mapping.rules import Rules

RULES = Rules(default_debtor_group="1")


def customer(**values: Any) -> Customer:
    return parse_customer({"id": 7, "name": "Anna Holm", "phone": "+45 40 50 60 70", **values})


def as_debtor(*, rules: Rules = RULES, **values: Any) -> dict[str, Any]:
    row, _cut = new_debtor(
        customer(**values), account="7", rules=rules, country_member=lambda code: code or "Denmark"
    )
    return row


@pytest.mark.parametrize(
    ("make", "mended_by", "words"),
    [
        (lambda: as_debtor(rules=Rules()), "setup", "No debtor group for new debtors"),
        (lambda: as_debtor(name=""), "customers1st", "has no name, which Uniconta needs"),
        (lambda: account_of_phone(customer(phone="")), "customers1st", "has no phone number"),
        (
            lambda: account_of_customer(customer(customerno="K" * 21)),
            "customers1st",
            "longer than the 20 characters",
        ),
        (
            lambda: new_customer({"Name": "Holm ApS", "CompanyRegNo": "1234567"}, account="K1"),
            "uniconta",
            "the CVR number “1234567” has not eight digits",
        ),
    ],
)
def test_what_cannot_be_made_needs_a_person(
    make: Callable[[], object], mended_by: str, words: str
) -> None:
    with pytest.raises(Hold) as held:
        make()

    assert words in held.value.cause
    assert held.value.mended_by == mended_by
    assert held.value.cure


@pytest.mark.parametrize(
    "row",
    [
        {"CompanyRegNo": "DK12345678"},
        {"CompanyRegNo": "12345678", "Country": "Denmark"},
        {"CompanyRegNo": "5561234567", "Country": "Sweden"},  # not ours to judge
    ],
)
def test_a_company_number_that_the_till_takes_stops_nothing(row: dict[str, Any]) -> None:
    content, _cut = new_customer({"Name": "Holm ApS", **row}, account="K1")

    assert content["vat"] == row["CompanyRegNo"].removeprefix("DK")


def test_accounts_by_number_by_id_and_by_phone() -> None:
    assert account_of_customer(customer(customerno="K12")) == "K12"
    assert account_of_customer(customer()) == "C7"
    assert account_of_phone(customer()) == "40506070"


def test_a_country_that_nobody_knows_is_not_told_and_never_emptied() -> None:
    assert "addr_country" not in debtor_values({"Name": "Holm", "Country": "Atlantis"})
    assert debtor_values({"Name": "Holm", "Country": "Sweden"})["addr_country"] == "SE"
    assert debtor_values({"Name": "Holm"})["addr_country"] == ""
