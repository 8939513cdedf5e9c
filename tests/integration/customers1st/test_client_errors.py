"""Every error form of Customers 1st in plain words, and who must act."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import requests
import responses

from integration.customers1st.client import Customers1stClient
from integration.errors import (
    AccessDenied,
    IntegrationError,
    Refused,
    RetryableError,
    UnknownOutcome,
)
from integration.ports import CallRecord
from tests.integration.conftest import EXAMPLES
from tests.integration.customers1st.conftest import BASE, TOKEN


def text_of(vendor_example: str) -> str:
    return (EXAMPLES / "customers1st" / f"{vendor_example}.json").read_text()


@pytest.mark.parametrize(
    ("name", "words", "code", "property_name"),
    [
        ("error_business", "already exists", "PRODUCT_PRODUCTNO_EXISTS", ""),
        (
            "error_validation_body",
            "content.title: error_type, expected string, got integer",
            "error_type",
            "content.title",
        ),
        (
            "error_validation_observed",
            "content: error_additionalProperties, unknown: titel",
            "error_type",
            "content.title",
        ),
        ("error_validation_query", "extra: error_additional", "error_additional", "extra"),
        ("error_form_request", "content.email: The content.email must", "", "content.email"),
    ],
)
def test_every_error_form_reads_as_a_sentence(
    client: Customers1stClient,
    vendor: responses.RequestsMock,
    name: str,
    words: str,
    code: str,
    property_name: str,
) -> None:
    vendor.get(f"{BASE}/hooks", status=400, body=text_of(name))
    with pytest.raises(Refused) as caught:
        client.list_hooks()
    assert words in str(caught.value)
    assert (caught.value.name, caught.value.property) == (code, property_name)
    assert caught.value.evidence["status"] == 400


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (400, "something new", "something new"),
        (422, '{"oops": 1}', '{"oops": 1}'),
        (405, "", "status 405"),
        (400, '{"errors": "text"}', '{"errors": "text"}'),
        (400, '{"message": null, "errors": [5]}', "errors"),
    ],
)
def test_an_unknown_error_form_is_shown_as_it_stands(
    client: Customers1stClient, vendor: responses.RequestsMock, status: int, body: str, words: str
) -> None:
    vendor.get(f"{BASE}/hooks", status=status, body=body)
    with pytest.raises(Refused, match=re.escape(words)):
        client.list_hooks()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, text_of("error_unauthorized")),
        (401, "Unauthorized"),
        (403, ""),
        (400, '{"message": "No module", "errorcode": "BILLING_MODULE_NOT_ACTIVE", "code": 400}'),
        (500, '{"message": "x", "errorcode": "BILLING_SUBSCRIPTION_NOT_ACTIVE", "code": 500}'),
        (404, '{"message": "gone", "errorcode": "STORE_DELETED", "code": 404}'),
    ],
)
def test_access_trouble_stops_the_connection(
    client: Customers1stClient, vendor: responses.RequestsMock, status: int, body: str
) -> None:
    vendor.get(f"{BASE}/hooks", status=status, body=body)
    with pytest.raises(AccessDenied):
        client.list_hooks()


@pytest.mark.parametrize(
    "body",
    [
        text_of("error_throttle"),
        '{"error": "API Resource limit reached.", "bucket_size": 80, "bucket_regen": 8}',
        '{"bucket_size:": "80"}',
        "slow down",
    ],
)
def test_throttling_is_tried_again_later(
    client: Customers1stClient, vendor: responses.RequestsMock, body: str
) -> None:
    vendor.post(f"{BASE}/hooks", status=429, body=body, headers={"Retry-After": "3"})
    with pytest.raises(RetryableError) as caught:
        client.create_hook("e", "u")
    assert caught.value.retry_after == 3


@pytest.mark.parametrize("failure", [500, 503, requests.ReadTimeout("slow")])
def test_a_failure_is_retryable_for_a_read_and_unknown_for_a_write(
    client: Customers1stClient, vendor: responses.RequestsMock, failure: Any
) -> None:
    how = {"status": failure} if isinstance(failure, int) else {"body": failure}
    vendor.get(f"{BASE}/hooks", **how)
    vendor.post(f"{BASE}/hooks", **how)
    expected: list[tuple[type[IntegrationError], Callable[[], Any]]] = [
        (RetryableError, client.list_hooks),
        (UnknownOutcome, lambda: client.create_hook("e", "u")),
    ]
    for error, call in expected:
        with pytest.raises(error):
            call()


def test_no_error_quotes_the_token(
    client: Customers1stClient, vendor: responses.RequestsMock, records: list[CallRecord]
) -> None:
    vendor.get(f"{BASE}/hooks", status=401, json={"message": f"Token {TOKEN} is unknown"})
    vendor.get(f"{BASE}/hooks", status=400, body=f"Bad header Bearer {TOKEN}")
    for _ in range(2):
        with pytest.raises(IntegrationError) as caught:
            client.list_hooks()
        assert TOKEN not in f"{caught.value}{caught.value.evidence}{caught.value.__dict__}"
    assert TOKEN not in repr(records)
