"""The control API: what people and tests do to the sandbox from outside."""

from typing import Any

import pytest
import simplejson

from sandbox.server import Sandbox
from sandbox.web import Reply, Request, parse_query


class Control:
    """Calls the control API without sockets."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Control this sandbox."""
        self._sandbox = sandbox

    def call(self, method: str, path: str, /, **body: Any) -> Any:
        """Make a call that must succeed and return its JSON."""
        reply = self.reply(method, path, **body)
        assert reply.status == 200, reply.body
        return simplejson.loads(reply.content())

    def reply(self, method: str, path: str, /, **body: Any) -> Reply:
        """Make a call and return the reply."""
        path, _, query = path.partition("?")
        content = simplejson.dumps(body).encode() if body else b""
        request = Request(method, path, parse_query(query), {}, content)
        return self._sandbox.answer("control", request, wait=lambda _: None)


@pytest.fixture
def control(sandbox: Sandbox) -> Control:
    """Return the control API."""
    return Control(sandbox)


def test_the_state_names_stores_companies_and_what_is_changed(control: Control) -> None:
    control.call("POST", "/switches", **{"uni.nulls": "omitted"})
    control.call("POST", "/faults", system="uniconta", kind="slow", seconds=1, path="*Crud*")
    state = control.call("GET", "/_control/state")
    assert state["stores"]["3000"]["title"] == "Nordlys Cykler ApS"
    assert "70123" in state["companies"]
    assert state["switches_changed"] == {"uni.nulls": "omitted"}
    assert state["faults"][0]["params"] == {"seconds": 1}
    control.call("DELETE", "/faults")
    control.call("DELETE", "/switches")
    state = control.call("GET", "/state")
    assert (state["faults"], state["switches_changed"]) == ([], {})


def test_a_shop_day_can_be_played_and_closed(control: Control) -> None:
    sold = control.call("POST", "/sale", lines=[{"product": 1002, "discount": 100}])
    control.call("POST", "/return", payment=sold["id"], tenders=[{"title": "Dankort"}])
    control.call(
        "POST", "/sale", lines=[{"title": "Fri", "price": "50"}], tenders=[{"foreign": 10}]
    )
    control.call("POST", "/customer-payment", customer=5001, tenders=[{"cash": 100}])
    control.call("POST", "/sale", lines=[{"issue": "giftcard", "amount": 200, "number": "G1"}])
    lines = [{"product": 1001}, {"use": "G1", "amount": 100}]
    control.call("POST", "/sale", lines=lines, at="2026-03-02T12:00:00+01:00")
    control.call("POST", "/sale", lines=[{"return_card": "G1"}])
    parked = control.call("POST", "/park", lines=[{"product": 1005}])
    control.call("POST", "/complete", payment=parked["id"])
    other = control.call("POST", "/park", lines=[{"product": 1005}])
    assert control.call("POST", "/cancel", payment=other["id"])["status"] == "cancelled"
    back = [{"returned": parked["articles"][0]["id"]}]
    control.call("POST", "/return", payment=parked["id"], lines=back)
    close = control.call("POST", "/close", to_bank=10, expense=5, note="Z")
    assert (close["numpayments"], close["cashdifference"]) == (9, 0)


def test_master_data_can_be_edited(control: Control) -> None:
    product = control.call("POST", "/product", title="Ny", productno="N1", price=10)
    control.call("POST", "/product", id=product["id"], title="Nyere")
    gone = control.call("POST", "/product", id=product["id"], delete=True)
    assert (gone["title"], gone["deleted_at"]) == ("Nyere", "2026-03-02 09:00:00")
    customer = control.call("POST", "/customer", name="Ida", store=3001)
    assert customer["storeid"] == 3001
    control.call("POST", "/customer", id=5002, city="Skagen")
    assert control.call("POST", "/customer", id=5002, delete=True)["city"] == "Skagen"


def test_the_bookkeeper_can_work_in_uniconta(control: Control) -> None:
    members = {"Account": "K77", "Name": "Ny", "Group": "1"}
    control.call("POST", "/staff/add", table="Debtor", members=members)
    members = {"Name": "Nyere"}
    row = control.call("POST", "/staff/edit", table="Debtor", key="K77", members=members)
    assert row["Name"] == "Nyere"
    control.call("POST", "/staff/remove", table="Debtor", key=["K77"])
    refused = control.reply("POST", "/staff/remove", table="Debtor", key=["K77"])
    assert refused.status == 400


def test_calls_ledger_and_hooks_can_be_read(control: Control, sandbox: Sandbox) -> None:
    request = Request("GET", "/api/settings", {}, {"authorization": "Bearer sandbox-token"})
    sandbox.answer("customers1st", request, wait=lambda _: None)
    log = control.call("GET", "/calls?system=customers1st&path=/api/*")
    assert log["counts"] == {"GET /api/settings": 1}
    assert log["calls"][0]["facts"] == {"store": 3000}
    control.call("DELETE", "/calls")
    assert control.call("GET", "/calls")["calls"] == []
    assert set(control.call("GET", "/ledger?company=70123")) == {"balances", "debtor_balances"}
    assert control.call("GET", "/hooks")["waiting"] == []
    assert control.call("POST", "/hooks/deliver") == {"attempts": 0}


def test_clock_bucket_and_reset(control: Control, sandbox: Sandbox) -> None:
    assert control.call("POST", "/clock", advance=60)["now"] == "2026-03-02T09:01:00+00:00"
    control.call("POST", "/clock", now="2026-03-03T09:00:00+00:00")
    assert sandbox.clock.now().day == 3
    control.call("POST", "/bucket", size=1, per_second=0)
    request = Request("GET", "/api/settings", {}, {"authorization": "Bearer sandbox-token"})
    answers = [sandbox.customers1st.handle(request).status for _ in range(2)]
    assert answers == [200, 429]
    control.call("POST", "/reset", products=3)
    assert sandbox.customers1st.handle(request).status == 200
    assert 2003 in sandbox.customers1st.shop().store.products
    control.call("POST", "/clock", run=True)
    assert sandbox.clock.now().year >= 2026


@pytest.mark.parametrize(
    ("method", "path", "body", "text"),
    [
        ("POST", "/switches", {"uni.nulls": "never"}, "allowed"),
        ("POST", "/faults", {"system": "uniconta", "kind": "fire"}, "no fault"),
        ("POST", "/faults", {"system": "uniconta"}, "kind"),
        ("POST", "/sale", {"lines": [{"nothing": 1}]}, "a line needs"),
        ("POST", "/sale", {"lines": [{"product": 1}]}, "no product 1"),
        ("POST", "/sale", {"lines": [{"product": 1001}], "at": "2026-03-02T12:00"}, "time zone"),
        ("POST", "/return", {"payment": 4}, "no receipt"),
        ("POST", "/product", {"title": "A", "productno": "x" * 26}, "PRODUCTNO_INVALID"),
    ],
)
def test_what_is_wrong_comes_back_in_plain_words(
    control: Control, method: str, path: str, body: dict[str, Any], text: str
) -> None:
    reply = control.reply(method, path, **body)
    assert reply.status == 400
    assert text in str(reply.body)


def test_an_unknown_call_lists_the_known_ones(control: Control) -> None:
    reply = control.reply("GET", "/nothing")
    assert reply.status == 404
    assert "POST /sale" in reply.body["calls"]
    body = Request("POST", "/sale", {}, {}, b"[1]")
    assert control._sandbox.control.handle(body).status == 400
