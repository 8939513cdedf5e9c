"""Every kind of receipt, from the till to the posted books."""

import pytest

from syncjobs.models import DocumentRow
from tests.journeys.examples import NAMES, example, expected, open_example, play
from tests.journeys.shop import ShopWorld, open_shop

pytestmark = pytest.mark.django_db(transaction=True)

LIGHTS, BAG, SEAT, BELL, HELMET = 1001, 1002, 1004, 1005, 1102


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> ShopWorld:
    return open_shop(monkeypatch)


@pytest.mark.parametrize("name", NAMES)
def test_the_receipts_of_each_example_end_at_its_balances(world: ShopWorld, name: str) -> None:
    data = example(name)
    open_example(world, data)

    play(world, data["receipts"])
    world.work()

    accounts, debtors = expected(data)
    assert world.causes() == []
    assert world.balances() == accounts
    assert world.debtors() == debtors
    assert set(DocumentRow.objects.values_list("state", flat=True)) <= {"SENT", "CONFIRMED"}
    before = world.uniconta.snapshot()
    world.calls.clear()

    for source_id in list(world.states()):
        world.deliver(source_id)
        world.deliver(source_id)
    world.work()

    assert world.uniconta.snapshot() == before
