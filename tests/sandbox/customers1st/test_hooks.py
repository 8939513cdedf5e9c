"""Hooks: signed, repeated by the clock, logged, and as unreliable as they are asked to be."""

import base64
import hashlib
import hmac
from typing import Any

import pytest
import requests
import simplejson

from sandbox.customers1st.basket import line
from sandbox.customers1st.hooks import SIGNATURE
from sandbox.customers1st.shop import Shop
from sandbox.server import Sandbox
from tests.sandbox.contracts import problems
from tests.sandbox.customers1st.api import Api

URL = "https://receiver.example/hook"


class Receiver:
    """Takes hooks and answers what it is told."""

    def __init__(self) -> None:
        """Answer 200."""
        self.answers: list[int] = []
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.timeouts: list[float] = []

    def __call__(self, url: str, headers: dict[str, str], body: bytes, timeout: float) -> int:
        """Take one delivery."""
        assert url == URL
        self.bodies.append(body)
        self.headers.append(headers)
        self.timeouts.append(timeout)
        status = self.answers.pop(0) if self.answers else 200
        if status == 0:
            raise requests.ConnectionError
        return status

    @property
    def events(self) -> list[str]:
        """Return the events that arrived."""
        return [simplejson.loads(body)["event"] for body in self.bodies]


@pytest.fixture
def receiver(sandbox: Sandbox) -> Receiver:
    """Put a receiver behind the outbox."""
    made = Receiver()
    sandbox.customers1st.outbox.sender = made
    return made


@pytest.fixture
def hook(api: Api) -> int:
    """Register for new customers."""
    return _register(api, "customer.created")


def _register(api: Api, event: str, **fields: Any) -> int:
    answer = api.call("POST", "/hooks", {"event": event, "url": URL, **fields})
    assert answer.status == 201
    number: int = answer.body["id"]
    return number


def _log(api: Api) -> dict[str, Any]:
    row: dict[str, Any] = api.get("/hooks/log").content[0]
    return row


@pytest.mark.usefixtures("hook")
def test_a_delivery_is_signed_over_its_exact_bytes(
    shop: Shop, receiver: Receiver, sandbox: Sandbox
) -> None:
    shop.add_customer("Søren å/b")
    assert sandbox.deliver_hooks() == 1
    (body,) = receiver.bodies
    digest = hmac.new(b"sandbox-secret", body, hashlib.sha256).digest()
    assert receiver.headers[0][SIGNATURE] == base64.b64encode(digest).decode()
    assert receiver.headers[0]["Content-Type"] == "application/json"
    assert b"S\\u00f8ren \\u00e5\\/b" in body
    assert receiver.timeouts == [10.0]


def test_the_body_holds_the_record_and_its_wrapper(
    hook: int, shop: Shop, receiver: Receiver, sandbox: Sandbox, api: Api
) -> None:
    number = shop.add_customer("Ida")["id"]
    sandbox.deliver_hooks()
    body = simplejson.loads(receiver.bodies[0], use_decimal=True)
    assert problems("HookDelivery", body) == []
    assert body["content"] == api.get(f"/customers/{number}").content
    assert body | {"content": None} == {
        "content": None,
        "event": "customer.created",
        "logid": 12700001,
        "resthookid": hook,
        "storeid": 3000,
        "initiated": "2026-03-02T09:00:00+00:00",
        "metadata": [],
    }


@pytest.mark.usefixtures("hook")
def test_the_body_can_be_bare(shop: Shop, receiver: Receiver, sandbox: Sandbox) -> None:
    sandbox.switches.set("c1st.hook_body", "bare")
    number = shop.add_customer("Ida")["id"]
    sandbox.deliver_hooks()
    assert simplejson.loads(receiver.bodies[0])["id"] == number


@pytest.mark.usefixtures("hook")
def test_a_failed_delivery_is_repeated_after_30_60_and_120_minutes(
    shop: Shop, receiver: Receiver, sandbox: Sandbox, api: Api
) -> None:
    receiver.answers = [503, 429, 408, 500, 200]
    shop.add_customer("Ida")
    sandbox.deliver_hooks()
    assert (_log(api)["status"], _log(api)["attempts"]) == ("pending", 1)
    for attempts, minutes in ((2, 30), (3, 60), (4, 120)):
        sandbox.clock.advance(minutes * 60 - 1)
        assert sandbox.deliver_hooks() == 0
        sandbox.clock.advance(1)
        assert sandbox.deliver_hooks() == 1
        assert _log(api)["attempts"] == attempts
    assert (_log(api)["status"], _log(api)["last_http_status"]) == ("failed", "500")
    sandbox.clock.advance(100_000)
    assert sandbox.deliver_hooks() == 0
    assert len(set(receiver.bodies)) == 1


@pytest.mark.usefixtures("hook")
def test_a_repeat_can_carry_a_new_log_id(shop: Shop, receiver: Receiver, sandbox: Sandbox) -> None:
    sandbox.switches.set("c1st.logid_on_retry", "new")
    receiver.answers = [503]
    shop.add_customer("Ida")
    sandbox.deliver_hooks()
    sandbox.clock.advance(1800)
    sandbox.deliver_hooks()
    assert [simplejson.loads(body)["logid"] for body in receiver.bodies] == [12700001, 12700002]


@pytest.mark.parametrize(
    ("status", "reading", "state"),
    [(404, "no", "failed"), (404, "yes", "pending"), (302, "no", "failed"), (0, "no", "pending")],
)
@pytest.mark.usefixtures("hook")
def test_other_answers_are_repeated_or_not(
    status: int,
    reading: str,
    state: str,
    shop: Shop,
    receiver: Receiver,
    sandbox: Sandbox,
    api: Api,
) -> None:
    sandbox.switches.set("c1st.retry_on_4xx", reading)
    receiver.answers = [status]
    shop.add_customer("Ida")
    sandbox.deliver_hooks()
    assert _log(api)["status"] == state


def test_410_unsubscribes(
    hook: int, shop: Shop, receiver: Receiver, sandbox: Sandbox, api: Api
) -> None:
    receiver.answers = [410]
    shop.add_customer("Ida")
    sandbox.deliver_hooks()
    assert api.get(f"/hooks/{hook}").status == 404
    shop.add_customer("Ib")
    assert sandbox.deliver_hooks() == 0


@pytest.mark.usefixtures("hook")
def test_the_receivers_time_is_ten_seconds_or_two(
    shop: Shop, receiver: Receiver, sandbox: Sandbox
) -> None:
    sandbox.switches.set("c1st.hook_timeout", "2s")
    shop.add_customer("Ida")
    sandbox.deliver_hooks()
    assert receiver.timeouts == [2.0]


@pytest.mark.parametrize(
    ("reading", "kind", "attempts"),
    [("duplicate", "hook_duplicate", 2), ("dropped", "hook_drop", 0)],
)
@pytest.mark.parametrize("by_switch", [True, False])
@pytest.mark.usefixtures("hook")
def test_a_delivery_can_come_twice_or_never(
    reading: str,
    kind: str,
    attempts: int,
    by_switch: bool,
    shop: Shop,
    receiver: Receiver,
    sandbox: Sandbox,
) -> None:
    if by_switch:
        sandbox.switches.set("c1st.hook_chaos", reading)
    else:
        sandbox.faults.add("customers1st", kind, path="customer.*")
    shop.add_customer("Ida")
    assert sandbox.deliver_hooks() == attempts == len(receiver.bodies)


@pytest.mark.usefixtures("hook", "receiver")
def test_a_delivery_can_be_late(shop: Shop, sandbox: Sandbox) -> None:
    sandbox.faults.add("customers1st", "hook_late", seconds=90)
    shop.add_customer("Ida")
    assert sandbox.deliver_hooks() == 0
    sandbox.clock.advance(90)
    assert sandbox.deliver_hooks() == 1
    sandbox.switches.set("c1st.hook_chaos", "late")
    shop.add_customer("Ib")
    sandbox.clock.advance(3599)
    assert sandbox.deliver_hooks() == 0
    sandbox.clock.advance(1)
    assert sandbox.deliver_hooks() == 1


@pytest.mark.usefixtures("hook")
def test_deliveries_can_swap_places(
    shop: Shop, receiver: Receiver, sandbox: Sandbox, api: Api
) -> None:
    _register(api, "customer.updated")
    sandbox.faults.add("customers1st", "hook_reorder")
    number = shop.add_customer("Ida")["id"]
    assert sandbox.deliver_hooks() == 0
    shop.edit_customer(number, city="Skagen")
    sandbox.deliver_hooks()
    assert receiver.events == ["customer.updated", "customer.created"]
    sandbox.switches.set("c1st.hook_chaos", "out_of_order")
    shop.add_customer("Ib")
    assert sandbox.deliver_hooks() == 0
    sandbox.clock.advance(60)
    assert sandbox.deliver_hooks() == 1


@pytest.mark.parametrize(
    ("reading", "statuses"),
    [
        ("on_complete", ["completed"]),
        ("on_first_save", ["in_progress"]),
        ("both", ["in_progress", "completed"]),
    ],
)
def test_a_sale_fires_when_its_switch_says(
    reading: str,
    statuses: list[str],
    shop: Shop,
    receiver: Receiver,
    sandbox: Sandbox,
    api: Api,
) -> None:
    sandbox.switches.set("c1st.payment_hook", reading)
    _register(api, "pospayment.created")
    shop.sell([line(1001)])
    sandbox.deliver_hooks()
    shown = [simplejson.loads(body)["content"]["status"] for body in receiver.bodies]
    assert shown == statuses


def test_closes_cards_and_stock_fire_too(
    shop: Shop, receiver: Receiver, sandbox: Sandbox, api: Api
) -> None:
    for event in ("posbalance.created", "inventorylevel.updated"):
        _register(api, event)
    _register(api, "pospayment.created", active=0)
    shop.sell([line(1001)])
    shop.close(501)
    sandbox.deliver_hooks()
    assert receiver.events == ["inventorylevel.updated", "posbalance.created"]


def test_hooks_are_kept(hook: int, api: Api) -> None:
    (row,) = api.get("/hooks").content
    assert row == api.get(f"/hooks/{hook}").body
    assert (row["event"], row["active"], row["lastactivity"]) == ("customer.created", 1, None)
    assert api.call("PUT", f"/hooks/{hook}", {"active": 0}).body == {"updated": 1}
    assert api.get(f"/hooks/{hook}").body["active"] == 0
    assert api.call("DELETE", f"/hooks/{hook}").body == {"deleted": 1}
    assert api.get("/hooks").content == []


def test_hooks_need_a_known_event_and_an_address(api: Api) -> None:
    answer = api.call("POST", "/hooks", {"event": "customer.created"})
    assert answer.body["errors"][0]["name"] == "url"
    answer = api.call("POST", "/hooks", {"event": "moon.risen", "url": URL})
    assert answer.body["errors"][0]["code"] == "error_enum"
    keys = [item["key"] for item in api.get("/hooks/events").body["items"]]
    assert {"pospayment.created", "posbalance.created"} <= set(keys)
    assert "pospayment.updated" not in keys


@pytest.mark.parametrize(
    ("reading", "status"), [("free", 201), ("forbidden", 403), ("unique_per_event", 400)]
)
@pytest.mark.usefixtures("hook")
def test_registration_follows_its_switch(
    reading: str, status: int, api: Api, sandbox: Sandbox
) -> None:
    sandbox.switches.set("c1st.hook_registration", reading)
    answer = api.call("POST", "/hooks", {"event": "customer.created", "url": URL})
    assert answer.status == status


@pytest.mark.parametrize(
    ("reading", "first"), [("newest_first", 12700060), ("oldest_first", 12700001), ("empty", None)]
)
@pytest.mark.usefixtures("hook", "receiver")
def test_the_log_has_one_page(
    reading: str, first: int | None, shop: Shop, api: Api, sandbox: Sandbox
) -> None:
    sandbox.switches.set("c1st.hook_log", reading)
    for number in range(60):
        shop.add_customer(f"Kunde {number}")
    body = api.get("/hooks/log").body
    ids = [row["id"] for row in body["content"]]
    assert ids[:1] == ([] if first is None else [first])
    assert body["hasMore"] is (first is not None)
    assert len(ids) <= 50
