"""The schema check refuses what is not declared, in every shape it may have."""

from typing import Any

import pytest

from sandbox.customers1st.schema import document
from sandbox.server import Sandbox
from tests.sandbox.contracts import example, read
from tests.sandbox.customers1st.api import Answer, Api

WRONG: dict[str, Any] = {"content": {"title": 12, "titel": "Lygte"}}


def test_the_sandbox_carries_the_contract_unchanged() -> None:
    assert document() == read("customers1st.schema.json")


def _put(api: Api, body: dict[str, Any]) -> Answer:
    return api.call("PUT", "/products/1001", body, wrong=True)


def test_a_wrong_body_gets_the_documented_example(api: Api) -> None:
    answer = _put(api, WRONG)
    assert answer.status == 400
    assert answer.body == example("customers1st/error_validation_body")


def test_a_wrong_body_can_get_the_observed_shape(api: Api, sandbox: Sandbox) -> None:
    sandbox.switches.set("c1st.validation_error", "observed")
    answer = _put(api, {"content": WRONG["content"] | {"vatmode": "margin"}})
    want = example("customers1st/error_validation_observed")
    assert sorted(answer.body["errors"], key=str) == sorted(want["errors"], key=str)


def test_a_wrong_body_can_get_the_shape_of_the_form_check(api: Api, sandbox: Sandbox) -> None:
    sandbox.switches.set("c1st.validation_error", "form_request")
    answer = _put(api, WRONG)
    assert answer.status == 422
    assert set(answer.body["errors"]) == {"content.title", "content"}


def test_an_undeclared_parameter_gets_the_example(api: Api) -> None:
    answer = api.get("/pospayments", extra=1)
    assert answer.body == example("customers1st/error_validation_query")
    assert api.get("/products", foo=1).body["errors"][0]["code"] == "error_additional"


def test_undeclared_keys_pass_when_the_check_is_not_strict(api: Api, sandbox: Sandbox) -> None:
    sandbox.switches.set("c1st.strict", "off")
    body = {"content": {"title": "Ny", "productno": "V-1", "titel": "Lygte"}, "more": 1}
    answer = api.call("POST", "/products", body, wrong=True)
    assert "titel" not in answer.content
    assert api.get("/products", foo=1).status == 200


@pytest.mark.parametrize(
    ("path", "name", "value", "code"),
    [
        ("/products", "id", "seven", "error_type"),
        ("/products", "inStock", "maybe", "error_type"),
        ("/products", "vatmode", "margin", "error_enum"),
        ("/products", "productNo", "|".join(map(str, range(101))), "error_maxItems"),
        ("/pospayments", "paymentno_after", "-1", "error_minimum"),
        ("/pospayments", "sumFrom", "much", "error_type"),
    ],
)
def test_wrong_parameters_are_named(path: str, name: str, value: str, code: str, api: Api) -> None:
    answer = api.get(path, **{name: value})
    assert answer.status == 400
    (error,) = answer.body["errors"]
    assert (error["name"], error["code"], error["in"]) == (name, code, "query")


def test_flags_in_the_query_are_read_in_every_form(api: Api) -> None:
    for text in ("1", "true", "TRUE"):
        assert api.get("/products", inStock=text).content
    for text in ("0", "false"):
        assert all(not row["stockno"] for row in api.get("/products", inStock=text).content)


def test_what_is_required_is_named(api: Api) -> None:
    answer = api.call("POST", "/products", {"content": {"title": "Ny"}})
    (error,) = answer.body["errors"]
    assert error == {"name": "content.productno", "code": "error_required", "in": "body"}
    answer = api.call("POST", "/customers", {}, wrong=True)
    assert answer.body["errors"][0]["name"] == "content"
    answer = api.call("POST", "/registers", {"content": {}}, wrong=True)
    assert answer.body["errors"][0]["name"] == "content.title"


def test_a_body_that_is_not_json_is_refused(api: Api, sandbox: Sandbox) -> None:
    sandbox.switches.set("c1st.strict", "off")
    answer = api.call("PUT", "/products/1001", wrong=True)
    assert (answer.status, answer.body["errorcode"]) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("path", ["/products/1001", "/customers/5001"])
def test_read_only_fields_are_ignored_or_refused(path: str, api: Api, sandbox: Sandbox) -> None:
    own = api.get(path).content
    body = {"content": own | {"storeid": 1}}
    assert api.call("PUT", path, body).content["storeid"] == 3000
    sandbox.switches.set("c1st.readonly_in_put", "refused")
    answer = api.call("PUT", path, body)
    assert {error["code"] for error in answer.body["errors"]} == {"error_readOnly"}
