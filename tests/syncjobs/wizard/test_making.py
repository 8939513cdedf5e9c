"""What Uniconta lacks is shown as it would be sent, made once, and found again whatever happens on the way."""

from datetime import timedelta

import pytest
from django.utils import timezone

from settings_app.models import Tenant
from syncjobs.lease import tenant_lease
from syncjobs.models import DocumentRow, Step
from syncjobs.wizard.proposals import FIELDS
from tests.syncjobs.wizard.conftest import Guide, Vendors, values_of

FIELD_NAMES = [standard.code for standard in FIELDS.values()]


@pytest.fixture
def connected(guide: Guide) -> Guide:
    guide.connect()
    return guide


def bare(vendors: Vendors, table: str) -> None:
    for row in list(vendors.company[table]):
        vendors.company[table].remove(row)


def test_the_eight_fields_are_shown_then_made_once(
    guide: Guide, vendors: Vendors, shop: Tenant
) -> None:
    bare(vendors, "TableFields")
    guide.connect()
    assert "not in Uniconta yet" in guide.open("variant_fields").content.decode()

    offer = guide.post("variant_fields")

    assert offer.status_code == 200
    assert [record.number for record in offer.context["lack"].records] == FIELD_NAMES
    assert vendors.writes() == []
    assert values_of(shop)["variant_fields"] == {}

    guide.save("variant_fields", make="1")

    rows = {row["Name"]: row for row in vendors.company["TableFields"]}
    assert list(rows) == FIELD_NAMES
    assert {(row["TableNo"], row["Type"], row["Length"]) for row in rows.values()} == {
        (23, "String", 255)
    }
    assert vendors.writes() == [("POST", "/Crud/Insert/TableFieldsClient")] * 8
    assert values_of(shop)["variant_fields"]["size"] == "xSize"
    states = DocumentRow.objects.filter(tenant=shop, kind="SETUP").values_list("number", "state")
    assert dict(states) == dict.fromkeys(FIELD_NAMES, "SENT")
    assert Step.objects.filter(text="Setup guide: made by nordlys-staff").count() == 1

    guide.save("variant_fields")  # nothing is missing any more

    assert len(vendors.writes()) == 8


def test_a_journal_gets_a_number_series_of_its_own(guide: Guide, vendors: Vendors) -> None:
    bare(vendors, "GLDailyJournal")
    vendors.company["NumberSerie"].remove(vendors.company.row("NumberSerie", "C1ST"))
    guide.connect()

    guide.save("journal", make="1")

    journal = vendors.company.row("GLDailyJournal", "C1ST")
    assert journal["NumberSerie"] == "C1ST"
    assert (
        journal["GenerateVoucher"] is journal["NoVATCalculation"] is journal["DeleteLines"] is True
    )
    assert vendors.company.row("NumberSerie", "C1ST")["Next"] == 1
    paths = [path for _method, path in vendors.writes()]
    assert paths == ["/Crud/Insert/NumberSerieClient", "/Crud/Insert/GLDailyJournalClient"]


def test_a_series_of_another_journal_is_left_to_it(guide: Guide, vendors: Vendors) -> None:
    vendors.company["GLDailyJournal"].change(
        vendors.company.row("GLDailyJournal", "C1ST"), Journal="DAGLIG", Name="Daglig"
    )
    guide.connect()

    guide.save("journal", **{"setup.journal": "C1ST", "make": "1"})

    assert vendors.company.row("GLDailyJournal", "C1ST")["NumberSerie"] == "C1ST2"


def test_service_items_are_made_in_the_group_of_their_vat(guide: Guide, vendors: Vendors) -> None:
    bare(vendors, "InvItem")
    guide.connect()
    kinds = {
        "setup.gift_card.kind": "single",
        "setup.voucher.kind": "multi",
        "setup.deposit.kind": "multi",
    }

    guide.save("items", **kinds, make="1")

    groups = {row["Item"]: row["Group"] for row in vendors.company["InvItem"]}
    assert groups == {
        "RABAT25": "1",
        "RABAT0": "0",
        "DIV25": "1",
        "DIV0": "0",
        "GAVEKORT": "GAVE1",
        "TILGODE": "TILG",
        "DEPOSIT": "DEPO",
    }
    assert {row["ItemType"] for row in vendors.company["InvItem"]} == {"Service"}


def test_what_cannot_be_made_is_told_step_by_step(
    guide: Guide, vendors: Vendors, shop: Tenant
) -> None:
    bare(vendors, "InvItem")
    for group in ("GAVE", "TILG", "DEPO"):
        vendors.company["InvGroup"].remove(vendors.company.row("InvGroup", group))
    guide.connect()

    offer = guide.post("items", **{"setup.gift_card.kind": "multi"})

    assert offer.context["lack"].obstacles == [
        "GAVEKORT: no item group with 0 % VAT has a liability account for “Gavekort”."
    ]
    assert "Item groups, add one" in offer.content.decode()
    assert vendors.writes() == []


def test_a_lost_answer_is_looked_for_before_anything_is_sent_again(
    guide: Guide, vendors: Vendors, shop: Tenant
) -> None:
    bare(vendors, "GLDailyJournal")
    guide.connect()
    vendors.sandbox.faults.add("uniconta", "lost_reply", path="/Crud/Insert/GLDailyJournalClient")

    guide.save("journal", make="1")

    assert [row["Journal"] for row in vendors.company["GLDailyJournal"]] == ["C1ST"]
    inserts = [path for _m, path in vendors.writes() if path.endswith("GLDailyJournalClient")]
    assert len(inserts) == 1
    assert values_of(shop)["setup"]["journal"] == "C1ST"


def test_an_unknown_outcome_is_told_and_taken_up_again(
    guide: Guide, vendors: Vendors, shop: Tenant
) -> None:
    bare(vendors, "GLDailyJournal")
    guide.connect()
    vendors.sandbox.faults.add("uniconta", "reset", path="/Crud/Insert/GLDailyJournalClient")

    first = guide.post("journal", make="1")
    second = guide.post("journal", make="1")

    for answer in (first, second):
        assert "it is looked for first" in answer.content.decode()
    row = DocumentRow.objects.get(tenant=shop, number="C1ST", facts__entity="GLDailyJournalClient")
    assert row.state == "SENDING"
    assert list(vendors.company["GLDailyJournal"]) == []

    DocumentRow.objects.filter(pk=row.pk).update(
        first_look_at=timezone.now() - timedelta(minutes=1)
    )
    guide.save("journal", make="1")

    assert [row["Journal"] for row in vendors.company["GLDailyJournal"]] == ["C1ST"]
    row.refresh_from_db()
    assert row.state == "SENT"


def test_where_fields_may_not_be_made_it_is_told_and_nothing_is_saved(
    guide: Guide, vendors: Vendors, shop: Tenant
) -> None:
    bare(vendors, "TableFields")
    vendors.sandbox.switches.set("uni.field_creation", "forbidden")
    guide.connect()

    answer = guide.post("variant_fields", make="1")

    assert answer.status_code == 200
    assert "NoRights" in answer.content.decode()
    assert values_of(shop)["variant_fields"] == {}
    assert set(DocumentRow.objects.values_list("state", flat=True)) == {"PLANNED"}


def test_nothing_is_made_while_a_worker_is_there(
    guide: Guide, vendors: Vendors, shop: Tenant
) -> None:
    bare(vendors, "TableFields")
    guide.connect()

    with tenant_lease(shop.pk):
        answer = guide.post("variant_fields", make="1")

    assert "A worker is at this tenant" in answer.content.decode()
    assert vendors.writes() == []


def test_what_was_deleted_there_is_made_anew(connected: Guide, vendors: Vendors) -> None:
    for _ in range(2):
        bare(vendors, "TableFields")
        connected.browser.post(connected.address("variant_fields"), {"again": "1"})
        connected.save("variant_fields", make="1")

    assert [row["Name"] for row in vendors.company["TableFields"]] == FIELD_NAMES
    assert DocumentRow.objects.filter(kind="SETUP").count() == 16


def test_after_making_the_page_says_what_stands_though_another_error_keeps_it_open(
    guide: Guide, vendors: Vendors
) -> None:
    company = vendors.company
    for row in list(company["TableFields"]):
        if row["Name"] == "xSize":
            company["TableFields"].remove(row)
        if row["Name"] == "xColor":
            company["TableFields"].change(row, Type="Integer")
    guide.connect()

    answer = guide.post("variant_fields", make="1")

    page = answer.content.decode()
    assert "xSize" in [row["Name"] for row in company["TableFields"]]
    assert "User field xColor is of type" in page.replace("&quot;", "")
    assert "not in Uniconta yet" not in page
    assert "Nothing was saved yet" not in page
    assert "What was made stands in Uniconta now; this page itself was not saved yet" in page
