"""Crud: keys, required members, references, lengths, lists, user fields, number series."""

from typing import Any

import pytest

from sandbox.uniconta.state import UnicontaState
from tests.sandbox.uniconta.api import Api, value_of

ITEM = {"Item": "N1", "Name": "New", "Group": "1", "ItemType": "Item", "CostModel": "FIFO"}
DEBTOR = {"Account": "K5", "Name": "Eva", "Group": "1"}


def test_an_inserted_debtor_comes_back_as_stored(api: Api) -> None:
    row = api.insert("DebtorClient", **DEBTOR, Country=57, Phone="+4512345678")
    assert row["KeyStr"] == "K5"
    assert row["CountryName"] == "Denmark"
    assert row["VatZone"] == "Domestic"
    assert row["CurBalance"] == 0
    assert api.where("DebtorClient", "Account", "K5") == [row]


def test_unknown_and_read_only_members_are_dropped(api: Api) -> None:
    row = api.insert("DebtorClient", **DEBTOR, Shoesize=43, CurBalance=99, CountryName="Mars")
    assert "Shoesize" not in row
    assert row["CurBalance"] == 0


@pytest.mark.parametrize(
    ("entity", "record", "missing", "error"),
    [
        ("DebtorClient", DEBTOR, "Name", "FieldCannotBeBlank"),
        ("DebtorClient", DEBTOR, "Group", "KeyIsEmpty"),
        ("InvItemClient", ITEM, "Item", "KeyIsEmpty"),
        ("InvItemClient", ITEM, "Name", "FieldCannotBeBlank"),
        ("InvItemClient", ITEM, "Group", "FieldCannotBeBlank"),
        ("InvItemClient", ITEM, "ItemType", "FieldCannotBeBlank"),
        ("InvItemClient", ITEM, "CostModel", "FieldCannotBeBlank"),
    ],
)
def test_a_record_without_a_required_member_is_refused(
    entity: str, record: dict[str, Any], missing: str, error: str, uni: UnicontaState, api: Api
) -> None:
    before = uni.snapshot()
    body = {name: value for name, value in record.items() if name != missing}
    if missing == "Group" and entity == "DebtorClient":
        body["Account"] = None  # without a group no series can number it
    assert api.value("POST", f"/Crud/Insert/{entity}", body) == error
    assert uni.snapshot() == before


def test_a_reference_to_nothing_is_refused(api: Api) -> None:
    body = {**DEBTOR, "Payment": "NEVER"}
    assert api.value("POST", "/Crud/Insert/DebtorClient", body) == "CouldNotFind"


@pytest.mark.parametrize(
    ("form", "status", "wanted"),
    [
        ("json_string", 200, "KeyExists"),
        ("plain_text", 200, "KeyExists"),
        (
            "err_object",
            200,
            {"Err": "KeyExists", "ErrorProperty": "Account", "ErrorValue": "K1001"},
        ),
        ("http_400_problem", 400, {"type": "about:blank", "title": "KeyExists", "status": 400}),
        ("http_500_text", 500, "KeyExists"),
    ],
)
def test_a_double_key_is_refused_in_the_form_of_the_switch(
    form: str, status: int, wanted: Any, uni: UnicontaState, api: Api
) -> None:
    uni.switches.set("uni.error_form", form)
    reply = api.call("POST", "/Crud/Insert/DebtorClient", {**DEBTOR, "Account": "K1001"})
    assert (reply.status, value_of(reply)) == (status, wanted)
    assert reply.content_type.startswith("text/plain") == (form in ("plain_text", "http_500_text"))


def test_a_text_that_is_too_long_is_refused_or_cut(uni: UnicontaState, api: Api) -> None:
    body = {**DEBTOR, "City": "x" * 31}
    reply = api.call("POST", "/Crud/Insert/DebtorClient", body)
    assert reply.status == 400
    assert list(value_of(reply)["errors"]) == ["City"]
    uni.switches.set("uni.too_long", "cut")
    assert api.insert("DebtorClient", **body)["City"] == "x" * 30


@pytest.mark.parametrize("value", ["many", True, {"a": 1}, "NaN"])
def test_a_value_of_the_wrong_kind_is_refused(value: Any, api: Api) -> None:
    reply = api.call("POST", "/Crud/Insert/DebtorClient", {**DEBTOR, "CreditMax": value})
    assert reply.status == 400


def test_an_insert_may_answer_only_the_success_code(uni: UnicontaState, api: Api) -> None:
    uni.switches.set("uni.insert_reply", "code_only")
    assert api.value("POST", "/Crud/Insert/DebtorClient", DEBTOR) == "Succes"
    uni.switches.set("uni.err_value", "number")
    assert api.value("POST", "/Crud/Insert/DebtorClient", {**DEBTOR, "Account": "K6"}) == 0


@pytest.mark.parametrize(
    ("reading", "answer", "stored"),
    [
        ("atomic_objects", "KeyExists", []),
        ("atomic_code", "KeyExists", []),
        ("partial", ["K5", "K6"], ["K5", "K6"]),
    ],
)
def test_a_list_with_a_bad_record(
    reading: str, answer: Any, stored: list[str], uni: UnicontaState, api: Api
) -> None:
    uni.switches.set("uni.insertlist", reading)
    rows = [{**DEBTOR, "Account": account} for account in ("K5", "K1001", "K6")]
    found = api.value("POST", "/Crud/InsertList/DebtorClient", rows)
    assert (found if isinstance(found, str) else [row["Account"] for row in found]) == answer
    assert [row["Account"] for row in api.where("DebtorClient", "Account", "K5;K6")] == stored


def test_a_good_list_is_answered_by_rows_or_a_code(uni: UnicontaState, api: Api) -> None:
    assert api.value("POST", "/Crud/InsertList/DebtorClient", [DEBTOR])[0]["Account"] == "K5"
    uni.switches.set("uni.insertlist", "atomic_code")
    rows = [{**DEBTOR, "Account": "K6"}]
    assert api.value("POST", "/Crud/InsertList/DebtorClient", rows) == "Succes"


def test_update_fields_modified_changes_what_differs_and_nothing_else(
    uni: UnicontaState, api: Api
) -> None:
    row = api.insert("DebtorClient", **DEBTOR, City="Aalborg", Phone="1")
    uni.staff().edit("Debtor", "K5", City="Hobro")
    body = {"Original": row, "Modified": {**row, "Phone": "2"}}
    assert api.value("PUT", "/Crud/UpdateFieldsModified/DebtorClient", body) == "Succes"
    after = api.where("DebtorClient", "Account", "K5")[0]
    assert (after["Phone"], after["City"], after["Name"]) == ("2", "Hobro", "Eva")


def test_update_fields_modified_without_a_difference_touches_nothing(
    uni: UnicontaState, api: Api
) -> None:
    row = api.insert("DebtorClient", **DEBTOR)
    before = uni.snapshot()
    uni.clock.advance(60)
    body = {"Original": row, "Modified": row}
    assert api.value("PUT", "/Crud/UpdateFieldsModified/DebtorClient", body) == "Succes"
    assert uni.snapshot() == before


def test_lists_of_changes_are_all_or_nothing(api: Api) -> None:
    row = api.insert("DebtorClient", **DEBTOR)
    ghost = {"Account": "K99", "Name": "Ghost"}
    path = "/Crud/UpdateFieldsModifiedList/DebtorClient"
    after = [{**row, "City": "Hobro"}, {**ghost, "City": "Hobro"}]
    body = {"OriginalList": [row, ghost], "ModifiedList": after}
    assert api.value("PUT", path, body) == "CouldNotFind"
    assert api.where("DebtorClient", "Account", "K5")[0]["City"] is None
    body = {"OriginalList": [row], "ModifiedList": after[:1]}
    assert api.value("PUT", path, body) == "Succes"
    assert api.where("DebtorClient", "Account", "K5")[0]["City"] == "Hobro"


def test_update_empties_what_is_left_out(api: Api) -> None:
    api.insert("DebtorClient", **DEBTOR, City="Aalborg", Phone="1")
    assert api.value("PUT", "/Crud/Update/DebtorClient", {**DEBTOR, "Phone": "2"}) == "Succes"
    row = api.where("DebtorClient", "Account", "K5")[0]
    assert (row["Phone"], row["City"]) == ("2", None)
    rows = [{**DEBTOR, "City": "Hobro"}]
    assert api.value("PUT", "/Crud/UpdateList/DebtorClient", rows) == "Succes"
    assert api.where("DebtorClient", "Account", "K5")[0]["Phone"] is None


def test_a_key_changes_only_while_nothing_refers_to_it(api: Api) -> None:
    row = api.insert("DebtorClient", **DEBTOR)
    path = "/Crud/UpdateFieldsModified/DebtorClient"
    taken = {"Original": row, "Modified": {**row, "Account": "K1001"}}
    assert api.value("PUT", path, taken) == "KeyExists"
    moved = {"Original": row, "Modified": {**row, "Account": "K50"}}
    assert api.value("PUT", path, moved) == "Succes"
    api.order(("DIV25", "1", "1"), account="K50")
    back = {"Original": {**row, "Account": "K50"}, "Modified": row}
    assert api.value("PUT", path, back) == "CouldNotSave"


def test_a_record_that_is_referred_to_cannot_be_deleted(api: Api) -> None:
    refused = "CouldNotDeleteRecordThatIsReferred"
    assert api.value("DELETE", "/Crud/Delete/InvGroupClient", {"Group": "1"}) == refused
    api.sell(("DIV25", "1", "100"))
    assert api.value("DELETE", "/Crud/Delete/DebtorClient", {"Account": "POS3000"}) == refused
    assert api.value("DELETE", "/Crud/Delete/InvItemClient", {"Item": "DIV25"}) == refused
    assert api.value("DELETE", "/Crud/Delete/DebtorClient", {"Account": "K1001"}) == "Succes"
    assert api.where("DebtorClient", "Account", "K1001") == []
    assert api.value("DELETE", "/Crud/Delete/DebtorClient", {"Account": "K1001"}) == "CouldNotFind"


def test_lists_are_deleted_all_or_none(api: Api) -> None:
    api.insert("DebtorClient", **DEBTOR)
    rows = [{"Account": "K5"}, {"Account": "K99"}]
    assert api.value("DELETE", "/Crud/DeleteList/DebtorClient", rows) == "CouldNotFind"
    assert api.where("DebtorClient", "Account", "K5")
    assert api.value("DELETE", "/Crud/DeleteList/DebtorClient", rows[:1]) == "Succes"
    assert api.where("DebtorClient", "Account", "K5") == []


def test_an_order_takes_its_lines_along(api: Api) -> None:
    number = api.order(("DIV25", "1", "100"))
    assert (
        api.value("DELETE", "/Crud/Delete/DebtorOrderClient", {"OrderNumber": number}) == "Succes"
    )
    assert api.rows("DebtorOrderLineClient") == []


@pytest.mark.parametrize(
    "entity", ["GLTransClient", "DebtorInvoiceClient", "DebtorTransOpenClient"]
)
def test_what_is_posted_cannot_be_written(entity: str, api: Api) -> None:
    api.sell(("DIV25", "1", "100"))
    row = api.rows(entity)[0]
    assert api.value("DELETE", f"/Crud/Delete/{entity}", row) == "NoRights"
    assert api.value("POST", f"/Crud/Insert/{entity}", row) == "NoRights"


def test_masters_and_details_go_in_together(api: Api) -> None:
    lines = [{"LineNumber": 1, "Item": "DIV25", "Qty": 1, "Price": 10}]
    path = "/Crud/InsertMasterAndDetails/DebtorOrderClient/DebtorOrderLineClient"
    body = {"Master": {"Account": "POS3000"}, "Details": lines}
    assert api.value("POST", path, body) == "Succes"
    order = api.rows("DebtorOrderClient")[0]
    path = "/Crud/InsertChildRecords/DebtorOrderClient/DebtorOrderLineClient"
    body = {"Master": {"OrderNumber": order["OrderNumber"]}, "Details": lines}
    assert api.value("POST", path, body) == "Succes"
    assert api.rows("DebtorOrderClient")[0]["OrderTotal"] == 20


def test_user_fields_live_on_the_user_entity(uni: UnicontaState, api: Api) -> None:
    row = api.insert("InvItemClientUser", **ITEM, xSize="M", xColor="Sort")
    assert (row["xSize"], row["xStyleNo"]) == ("M", None)
    assert "xSize" not in api.where("InvItemClient", "Item", "N1")[0]
    assert api.where("InvItemClientUser", "xSize", "M")[0]["Item"] == "N1"
    api.insert("InvItemClient", **{**ITEM, "Item": "N2"}, xSize="L")
    assert api.where("InvItemClientUser", "Item", "N2")[0]["xSize"] is None
    uni.switches.set("uni.user_fields_on", "both")
    stored = api.value("POST", "/Crud/Insert/InvItemClient", {**ITEM, "Item": "N3", "xSize": "S"})
    assert stored["xSize"] == "S"


def test_an_update_without_user_fields_leaves_them_alone(api: Api) -> None:
    api.insert("InvItemClientUser", **ITEM, xSize="M")
    assert api.value("PUT", "/Crud/Update/InvItemClient", {**ITEM, "Name": "Other"}) == "Succes"
    assert api.where("InvItemClientUser", "Item", "N1")[0]["xSize"] == "M"


def test_user_fields_can_be_made(uni: UnicontaState, api: Api) -> None:
    field = {"TableNo": 50, "Name": "xClub", "Type": "String", "Length": 3}
    api.insert("TableFieldsClient", **field)
    assert api.insert("DebtorClientUser", **DEBTOR, xClub="Ja")["xClub"] == "Ja"
    long = {**DEBTOR, "Account": "K6", "xClub": "Nej!"}
    assert api.call("POST", "/Crud/Insert/DebtorClientUser", long).status == 400
    uni.switches.set("uni.field_creation", "forbidden")
    other = {**field, "Name": "xOther"}
    assert api.value("POST", "/Crud/Insert/TableFieldsClient", other) == "NoRights"


def test_a_new_field_needs_a_new_log_in_under_the_switch(uni: UnicontaState, api: Api) -> None:
    uni.switches.set("uni.field_creation", "after_relogin")
    api.insert("TableFieldsClient", TableNo=50, Name="xClub", Type="String", Length=10)
    assert "xClub" not in api.rows("DebtorClientUser")[0]
    assert "xClub" in Api(uni).rows("DebtorClientUser")[0]


def test_a_debtor_without_a_number_takes_the_groups_series(api: Api) -> None:
    series = {"PropertyName": "Serie", "FilterValue": "DEBITOR"}
    upcoming = api.rows("NumberSerieClient", series)[0]["Next"]
    assert api.insert("DebtorClient", Name="A", Group="1")["Account"] == str(upcoming)
    assert api.insert("DebtorClient", Account=str(upcoming + 1), Name="B", Group="1")
    assert api.rows("NumberSerieClient", series)[0]["Next"] == upcoming + 2


def test_an_order_gets_the_next_number_and_its_row_id(api: Api) -> None:
    first = api.insert("DebtorOrderClient", Account="POS3000")
    second = api.insert("DebtorOrderClient", Account="POS3000")
    assert second["OrderNumber"] == first["OrderNumber"] + 1
    assert first["PrimaryKeyId"] == first["RowId"] != first["OrderNumber"]
    assert first["Name"] == "Kassesalg Nordlys Cykler ApS"


def test_an_order_copies_the_debtors_defaults_only_under_the_switch(
    uni: UnicontaState, api: Api
) -> None:
    assert api.insert("DebtorOrderClient", Account="POS3000")["Payment"] is None
    uni.switches.set("uni.order_defaults", "from_debtor")
    order = api.insert("DebtorOrderClient", Account="POS3000")
    assert (order["Payment"], order["Currency"]) == ("POS", "DKK")


def test_a_line_needs_its_order_and_item(api: Api) -> None:
    line = {"OrderNumber": "1", "Item": "DIV25", "Qty": 1, "Price": 1}
    assert api.value("POST", "/Crud/Insert/DebtorOrderLineClient", line) == "CouldNotFind"
    order = api.insert("DebtorOrderClient", Account="POS3000")
    line = {**line, "OrderNumber": order["OrderNumber"], "Item": "GHOST"}
    assert api.value("POST", "/Crud/Insert/DebtorOrderLineClient", line) == "CouldNotFind"
    row = api.insert("DebtorOrderLineClient", **{**line, "Item": "DIV25"})
    assert row["OrderNumber"] == str(order["OrderNumber"])
    assert (row["DoInvoice"], row["Storage"], row["Total"]) == (True, "Register", 1)


def test_an_unposted_line_proves_that_its_label_was_understood(api: Api) -> None:
    line = {"Journal": "C1ST", "AccountType": "Debtor", "Account": "POS3000", "Debit": 1}
    row = api.insert("GLDailyJournalLineClient", **line, OffsetAccount="5810")
    assert row["AccountName"] == "Kassesalg Nordlys Cykler ApS"
    assert row["OffsetAccountName"] == "Kasse 1"
    assert api.rows("GLDailyJournalClient")[0]["NumberOfLines"] == 1
    assert api.value("DELETE", "/Crud/Delete/GLDailyJournalLineClient", row) == "Succes"
    assert api.rows("GLDailyJournalClient")[0]["NumberOfLines"] == 0
    assert api.uni.balances() == {}
