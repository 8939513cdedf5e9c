"""A preview of a close that lacks a receipt says what is missing; rounding explains an øre per line, never more."""

from decimal import Decimal

import pytest

from integration.mapping import proof
from sandbox.customers1st.basket import card, cash, line
from syncjobs import closes
from syncjobs.models import SyncJob
from tests.journeys.shop import open_shop

pytestmark = pytest.mark.django_db(transaction=True)


def test_missing_vat_is_left_over_and_the_missing_receipt_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = open_shop(monkeypatch)
    world.sell([line(1001)], [card()])
    world.work()
    world.tenant.payment_types.filter(title="Dankort").delete()
    held = world.sell([line(1001)], [card()])
    world.sell([line(1001)], [cash(200)])
    world.work()
    close = world.till.close(501)

    told = closes.preview_one(world.tenant, str(close.id))

    assert told is not None
    assert told.sheet is not None
    vat = next(each for each in told.sheet["chains"] if each["code"] == "vat")
    assert "vat_rounding" not in [row["code"] for row in vat["rows"]]
    assert proof.rests(told.sheet)["vat"] == Decimal("-39.99")  # the held receipt's
    notes = [note for note in told.sheet["notes"] if note["code"] == "not_counted"]
    assert [note["numbers"] for note in notes] == [
        SyncJob.objects.get(source_id=str(held.id)).number
    ]
