"""What is recorded of a call, what is not, and the pace at which calls are made."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import requests
import responses

from integration.errors import RetryableError
from integration.http import Answer, Http, TokenBucket
from integration.ports import CallRecord

BASE = "https://vendor.test/api"
SECRET = "s3cret-token-of-the-shop"


def door(records: list[CallRecord] | None = None, base_url: str = BASE) -> Http:
    on_call = None if records is None else records.append
    return Http(system="Vendor", base_url=base_url, timeout=(1, 2), on_call=on_call)


def answer(status: int, body: bytes = b"", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=status, headers=named, body=body, system="Vendor")


# records


def test_every_call_is_recorded(vendor: responses.RequestsMock, records: list[CallRecord]) -> None:
    vendor.post(f"{BASE}/things", body='{"ok": true}', status=201)
    door(records).call("POST", "/things", query={"a": 1}, body={"x": 1}, write=True)
    record = records[0]
    assert (record.system, record.method, record.path) == ("Vendor", "POST", "/things")
    assert (record.query, record.status, record.error) == ("a=1", 201, "")
    assert (record.request, record.response) == ('{"x": 1}', '{"ok": true}')
    assert record.elapsed_ms >= 0


def test_a_failed_call_is_recorded_too(
    vendor: responses.RequestsMock, records: list[CallRecord]
) -> None:
    vendor.get(f"{BASE}/things", body=requests.ReadTimeout("slow"))
    with pytest.raises(RetryableError):
        door(records).call("GET", "/things", write=False)
    assert (records[0].status, records[0].error) == (None, "ReadTimeout")


def test_recorded_bodies_are_cut(vendor: responses.RequestsMock, records: list[CallRecord]) -> None:
    vendor.post(f"{BASE}/things", json=["y" * 500] * 20)
    door(records).call("POST", "/things", body=["x" * 500] * 20, write=True)
    assert len(records[0].request) == len(records[0].response) == 2000


@pytest.mark.parametrize(
    "body",
    [
        {"token": SECRET},
        {"refreshToken": SECRET, "Password": SECRET},
        [{"inner": {"api_token": SECRET}}],
        {"content": [{"key": "resthook_signing_secret", "value": SECRET}]},
        {"content": [{"value": SECRET, "key": "resthook_signing_secret"}]},
        {"TableId": 23, "Argument": SECRET},
        {"url": f"https://us.test/hooks/uniconta/{SECRET}/"},
        {"payload": f'{{"token": "{SECRET}", "x": 1}}'},
        {"message": f"Bearer {SECRET} is unknown"},
    ],
)
def test_secrets_in_bodies_are_hidden(
    vendor: responses.RequestsMock, records: list[CallRecord], body: Any
) -> None:
    vendor.post(f"{BASE}/things", json=body)
    got = door(records).call("POST", "/things", body=body, write=True)
    assert SECRET not in f"{records}{got.evidence()}{got!r}"
    assert "***" in records[0].request
    assert "***" in records[0].response


def test_an_answer_that_quotes_our_token_is_masked(
    vendor: responses.RequestsMock, records: list[CallRecord]
) -> None:
    vendor.get(f"{BASE}/things", status=401, body=f"No such user: {SECRET}")
    headers = {"Authorization": f"Bearer {SECRET}"}
    got = door(records).call("GET", "/things", headers=headers, write=False)
    assert records[0].response == "No such user: ***"
    assert SECRET not in f"{got.evidence()}{got.clean(got.text)}{got!r}"


def test_a_long_answer_hides_its_secrets_before_it_is_cut(
    vendor: responses.RequestsMock, records: list[CallRecord]
) -> None:
    vendor.get(f"{BASE}/things", body=f'{{"token": "{SECRET}", "rest": "{"x" * 300_000}"}}')
    door(records).call("GET", "/things", write=False)
    assert SECRET not in records[0].response
    assert records[0].response.startswith('{"token": "***"')


@pytest.mark.parametrize("path", ["/login", "/refresh", "/Login"])
def test_nothing_of_a_log_in_is_kept(
    vendor: responses.RequestsMock, records: list[CallRecord], path: str
) -> None:
    vendor.post(f"{BASE}{path}", body=f'"anything {SECRET}"')
    door(records).call("POST", path, body={"Username": "u", "Password": "p"}, write=False)
    assert (records[0].request, records[0].response) == ("(not kept)", "(not kept)")


def test_a_secret_in_the_query_is_hidden(
    vendor: responses.RequestsMock, records: list[CallRecord]
) -> None:
    vendor.post(f"{BASE}/Logout", body="")
    door(records).call("POST", "/Logout", query={"refreshToken": SECRET}, write=False)
    assert records[0].query == "refreshToken=%2A%2A%2A"


def test_evidence_can_be_stored_whatever_the_vendor_sends() -> None:
    for body in (b"a\x00b\xff", b'"a\\u0000b\\ud83d"', b"[" * 100_000):
        text = answer(200, body).excerpt
        assert "\x00" not in text
        text.encode()


def test_json_nested_without_end_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="nested"):
        answer(200, b"[" * 100_000).json()


def test_a_byte_order_mark_is_no_harm() -> None:
    assert answer(200, b'\xef\xbb\xbf{"a": 1}').json() == {"a": 1}


# rate limit


class FakeTime:
    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_a_bucket_lets_a_burst_through_and_then_keeps_the_pace() -> None:
    time = FakeTime()
    bucket = TokenBucket(3, 2, clock=time.clock, sleep=time.sleep)
    for _ in range(5):
        bucket.take()
    assert time.slept == [0.5, 0.5]


def test_a_bucket_never_holds_more_than_its_size() -> None:
    time = FakeTime()
    bucket = TokenBucket(2, 1, clock=time.clock, sleep=time.sleep)
    time.now = 1000
    for _ in range(3):
        bucket.take()
    assert time.slept == [1.0]


def test_threads_share_a_bucket_without_stealing() -> None:
    waits: list[float] = []
    bucket = TokenBucket(1, 10, clock=lambda: 0.0, sleep=waits.append)
    threads = [threading.Thread(target=bucket.take) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(round(wait, 1) for wait in waits) == [n / 10 for n in range(1, 20)]


def test_the_door_takes_from_its_bucket(vendor: responses.RequestsMock) -> None:
    vendor.get(f"{BASE}/", body="{}")
    waits: list[float] = []
    never: Callable[[], float] = lambda: 0.0  # noqa: E731 - a clock that stands still
    bucket = TokenBucket(1, 1, clock=never, sleep=waits.append)
    one = Http(system="V", base_url=BASE, timeout=(1, 2), bucket=bucket)
    for _ in range(2):
        one.call("GET", "/", write=False)
    assert waits == [1.0]
