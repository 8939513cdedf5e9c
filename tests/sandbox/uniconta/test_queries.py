"""Query/Get with the whole filter language, Query/Read and Query/GetByMaster."""

from typing import Any

import pytest

from sandbox.uniconta.state import UnicontaState
from tests.sandbox.uniconta.api import Api, value_of

NAMES = {"K1": "Anna Berg", "K2": "Bo Dal", "K3": "Carl Berg", "K4": "Dan Eng"}


@pytest.fixture
def shop(api: Api) -> Api:
    for number, (account, name) in enumerate(NAMES.items(), start=1):
        api.insert("DebtorClient", Account=account, Name=name, Group="1", CreditMax=number * 100)
    return api


def accounts(api: Api, *filters: dict[str, Any]) -> list[str]:
    own = {"PropertyName": "Account", "FilterValue": "K1;K2;K3;K4"}
    rows = api.rows("DebtorClient", own, *filters)
    return [row["Account"] for row in rows]


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("Account", "K2", ["K2"]),
        ("Account", "k2", []),
        ("Account", "K2..K3", ["K2", "K3"]),
        ("Account", "K3..", ["K3", "K4"]),
        ("Account", "..K2", ["K1", "K2"]),
        ("Account", "K1;K4;K9", ["K1", "K4"]),
        ("Account", "K1;K3..", ["K1", "K3", "K4"]),
        ("Name", "*Berg*", ["K1", "K3"]),
        ("Name", "Bo*", ["K2"]),
        ("Name", "*Eng", ["K4"]),
        ("Name", "B? Dal", []),
        ("CreditMax", "200", ["K2"]),
        ("CreditMax", "150..300", ["K2", "K3"]),
        ("Blocked", "false", ["K1", "K2", "K3", "K4"]),
        ("VatZone", "Domestic", ["K1", "K2", "K3", "K4"]),
        ("KeyStr", "K4", ["K4"]),
        ("CompanyId", "70123", ["K1", "K2", "K3", "K4"]),
        ("City", "", ["K1", "K2", "K3", "K4"]),
    ],
)
def test_a_filter_finds(name: str, value: str, found: list[str], shop: Api) -> None:
    assert accounts(shop, {"PropertyName": name, "FilterValue": value}) == found


def test_several_filters_are_anded(shop: Api) -> None:
    berg = {"PropertyName": "Name", "FilterValue": "*Berg"}
    assert accounts(shop, berg, {"PropertyName": "CreditMax", "FilterValue": "200.."}) == ["K3"]


def test_pages_and_orders_work_with_filters(shop: Api) -> None:
    down = {"PropertyName": "Name", "OrderByDescending": True}
    assert accounts(shop, down) == ["K4", "K3", "K2", "K1"]
    assert accounts(shop, down, {"Skip": 1, "Take": 2}) == ["K3", "K2"]
    assert accounts(shop, {"PropertyName": "Name", "OrderBy": True}, {"Skip": 3}) == ["K4"]


def test_rows_come_by_key_unless_asked_otherwise(shop: Api) -> None:
    found = [row["Account"] for row in shop.rows("DebtorClient")]
    assert found == sorted(found)


def test_a_set_holds_forty_values_at_most(shop: Api) -> None:
    values = ";".join(str(number) for number in range(41))
    body = [{"PropertyName": "Account", "FilterValue": values}]
    assert shop.value("POST", "/Query/Get/DebtorClient", body) == "TooManyLinesSelected"
    assert accounts(shop, {"PropertyName": "Account", "FilterValue": values[:-3]}) == []


@pytest.mark.parametrize(
    ("value", "hits"),
    [
        ("02-03-2026", 1),
        ("01-03-2026..02-03-2026", 1),
        ("03-03-2026..", 0),
        ("..02-03-2026", 1),
        ("01-01-2026..31-01-2026", 0),
    ],
)
def test_dates_are_day_month_year_and_include_the_last_day(value: str, hits: int, api: Api) -> None:
    api.sell(("DIV25", "1", "100"))
    assert len(api.where("DebtorInvoiceClient", "Date", value)) == hits


def test_updated_at_can_be_filtered_or_not(uni: UnicontaState, shop: Api) -> None:
    today = uni.company().now().strftime("%d-%m-%Y")
    since = {"PropertyName": "UpdatedAt", "FilterValue": f"{today}.."}
    assert accounts(shop, since) == ["K1", "K2", "K3", "K4"]
    uni.switches.set("uni.updated_at_filter", "error")
    assert shop.value("POST", "/Query/Get/DebtorClient", [since]) == "InvalidObject"


def test_an_unknown_member_is_an_error_or_ignored(uni: UnicontaState, shop: Api) -> None:
    wrong = {"PropertyName": "Shoesize", "FilterValue": "43"}
    assert shop.value("POST", "/Query/Get/DebtorClient", [wrong]) == "InvalidObject"
    uni.switches.set("uni.unknown_filter", "ignored")
    assert accounts(shop, wrong) == ["K1", "K2", "K3", "K4"]


def test_a_query_needs_at_least_one_object(api: Api) -> None:
    assert api.value("POST", "/Query/Get/DebtorClient", []) == "ArgumentMissing"


def test_rows_are_cut_at_a_thousand_under_the_switch(uni: UnicontaState, api: Api) -> None:
    new = [{"Account": f"{n}", "Name": "N", "Group": "1"} for n in range(1000, 2100)]
    assert len(api.value("POST", "/Crud/InsertList/DebtorClient", new)) == 1100
    assert len(api.rows("DebtorClient")) > 1100
    uni.switches.set("uni.row_cap", "1000")
    assert len(api.rows("DebtorClient")) == 1000


def test_read_answers_one_record_by_key_or_row_id(shop: Api) -> None:
    row = shop.value("PUT", "/Query/Read/DebtorClient", {"Account": "K2"})
    assert row["Name"] == "Bo Dal"
    assert shop.value("PUT", "/Query/Read/DebtorClient", {"RowId": row["RowId"]}) == row
    assert shop.value("PUT", "/Query/Read/DebtorClient", {"Account": "K9"}) == "CouldNotFind"
    company = shop.value("PUT", "/Query/Read/CompanyClient", {"PrimaryKeyId": 70123})
    assert company["CompanyName"] == "Nordlys Cykler ApS"


def test_a_value_with_meaning_can_be_read_by_key(api: Api) -> None:
    api.insert("DebtorClient", Account="A;B*", Name="Odd", Group="1")
    assert api.value("PUT", "/Query/Read/DebtorClient", {"Account": "A;B*"})["Name"] == "Odd"


def test_children_are_found_by_their_master(api: Api) -> None:
    number = api.order(("DIV25", "1", "100"), ("DIV25", "2", "50"))
    path = "/Query/GetByMaster/DebtorOrderClient/DebtorOrderLineClient"
    lines = api.value("PUT", path, {"OrderNumber": number})
    assert [line["LineNumber"] for line in lines] == [1, 2]
    orders = api.value(
        "PUT", "/Query/GetByMaster/DebtorClient/DebtorOrderClient", {"Account": "POS3000"}
    )
    assert [order["OrderNumber"] for order in orders] == [number]
    wrong = "/Query/GetByMaster/GLVatClient/DebtorOrderClient"
    assert api.value("PUT", wrong, {"Vat": "U25"}) == "InvalidObject"


def test_inherited_members_nulls_dates_and_countries_follow_their_switches(
    uni: UnicontaState, shop: Api
) -> None:
    row = shop.where("DebtorClient", "Account", "K1")[0]
    assert row["CompanyId"] == 70123
    assert row["City"] is None
    assert row["LastInvoice"] == "0001-01-01T00:00:00"
    for name, value in (
        ("uni.base_members", "absent"),
        ("uni.nulls", "omitted"),
        ("uni.date_out", "z_suffix"),
        ("uni.country", "name"),
    ):
        uni.switches.set(name, value)
    shop.value("PUT", "/Crud/UpdateFieldsModified/DebtorClient", _country_change())
    body = [{"PropertyName": "Account", "FilterValue": "K1"}]
    row = value_of(shop.call("POST", "/Query/Get/DebtorClient", body))[0]
    assert {"RowId", "KeyStr", "UpdatedAt", "City"}.isdisjoint(row)
    assert row["LastInvoice"].endswith("Z")
    assert row["Country"] == "Denmark"


def _country_change() -> dict[str, Any]:
    return {"Original": {"Account": "K1"}, "Modified": {"Account": "K1", "Country": "Denmark"}}


@pytest.mark.parametrize(
    ("switch", "reading", "item_type", "journal_type"),
    [
        ("uni.enum_form", "label_en", "Item", "Ledger"),
        ("uni.enum_form", "label_da", "Vare", "Finans"),
        ("uni.enum_form", "name", "Item", "Finans"),
        ("uni.enum_form", "number", 0, 0),
        ("uni.label_set", "danish", "Item", "Finans"),
        ("uni.label_set", "numbers", "Item", 0),
    ],
)
def test_labels_come_and_go_in_the_companys_form(
    switch: str, reading: str, item_type: Any, journal_type: Any, uni: UnicontaState, api: Api
) -> None:
    uni.switches.set(switch, reading)
    body = [{"PropertyName": "Item", "FilterValue": "SLANGE28"}]
    item = api.value("POST", "/Query/Get/InvItemClient", body)[0]
    journal = api.value("POST", "/Query/Get/GLDailyJournalClient", [{}])[0]
    assert (item["ItemType"], journal["DefaultAccountType"]) == (item_type, journal_type)
    new = {**item, "Item": "NEW", "Name": "New"}
    assert api.value("POST", "/Crud/Insert/InvItemClient", new)["ItemType"] == item_type


def test_a_label_of_another_language_is_refused(uni: UnicontaState, api: Api) -> None:
    uni.switches.set("uni.enum_form", "label_da")
    item = {"Item": "N", "Name": "N", "Group": "1", "ItemType": "Item", "CostModel": "FIFO"}
    assert api.call("POST", "/Crud/Insert/InvItemClient", item).status == 400
