"""Who may call, how often, and what a refusal looks like."""

import pytest

from sandbox.customers1st.seed import FJORD_TOKEN, RESTRICTED_TOKEN
from sandbox.server import Sandbox
from tests.sandbox.contracts import example
from tests.sandbox.customers1st.api import Api


def test_an_unknown_token_gets_the_error_of_the_example(api: Api) -> None:
    answer = api.call("GET", "/products", token="wrong")
    assert answer.status == 401
    assert answer.body == example("customers1st/error_unauthorized")
    assert api.call("GET", "/products", token="").status == 401


def test_a_refusal_can_be_plain_text(api: Api, sandbox: Sandbox) -> None:
    sandbox.switches.set("c1st.auth_error", "plain_text")
    assert api.call("GET", "/products", token="wrong").body == "Unauthorized."
    assert api.call("GET", "/posbalances", token=RESTRICTED_TOKEN).body == "Forbidden."


def test_a_restricted_user_is_refused_what_it_may_not_see(api: Api) -> None:
    answer = api.call("GET", "/posbalances", token=RESTRICTED_TOKEN)
    assert (answer.status, answer.body["errorcode"]) == (403, "UNAUHTORIZED")
    assert api.call("GET", "/customers", token=RESTRICTED_TOKEN).status == 200
    body = {"content": {"name": "Ida"}}
    assert api.call("POST", "/customers", body, token=RESTRICTED_TOKEN).status == 403


def test_a_restricted_user_can_silently_see_less(api: Api, sandbox: Sandbox) -> None:
    sandbox.switches.set("c1st.auth_error", "empty_list_when_restricted")
    answer = api.call("GET", "/posbalances", token=RESTRICTED_TOKEN)
    assert answer.content == []
    assert api.call("GET", "/financevouchers/9001", token=RESTRICTED_TOKEN).body == []


def test_a_token_opens_its_own_store_only(api: Api) -> None:
    assert api.call("GET", "/settings/store", token=FJORD_TOKEN).body["id"] == 3001
    assert api.call("GET", "/products/1001", token=FJORD_TOKEN).status == 404
    assert api.call("GET", "/products/1501", token=FJORD_TOKEN).status == 200


def test_a_missing_module_stops_every_call(api: Api, sandbox: Sandbox) -> None:
    sandbox.switches.set("c1st.billing", "module_missing")
    answer = api.get("/settings/store")
    assert (answer.status, answer.body["errorcode"]) == (403, "BILLING_MODULE_NOT_ACTIVE")


def test_the_bucket_empties_and_refills_with_the_clock(api: Api, sandbox: Sandbox) -> None:
    sandbox.customers1st.set_bucket(3, per_second=1)
    statuses = [api.get("/registers").status for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    sandbox.clock.advance(2)
    assert [api.get("/registers").status for _ in range(3)] == [200, 200, 429]
    assert api.call("GET", "/registers", token=FJORD_TOKEN).status == 200


def test_the_bucket_holds_eighty_unless_it_is_changed(api: Api, sandbox: Sandbox) -> None:
    sandbox.customers1st.set_bucket(per_second=0.001)
    statuses = [api.get("/registers").status for _ in range(81)]
    assert statuses.count(200) == 80
    assert api.get("/registers").body == {
        "error": "API Resource limit reached.",
        "bucket_size": "80",
        "bucket_regen": "0",
    }


def test_the_throttle_body_is_the_example(api: Api, sandbox: Sandbox) -> None:
    sandbox.customers1st.set_bucket(80)
    sandbox.customers1st.set_bucket(0, per_second=8)
    want = example("customers1st/error_throttle") | {"bucket_size": "0"}
    assert api.get("/registers").body == want


@pytest.mark.parametrize(
    ("reading", "figure", "header"),
    [("number_figures", 0, None), ("retry_after", "0", "1")],
)
def test_the_throttle_body_follows_its_switch(
    reading: str, figure: object, header: str | None, api: Api, sandbox: Sandbox
) -> None:
    sandbox.customers1st.set_bucket(0)
    sandbox.switches.set("c1st.throttle_body", reading)
    answer = api.get("/registers")
    assert answer.body["bucket_size"] == figure
    assert answer.headers.get("Retry-After") == header


def test_unknown_paths_and_methods_are_refused(api: Api) -> None:
    assert api.get("/nothing").status == 404
    assert api.call("DELETE", "/posbalances").status == 405
    assert api.get("/products/seven").status == 404
