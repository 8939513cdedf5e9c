"""From the webhook's bytes to the posted books, through the address and the commands that are really used."""

import json
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from integration.customers1st.signature import sign
from syncjobs.models import Delivery, SyncJob
from tests.journeys.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    monkeypatch.setattr("integration.http._new_session", world.session)
    return world


def ring(world: World, source_id: str, *, secret: str = "sandbox-secret") -> int:
    body = json.dumps(
        {"event": "pospayment.created", "content": {"id": int(source_id)}, "logid": 1}
    ).encode()
    answer = Client().post(
        f"/hooks/customers1st/{world.tenant.customers1st.hook_uuid}/",
        data=body,
        content_type="application/json",
        headers={"X-C1st-Webhook-Signature": sign(secret, body)},
    )
    return answer.status_code


def drained() -> dict[str, Any]:
    out = StringIO()
    call_command("drain", "--json", stdout=out)
    result: dict[str, Any] = json.loads(out.getvalue())
    return result


def test_a_signed_webhook_is_drained_into_the_books(world: World) -> None:
    source_id = world.till.sell(
        1, [{"price": "100"}], [{"title": "Dankort", "amount": Decimal(100)}]
    )

    assert [ring(world, source_id) for _ in range(3)] == [200, 200, 200]
    result = drained()

    assert result["jobs"] == {
        "WAITING": 0,
        "RUNNING": 0,
        "DONE": 1,
        "SKIPPED": 0,
        "NEEDS_PERSON": 0,
    }
    assert result["worked"] == 1
    job = SyncJob.objects.get()
    assert job.started_at is not None
    assert job.finished_at is not None
    assert job.created_at <= job.started_at <= job.finished_at
    assert Delivery.objects.count() == 3
    assert world.uniconta.balances()["5830"] == 100
    assert world.uniconta.debtor_balances()["POS3000"] == 0
    assert drained()["worked"] == 0


def test_an_unsigned_call_does_nothing(world: World) -> None:
    assert ring(world, "1", secret="wrong") == 401
    assert not Delivery.objects.exists()


def test_a_paused_tenant_loses_nothing(world: World) -> None:
    source_id = world.till.sell(
        1, [{"price": "100"}], [{"title": "Dankort", "amount": Decimal(100)}]
    )
    world.tenant.status = "paused"
    world.tenant.save()
    assert ring(world, source_id) == 200
    assert drained()["worked"] == 0

    world.tenant.status = "live"
    world.tenant.save()

    assert drained()["jobs"]["DONE"] == 1
    assert len(world.uniconta.invoices) == 1


def test_remote_calls_are_counted_by_system(world: World) -> None:
    source_id = world.till.sell(
        1, [{"price": "100"}], [{"title": "Dankort", "amount": Decimal(100)}]
    )
    ring(world, source_id)
    drained()

    out = StringIO()
    call_command("status", "nordlys", "--json", stdout=out)
    calls = json.loads(out.getvalue())["calls_today"]

    assert calls["customers1st"] == world.calls.count("customers1st")
    assert calls["uniconta"] == world.calls.count("uniconta")
