"""Every row is compared with what was asked for, and every failed read says what to do."""

import json
from typing import Any

import pytest

from integration.errors import AccessDenied, ContractBroken, Refused, RetryableError
from integration.uniconta.client import UnicontaClient
from tests.integration.conftest import EXAMPLES, example
from tests.integration.uniconta.conftest import COMPANY_PATH, OTHERS, OURS, Uniconta
from tests.integration.uniconta.forms import FORMS, as_form

OPENAPI = json.loads((EXAMPLES.parent / "uniconta.openapi.json").read_text())
DEBTORS = "/Query/Get/DebtorClient"


def test_a_query_asks_as_the_contract_shows(uniconta: Uniconta, client: UnicontaClient) -> None:
    case = example("uniconta", "debtor")["query"]
    uniconta.answers("POST", DEBTORS, (200, json.dumps(case["response"]["body"], default=float)))
    rows = client.query("DebtorClient", {"Account": "K1001"}, take=2)
    assert [row["Account"] for row in rows] == ["K1001"]
    assert uniconta.bodies(DEBTORS) == [case["request"]["body"]]


def test_a_query_without_filters_sends_one_empty_object(
    uniconta: Uniconta, client: UnicontaClient
) -> None:
    uniconta.answers("POST", DEBTORS, [{"Account": "1"}, {"Account": "2"}])
    assert len(client.query("DebtorClient")) == 2
    assert len(client.query("DebtorClient", {})) == 2
    assert uniconta.bodies(DEBTORS) == [[{}], [{}]]


@pytest.mark.parametrize(
    ("order_by", "sent"),
    [
        ("Name", {"PropertyName": "Name", "OrderBy": True}),
        ("-Name", {"PropertyName": "Name", "OrderByDescending": True}),
    ],
)
def test_an_order_can_be_asked_for(
    uniconta: Uniconta, client: UnicontaClient, order_by: str, sent: dict[str, Any]
) -> None:
    uniconta.answers("POST", DEBTORS, [])
    client.query("DebtorClient", take=1, order_by=order_by)
    assert uniconta.bodies(DEBTORS) == [[sent, {"Skip": 0, "Take": 1}]]


def test_every_filter_sent_is_declared(uniconta: Uniconta, client: UnicontaClient) -> None:
    uniconta.answers("POST", DEBTORS, [])
    client.query("DebtorClient", {"Account": "1"}, take=1, order_by="-Account")
    list(client.list_all("DebtorClient", order_by="Account", filters={"Group": "1"}))
    client.find("DebtorClient", "Account", ["1"])
    declared = set(OPENAPI["components"]["schemas"]["QueryFilter"]["properties"])
    sent = [name for body in uniconta.bodies(DEBTORS) for part in body for name in part]
    assert set(sent) <= declared


def test_a_filter_that_is_ignored_finds_nothing_wrong(
    uniconta: Uniconta, client: UnicontaClient
) -> None:
    table = [{"Account": "K1", "OurRef": "other"}, {"Account": "K2"}]
    uniconta.answers("POST", DEBTORS, table)
    assert client.query("DebtorClient", {"OurRef": "C1ST-3000-1"}) == []
    assert client.look_up("DebtorClient", "OurRef", "C1ST-3000-1") == []
    assert client.find("DebtorClient", "OurRef", ["C1ST-3000-1"]) == []
    uniconta.answers("PUT", "/Query/Read/DebtorClient", table[0])
    assert client.read("DebtorClient", {"Account": "K3"}) is None


def test_every_wanted_value_must_fit(uniconta: Uniconta, client: UnicontaClient) -> None:
    rows = [{"Account": "K1", "Group": "A"}, {"Account": "K1", "Group": "B"}]
    uniconta.answers("POST", DEBTORS, rows)
    assert client.query("DebtorClient", {"Account": "K1", "Group": "B"}) == rows[1:]


@pytest.mark.parametrize("value", ["A*", "A;B", "A..B"])
def test_a_value_that_a_filter_would_misread_is_compared_here(
    uniconta: Uniconta, client: UnicontaClient, value: str
) -> None:
    uniconta.answers("POST", DEBTORS, [{"Name": "AB", "Group": "1"}, {"Name": value, "Group": "1"}])
    assert client.query("DebtorClient", {"Name": value, "Group": "1"}, take=5) == [
        {"Name": value, "Group": "1"}
    ]
    (body,) = uniconta.bodies(DEBTORS)
    assert {"PropertyName": "Group", "FilterValue": "1"} in body
    assert value not in json.dumps(body)


def test_a_range_of_days_is_sent_and_checked(uniconta: Uniconta, client: UnicontaClient) -> None:
    rows = [
        {"UpdatedAt": "2026-03-02T10:00:00"},
        {"UpdatedAt": "2026-01-01T10:00:00"},
        {"Account": "1"},
    ]
    uniconta.answers("POST", DEBTORS, rows)
    found = client.query("DebtorClient", {"UpdatedAt": "01-03-2026.."})
    assert found == [rows[0], rows[2]]
    assert uniconta.bodies(DEBTORS) == [
        [{"PropertyName": "UpdatedAt", "FilterValue": "01-03-2026.."}]
    ]


def test_all_rows_are_read_page_by_page(uniconta: Uniconta, client: UnicontaClient) -> None:
    rows = [{"Account": str(n)} for n in range(2500)]
    uniconta.answers("POST", DEBTORS, rows[:1000], rows[1000:2000], rows[2000:])
    assert list(client.list_all("DebtorClient", order_by="Account")) == rows
    pages = [body[-1] for body in uniconta.bodies(DEBTORS)]
    assert [page["Skip"] for page in pages] == [0, 1000, 2000]
    assert {page["Take"] for page in pages} == {1000}


def test_a_last_page_that_is_full_is_followed_by_an_empty_one(
    uniconta: Uniconta, client: UnicontaClient
) -> None:
    rows = [{"Account": str(n)} for n in range(1000)]
    uniconta.answers("POST", DEBTORS, rows, [])
    assert list(client.list_all("DebtorClient", order_by="Account")) == rows


def test_listing_filters_and_compares_too(uniconta: Uniconta, client: UnicontaClient) -> None:
    uniconta.answers("POST", DEBTORS, [{"Account": "1", "Group": "A"}, {"Account": "2"}])
    rows = list(client.list_all("DebtorClient", order_by="Account", filters={"Group": "A"}))
    assert rows == [{"Account": "1", "Group": "A"}]


def test_a_skip_that_is_ignored_is_noticed(uniconta: Uniconta, client: UnicontaClient) -> None:
    uniconta.answers("POST", DEBTORS, [{"Account": str(n)} for n in range(1000)])
    with pytest.raises(ContractBroken, match="same page"):
        list(client.list_all("DebtorClient", order_by="Account"))


def test_many_values_are_asked_for_in_sets_of_40(
    uniconta: Uniconta, client: UnicontaClient
) -> None:
    path = "/Query/Get/DebtorInvoiceClient"
    uniconta.answers(
        "POST", path, [{"OrderNumber": 100}], [{"OrderNumber": 140}, {"OrderNumber": 9}], []
    )
    found = client.find("DebtorInvoiceClient", "OrderNumber", [str(n) for n in range(100, 200)])
    assert found == [{"OrderNumber": 100}, {"OrderNumber": 140}]
    sets = [body[0]["FilterValue"].split(";") for body in uniconta.bodies(path)]
    assert [len(values) for values in sets] == [40, 40, 20]


def test_the_same_value_is_asked_for_once_and_nothing_without_a_call(
    uniconta: Uniconta, client: UnicontaClient
) -> None:
    uniconta.answers("POST", DEBTORS, [])
    client.find("DebtorClient", "Account", ["1", "1", ""])
    assert uniconta.bodies(DEBTORS) == [[{"PropertyName": "Account", "FilterValue": "1"}]]
    assert client.find("DebtorClient", "Account", []) == []
    assert len(uniconta.calls) == 1


def test_an_odd_key_is_read_by_itself(uniconta: Uniconta, client: UnicontaClient) -> None:
    path = "/Query/Read/InvItemClient"
    uniconta.answers("PUT", path, {"Item": "A*"}, (200, '"CouldNotFind"'))
    assert client.find("InvItemClient", "Item", ["A*", "B;C"]) == [{"Item": "A*"}]
    assert uniconta.bodies(path) == [{"Item": "A*"}, {"Item": "B;C"}]


def test_an_odd_value_that_is_no_key_is_looked_for_among_all(
    uniconta: Uniconta, client: UnicontaClient
) -> None:
    path = "/Query/Get/InvItemClient"
    uniconta.answers("POST", path, [{"Item": "1", "EAN": "5..6"}, {"Item": "2", "EAN": "55"}])
    assert client.find("InvItemClient", "EAN", ["5..6"]) == [{"Item": "1", "EAN": "5..6"}]
    assert uniconta.bodies(path)[0][0] == {"PropertyName": "Item", "OrderBy": True}


def test_one_record_is_read_by_its_key(uniconta: Uniconta, client: UnicontaClient) -> None:
    case = example("uniconta", "debtor")["read_by_key"]
    answer = json.dumps(case["response"]["body"], default=float)
    uniconta.answers("PUT", "/Query/Read/DebtorClient", (200, answer))
    row = client.read("DebtorClient", {"Account": "K1001"})
    assert row is not None
    assert row["Name"] == "Cykelklubben Fjorden"
    assert uniconta.bodies("/Query/Read/DebtorClient") == [case["request"]["body"]]


@pytest.mark.parametrize(
    "answer",
    [
        (200, "null"),
        (200, ""),
        (200, "{}"),
        (200, "[]"),
        (404, ""),
        (200, '"CouldNotFind"'),
        (200, "CouldNotFind"),
        (200, '{"Err": "CouldNotFind"}'),
        (200, '{"Account": "another"}'),
    ],
)
def test_a_record_that_is_not_there_is_none(
    uniconta: Uniconta, client: UnicontaClient, answer: tuple[int, str]
) -> None:
    uniconta.answers("PUT", "/Query/Read/DebtorClient", answer)
    assert client.read("DebtorClient", {"Account": "K1"}) is None


def test_members_may_be_missing(uniconta: Uniconta, client: UnicontaClient) -> None:
    uniconta.answers("POST", DEBTORS, [{"Account": "K1"}])
    assert client.query("DebtorClient", {"Account": "K1"}) == [{"Account": "K1"}]


@pytest.mark.parametrize(
    "body",
    ["", "null", "{}", "5.5", "[1]", "<html>busy</html>", '{"value": []}', "not a name at all"],
)
def test_an_unreadable_answer_to_a_read_breaks_the_contract(
    uniconta: Uniconta, client: UnicontaClient, body: str
) -> None:
    uniconta.answers("POST", DEBTORS, (200, body))
    with pytest.raises(ContractBroken) as caught:
        client.query("DebtorClient", {"Account": "1"})
    assert caught.value.evidence["status"] == 200


@pytest.mark.parametrize("form", FORMS)
def test_a_refused_read_says_why(uniconta: Uniconta, client: UnicontaClient, form: str) -> None:
    uniconta.answers("POST", DEBTORS, as_form(form, "InvalidObject"))
    with pytest.raises(Refused, match="InvalidObject") as caught:
        client.query("DebtorClient", {"Foo": "1"})
    assert caught.value.name == "InvalidObject"


@pytest.mark.parametrize("name", ["Exception", "SQLException"])
@pytest.mark.parametrize("form", FORMS)
def test_a_stumble_on_a_read_is_tried_again(
    uniconta: Uniconta, client: UnicontaClient, form: str, name: str
) -> None:
    uniconta.answers("POST", DEBTORS, as_form(form, name))
    with pytest.raises(RetryableError):
        client.query("DebtorClient", {"Account": "1"})


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_failing_vendor_on_a_read_is_tried_again(
    uniconta: Uniconta, client: UnicontaClient, status: int
) -> None:
    uniconta.answers("POST", DEBTORS, (status, "upstream"))
    with pytest.raises(RetryableError):
        client.query("DebtorClient", {"Account": "1"})


def test_a_403_is_a_matter_of_the_connection(uniconta: Uniconta, client: UnicontaClient) -> None:
    uniconta.answers("POST", DEBTORS, (403, ""))
    with pytest.raises(AccessDenied):
        client.query("DebtorClient")


def test_our_company_is_read(uniconta: Uniconta, client: UnicontaClient) -> None:
    uniconta.answers("POST", COMPANY_PATH, OTHERS + OURS, OTHERS)
    company = client.get_company()
    assert (company.company_id, company.name, company.currency) == (
        70123,
        "Nordlys Cykler ApS",
        "DKK",
    )
    with pytest.raises(ContractBroken):
        client.get_company()


def test_a_value_among_others_is_asked_for_as_a_part(
    uniconta: Uniconta, client: UnicontaClient
) -> None:
    rows = [
        {"Account": "1", "ContactEmail": "a@x.dk;B@X.dk"},
        {"Account": "2", "ContactEmail": "c@x.dk"},  # the filter was ignored [A66]
    ]
    uniconta.answers("POST", DEBTORS, rows)
    found = client.find_among("DebtorClient", "ContactEmail", "b@x.dk")
    assert [row["Account"] for row in found] == ["1"]
    assert uniconta.bodies(DEBTORS) == [
        [{"PropertyName": "ContactEmail", "FilterValue": "*b@x.dk*"}]
    ]


def test_where_parts_find_nothing_the_whole_is_asked_for(
    uniconta: Uniconta, client: UnicontaClient
) -> None:
    uniconta.answers("POST", DEBTORS, [], [{"Account": "1", "ContactEmail": "B@x.dk"}])
    found = client.find_among("DebtorClient", "ContactEmail", "B@x.dk")
    assert [row["Account"] for row in found] == ["1"]
    assert uniconta.bodies(DEBTORS)[1] == [
        {"PropertyName": "ContactEmail", "FilterValue": "B@x.dk;b@x.dk"}
    ]
