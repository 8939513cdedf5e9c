"""What is proposed: the account that has the name, the group that has the VAT, nothing where nothing surely fits."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.customers1st.payloads import PaymentType, Register
from integration.doctor.facts import CompanyFacts, Failure, StoreFacts
from syncjobs.wizard.live import Live
from syncjobs.wizard.picks import PICKS, choices
from syncjobs.wizard.proposals import ACCOUNTS, account_like, group_for, proposal

TODAY = date(2026, 3, 2)


def company(**tables: Any) -> Live:
    rows = {entity: dict(content) for entity, content in tables.items()}
    return Live(company=CompanyFacts(company={}, tables=rows))


def account(name: str, kind: str = "Balance", **members: Any) -> dict[str, Any]:
    return {"Name": name, "AccountType": kind, **members}


def till(*titles: str, **methods: str) -> Live:
    types = [
        PaymentType(
            id=n,
            title=title,
            account_no="",
            currency=None,
            exchange_rate=None,
            cash=False,
            disabled=False,
        )
        for n, title in enumerate(titles)
    ]
    buttons = tuple((title, kind) for title, kind in methods.items())
    register = Register(
        id=1, title="Kasse", deleted=False, start_amount=Decimal(0), methods=buttons
    )
    return Live(store=StoreFacts(title="Shop", payment_types=tuple(types), registers=(register,)))


def test_the_name_counts_for_more_than_the_number() -> None:
    live = company(
        GLAccountClient={"5810": account("Varelager"), "18100": account("Kassebeholdning")}
    )

    assert proposal("setup.cash_account", live, today=TODAY) == "18100"


@pytest.mark.parametrize(
    "row",
    [
        account("Kassedifferencer", "P&L"),
        account("Kasse EUR"),
        account("Kasse", Blocked=True),
        account("Kasse", "Header"),
        account("Bank"),
    ],
    ids=["a cost", "foreign cash", "blocked", "a header", "another name"],
)
def test_an_account_that_does_not_fit_is_not_proposed(row: dict[str, Any]) -> None:
    assert proposal("setup.cash_account", company(GLAccountClient={"5810": row}), today=TODAY) == ""


def test_of_two_that_fit_the_usual_number_is_taken_then_the_lowest() -> None:
    two = {"5805": account("Kasse, lager"), "5810": account("Kasse 1"), "5811": account("Kasse 2")}
    assert proposal("setup.cash_account", company(GLAccountClient=two), today=TODAY) == "5810"
    del two["5810"]
    assert proposal("setup.cash_account", company(GLAccountClient=two), today=TODAY) == "5805"


@given(
    st.dictionaries(
        st.from_regex(r"[0-9]{4}", fullmatch=True),
        st.tuples(
            st.sampled_from(["Kasse", "Bank", "Øreafrunding", "Udlæg", "Kassedifference"]),
            st.sampled_from(["P&L", "Balance", "Header", "?"]),
        ),
        max_size=12,
    )
)
def test_what_is_proposed_is_on_the_list_that_is_offered(rows: dict[str, tuple[str, str]]) -> None:
    live = company(GLAccountClient={key: account(name, kind) for key, (name, kind) in rows.items()})
    lists = {
        "setup.cash_account": "balance_accounts",
        "setup.bank_account": "balance_accounts",
        "setup.rounding_account": "result_accounts",
        "setup.cash_difference_account": "result_accounts",
        "setup.expense_account": "all_accounts",
    }
    for path, pick in lists.items():
        found = account_like(live, ACCOUNTS[path])
        assert not found or found in {choice.code for choice in choices(pick, live) or ()}


def test_cash_and_debtor_are_the_built_in_buttons_whatever_their_name() -> None:
    live = till("Dankort", "Kontant kasse", Kontanter="cash", Konto="invoice")

    assert proposal("setup.cash_payment_type", live, today=TODAY) == "Kontanter"
    assert proposal("setup.debtor_payment_type", live, today=TODAY) == "Konto"


def test_without_built_in_buttons_the_usual_names_are_known() -> None:
    live = till("Dankort", "Kontant", "Faktura")

    assert proposal("setup.cash_payment_type", live, today=TODAY) == "Kontant"
    assert proposal("setup.debtor_payment_type", live, today=TODAY) == "Faktura"


def test_a_cards_group_must_be_a_debt_and_be_named_where_there_are_several() -> None:
    groups = {
        "1": {"Name": "Varer", "RevenueAccount": "1010", "SalesVat": "U25"},
        "D": {"Name": "Deposita", "RevenueAccount": "6630"},
        "T": {"Name": "Andet", "RevenueAccount": "6620"},
    }
    live = company(
        InvGroupClient=groups,
        GLVatClient={"U25": {"Rate": "25"}},
        GLAccountClient={
            "1010": account("Salg", "P&L"),
            "6630": account("Deposita"),
            "6620": account("Andet"),
        },
    )

    assert group_for(live, rate=Decimal(0), words="depo") == "D"
    assert group_for(live, rate=Decimal(0), words="gave") == ""
    assert group_for(live, rate=Decimal(25)) == "1"
    assert group_for(live, rate=Decimal(0)) == ""


@pytest.mark.parametrize("pick", PICKS)
def test_no_list_and_no_proposal_without_a_system(pick: str) -> None:
    for nothing in (Live(), Live(store=Failure("down", ""), company=Failure("down", ""))):
        assert choices(pick, nothing) is None
        assert proposal("setup.journal", nothing, today=TODAY) == ""
        assert proposal("setup.discount_items.25", nothing, today=TODAY) == ""
        assert proposal("setup.pos_debtor", nothing, today=TODAY) == ""
        assert proposal("registers.1", nothing, today=TODAY) == ""
        assert proposal("payment_types.Dankort", nothing, today=TODAY) == ""
