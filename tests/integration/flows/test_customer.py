"""Customers become debtors, once, and both stay in step."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from integration.errors import Hold
from integration.flows.context import Doubt
from integration.flows.customer import customer_to_debtor, debtor_for, debtor_to_customer
from integration.flows.outcome import Done, LookAgain, Skipped
from integration.ports import DocumentKind, DocumentState
from tests.integration.conftest import example
from tests.integration.flows.memory import ALL_ON, NOON, RULES, World

SEEDED = 5  # customers of the sandbox's shop


def test_a_sale_gets_the_debtor_of_its_customer_made_first() -> None:
    world = World(switches=frozenset())
    customer = world.shop.add_customer("Anna Hansen", phone="+4522334455", email="a@b.dk")

    account = debtor_for(world.context, customer["id"])

    assert account == f"C{customer['id']}"
    debtor = world.debtor(account)
    assert (debtor["Name"], debtor["Group"], debtor["Country"]) == ("Anna Hansen", "1", 57)
    assert (debtor["Phone"], debtor["ContactEmail"]) == ("+4522334455", "a@b.dk")
    assert world.customer(customer["id"])["customerno"] == account
    mark = world.mark()
    assert debtor_for(world.context, customer["id"]) == account
    assert world.sandbox.calls.find(after=mark) == []


def test_a_sale_gets_the_debtor_that_has_the_customers_number() -> None:
    world = World()

    assert debtor_for(world.context, 5001) == "K1001"
    assert world.writes() == []


def test_a_draft_or_unknown_customer_has_no_debtor() -> None:
    world = World()
    draft = world.shop.add_customer("Halv", draft=1)

    for customer_id in (draft["id"], 999999):
        with pytest.raises(Hold):
            debtor_for(world.context, customer_id)
    assert world.writes() == []


def test_a_lost_reply_makes_no_second_debtor() -> None:
    world = World()
    customer = world.shop.add_customer("Anna Hansen")
    world.sandbox.faults.add("uniconta", "lost_reply", path="/Crud/Insert/DebtorClient")

    account = debtor_for(world.context, customer["id"])

    assert world.debtors() == [account, "K1001", "POS3000"]
    document = world.documents.with_number(DocumentKind.DEBTOR, account)
    assert document is not None
    assert document.state is DocumentState.SENT


def test_a_create_that_never_arrived_is_sent_again_after_two_looks() -> None:
    world = World()
    customer = world.shop.add_customer("Anna Hansen")
    world.sandbox.faults.add("uniconta", "reset", path="/Crud/Insert/DebtorClient")

    for _ in range(2):
        with pytest.raises(LookAgain):
            debtor_for(world.context, customer["id"])
    world.clock.advance(31)

    assert debtor_for(world.context, customer["id"]) in world.debtors()
    assert len(world.debtors()) == 3


def test_after_a_restored_backup_an_empty_look_for_a_customer_is_proven() -> None:
    end = NOON + timedelta(minutes=10)
    world = World(doubt=Doubt(until=end, missing_until=end))
    for account in ("K1999", "K2000"):
        world.staff.add("Debtor", Account=account, Name="Bent Olsen", Group="1")
    world.context.doubt.missing_until = None
    assert isinstance(debtor_to_customer(world.context, "K1999"), Done)  # known to exist
    world.context.doubt.missing_until = end
    mark = world.mark()

    with pytest.raises(LookAgain):
        debtor_to_customer(world.context, "K2000")
    assert world.writes(after=mark) == []
    world.clock.advance(31)

    assert isinstance(debtor_to_customer(world.context, "K2000"), Done)
    made = [each for each in world.shop.store.customers.values() if each["customerno"] == "K2000"]
    assert len(made) == 1


def test_a_debtor_made_after_the_gap_becomes_a_customer_at_once() -> None:
    end = NOON - timedelta(days=1)
    world = World(doubt=Doubt(until=end, missing_until=end))
    world.staff.add("Debtor", Account="K2000", Name="Bent Olsen", Group="1")

    assert isinstance(debtor_to_customer(world.context, "K2000"), Done)


def again(world: World, customer_id: int, account: str) -> list[str]:
    """Run both directions once more and return the writes."""
    mark, before = world.mark(), world.state()
    assert isinstance(customer_to_debtor(world.context, str(customer_id)), Done)
    assert isinstance(debtor_to_customer(world.context, account), Done)
    assert world.state() == before
    return world.writes(after=mark)


def test_the_contracts_customer_becomes_the_contracts_debtor() -> None:
    world = World(rules=replace(RULES, default_debtor_group="KUNDE"))
    world.company["DebtorGroup"].add({**world.company.row("DebtorGroup", "1"), "Group": "KUNDE"})
    world.staff.remove("Debtor", "K1001")

    assert customer_to_debtor(world.context, "5001") == Done("debtor K1001 was created")

    expected = example("uniconta", "debtor")["insert"]["request"]["body"]
    unmapped = {"InvoiceEmail", "Currency", "Payment"}
    debtor = world.debtor("K1001")
    wanted = {name: value for name, value in expected.items() if name not in unmapped}
    assert {name: debtor[name] for name in wanted} == wanted
    assert again(world, 5001, "K1001") == []


def test_a_debtor_becomes_a_customer_and_stays_one() -> None:
    world = World()
    world.staff.add(
        "Debtor", Account="D77", Name="Holm ApS", Group="1", Country=57, City="Ribe",
        CompanyRegNo="87654321", ContactEmail="a@holm.dk;b@holm.dk", EAN="5790000000012",
    )  # fmt: skip

    assert debtor_to_customer(world.context, "D77") == Done("customer 5101 was created")

    customer = world.customer(5101)
    told = {name: customer[name] for name in ("customerno", "name", "city", "vat", "email", "ean")}
    assert told == {
        "customerno": "D77",
        "name": "Holm ApS",
        "city": "Ribe",
        "vat": "87654321",
        "email": "a@holm.dk",
        "ean": "5790000000012",
    }
    assert customer["addr_country"] == "dk"
    assert again(world, 5101, "D77") == []


def test_unmapped_fields_survive_every_update_byte_for_byte() -> None:
    world = World()
    fields = {"note": "Ring\nførst  ", "barcode": "998", "birthdate": "1980-02-29", "balance": 12}
    own = world.shop.add_customer("Anna", city="Ribe", tags=[{"title": "VIP"}], **fields)
    customer_to_debtor(world.context, str(own["id"]))
    account = f"C{own['id']}"
    world.staff.edit("Debtor", account, Address2="2. sal", CreditMax=Decimal(5), MobilPhone="+451")
    before, debtor = world.customer(own["id"]), world.debtor(account)

    for n in range(3):
        world.clock.advance(60)
        world.staff.edit("Debtor", account, Phone=f"1234567{n}")
        debtor_to_customer(world.context, account)
        world.clock.advance(60)
        world.shop.edit_customer(own["id"], address=f"Vej {n}")
        customer_to_debtor(world.context, str(own["id"]))

    after = world.customer(own["id"])
    mapped = {"phone", "address", "updated_at"}
    assert {name for name in after if after[name] != before[name]} == mapped
    stored = world.debtor(account)
    assert {name for name in stored if stored[name] != debtor[name]} == {
        "Phone",
        "Address1",
        "UpdatedAt",
    }
    assert again(world, own["id"], account) == []


def test_a_foreign_edit_between_our_read_and_our_write_is_not_overwritten() -> None:
    world = World()
    debtor_for(world.context, 5001)
    customer_to_debtor(world.context, "5001")
    world.clock.advance(60)
    world.staff.edit("Debtor", "K1001", Phone="+4511111111")
    kept = world.context.customers1st.get_customer

    def read_then_edited(customer_id: int | str) -> object:
        found = kept(customer_id)
        world.context.customers1st.get_customer = kept  # type: ignore[method-assign]  # one edit
        world.shop.edit_customer(5001, note="Ny note", city="Skagen")
        return found

    world.context.customers1st.get_customer = read_then_edited  # type: ignore[method-assign, assignment]  # the edit
    debtor_to_customer(world.context, "K1001")
    customer_to_debtor(world.context, "5001")

    customer = world.customer(5001)
    assert customer["note"] == "Ny note"
    assert customer["city"] == world.debtor("K1001")["City"]
    assert customer["phone"] == world.debtor("K1001")["Phone"]
    assert again(world, 5001, "K1001") == []


def test_the_newer_change_wins_and_the_losers_values_stand_in_the_log() -> None:
    world = World()
    customer_to_debtor(world.context, "5001")
    world.clock.advance(60)
    world.shop.edit_customer(5001, phone="+4522222222")
    world.clock.advance(60)
    world.staff.edit("Debtor", "K1001", Phone="+4533333333")

    customer_to_debtor(world.context, "5001")

    assert world.customer(5001)["phone"] == world.debtor("K1001")["Phone"] == "+4533333333"
    assert {"phone": "+4522222222"} in world.steps.evidence("lost")
    assert again(world, 5001, "K1001") == []


def test_times_of_both_vendors_are_compared_in_their_own_zones() -> None:
    world = World()
    customer_to_debtor(world.context, "5001")
    world.clock.set(NOON + timedelta(hours=3))
    world.staff.edit("Debtor", "K1001", Phone="+4533333333")  # 16:00 in Copenhagen
    world.clock.advance(60)
    world.shop.edit_customer(5001, phone="+4522222222")  # 15:01 UTC: newer

    debtor_to_customer(world.context, "K1001")

    assert world.debtor("K1001")["Phone"] == world.customer(5001)["phone"] == "+4522222222"


def test_created_on_and_updated_off_lets_new_customers_over_and_later_edits_not() -> None:
    switches = frozenset({("customers1st", "customer", "created")})
    world = World(switches=switches)
    own = world.shop.add_customer("Anna")
    customer_to_debtor(world.context, str(own["id"]))
    world.shop.edit_customer(own["id"], city="Ribe")
    mark = world.mark()

    outcome = customer_to_debtor(world.context, str(own["id"]))

    assert isinstance(outcome, Skipped)
    assert "city" in outcome.reason
    assert world.writes(after=mark) == []
    on = replace(world.context, switches=ALL_ON)
    assert customer_to_debtor(on, str(own["id"])) == Done(f"debtor C{own['id']}: city")


def test_created_off_makes_nothing_but_what_is_linked_is_updated() -> None:
    world = World(switches=ALL_ON - {("customers1st", "customer", "created")})
    own = world.shop.add_customer("Anna")

    assert isinstance(customer_to_debtor(world.context, str(own["id"])), Skipped)
    assert isinstance(customer_to_debtor(world.context, "5001"), Done)
    assert world.debtors() == ["K1001", "POS3000"]
    assert world.debtor("K1001")["City"] == "Aalborg"


def test_drafts_and_the_pos_debtor_stay_at_home() -> None:
    world = World()
    draft = world.shop.add_customer("Halv", draft=1)

    assert isinstance(customer_to_debtor(world.context, str(draft["id"])), Skipped)
    assert isinstance(debtor_to_customer(world.context, "POS3000"), Skipped)
    assert world.writes() == []


@pytest.mark.parametrize(
    ("setting", "fields", "account"),
    [
        ("customerno", {"customerno": "K9"}, "K9"),
        ("customerno", {}, "C5101"),
        ("phone", {"phone": "+45 22 33 44 55"}, "22334455"),
        ("phone", {"phone": "+46701234567"}, "46701234567"),
        ("uniconta", {}, "2001"),
    ],
)
def test_the_account_of_a_new_debtor(setting: str, fields: dict[str, str], account: str) -> None:
    world = World(rules=replace(RULES, debtor_number=setting))
    world.shop.add_customer("Anna", **fields)

    assert debtor_for(world.context, 5101) == account
    assert world.customer(5101)["customerno"] == account
    assert again(world, 5101, account) == []


def test_a_number_of_the_series_that_somebody_took_is_left_to_them() -> None:
    world = World(rules=replace(RULES, debtor_number="uniconta"))
    serie = world.company.row("NumberSerie", "DEBITOR")
    world.staff.add("Debtor", Account="2001", Name="Anden", Group="1")
    world.company["NumberSerie"].change(serie, Next=2001)
    world.shop.add_customer("Anna")

    assert debtor_for(world.context, 5101) == "2002"
    assert world.debtor("2001")["Name"] == "Anden"


@pytest.mark.parametrize(
    ("setting", "fields", "taken"),
    [("customerno", {}, "C5101"), ("phone", {"phone": "22334455"}, "22334455")],
)
def test_a_clash_never_overwrites_somebody_elses_debtor(
    setting: str, fields: dict[str, str], taken: str
) -> None:
    world = World(rules=replace(RULES, debtor_number=setting))
    world.staff.add("Debtor", Account=taken, Name="Anden", Group="1")
    world.shop.add_customer("Anna", **fields)

    with pytest.raises(Hold, match=taken):
        debtor_for(world.context, 5101)
    assert world.writes() == []


@pytest.mark.parametrize(
    ("fields", "members"),
    [
        ({"vat": "DK12345670"}, {"CompanyRegNo": "12345670"}),
        ({"email": "Anna@Holm.dk"}, {"ContactEmail": "anna@holm.dk"}),
        ({"phone": "+45 22 33 44 55"}, {"Phone": "22334455"}),
        ({"email": "b@holm.dk"}, {"ContactEmail": "a@holm.dk; b@holm.dk"}),
    ],
)
def test_a_debtor_is_matched_both_ways_before_anything_is_made(
    fields: dict[str, str], members: dict[str, str]
) -> None:
    for direction in ("customer", "debtor"):
        world = World()
        world.staff.add("Debtor", Account="D77", Name="Holm", Group="1", **members)
        world.shop.add_customer("Holm", **fields)

        if direction == "customer":
            customer_to_debtor(world.context, "5101")
        else:
            debtor_to_customer(world.context, "D77")

        link = world.links.get("customer", "5101")
        assert link is not None
        assert link.uniconta_key == "D77"
        assert world.customer(5101)["customerno"] == "D77"
        assert (len(world.debtors()), len(world.shop.store.customers)) == (3, SEEDED + 1)
        assert again(world, 5101, "D77") == []


def test_of_several_addresses_none_is_lost_when_another_becomes_the_first() -> None:
    world = World()
    world.staff.add(
        "Debtor", Account="D77", Name="Holm", Group="1", ContactEmail="a@holm.dk;b@holm.dk"
    )
    customer = world.shop.add_customer("Holm", email="b@holm.dk", customerno="D77")
    customer_to_debtor(world.context, "5101")
    assert world.debtor("D77")["ContactEmail"] == "b@holm.dk;a@holm.dk"
    customer["email"] = "c@holm.dk"
    customer_to_debtor(world.context, "5101")
    assert world.debtor("D77")["ContactEmail"] == "c@holm.dk;a@holm.dk"
    assert again(world, 5101, "D77") == []


@pytest.mark.parametrize("form", ["number", "name"])
def test_a_foreign_country_is_written_as_another_debtor_shows_it(form: str) -> None:
    world = World()
    world.sandbox.switches.set("uni.country", form)
    world.staff.add("Debtor", Account="SE1", Name="Kund", Group="1", Country=212)
    world.shop.add_customer("Anna", addr_country="se")
    world.shop.add_customer("Bo", addr_country="Sverige")
    customer_to_debtor(world.context, "5101")
    world.staff.edit("Debtor", "SE1", Country=0)  # it was asked for, once a day is enough
    customer_to_debtor(world.context, "5102")
    assert [world.debtor(f"C{n}")["Country"] for n in (5101, 5102)] == [212, 212]
    assert again(world, 5101, "C5101") == []


def test_a_country_that_no_debtor_shows_is_left_alone_and_told() -> None:
    world = World()
    world.shop.add_customer("Anna", addr_country="no")
    customer_to_debtor(world.context, "5101")
    assert world.debtor("C5101")["Name"] == "Anna"
    assert world.customer(5101)["addr_country"] == "no"
    assert world.steps.evidence("country") == ["NO"]
    assert again(world, 5101, "C5101") == []


@pytest.mark.parametrize(
    ("form", "number", "code"),
    [("number", 79, "de"), ("name", 79, "de"), ("number", 57, "dk"), ("number", 0, None)],
)
def test_a_debtors_country_is_the_customers(form: str, number: int, code: str | None) -> None:
    world = World()
    world.sandbox.switches.set("uni.country", form)
    world.staff.add("Debtor", Account="D77", Name="Holm", Group="1", Country=number)
    debtor_to_customer(world.context, "D77")
    assert world.customer(5101)["addr_country"] == code
    assert again(world, 5101, "D77") == []


def test_a_link_claims_only_what_nobody_else_claims() -> None:
    world = World()
    customer_to_debtor(world.context, "5001")
    world.sandbox.switches.set("c1st.duplicate_customerno", "yes")
    world.shop.add_customer("Dobbelt", customerno="K1001")

    with pytest.raises(Hold, match="K1001"):
        customer_to_debtor(world.context, "5101")
    assert world.links.get("customer", "5101") is None


def test_several_customers_that_fit_need_a_person_who_gets_a_choice() -> None:
    world = World()
    world.shop.add_customer("Anna", phone="22334455")
    world.shop.add_customer("Bo", phone="+4522334455")
    world.staff.add("Debtor", Account="D77", Name="Holm", Group="1", Phone="22334455")

    with pytest.raises(Hold) as caught:
        debtor_to_customer(world.context, "D77")

    candidates = caught.value.evidence["candidates"]
    assert [each["customers1st_id"] for each in candidates] == ["5101", "5102"]  # type: ignore[attr-defined]  # evidence is loose
    assert world.writes() == []


def test_a_customer_without_a_name_is_held_by_name_before_uniconta_refuses_it() -> None:
    world = World()
    world.shop.add_customer(None, phone="22334455")

    with pytest.raises(Hold, match="Customer 5101 has no name"):
        customer_to_debtor(world.context, "5101")
    assert world.writes() == []


def test_a_long_text_is_cut_with_a_step_and_never_travels_back_cut() -> None:
    world = World()
    world.shop.add_customer("Anna", city="Nykøbing og hele vejen ud til fyret")

    customer_to_debtor(world.context, "5101")

    assert world.debtor("C5101")["City"] == "Nykøbing og hele vejen ud til"
    assert ["city"] in world.steps.evidence("fields")
    assert again(world, 5101, "C5101") == []
    assert world.customer(5101)["city"] == "Nykøbing og hele vejen ud til fyret"


def test_the_call_about_our_own_debtor_before_our_reply_makes_no_second_customer() -> None:
    world = World()
    own = world.shop.add_customer("Anna")
    world.sandbox.faults.add("uniconta", "timeout_after_work", path="/Crud/Insert/DebtorClient")
    world.sandbox.faults.add(
        "uniconta", "status", status=503, path="/Query/Get/DebtorClient", after=2, times=9
    )
    with pytest.raises(Exception, match=r"."):
        customer_to_debtor(world.context, str(own["id"]))
    world.sandbox.faults.clear()
    assert f"C{own['id']}" in world.debtors()

    debtor_to_customer(world.context, f"C{own['id']}")
    customer_to_debtor(world.context, str(own["id"]))

    assert len(world.shop.store.customers) == SEEDED + 1
    assert again(world, own["id"], f"C{own['id']}") == []


@pytest.mark.parametrize("foreign", [False, True])
def test_hooks_are_suppressed_only_while_nobody_else_listens(foreign: bool) -> None:
    world = World()
    customer_to_debtor(world.context, "5001")
    for url in ("https://us.example/our-uuid/", *(["https://other.example/"] if foreign else [])):
        world.context.customers1st.create_hook("customer.updated", url)
    world.clock.advance(60)
    world.staff.edit("Debtor", "K1001", City="Ribe")

    debtor_to_customer(world.context, "K1001")

    fired = [delivery.event for delivery in world.sandbox.customers1st.outbox.waiting()]
    assert fired == (["customer.updated"] * 2 if foreign else [])
    assert world.customer(5001)["city"] == "Ribe"


def test_a_deleted_customer_blocks_and_a_deleted_debtor_marks() -> None:
    world = World()
    customer_to_debtor(world.context, "5001")
    own = world.shop.add_customer("Anna")
    customer_to_debtor(world.context, str(own["id"]))
    world.shop.delete_customer(5001)
    world.staff.remove("Debtor", f"C{own['id']}")

    assert customer_to_debtor(world.context, "5001") == Done("debtor K1001 blocked")
    assert isinstance(debtor_to_customer(world.context, f"C{own['id']}"), Done)

    assert world.debtor("K1001")["Blocked"] is True
    customer = world.customer(own["id"])
    assert [tag["title"] for tag in customer["tags"]] == ["Slettet i Uniconta"]
    assert customer["deleted_at"] is None
    mark = world.mark()
    for outcome in (
        customer_to_debtor(world.context, "5001"),
        debtor_to_customer(world.context, "K1001"),
        debtor_to_customer(world.context, f"C{own['id']}"),
        customer_to_debtor(world.context, str(own["id"])),
    ):
        assert isinstance(outcome, Skipped)
    assert world.writes(after=mark) == []


def test_a_debtor_that_got_another_account_stays_linked() -> None:
    world = World()
    customer_to_debtor(world.context, "5001")
    world.company["Debtor"].change(world.company.row("Debtor", "K1001"), Account="K1009")

    debtor_to_customer(world.context, "K1009")

    link = world.links.get("customer", "5001")
    assert link is not None
    assert link.uniconta_key == "K1009"
    assert len(world.shop.store.customers) == SEEDED
    assert world.customer(5001)["customerno"] == "K1009"


def test_a_call_that_names_only_the_row_finds_the_debtor() -> None:
    world = World()
    row_id = world.debtor("K1001")["RowId"]

    assert isinstance(debtor_to_customer(world.context, f"row:{row_id}"), Done)
    assert isinstance(debtor_to_customer(world.context, "row:999999"), Skipped)


def test_an_echo_costs_one_read_and_nothing_else() -> None:
    world = World()
    customer_to_debtor(world.context, "5001")
    world.shop.edit_customer(5001, note="Intet som vi bruger")

    for flow, source_id, path in (
        (customer_to_debtor, "5001", "/api/customers/5001"),
        (debtor_to_customer, "K1001", "/Query/Get/DebtorClient"),
    ):
        mark = world.mark()
        assert isinstance(flow(world.context, source_id), Done)
        assert [call.path for call in world.sandbox.calls.find(after=mark)] == [path]
