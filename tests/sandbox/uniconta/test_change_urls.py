"""Change URLs: when they are called, in which form, and what stands on the registration afterwards."""

import json
import threading
from collections.abc import Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from sandbox.uniconta.change_urls import HookCall
from sandbox.uniconta.state import UnicontaState
from tests.sandbox.uniconta.api import CONTRACTS, Api

HOOK = "https://bridge.example/hooks/uniconta/3f1c9a52-7c1e-4a0b-9d55-0c1f2e3d4a5b/"
SECRET = "k=example-shared-secret"
VARIANTS: dict[str, dict[str, Any]] = {
    variant["name"]: variant["request"]
    for variant in json.loads(
        (CONTRACTS / "examples" / "uniconta" / "change_url_call.json").read_text()
    )["variants"]
}


class Receiver:
    """Takes calls in; answers with a status or fails."""

    def __init__(self) -> None:
        self.calls: list[HookCall] = []
        self.status = 200
        self.error: OSError | None = None

    def __call__(self, call: HookCall) -> int:
        self.calls.append(call)
        if self.error is not None:
            raise self.error
        return self.status

    def queries(self) -> list[dict[str, str]]:
        """Return the parameters of every call."""
        return [
            {name: values[0] for name, values in parse_qs(urlsplit(call.url).query).items()}
            for call in self.calls
        ]


@pytest.fixture
def receiver(uni: UnicontaState) -> Receiver:
    receiver = Receiver()
    uni.change_urls.sender = receiver
    return receiver


def register(api: Api, table: int = 50, **members: Any) -> dict[str, Any]:
    row = {"TableId": table, "Url": HOOK, "Argument": SECRET, "UsePost": 1, **members}
    return api.insert("TableChangeEventClient", **row)


def event(api: Api) -> dict[str, Any]:
    return api.rows("TableChangeEventClient")[0]


def test_a_registration_is_stored_like_in_the_contract(api: Api) -> None:
    row = register(api, 23)
    assert row["RowId"] == 91
    assert (row["HasError"], row["ErrorMessage"]) == (False, None)
    assert row["LastEvent"] == "0001-01-01T00:00:00"


def test_insert_update_and_delete_of_a_debtor_call(api: Api, receiver: Receiver) -> None:
    register(api)
    row = api.insert("DebtorClient", Account="K5", Name="Eva", Group="1")
    body = {"Original": row, "Modified": {**row, "City": "Hobro"}}
    api.value("PUT", "/Crud/UpdateFieldsModified/DebtorClient", body)
    api.value("DELETE", "/Crud/Delete/DebtorClient", {"Account": "K5"})
    queries = receiver.queries()
    assert [query["Action"] for query in queries] == ["Add", "Update", "Delete"]
    assert queries[0] == {
        "CompanyId": "70123",
        "Table": "Debtor",
        "RowId": str(row["RowId"]),
        "Key": "K5",
        "Action": "Add",
        "k": "example-shared-secret",
    }
    assert json.loads(receiver.calls[1].body)["City"] == "Hobro"


def test_a_refused_change_and_a_change_of_nothing_are_silent(api: Api, receiver: Receiver) -> None:
    register(api)
    api.value("POST", "/Crud/Insert/DebtorClient", {"Account": "K1001", "Name": "N", "Group": "1"})
    row = api.rows("DebtorClient")[0]
    body = {"Original": row, "Modified": row}
    api.value("PUT", "/Crud/UpdateFieldsModified/DebtorClient", body)
    rows = [{"Account": "K6", "Name": "N", "Group": "1"}, {"Account": "K1001", "Name": "N"}]
    api.value("POST", "/Crud/InsertList/DebtorClient", rows)
    assert receiver.calls == []


def test_orders_invoices_and_postings_do_not_call(api: Api, receiver: Receiver) -> None:
    register(api, 0)
    api.sell(("DIV25", "1", "100"))
    assert receiver.calls == []


def test_stock_calls_with_the_item(uni: UnicontaState, api: Api, receiver: Receiver) -> None:
    register(api, 134)
    api.sell(("SLANGE28", "1", "99"))
    query = receiver.queries()[0]
    item = api.where("InvItemClient", "Item", "SLANGE28")[0]
    assert (query["Table"], query["Key"]) == ("InvItemStorage", "SLANGE28")
    assert query["RowId"] == str(item["RowId"])
    assert json.loads(receiver.calls[0].body)["Item"] == "SLANGE28"
    uni.switches.set("uni.hook_storage", "storage_rowid")
    uni.staff().move_stock("SLANGE28", by=Decimal(5))
    assert receiver.queries()[1]["RowId"] != str(item["RowId"])


def test_only_the_registered_table_calls_and_zero_means_all(
    uni: UnicontaState, api: Api, receiver: Receiver
) -> None:
    row = register(api, 23)
    uni.staff().edit("Debtor", "K1001", City="Hobro")
    assert receiver.calls == []
    change = {"Original": row, "Modified": {**row, "TableId": 0}}
    api.value("PUT", "/Crud/UpdateFieldsModified/TableChangeEventClient", change)
    uni.staff().edit("Debtor", "K1001", City="Nibe")
    uni.staff().edit("InvItem", "SLANGE28", Name="Slange")
    assert [query["Table"] for query in receiver.queries()] == ["Debtor", "InvItem"]


def test_shifted_table_ids_make_the_known_ones_deaf(
    uni: UnicontaState, api: Api, receiver: Receiver
) -> None:
    uni.switches.set("uni.table_ids", "shifted")
    register(api, 50)
    register(api, 150)
    uni.staff().edit("Debtor", "K1001", City="Hobro")
    assert [call.event_row for call in receiver.calls] == [92]


def test_disabled_and_only_on_create_are_kept(
    uni: UnicontaState, api: Api, receiver: Receiver
) -> None:
    register(api, Disable=True)
    register(api, OnlyOnCreate=True)
    uni.staff().edit("Debtor", "K1001", City="Hobro")
    uni.staff().add("Debtor", Account="K5", Name="Eva", Group="1")
    assert [(call.event_row, "Action=Add" in call.url) for call in receiver.calls] == [(92, True)]


def test_own_changes_are_silent_under_the_switch_and_a_persons_are_not(
    uni: UnicontaState, api: Api, receiver: Receiver
) -> None:
    register(api)
    uni.switches.set("uni.hook_self", "silent")
    api.insert("DebtorClient", Account="K5", Name="Eva", Group="1")
    assert receiver.calls == []
    uni.staff().edit("Debtor", "K5", City="Hobro")
    assert len(receiver.calls) == 1


FORMS = {
    "post_action": ("post", "action", "update", "InvItem"),
    "post_operation": ("post", "operation", "update", "Debtor"),
    "get_lower_case": ("get", "action", "add", "Debtor"),
    "question_mark_separators": ("get", "question_marks", "delete", "InvItem"),
    "storage": ("get", "action", "stock", "InvItemStorage"),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_of_the_contract_can_be_sent(
    name: str, uni: UnicontaState, api: Api, receiver: Receiver
) -> None:
    method, names, operation, table = FORMS[name]
    uni.switches.set("uni.hook_method", method)
    uni.switches.set("uni.hook_names", names)
    staff = uni.staff()
    staff.add("Debtor", Account="K1", Name="N", Group="1")
    register(api, {"Debtor": 50, "InvItem": 23, "InvItemStorage": 134}[table])
    if operation == "update" and table == "Debtor":
        staff.edit("Debtor", "K1", City="Hobro")
    elif operation == "update":
        staff.edit("InvItem", "SLANGE28", Name="Slange")
    elif operation == "add":
        staff.add("Debtor", Account="K2", Name="N", Group="1")
    elif operation == "delete":
        staff.remove("InvItem", "SLANGE28")
    else:
        staff.move_stock("SLANGE28", by=Decimal(1))
    wanted, call = VARIANTS[name], receiver.calls[0]
    assert call.method == wanted["method"]
    assert bool(call.body) == (wanted["body"] is not None)
    assert dict(call.headers) == wanted["headers"]
    assert _shape(call.url.partition("?")[2]) == _shape(wanted["query"])


def _shape(query: str) -> list[tuple[str, str]]:
    """Return separators, names and the word of a query; row ids and keys differ."""
    mark = "?" if "?" in query else "&"
    pairs = [part.partition("=") for part in query.split(mark)]
    kept = ("Action", "Operation", "Table", "k", "CompanyId")
    return [(mark + name, value if name in kept else "") for name, _, value in pairs]


@pytest.mark.parametrize(
    ("reading", "tail"),
    [
        ("appended", "&k=example-shared-secret"),
        ("as_Argument", "&Argument=k%3Dexample-shared-secret"),
        ("dropped", "&Action=Update"),
    ],
)
def test_the_argument_is_handed_back_as_the_switch_says(
    reading: str, tail: str, uni: UnicontaState, api: Api, receiver: Receiver
) -> None:
    uni.switches.set("uni.hook_argument", reading)
    register(api)
    uni.staff().edit("Debtor", "K1001", City="Hobro")
    assert receiver.calls[0].url.endswith(tail)


def test_the_registration_tells_the_last_outcome(
    uni: UnicontaState, api: Api, receiver: Receiver
) -> None:
    register(api)
    receiver.status = 503
    uni.staff().edit("Debtor", "K1001", City="Hobro")
    assert (event(api)["HasError"], event(api)["ErrorMessage"]) == (True, "503")
    assert event(api)["LastEvent"][:4] != "0001"
    receiver.error = requests.ConnectionError()
    uni.staff().edit("Debtor", "K1001", City="Nibe")
    assert event(api)["ErrorMessage"] == "ConnectionError"
    receiver.error, receiver.status = None, 200
    uni.staff().edit("Debtor", "K1001", City="Skive")
    assert (event(api)["HasError"], event(api)["ErrorMessage"]) == (False, None)
    assert len(receiver.calls) == 3  # one attempt each


def test_calls_wait_while_nobody_sends_them(uni: UnicontaState, api: Api) -> None:
    register(api)
    uni.staff().edit("Debtor", "K1001", City="Hobro")
    assert len(uni.change_urls.pending) == 1
    assert uni.change_urls.deliver() == 0
    receiver = Receiver()
    uni.change_urls.sender = receiver
    assert uni.change_urls.deliver() == 1
    assert uni.change_urls.pending == []
    assert uni.change_urls.sent == receiver.calls


def test_a_receiver_may_read_from_us_meanwhile(uni: UnicontaState, api: Api) -> None:
    register(api)
    seen: list[str] = []

    def read_again(call: HookCall) -> int:
        other = threading.Thread(
            target=lambda: seen.append(api.where("DebtorClient", "Account", "K1001")[0]["City"])
        )
        other.start()
        other.join(timeout=5)
        return 200

    uni.change_urls.sender = read_again
    uni.staff().edit("Debtor", "K1001", City="Hobro")
    assert seen == ["Hobro"]


def test_hook_faults_drop_double_delay_and_reorder(
    uni: UnicontaState, api: Api, receiver: Receiver
) -> None:
    register(api)
    cities = iter("ABCDEFG")

    def edit() -> list[str]:
        receiver.calls.clear()
        uni.staff().edit("Debtor", "K1001", City=next(cities))
        return [json.loads(call.body)["City"] for call in receiver.calls]

    uni.faults.add("uniconta", "hook_drop", path="Debtor")
    assert edit() == []
    uni.faults.add("uniconta", "hook_duplicate")
    assert edit() == ["B", "B"]
    uni.faults.add("uniconta", "hook_late", seconds=30)
    assert edit() == []
    uni.clock.advance(31)
    assert edit() == ["C", "D"]
    uni.faults.add("uniconta", "hook_reorder")
    assert edit() == []
    assert edit() == ["F", "E"]


class Shop(BaseHTTPRequestHandler):
    """Answers 200 and keeps what came."""

    came: list[tuple[str, str, bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.came.append((self.command, self.path, body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def shop() -> Iterator[HTTPServer]:
    Shop.came = []
    server = HTTPServer(("127.0.0.1", 0), Shop)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_background_thread_speaks_real_http(
    uni: UnicontaState, api: Api, shop: HTTPServer
) -> None:
    register(api, Url=f"http://127.0.0.1:{shop.server_port}/hooks/uniconta/x/")
    uni.change_urls.start()
    try:
        uni.staff().edit("Debtor", "K1001", City="Hobro")
        for _ in range(100):
            if uni.change_urls.sent:
                break
            threading.Event().wait(0.05)
    finally:
        uni.change_urls.stop()
    method, path, body = Shop.came[0]
    assert method == "POST"
    assert path.startswith("/hooks/uniconta/x/?CompanyId=70123&Table=Debtor&RowId=")
    assert json.loads(body)["City"] == "Hobro"
    assert event(api)["HasError"] is False
