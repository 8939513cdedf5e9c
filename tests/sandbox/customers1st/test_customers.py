"""Customers: PUT only, numbers that may repeat, drafts and soft deletes."""

from typing import Any

import pytest

from sandbox.customers1st.shop import Shop
from sandbox.server import Sandbox
from tests.sandbox.contracts import example
from tests.sandbox.customers1st.api import Api


def _body(**fields: Any) -> dict[str, Any]:
    return {"content": fields}


def test_a_new_customer_is_stored_as_sent(api: Api) -> None:
    tags = [{"title": "Erhverv"}, {"title": "Ny"}]
    made = api.call("POST", "/customers", _body(name="Ida", phone="20304050", tags=tags)).content
    assert (made["phone"], made["phone_e164"]) == ("20304050", "+4520304050")
    assert [tag["id"] for tag in made["tags"]] == [3, 11]
    assert api.get(f"/customers/{made['id']}").content == made


def test_put_empties_what_it_leaves_out(api: Api) -> None:
    made = api.call("PUT", "/customers/5001", _body(name="Klubben")).content
    assert (made["name"], made["draft"], made["tags"]) == ("Klubben", 0, [])
    for name in ("phone", "email", "customerno", "vat", "address", "balance"):
        assert made[name] is None


def test_customers_know_no_patch(api: Api) -> None:
    assert api.call("PATCH", "/customers/5001", _body(name="A"), wrong=True).status == 405


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"vat": "123"}, 400),
        ({"vat": "123", "addr_country": "de"}, 200),
        ({"vat": "DK12345678"}, 200),
    ],
)
def test_a_danish_vat_number_is_checked(fields: dict[str, Any], status: int, api: Api) -> None:
    answer = api.call("POST", "/customers", _body(name="Ida", **fields))
    assert answer.status == status
    if status == 400:
        assert answer.body["errorcode"] == "CUSTOMER_VAT_INCORRECT"


def test_a_wrong_mail_address_gets_the_form_error_of_the_example(api: Api) -> None:
    answer = api.call("POST", "/customers", _body(name="Ida", email="ida"))
    assert answer.body == example("customers1st/error_form_request")


@pytest.mark.parametrize(("reading", "status"), [("no", 422), ("yes", 200)])
def test_a_number_may_repeat_or_not(reading: str, status: int, api: Api, sandbox: Sandbox) -> None:
    sandbox.switches.set("c1st.duplicate_customerno", reading)
    answer = api.call("POST", "/customers", _body(name="Ida", customerno="K1001"))
    assert answer.status == status
    same = api.call("PUT", "/customers/5001", _body(name="Klubben", customerno="K1001"))
    assert same.status == 200


@pytest.mark.parametrize(("reading", "shown"), [("exist", True), ("none", False)])
def test_drafts_are_listed_or_not(reading: str, shown: bool, api: Api, sandbox: Sandbox) -> None:
    sandbox.switches.set("c1st.draft_customers", reading)
    drafts = [row["id"] for row in api.get("/customers").content if row["draft"]]
    assert (5005 in drafts) is shown


def test_a_deleted_customer_leaves_the_lists(api: Api, sandbox: Sandbox) -> None:
    made = api.call("DELETE", "/customers/5002").content
    assert (made["deleted"], made["deleted_at"]) == (1, "2026-03-02 09:00:00")
    assert 5002 not in [row["id"] for row in api.get("/customers").content]
    assert api.get("/customers/5002").content == made
    sandbox.switches.set("c1st.deleted_get", "404")
    assert api.get("/customers/5002").status == 404


def test_every_write_fires_its_hook_unless_it_is_suppressed(
    shop: Shop, api: Api, sandbox: Sandbox
) -> None:
    for event in ("customer.created", "customer.updated", "customer.deleted"):
        api.call("POST", "/hooks", {"event": event, "url": "https://receiver.example/hook"})
    quiet = {"x-suppress-hooks": "0"}
    api.call("POST", "/customers", _body(name="Ida"), headers=quiet)
    api.call("PUT", "/customers/5002", _body(name="Anna"), headers=quiet)
    assert sandbox.customers1st.outbox.waiting() == []
    number = shop.add_customer("Ib")["id"]
    api.call("PUT", f"/customers/{number}", _body(name="Ib Ibsen"))
    api.call("DELETE", f"/customers/{number}")
    events = [delivery.event for delivery in sandbox.customers1st.outbox.waiting()]
    assert events == ["customer.created", "customer.updated", "customer.deleted"]
