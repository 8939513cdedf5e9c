"""Every form of reply to a write is read for what it proves: done, surely not done, or unknown."""

import json
import re
from typing import Any

import pytest
import requests

from integration.errors import Refused, RetryableError, UnknownOutcome
from integration.uniconta.client import UnicontaClient
from tests.integration.conftest import example
from tests.integration.uniconta.conftest import Uniconta
from tests.integration.uniconta.forms import DEFINITE, FORMS, UNKNOWN, as_form

INSERT = "/Crud/Insert/DebtorClient"


def test_an_insert_returns_the_stored_record(uniconta: Uniconta, client: UnicontaClient) -> None:
    case = example("uniconta", "order")["insert"]
    path = "/Crud/Insert/DebtorOrderClient"
    uniconta.answers("POST", path, case["response"]["body"])
    stored = client.insert("DebtorOrderClient", case["request"]["body"])
    assert stored["OrderNumber"] == 20002
    assert uniconta.bodies(path) == [case["request"]["body"]]


@pytest.mark.parametrize(
    "answer",
    [
        (200, "0"),
        (200, '"Succes"'),
        (200, "Succes"),
        (200, "Success"),
        (200, '{"Err": 0}'),
        (200, '{"Err": "Succes", "ErrorProperty": null, "ErrorValue": null}'),
        (204, ""),
    ],
)
def test_a_code_that_says_yes_is_success_without_a_record(
    uniconta: Uniconta, client: UnicontaClient, answer: tuple[int, str]
) -> None:
    uniconta.answers("POST", INSERT, answer)
    uniconta.answers("POST", "/Crud/InsertList/DebtorClient", answer)
    assert client.insert("DebtorClient", {"Account": "K1"}) == {}
    assert client.insert_list("DebtorClient", [{"Account": "K1"}]) == []


@pytest.mark.parametrize("error", ["Succes", "Success", 0, "0", None])
def test_a_record_with_a_good_err_is_a_record(
    uniconta: Uniconta, client: UnicontaClient, error: Any
) -> None:
    uniconta.answers("POST", INSERT, {"Account": "K1", "Err": error})
    assert client.insert("DebtorClient", {"Account": "K1"})["Account"] == "K1"


def test_a_list_returns_what_was_stored_even_a_part(
    uniconta: Uniconta, client: UnicontaClient
) -> None:
    path = "/Crud/InsertList/DebtorOrderLineClient"
    rows = [{"Item": "A"}, {"Item": "B"}]
    uniconta.answers("POST", path, rows, rows[:1], [])
    assert client.insert_list("DebtorOrderLineClient", rows) == rows
    assert client.insert_list("DebtorOrderLineClient", rows) == rows[:1]
    assert client.insert_list("DebtorOrderLineClient", rows) == []
    assert uniconta.bodies(path)[0] == rows


@pytest.mark.parametrize("body", ['["KeyExists"]', '[{"Err": "KeyExists"}]', "[1]"])
def test_a_list_with_something_else_in_it_is_an_unknown_outcome(
    uniconta: Uniconta, client: UnicontaClient, body: str
) -> None:
    uniconta.answers("POST", "/Crud/InsertList/DebtorClient", (200, body))
    with pytest.raises(UnknownOutcome):
        client.insert_list("DebtorClient", [{"Account": "K1"}])


@pytest.mark.parametrize("answer", [(200, ""), (200, "null"), (200, "0"), (200, "true"), (204, "")])
def test_changes_and_deletes_may_be_answered_with_nothing(
    uniconta: Uniconta, client: UnicontaClient, answer: tuple[int, str]
) -> None:
    uniconta.answers("PUT", "/Crud/UpdateFieldsModified/DebtorClient", answer)
    uniconta.answers("DELETE", "/Crud/Delete/DebtorClient", answer)
    uniconta.answers("DELETE", "/Crud/DeleteList/DebtorClient", answer)
    client.update_fields("DebtorClient", {"Name": "A"}, {"Name": "B"})
    client.delete("DebtorClient", {"Account": "K1"})
    client.delete_list("DebtorClient", [{"Account": "K1"}])
    assert [body for *_rest, body, _token in uniconta.sent] == [
        {"Original": {"Name": "A"}, "Modified": {"Name": "B"}},
        {"Account": "K1"},
        [{"Account": "K1"}],
    ]


def test_a_number_other_than_0_is_no_success_of_a_change(
    uniconta: Uniconta, client: UnicontaClient
) -> None:
    uniconta.answers("DELETE", "/Crud/Delete/DebtorClient", (200, "1"))
    uniconta.answers("GET", "/Company/GetLastError/70123&1", (200, "CannotDeleteRecord"))
    with pytest.raises(Refused, match="CannotDeleteRecord"):
        client.delete("DebtorClient", {"Account": "K1"})


@pytest.mark.parametrize("name", DEFINITE)
@pytest.mark.parametrize("form", FORMS[:3])
def test_a_named_refusal_was_surely_not_done(
    uniconta: Uniconta, client: UnicontaClient, form: str, name: str
) -> None:
    uniconta.answers("POST", INSERT, as_form(form, name))
    with pytest.raises(Refused) as caught:
        client.insert("DebtorClient", {"Account": "K1"})
    assert caught.value.name == name
    assert name in str(caught.value)
    assert name in str(caught.value.evidence["answer"])


@pytest.mark.parametrize("form", ["http_400_problem", "http_500_text"])
def test_a_known_name_is_a_refusal_whatever_its_status(
    uniconta: Uniconta, client: UnicontaClient, form: str
) -> None:
    uniconta.answers("POST", INSERT, as_form(form, "KeyExists"))
    with pytest.raises(Refused) as caught:
        client.insert("DebtorClient", {"Account": "K1"})
    assert caught.value.name == "KeyExists"


def test_a_refusal_names_the_property(uniconta: Uniconta, client: UnicontaClient) -> None:
    uniconta.answers("POST", INSERT, as_form("err_object", "FieldCannotBeBlank"))
    with pytest.raises(Refused, match=re.escape("FieldCannotBeBlank (Account K1)")) as caught:
        client.insert("DebtorClient", {"Account": "K1"})
    assert (caught.value.property, caught.value.value) == ("Account", "K1")


def test_a_text_that_is_too_long_is_refused_with_its_field(
    uniconta: Uniconta, client: UnicontaClient
) -> None:
    case = example("uniconta", "error_field_too_long")["response"]
    uniconta.answers("POST", INSERT, (case["status"], json.dumps(case["body"])))
    with pytest.raises(Refused, match="maximum length of 30") as caught:
        client.insert("DebtorClient", {"Account": "K1003", "City": "x" * 31})
    assert caught.value.property == "City"


@pytest.mark.parametrize("name", UNKNOWN)
@pytest.mark.parametrize("form", FORMS)
def test_a_name_that_proves_nothing_is_an_unknown_outcome(
    uniconta: Uniconta, client: UnicontaClient, form: str, name: str
) -> None:
    uniconta.answers("POST", INSERT, as_form(form, name))
    with pytest.raises(UnknownOutcome):
        client.insert("DebtorClient", {"Account": "K1"})


@pytest.mark.parametrize(
    "answer",
    [
        (200, ""),
        (200, "null"),
        (200, "<html>login</html>"),
        (200, "the work may be done"),
        (200, "true"),
        (200, '{"Account": "K1'),
        (408, ""),
        (500, ""),
        (500, "oops"),
        (500, "NobodyHasSeenThisName"),
        (502, "<html>"),
        (503, ""),
        (504, ""),
        (302, ""),
        requests.ReadTimeout("slow"),
        requests.ConnectionError("reset"),
    ],
)
def test_an_answer_that_proves_nothing_is_an_unknown_outcome(
    uniconta: Uniconta, client: UnicontaClient, answer: Any
) -> None:
    uniconta.answers("POST", INSERT, answer)
    with pytest.raises(UnknownOutcome):
        client.insert("DebtorClient", {"Account": "K1"})


@pytest.mark.parametrize("body", ["", "KeyExists"])
def test_a_429_was_surely_not_done(uniconta: Uniconta, client: UnicontaClient, body: str) -> None:
    uniconta.answers("POST", INSERT, (429, body))
    with pytest.raises(RetryableError):
        client.insert("DebtorClient", {"Account": "K1"})


@pytest.mark.parametrize("body", ["no such thing", "", '{"title": "Not Found"}', "[]"])
def test_any_other_4xx_was_surely_not_done(
    uniconta: Uniconta, client: UnicontaClient, body: str
) -> None:
    uniconta.answers("POST", INSERT, (404, body))
    with pytest.raises(Refused):
        client.insert("DebtorClient", {"Account": "K1"})


@pytest.mark.parametrize("answer", [(200, '{"Err": 117}'), (200, "117"), (200, '"117"')])
@pytest.mark.parametrize("text", ['"KeyExists"', "KeyExists", "Error KeyExists in Debtor"])
def test_an_unknown_number_is_explained(
    uniconta: Uniconta, client: UnicontaClient, answer: tuple[int, str], text: str
) -> None:
    uniconta.answers("POST", INSERT, answer)
    uniconta.answers("GET", "/Company/GetLastError/70123&117", (200, text))
    with pytest.raises(Refused, match="KeyExists") as caught:
        client.insert("DebtorClient", {"Account": "K1"})
    assert caught.value.name == "KeyExists"


def test_a_number_that_stands_for_a_stumble_is_an_unknown_outcome(
    uniconta: Uniconta, client: UnicontaClient
) -> None:
    uniconta.answers("POST", INSERT, {"Err": 117})
    uniconta.answers("GET", "/Company/GetLastError/70123&117", (200, "SQLException"))
    with pytest.raises(UnknownOutcome):
        client.insert("DebtorClient", {"Account": "K1"})


@pytest.mark.parametrize("last_error", [(200, '""'), (500, ""), (404, "")])
def test_a_number_that_nobody_explains_is_shown_as_it_is(
    uniconta: Uniconta, client: UnicontaClient, last_error: tuple[int, str]
) -> None:
    uniconta.answers("POST", INSERT, {"Err": 117, "ErrorProperty": "Account"})
    uniconta.answers("GET", "/Company/GetLastError/70123&117", last_error)
    with pytest.raises(Refused, match="error 117") as caught:
        client.insert("DebtorClient", {"Account": "K1"})
    assert (caught.value.name, caught.value.property) == ("117", "Account")


def test_the_last_error_can_be_asked_for(uniconta: Uniconta, client: UnicontaClient) -> None:
    uniconta.answers("GET", "/Company/GetLastError/70123&5", (200, '"The account is closed."'))
    assert client.get_last_error("5") == "The account is closed."
