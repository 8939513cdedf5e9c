"""The Customers 1st client: only declared calls, every error form in plain words, nothing lost over pages."""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses
import simplejson

from integration.customers1st import client as module
from integration.customers1st.client import Customers1stClient
from integration.customers1st.hooks import RestHook
from integration.errors import ContractBroken, UnknownOutcome, UnreadableRecord
from integration.ports import CallRecord
from tests.integration.conftest import EXAMPLES, example
from tests.integration.customers1st.conftest import BASE, TOKEN

SCHEMA = json.loads((EXAMPLES.parent / "customers1st.schema.json").read_text())


def text_of(vendor_example: str) -> str:
    return (EXAMPLES / "customers1st" / f"{vendor_example}.json").read_text()


def receipt(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "date": "2026-03-02 09:05:12",
        "updated_at": "2026-03-02 09:05:12",
        **changes,
    }


def query_of(call: responses.Call) -> dict[str, list[str]]:
    return parse_qs(urlsplit(str(call.request.url)).query)


# what is sent


def everything(client: Customers1stClient) -> list[Callable[[], Any]]:
    hook = RestHook(id=5, event="product.created", url="https://x", active=True)
    return [
        client.get_store,
        client.get_configs,
        client.get_time_zone,
        *(
            partial(client.peek, name)
            for name in ("products", "customers", "pospayments", "posbalances", "giftcards")
        ),
        lambda: client.get_payment(70001),
        lambda: client.find_payment_with_articles(70001),
        lambda: list(client.list_payments(updated_after=datetime(2026, 3, 2, tzinfo=UTC))),
        lambda: list(client.list_payments(from_date=datetime(2026, 3, 2, tzinfo=UTC))),
        lambda: client.get_product(1001),
        client.list_payment_types,
        client.list_registers,
        client.list_hooks,
        client.list_hook_events,
        lambda: client.create_hook("product.created", "https://x"),
        lambda: client.update_hook(hook),
        lambda: client.delete_hook(5),
        client.list_hook_log,
    ]


def declared(method: str, path: str) -> dict[str, Any]:
    """Return the endpoint of the schema that a call goes to."""
    for endpoint in SCHEMA["x-endpoints"]:
        parts, wanted = path.split("/"), endpoint["path"].split("/")
        fits = len(parts) == len(wanted) and all(
            want == part or want.startswith("{") for part, want in zip(parts, wanted, strict=True)
        )
        if (
            endpoint["method"] == method
            and fits
            and ("{" not in endpoint["path"] or parts[-1].isdigit())
        ):
            return dict(endpoint)
    raise AssertionError(f"{method} {path} is not declared")


def test_every_call_is_declared_with_its_parameters_and_keys(client: Customers1stClient) -> None:
    for call in everything(client):
        with responses.RequestsMock() as vendor:
            for method in ("GET", "POST", "PUT", "DELETE"):
                vendor.add(method, re.compile(f"{BASE}/.*"), body='{"content": [], "items": []}')
            vendor.assert_all_requests_are_fired = False
            with suppress(ContractBroken, UnknownOutcome):  # the answer does not matter here
                call()
            request = vendor.calls[0].request
            endpoint = declared(str(request.method), urlsplit(str(request.url)).path[len("/api") :])
            names = {parameter["name"] for parameter in endpoint["query"]}
            assert set(parse_qs(urlsplit(str(request.url)).query)) <= names
            if request.body:
                definition = endpoint["body"]["$ref"].rpartition("/")[2]
                assert set(json.loads(request.body)) <= set(
                    SCHEMA["$defs"][definition]["properties"]
                )


def test_the_token_is_sent_and_never_recorded(
    client: Customers1stClient, vendor: responses.RequestsMock, records: list[CallRecord]
) -> None:
    vendor.get(f"{BASE}/settings/configs", body=text_of("settings_configs"))
    configs = client.get_configs()
    assert vendor.calls[0].request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert configs["resthook_signing_secret"] == "example-signing-secret-not-in-use"
    assert TOKEN not in repr(records)
    assert "example-signing-secret" not in repr(records)
    assert records[0].system == "Customers 1st"


def test_the_process_keeps_one_bucket_per_token() -> None:
    assert module.bucket_for("one") is module.bucket_for("one")
    assert module.bucket_for("one") is not module.bucket_for("two")


# reading


def test_the_store_and_its_configs_are_read(
    client: Customers1stClient, vendor: responses.RequestsMock
) -> None:
    vendor.get(f"{BASE}/settings/store", json={"id": 3000, "title": "Nordlys"})
    vendor.get(
        f"{BASE}/settings/configs",
        json={"content": [{"key": "a", "value": True}, {"key": "b", "value": None}]},
    )
    assert client.get_store().id == 3000
    assert client.get_configs() == {"a": "1", "b": ""}


def test_the_time_zone_is_read_and_may_be_missing(
    client: Customers1stClient, vendor: responses.RequestsMock
) -> None:
    vendor.get(f"{BASE}/settings", json={"storeTimezone": "Europe/Copenhagen"})
    vendor.get(f"{BASE}/settings", json={"store": {}})
    assert client.get_time_zone() == "Europe/Copenhagen"
    assert client.get_time_zone() == ""


def test_a_peek_reads_one_page_only(
    client: Customers1stClient, vendor: responses.RequestsMock
) -> None:
    vendor.get(f"{BASE}/products", json={"content": [{"id": 1}], "hasMore": True})
    assert client.peek("products") == [{"id": 1}]
    assert query_of(vendor.calls[0]) == {"paginationPageLength": ["200"]}


def test_the_vendors_clock_is_told_by_the_newest_answer_that_names_it(
    client: Customers1stClient, vendor: responses.RequestsMock
) -> None:
    date = {"Date": "Mon, 02 Mar 2026 09:05:12 GMT"}
    vendor.get(f"{BASE}/settings", json={"store": {}}, headers=date)
    vendor.get(f"{BASE}/settings", json={"store": {}}, headers={"Date": "some day"})
    assert client.server_time is None
    for _ in range(2):
        client.get_time_zone()
        assert client.server_time == datetime(2026, 3, 2, 9, 5, 12, tzinfo=UTC)


def test_a_receipt_is_read_by_its_id(
    client: Customers1stClient, vendor: responses.RequestsMock
) -> None:
    vendor.get(f"{BASE}/pospayments/70001", body=text_of("pospayment_cash"))
    payment = client.get_payment("70001")
    assert payment is not None
    assert payment.id == 70001


@pytest.mark.parametrize("missing", ["abc", "", "1/2", "-1", "١"])
def test_what_cannot_be_an_id_is_not_asked_for(client: Customers1stClient, missing: str) -> None:
    assert client.get_payment(missing) is None
    assert client.get_product(missing) is None
    assert client.find_payment_with_articles(missing) is None


@pytest.mark.parametrize("body", ["", "{}", '{"message": "Not found."}', "<html>"])
def test_a_record_that_is_gone_is_none(
    client: Customers1stClient, vendor: responses.RequestsMock, body: str
) -> None:
    vendor.get(f"{BASE}/pospayments/1", status=404, body=body)
    vendor.get(f"{BASE}/products/1", status=404, body=body)
    assert client.get_payment(1) is None
    assert client.get_product(1) is None


def test_a_deleted_product_is_still_a_record(
    client: Customers1stClient, vendor: responses.RequestsMock
) -> None:
    record = {**example("customers1st", "product")["content"], "deleted_at": "2026-03-01 10:00:00"}
    vendor.get(f"{BASE}/products/1001", body=simplejson.dumps({"content": record}))
    product = client.get_product(1001)
    assert product is not None
    assert product.deleted is True


def test_articles_are_asked_for_through_the_list(
    client: Customers1stClient, vendor: responses.RequestsMock
) -> None:
    rows = [receipt(1), receipt(70001, articles=[{"id": 1}])]
    vendor.get(f"{BASE}/pospayments", json={"content": rows, "hasMore": False})
    payment = client.find_payment_with_articles(70001)
    assert payment is not None
    assert payment.articles is not None
    assert query_of(vendor.calls[0]) == {"paymentid": ["70001"], "extra": ["1"]}


def test_a_refused_extra_is_remembered(
    client: Customers1stClient, vendor: responses.RequestsMock
) -> None:
    vendor.get(f"{BASE}/pospayments", status=400, body=text_of("error_validation_query"))
    assert client.find_payment_with_articles(70001) is None
    assert client.find_payment_with_articles(70002) is None
    assert len(vendor.calls) == 1


def test_a_list_that_does_not_know_the_receipt_is_none(
    client: Customers1stClient, vendor: responses.RequestsMock
) -> None:
    vendor.get(f"{BASE}/pospayments", json={"content": [receipt(7)], "hasMore": False})
    assert client.find_payment_with_articles(70001) is None


def test_all_pages_are_read_each_receipt_once(
    client: Customers1stClient, vendor: responses.RequestsMock
) -> None:
    pages = [[receipt(1), receipt(2)], [receipt(2), receipt(3)], []]
    for rows in pages:
        vendor.get(
            f"{BASE}/pospayments", json={"content": rows, "hasMore": bool(rows), "count": None}
        )
    since = datetime(2026, 3, 2, 9, 0, 0)  # noqa: DTZ001 - naive by contract [A1]
    assert [payment.id for payment in client.list_payments(updated_after=since)] == [1, 2, 3]
    first, second, third = (query_of(call) for call in vendor.calls)
    assert first["updated_after"] == ["2026-03-02 09:00:00"]
    assert (first["paginationPageLength"], first["sortField"]) == (["200"], ["id"])
    starts = [page["paginationStart"] for page in (first, second, third)]
    assert starts == [["0"], ["2"], ["4"]]


def test_an_aware_instant_is_sent_as_utc(
    client: Customers1stClient, vendor: responses.RequestsMock
) -> None:
    vendor.get(f"{BASE}/pospayments", json={"content": [], "hasMore": False})
    summer = datetime.fromisoformat("2026-07-01T12:00:00+02:00")
    assert list(client.list_payments(from_date=summer)) == []
    assert query_of(vendor.calls[0])["fromdate"] == ["2026-07-01 10:00:00"]


def test_pages_that_repeat_for_ever_are_noticed(
    client: Customers1stClient, vendor: responses.RequestsMock
) -> None:
    vendor.get(f"{BASE}/pospayments", json={"content": [receipt(1)], "hasMore": True})
    with pytest.raises(ContractBroken):
        list(client.list_payments())


def test_setup_lists_are_read(client: Customers1stClient, vendor: responses.RequestsMock) -> None:
    vendor.get(f"{BASE}/paymenttypes", body=text_of("paymenttypes"))
    vendor.get(f"{BASE}/registers", body=text_of("registers"))
    assert [one.id for one in client.list_payment_types()] == [61, 62, 63]
    assert [one.id for one in client.list_registers()] == [501, 502]
    assert query_of(vendor.calls[1]) == {"includeDeleted": ["true"]}


@pytest.mark.parametrize(
    "items", [["a.created", "b.created"], [{"key": "a.created"}, {"key": "b.created"}]]
)
def test_event_names_come_as_texts_or_objects(
    client: Customers1stClient, vendor: responses.RequestsMock, items: list[Any]
) -> None:
    vendor.get(f"{BASE}/hooks/events", json={"items": items})
    assert client.list_hook_events() == ["a.created", "b.created"]


@pytest.mark.parametrize("body", ["", "null", "[]", "<html>", '{"content": 5}', "7"])
def test_an_unreadable_answer_breaks_the_contract(
    client: Customers1stClient, vendor: responses.RequestsMock, body: str
) -> None:
    vendor.get(f"{BASE}/products/1", body=body)
    with pytest.raises(ContractBroken):
        client.get_product(1)


def test_a_record_that_cannot_be_read_names_itself(
    client: Customers1stClient, vendor: responses.RequestsMock
) -> None:
    rows = [receipt(1), receipt(2, sum="a lot")]
    vendor.get(f"{BASE}/pospayments", json={"content": rows, "hasMore": False})
    with pytest.raises(UnreadableRecord, match=r"Record 2 .*“sum”.*'a lot'") as caught:
        list(client.list_payments())
    assert caught.value.record_id == caught.value.evidence["id"] == "2"


def test_a_list_goes_on_past_a_record_that_cannot_be_read(
    client: Customers1stClient, vendor: responses.RequestsMock
) -> None:
    broken = [receipt(2, sum="a lot"), receipt(3, articles=[{"title": "no id"}])]
    rows = [receipt(1), *broken, receipt(4)]
    vendor.get(f"{BASE}/pospayments", json={"content": rows, "hasMore": False})
    told: list[UnreadableRecord] = []
    read = list(client.list_payments(on_unreadable=told.append))
    assert [payment.id for payment in read] == [1, 4]
    assert [error.record_id for error in told] == ["2", "3"]
    assert "“articles”" in str(told[1])


def test_a_record_without_an_id_is_never_left_out(
    client: Customers1stClient, vendor: responses.RequestsMock
) -> None:
    rows = [{"date": "2026-03-02 09:05:12"}]
    vendor.get(f"{BASE}/pospayments", json={"content": rows, "hasMore": False})
    with pytest.raises(UnreadableRecord, match="without id"):
        list(client.list_payments(on_unreadable=lambda error: None))


# webhooks


def test_hooks_are_registered_listed_changed_and_removed(
    client: Customers1stClient, vendor: responses.RequestsMock
) -> None:
    vendor.post(f"{BASE}/hooks", status=201, json={"id": 5501})
    vendor.get(
        f"{BASE}/hooks", json={"content": [{"id": 5501, "event": "e", "url": "u", "active": 1}]}
    )
    vendor.put(f"{BASE}/hooks/5501", json={"updated": 1})
    vendor.delete(f"{BASE}/hooks/5501", json={"deleted": 1})
    vendor.get(f"{BASE}/hooks/log", body=text_of("hooks_log"))
    assert client.create_hook(event="e", url="u") == 5501
    (hook,) = client.list_hooks()
    client.update_hook(hook)
    client.delete_hook(hook.id)
    assert [entry.status for entry in client.list_hook_log()][:2] == ["successful", "failed"]
    sent = [json.loads(vendor.calls[n].request.body or "{}") for n in (0, 2)]
    assert sent == [{"event": "e", "url": "u", "active": 1}] * 2


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"id": null}', "created"])
def test_a_hook_made_without_an_id_is_an_unknown_outcome(
    client: Customers1stClient, vendor: responses.RequestsMock, body: str
) -> None:
    vendor.post(f"{BASE}/hooks", status=201, body=body)
    with pytest.raises(UnknownOutcome):
        client.create_hook("e", "u")
