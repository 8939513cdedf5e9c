"""Log-in, refresh, log-out, companies and fair use."""

import pytest
import simplejson

from sandbox.call_log import CallLog
from sandbox.uniconta.state import UnicontaState
from sandbox.web import ConnectionCut, Request, answer
from tests.sandbox.uniconta.api import Api

HOUR = 3600


def test_log_in_answers_a_token_that_opens_the_company_of_the_username(api: Api) -> None:
    assert [row["PrimaryKeyId"] for row in api.rows("CompanyClient")] == [70123]


@pytest.mark.parametrize(
    "username", ["c1st-unknown", "0070123/nobody", "0099999/c1st", "0070123/fjord", "fjord"]
)
@pytest.mark.parametrize(
    ("reading", "status", "kind"),
    [("200_json_string", 200, "json"), ("200_plain_text", 200, "text"), ("401", 401, "none")],
)
def test_a_refused_log_in_is_worded_as_the_switch_says(
    username: str, reading: str, status: int, kind: str, uni: UnicontaState
) -> None:
    uni.switches.set("uni.login_refusal", reading)
    body = {"Username": username, "Password": "sandbox-password"}
    reply = Api(uni).call("POST", "/login", body)
    assert reply.status == status
    assert reply.content().startswith(b'"') == (kind == "json")
    assert b"token" not in reply.content()


def test_a_wrong_password_is_refused_with_a_json_string(uni: UnicontaState) -> None:
    body = {"Username": "0070123/c1st", "Password": "wrong"}
    assert Api(uni).value("POST", "/login", body) == "NoRights"


def test_a_bare_username_goes_to_the_users_default_company(uni: UnicontaState) -> None:
    assert Api(uni, username="c1st").rows("CompanyClient")[0]["PrimaryKeyId"] == 70124


def test_a_bare_username_without_a_default_company_is_told_so(uni: UnicontaState) -> None:
    body = {"Username": "fjord", "Password": "sandbox-password"}
    assert Api(uni).value("POST", "/login", body) == "NoCompanyId"


def test_a_call_without_a_token_is_401_with_an_empty_body(uni: UnicontaState, api: Api) -> None:
    api.token = ""
    reply = api.call("POST", "/Query/Get/DebtorClient", [{}])
    assert (reply.status, reply.content()) == (401, b"")


def test_an_access_token_ends_after_an_hour(uni: UnicontaState, api: Api) -> None:
    uni.clock.advance(HOUR - 10)
    assert api.rows("DebtorClient")
    uni.clock.advance(20)
    assert api.call("POST", "/Query/Get/DebtorClient", [{}]).status == 401


def test_a_refresh_token_gives_a_new_pair_once_and_ends_after_seven_days(
    uni: UnicontaState, api: Api
) -> None:
    answer = api.value("POST", "/refresh", api.refresh_token)
    assert api.value("POST", "/refresh", api.refresh_token) == "NoRights"
    api.token = answer["token"]
    assert api.rows("DebtorClient")
    uni.clock.advance(7 * 24 * HOUR + 1)
    assert api.value("POST", "/refresh", answer["refreshToken"]) == "NoRights"


@pytest.mark.parametrize(("reading", "company"), [("kept", 70123), ("default_company", 70124)])
def test_refresh_keeps_the_company_or_not(
    reading: str, company: int, uni: UnicontaState, api: Api
) -> None:
    uni.switches.set("uni.company_after_refresh", reading)
    api.token = api.value("POST", "/refresh", api.refresh_token)["token"]
    assert api.rows("CompanyClient")[0]["PrimaryKeyId"] == company


def test_log_out_ends_the_session(api: Api) -> None:
    assert api.value("POST", f"/Logout?refreshToken={api.refresh_token}") == "Succes"
    assert api.call("POST", "/Query/Get/DebtorClient", [{}]).status == 401


def test_a_second_log_in_drops_the_first_under_the_switch(uni: UnicontaState, api: Api) -> None:
    Api(uni)
    assert api.rows("DebtorClient")
    uni.switches.set("uni.parallel_sessions", "oldest_dropped")
    Api(uni)
    assert api.call("POST", "/Query/Get/DebtorClient", [{}]).status == 401


def test_change_company_moves_the_session_and_refuses_other_companies(api: Api) -> None:
    assert api.value("GET", "/Company/ChangeCompany/70124")["PrimaryKeyId"] == 70124
    assert api.rows("CompanyClient")[0]["CompanyName"] == "Fjord Sport ApS"
    assert api.value("GET", "/Company/ChangeCompany/99999") == "NoCompanyId"
    assert api.rows("CompanyClient")[0]["PrimaryKeyId"] == 70124


def test_the_two_companies_know_nothing_of_each_other(uni: UnicontaState, api: Api) -> None:
    before = uni.snapshot()[70124]
    api.insert("DebtorClient", Account="K7", Name="Nordlys' own", Group="1")
    api.sell(("DIV25", "1", "100"), account="K7")
    assert uni.snapshot()[70124] == before
    fjord = Api(uni, username="0070124/fjord")
    assert fjord.where("DebtorClient", "Account", "K7") == []


def test_an_expired_token_is_void_from_then_on(uni: UnicontaState, api: Api) -> None:
    request = Request(
        method="GET", path="/tables", headers={"authorization": f"Bearer {api.token}"}
    )
    assert uni.expire_token(request).status == 401
    assert api.call("GET", "/tables").status == 401


def test_every_further_5000_calls_of_a_day_cost_a_second_each(uni: UnicontaState, api: Api) -> None:
    uni.free_calls = 3
    delays = [api.call("GET", "/tables").delay for _ in range(7)]
    assert delays == [0, 0, 0, 1, 1, 1, 2]
    assert uni.calls_of("c1st") == 7
    uni.clock.advance(24 * HOUR)
    api.token = Api(uni).token
    assert api.call("GET", "/tables").delay == 0


@pytest.mark.parametrize(("reading", "seconds"), [("0", 0), ("1000", 1), ("5000", 5)])
def test_latency_is_added_to_every_call(
    reading: str, seconds: float, uni: UnicontaState, api: Api
) -> None:
    uni.switches.set("uni.latency_ms", reading)
    assert api.call("GET", "/tables").delay == seconds


def test_calls_beyond_the_free_ones_are_429_under_the_switch(uni: UnicontaState, api: Api) -> None:
    uni.switches.set("uni.latency_ms", "429")
    uni.free_calls = 1
    assert [api.call("GET", "/tables").status for _ in range(2)] == [200, 429]


def test_last_error_tells_what_a_code_was_about(uni: UnicontaState, api: Api) -> None:
    body = {"Account": "K1001", "Name": "Double", "Group": "1"}
    assert api.value("POST", "/Crud/Insert/DebtorClient", body) == "KeyExists"
    assert "K1001" in api.value("GET", "/Company/GetLastError/70123&KeyExists")
    uni.switches.set("uni.err_value", "number")
    number = api.value("POST", "/Crud/Insert/DebtorClient", body)
    assert isinstance(number, int)
    assert "K1001" in api.value("GET", f"/Company/GetLastError/70123&{number}")


def test_faults_of_the_shared_edge_reach_the_engine(uni: UnicontaState, api: Api) -> None:
    body = simplejson.dumps({"OrderNumber": api.order(("DIV25", "1", "100"))}).encode()
    headers = {"authorization": f"Bearer {api.token}"}
    invoice = Request("POST", "/Invoice/GenerateDebtorInvoice", {}, headers, body)
    uni.faults.add("uniconta", "lost_reply", path="/Invoice/*")
    calls = CallLog()
    with pytest.raises(ConnectionCut):
        answer(uni, invoice, name="uniconta", faults=uni.faults, calls=calls)
    assert len(uni.invoices) == 1
    uni.faults.add("uniconta", "expired_token")
    tables = Request("GET", "/tables", {}, headers)
    statuses = [
        answer(uni, tables, name="uniconta", faults=uni.faults, calls=calls).status
        for _ in range(2)
    ]
    assert statuses == [401, 401]
