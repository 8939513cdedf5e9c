"""Over real sockets: the same answers, the same accidents, hooks in the background."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import requests

from sandbox.server import Addresses, Sandbox

HEADERS = {"Authorization": "Bearer sandbox-token"}


@pytest.fixture
def addresses(sandbox: Sandbox) -> Addresses:
    """Return where the sandbox listens."""
    return sandbox.serve()


class _Receiver(BaseHTTPRequestHandler):
    received: list[bytes] = []
    arrived = threading.Event()

    def do_POST(self) -> None:
        self.received.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()
        self.arrived.set()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[str]:
    """Return the address of something that takes hooks."""
    server = HTTPServer(("127.0.0.1", 0), _Receiver)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    _Receiver.received.clear()
    _Receiver.arrived.clear()
    yield f"http://127.0.0.1:{server.server_port}/hook"
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


def test_customers1st_answers_over_http(addresses: Addresses) -> None:
    answer = requests.get(f"{addresses.customers1st}/settings/store", headers=HEADERS, timeout=5)
    assert answer.status_code == 200
    assert answer.json()["id"] == 3000


def test_uniconta_answers_over_http(addresses: Addresses) -> None:
    answer = requests.get(f"{addresses.uniconta}/Query/Get/DebtorClient", timeout=5)
    assert answer.status_code == 401


def test_a_lost_reply_is_a_cut_connection_after_the_work(
    addresses: Addresses, sandbox: Sandbox
) -> None:
    sandbox.faults.add("customers1st", "lost_reply")
    body = {"content": {"title": "Lygte", "productno": "S-1"}}
    url = f"{addresses.customers1st}/products"
    with pytest.raises(requests.ConnectionError):
        requests.post(url, json=body, headers=HEADERS, timeout=5)
    found = requests.get(url, params={"productNo": "S-1"}, headers=HEADERS, timeout=5)
    assert len(found.json()["content"]) == 1


def test_a_slow_answer_makes_the_caller_wait(addresses: Addresses, sandbox: Sandbox) -> None:
    sandbox.faults.add("customers1st", "slow", seconds=0.4)
    url = f"{addresses.customers1st}/settings/store"
    with pytest.raises(requests.ReadTimeout):
        requests.get(url, headers=HEADERS, timeout=0.1)


def test_a_hook_arrives_while_the_server_runs(
    addresses: Addresses, sandbox: Sandbox, receiver: str
) -> None:
    hook = {"event": "product.created", "url": receiver}
    requests.post(f"{addresses.customers1st}/hooks", json=hook, headers=HEADERS, timeout=5)
    sandbox.customers1st.shop().add_product("Lygte", "S-2")
    assert _Receiver.arrived.wait(5)
    assert b'"event":"product.created"' in _Receiver.received[0]


def test_a_sale_over_control_is_a_receipt_in_the_api(addresses: Addresses) -> None:
    sale = {"lines": [{"product": 1001}], "tenders": [{"cash": 200}]}
    made = requests.post(f"{addresses.control}/sale", json=sale, timeout=5).json()
    url = f"{addresses.customers1st}/pospayments/{made['id']}"
    shown = requests.get(url, headers=HEADERS, timeout=5).json()["content"]
    assert shown["sum"] == 199.95
    assert shown["paymentno"] == 1284


def test_a_clock_that_goes_wrong_is_the_only_one_that_is_told(
    sandbox: Sandbox, addresses: Addresses
) -> None:
    late = "Mon, 02 Mar 2026 12:07:00 GMT"
    sandbox.faults.add("customers1st", "status", status=200, body={}, headers={"Date": late})

    answer = requests.get(f"{addresses.customers1st}/settings/store", headers=HEADERS, timeout=5)

    assert answer.raw.headers.getlist("Date") == [late]
