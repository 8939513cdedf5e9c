"""The door to the network: what a failure means, what is recorded, and what never leaves."""

import io
import socket
import threading
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import requests
import responses
import time_machine
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NameResolutionError

from integration import http
from integration.errors import (
    AccessDenied,
    ContractBroken,
    IntegrationError,
    RetryableError,
    UnknownOutcome,
)
from integration.http import Answer, Http, raise_for_transport
from integration.ports import CallRecord

BASE = "https://vendor.test/api"


def door(records: list[CallRecord] | None = None, base_url: str = BASE) -> Http:
    on_call = None if records is None else records.append
    return Http(system="Vendor", base_url=base_url, timeout=(1, 2), on_call=on_call)


def answer(status: int, body: bytes = b"", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=status, headers=named, body=body, system="Vendor")


# sending


def test_a_body_is_sent_and_read_with_exact_decimals(vendor: responses.RequestsMock) -> None:
    vendor.post(f"{BASE}/things", body='{"sum": 199.95, "n": 3}')
    got = door().call("POST", "/things", body={"price": Decimal("0.10"), "n": 1}, write=True)
    assert vendor.calls[0].request.body == '{"price": 0.10, "n": 1}'
    assert got.json() == {"sum": Decimal("199.95"), "n": 3}
    assert isinstance(got.json()["sum"], Decimal)


def test_query_and_headers_are_sent_and_json_is_asked_for(vendor: responses.RequestsMock) -> None:
    vendor.get(f"{BASE}/things", body="[]")
    door().call("GET", "/things", query={"a": "x y"}, headers={"X-One": "1"}, write=False)
    request = vendor.calls[0].request
    assert request.url == f"{BASE}/things?a=x+y"
    assert (request.headers["X-One"], request.headers["Accept"]) == ("1", "application/json")
    assert "Content-Type" not in request.headers


def test_a_redirect_is_not_followed(vendor: responses.RequestsMock) -> None:
    vendor.get(f"{BASE}/things", status=302, headers={"Location": "https://evil.test/"})
    got = door().call("GET", "/things", write=False)
    assert got.status == 302
    assert len(vendor.calls) == 1


def test_a_letter_without_its_pair_can_still_be_sent(vendor: responses.RequestsMock) -> None:
    vendor.post(f"{BASE}/things", body="{}")
    door().call("POST", "/things", body={"title": "broken \ud83d emoji"}, write=True)
    assert r"\ud83d" in str(vendor.calls[0].request.body)


def test_tls_is_verified_whatever_the_session_says(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}

    def send(self: object, request: object, **options: Any) -> requests.Response:
        seen.update(options)
        response = requests.Response()
        response.status_code, response.raw = 200, io.BytesIO(b"{}")
        return response

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    session = requests.Session()
    session.verify = False
    Http(system="V", base_url=BASE, timeout=(1, 2), session=session).call("GET", "/", write=False)
    assert seen["verify"] is True
    assert seen["timeout"] == (1, 2)


def test_a_netrc_of_the_machine_does_not_replace_our_token(
    vendor: responses.RequestsMock, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine vendor.test login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    vendor.get(f"{BASE}/things", body="{}")
    door().call("GET", "/things", headers={"Authorization": "Bearer mine"}, write=False)
    assert vendor.calls[0].request.headers["Authorization"] == "Bearer mine"


# failures of the network


@pytest.fixture
def rude_server() -> Iterator[str]:
    """Accept a connection, read the request, close without an answer."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        connection.recv(65536)
        connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    thread.join(5)
    listener.close()


@pytest.mark.parametrize(("write", "expected"), [(True, UnknownOutcome), (False, RetryableError)])
def test_a_connection_cut_after_sending_is_unknown_for_a_write_only(
    rude_server: str, write: bool, expected: type[IntegrationError]
) -> None:
    with pytest.raises(expected):
        door(base_url=rude_server).call("POST", "/", body={}, write=write)


def test_a_refused_connection_was_surely_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(RetryableError, match="could not be reached") as caught:
        door(base_url=f"http://127.0.0.1:{port}").call("POST", "/", body={}, write=True)
    assert caught.value.evidence["failure"] == "ConnectionError: NewConnectionError"


def from_pool(reason: Exception) -> requests.ConnectionError:
    return requests.ConnectionError(MaxRetryError(None, "/", reason))  # type: ignore[arg-type] # no pool needed


@pytest.mark.parametrize(
    "error",
    [
        requests.ConnectTimeout("slow"),
        from_pool(ConnectTimeoutError()),
        from_pool(NameResolutionError("vendor.test", None, socket.gaierror())),  # type: ignore[arg-type] # no connection needed
    ],
)
def test_a_write_that_never_left_is_retryable(
    vendor: responses.RequestsMock, error: Exception
) -> None:
    vendor.post(f"{BASE}/things", body=error)
    with pytest.raises(RetryableError):
        door().call("POST", "/things", body={}, write=True)


@pytest.mark.parametrize(
    "error",
    [
        requests.ReadTimeout("slow"),
        requests.ConnectionError("reset"),
        requests.exceptions.ChunkedEncodingError("half an answer"),
        requests.exceptions.ContentDecodingError("not gzip"),
    ],
)
@pytest.mark.parametrize(("write", "expected"), [(True, UnknownOutcome), (False, RetryableError)])
def test_a_broken_answer_is_unknown_for_a_write_only(
    vendor: responses.RequestsMock, error: Exception, write: bool, expected: type[IntegrationError]
) -> None:
    vendor.post(f"{BASE}/things", body=error)
    with pytest.raises(expected):
        door().call("POST", "/things", body={}, write=write)


@pytest.mark.parametrize("token", ["line\nbreak", "smart…quote"])
def test_a_token_that_no_header_can_hold_is_a_matter_of_the_connection(token: str) -> None:
    records: list[CallRecord] = []
    with pytest.raises(AccessDenied) as caught:
        door(records, "http://127.0.0.1:9").call(
            "POST", "/", body={}, headers={"Authorization": f"Bearer {token}"}, write=True
        )
    assert token not in f"{caught.value}{caught.value.evidence}{records}"
    assert caught.value.__suppress_context__


def test_an_endless_answer_breaks_the_contract_of_a_read(
    vendor: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch, records: list[CallRecord]
) -> None:
    monkeypatch.setattr(http, "MAX_BODY", 1000)
    vendor.get(f"{BASE}/things", body=b"x" * 1001)
    with pytest.raises(ContractBroken):
        door(records).call("GET", "/things", write=False)
    assert records[0].error == "TooLarge"


def test_an_endless_answer_to_a_write_is_an_unknown_outcome(
    vendor: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "MAX_BODY", 1000)
    vendor.post(f"{BASE}/things", body=b"x" * 1001)
    with pytest.raises(UnknownOutcome):
        door().call("POST", "/things", body={}, write=True)


# statuses


@pytest.mark.parametrize("status", [200, 204, 400, 401, 403, 404, 409, 422])
@pytest.mark.parametrize("write", [True, False])
def test_statuses_about_the_record_are_left_to_the_client(status: int, write: bool) -> None:
    raise_for_transport(answer(status), write=write)


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 599])
def test_a_failing_vendor_leaves_a_write_unknown_and_a_read_retryable(status: int) -> None:
    with pytest.raises(UnknownOutcome, match=str(status)):
        raise_for_transport(answer(status, b"oops"), write=True)
    with pytest.raises(RetryableError) as caught:
        raise_for_transport(answer(status, b"oops"), write=False)
    assert caught.value.evidence == {"status": status, "answer": "oops"}


@pytest.mark.parametrize(("write", "expected"), [(True, UnknownOutcome), (False, ContractBroken)])
def test_a_redirect_is_no_answer(write: bool, expected: type[IntegrationError]) -> None:
    with pytest.raises(expected):
        raise_for_transport(answer(307), write=write)


@pytest.mark.parametrize("write", [True, False])
def test_too_many_requests_were_surely_not_done(write: bool) -> None:
    with pytest.raises(RetryableError) as caught:
        raise_for_transport(answer(429), write=write)
    assert caught.value.retry_after is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        ("1.5", 1.5),
        ("Mon, 02 Mar 2026 10:00:30 GMT", 30.0),
        ("Mon, 02 Mar 2026 09:00:00 GMT", 0.0),
        ("soon", None),
        ("-3", None),
    ],
)
@time_machine.travel("2026-03-02T10:00:00+00:00", tick=False)
def test_retry_after_is_honoured_as_seconds_or_date(text: str, seconds: float | None) -> None:
    with pytest.raises(RetryableError) as caught:
        raise_for_transport(answer(429, Retry_After=text), write=True)
    assert caught.value.retry_after == seconds
    with pytest.raises(RetryableError) as unavailable:
        raise_for_transport(answer(503, retry_after=text), write=False)
    assert unavailable.value.retry_after == seconds
