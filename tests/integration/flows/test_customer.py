"""Customers become debtors, once, and both stay in step."""

import pytest

from integration.errors import Hold
from integration.flows.customer import debtor_for
from integration.flows.outcome import LookAgain
from integration.ports import DocumentKind, DocumentState
from tests.integration.flows.memory import World


def test_a_sale_gets_the_debtor_of_its_customer_made_first() -> None:
    world = World(switches=frozenset())
    customer = world.shop.add_customer("Anna Hansen", phone="+4522334455", email="a@b.dk")

    account = debtor_for(world.context, customer["id"])

    assert account == f"C{customer['id']}"
    debtor = world.debtor(account)
    assert (debtor["Name"], debtor["Group"], debtor["Country"]) == ("Anna Hansen", "1", 57)
    assert (debtor["Phone"], debtor["ContactEmail"]) == ("+4522334455", "a@b.dk")
    assert world.customer(customer["id"])["customerno"] == account
    mark = world.mark()
    assert debtor_for(world.context, customer["id"]) == account
    assert world.sandbox.calls.find(after=mark) == []


def test_a_sale_gets_the_debtor_that_has_the_customers_number() -> None:
    world = World()

    assert debtor_for(world.context, 5001) == "K1001"
    assert world.writes() == []


def test_a_draft_or_unknown_customer_has_no_debtor() -> None:
    world = World()
    draft = world.shop.add_customer("Halv", draft=1)

    for customer_id in (draft["id"], 999999):
        with pytest.raises(Hold):
            debtor_for(world.context, customer_id)
    assert world.writes() == []


def test_a_lost_reply_makes_no_second_debtor() -> None:
    world = World()
    customer = world.shop.add_customer("Anna Hansen")
    world.sandbox.faults.add("uniconta", "lost_reply", path="/Crud/Insert/DebtorClient")

    account = debtor_for(world.context, customer["id"])

    assert world.debtors() == [account, "K1001", "POS3000"]
    document = world.documents.with_number(DocumentKind.DEBTOR, account)
    assert document is not None
    assert document.state is DocumentState.SENT


def test_a_create_that_never_arrived_is_sent_again_after_two_looks() -> None:
    world = World()
    customer = world.shop.add_customer("Anna Hansen")
    world.sandbox.faults.add("uniconta", "reset", path="/Crud/Insert/DebtorClient")

    for _ in range(2):
        with pytest.raises(LookAgain):
            debtor_for(world.context, customer["id"])
    world.clock.advance(31)

    assert debtor_for(world.context, customer["id"]) in world.debtors()
    assert len(world.debtors()) == 3
