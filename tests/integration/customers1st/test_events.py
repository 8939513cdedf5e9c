"""A webhook body tells an event and a record, wrapped or bare; anything else is broken."""

from typing import Any

import pytest
import simplejson
from hypothesis import given
from hypothesis import strategies as st

from integration.customers1st.events import EVENT_KINDS, parse_delivery
from tests.integration.conftest import EXAMPLES, example


def body(value: Any) -> bytes:
    return simplejson.dumps(value, use_decimal=True).encode()


def test_the_contracts_example_is_a_sale() -> None:
    raw = (EXAMPLES / "customers1st" / "hook_pospayment_created.json").read_bytes()
    event = parse_delivery(raw)
    assert (event.event, event.resource, event.action) == (
        "pospayment.created",
        "payment",
        "created",
    )
    assert (event.source_id, event.store_id, event.log_id) == ("70001", "3000", "12700001")
    assert event.kind == ("sale", "created")
    assert event.initiated == "2026-03-02T09:05:14+00:00"
    assert event.content["paymentno"] == 1284


@pytest.mark.parametrize("name", sorted(EVENT_KINDS))
def test_every_event_we_use_names_its_entity(name: str) -> None:
    event = parse_delivery(body({"event": name, "content": {"id": 5}}))
    assert event.kind == EVENT_KINDS[name]
    assert event.action == name.split(".")[1]
    assert event.source_id == "5"


@pytest.mark.parametrize(
    ("file", "resource", "kind", "source_id"),
    [
        ("pospayment_cash", "payment", ("sale", "created"), "70001"),
        ("product", "product", ("product", "updated"), "1001"),
        ("customer", "customer", ("customer", "updated"), "5001"),
        ("giftcard", "giftcard", None, "8801"),
    ],
)
@pytest.mark.parametrize("wrapped", [True, False])
def test_a_bare_body_is_told_by_its_shape(
    file: str, resource: str, kind: tuple[str, str] | None, source_id: str, wrapped: bool
) -> None:
    record = example("customers1st", file)
    event = parse_delivery(body(record if wrapped else record["content"]))
    assert (event.event, event.resource, event.source_id) == (None, resource, source_id)
    assert event.kind == kind


def test_a_bare_day_close_is_told_by_its_shape() -> None:
    close = example("customers1st", "posbalance")["content"][0]
    event = parse_delivery(body(close))
    assert (event.resource, event.kind, event.source_id) == (
        "balance",
        ("day_close", "created"),
        "9001",
    )


@pytest.mark.parametrize("mark", [{"deleted_at": "2026-03-02 10:00:00"}, {"deleted": 1}])
def test_a_bare_deleted_record_is_a_deletion(mark: dict[str, Any]) -> None:
    assert parse_delivery(body({"id": 5, "productno": "A", **mark})).kind == ("product", "deleted")


def test_a_deletion_needs_no_more_than_the_id() -> None:
    assert parse_delivery(body({"event": "product.deleted", "content": {"id": 5}})).source_id == "5"
    assert parse_delivery(body({"event": "product.deleted", "id": "5"})).source_id == "5"


def test_an_event_we_do_not_use_is_no_error() -> None:
    event = parse_delivery(body({"event": "payout.booked", "content": {}}))
    assert (event.event, event.resource, event.source_id, event.kind) == (
        "payout.booked",
        None,
        None,
        None,
    )
    assert parse_delivery(body({"event": "giftcard.created", "content": {"id": 1}})).kind is None


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"{",
        b"[1]",
        b'"text"',
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"event":"product.created"}',
        b'{"event":"product.created","content":{"id":null}}',
        b'{"event":"product.created","content":{"id":true}}',
        b'{"event":"product.created","content":{"id":[1]}}',
        b'{"event":"product.created","content":{"id":" "}}',
        b'{"id":5}',
        b'{"event":"","content":{"id":5}}',
        b'{"productno":"A"}',
    ],
)
def test_a_broken_body_is_a_value_error(broken: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - one error for every broken body
        parse_delivery(broken)


TEXTS = st.text(alphabet="aZ09é.-+* \x00")  # few letters: Unicode's table takes seconds to build
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=10,
)


@given(
    st.dictionaries(
        st.sampled_from(["event", "content", "id", "paymentno", "productno", "deleted_at"]),
        json_values,
    )
)
def test_whatever_arrives_is_read_or_refused(value: dict[str, Any]) -> None:
    try:
        event = parse_delivery(body(value))
    except ValueError:
        return
    assert event.event or event.resource
    assert event.source_id or event.kind is None
