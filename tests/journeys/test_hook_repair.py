"""`hooks SLUG --repair` against both vendors: each trouble is named, mended once, and then nothing is left to do."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.customers1st.basket import card, line
from sandbox.demo_day import BELL
from sandbox.uniconta.entities import TABLE_IDS
from sandbox.uniconta.table import Row
from syncjobs import selectors
from syncjobs.models import System
from tests.journeys.tenant_files import FULL_FILE
from tests.journeys.world import Build, World

pytestmark = pytest.mark.django_db(transaction=True)

SALE, TABLE = "pospayment.created", "Debtor"
EVENTS = ["customer.created", "customer.updated", "product.created", "product.updated"]
EVENTS += [SALE, "posbalance.created"]
TABLES = [TABLE, "InvItem"]
ELSEWHERE = "https://other.example.com/hook"
STATES = {"ok", "missing", "duplicate", "changed", "disabled", "failing"}
STATES |= {"mended", "created", "removed", "foreign"}


@pytest.fixture
def world(build_world: Build) -> World:
    """A shop with every switch on and all its webhooks registered."""
    world = build_world(tenant_file=FULL_FILE)
    repair(world)
    return world


def compare(world: World) -> dict[str, list[tuple[str, str]]]:
    return _states(world.command("hooks", "nordlys"))


def repair(world: World) -> dict[str, list[tuple[str, str]]]:
    return _states(world.command("hooks", "nordlys", "--repair"))


def _states(document: dict[str, list[dict[str, Any]]]) -> dict[str, list[tuple[str, str]]]:
    """Check the document's shape (DESIGN 5.3) and return (name, state) of each registration."""
    assert set(document) == {"customers1st", "uniconta"}
    assert {row["state"] for rows in document.values() for row in rows} <= STATES
    return {
        "customers1st": [(row["event"], row["state"]) for row in document["customers1st"]],
        "uniconta": [(row["table"], row["state"]) for row in document["uniconta"]],
    }


def all_well() -> dict[str, list[tuple[str, str]]]:
    return {
        "customers1st": [(event, "ok") for event in EVENTS],
        "uniconta": [(table, "ok") for table in TABLES],
    }


def registered(world: World) -> Any:
    """Return what stands at both vendors, without the times of the last calls."""
    hooks = [
        (hook["event"], hook["url"], hook["active"]) for hook in world.till.store.hooks.values()
    ]
    rows = [
        tuple(row[name] for name in ("TableId", "Url", "Argument", "UsePost", "Disable"))
        for row in world.company["TableChangeEvent"]
    ]
    return sorted(hooks), sorted(rows)


def our_hook(world: World) -> dict[str, Any]:
    return next(hook for hook in world.till.store.hooks.values() if hook["event"] == SALE)


def our_row(world: World) -> Row:
    return next(
        row for row in world.company["TableChangeEvent"] if row["TableId"] == TABLE_IDS[TABLE]
    )


def test_an_empty_shop_gets_everything_once(build_world: Build) -> None:
    world = build_world(tenant_file=FULL_FILE)
    assert compare(world) == {
        "customers1st": [(event, "missing") for event in EVENTS],
        "uniconta": [(table, "missing") for table in TABLES],
    }
    assert world.writes() == []
    assert selectors.webhook_health(world.tenant, System.CUSTOMERS1ST) == "missing"

    assert repair(world) == {
        "customers1st": [(event, "created") for event in EVENTS],
        "uniconta": [(table, "created") for table in TABLES],
    }

    check_calm(world)
    hooks, rows = registered(world)
    uuids = world.tenant.customers1st.hook_uuid, world.tenant.uniconta.hook_uuid
    assert all(f"/hooks/customers1st/{uuids[0]}/" in url for _event, url, _active in hooks)
    assert all(f"/hooks/uniconta/{uuids[1]}/" in row[1] for row in rows)


def check_calm(world: World) -> None:
    """Assert that all is well and that another repair changes nothing anywhere."""
    before = registered(world)
    world.calls.clear()
    assert compare(world) == repair(world) == all_well()
    assert world.writes() == []
    assert registered(world) == before
    assert selectors.webhook_health(world.tenant, System.CUSTOMERS1ST) == "ok"
    assert selectors.webhook_health(world.tenant, System.UNICONTA) == "ok"


def remove(world: World) -> None:
    del world.till.store.hooks[our_hook(world)["id"]]
    world.company["TableChangeEvent"].remove(our_row(world))


def double(world: World) -> None:
    hook = our_hook(world)
    world.till.store.hooks[990] = {**hook, "id": 990}
    row = our_row(world)
    world.staff.add(
        "TableChangeEvent", TableId=row["TableId"], Url=row["Url"], UsePost=1, Argument=""
    )


def move(world: World) -> None:
    """Register the address that this service had before it moved."""
    hook = our_hook(world)
    hook["url"] = hook["url"].replace("http://127.0.0.1:8000", "https://old.example.com")
    row = our_row(world)
    url = row["Url"].replace("http://127.0.0.1:8000", "https://old.example.com")
    world.company["TableChangeEvent"].change(row, Url=url)


def disable(world: World) -> None:
    our_hook(world)["active"] = 0
    world.company["TableChangeEvent"].change(our_row(world), Disable=True)


@pytest.mark.parametrize(
    ("trouble", "found", "mended"),
    [
        (remove, ["missing"], ["created"]),
        (double, ["ok", "duplicate"], ["ok", "removed"]),
        (move, ["changed"], ["mended"]),
        (disable, ["disabled"], ["mended"]),
    ],
)
def test_each_trouble_is_named_and_mended(
    world: World, trouble: Callable[[World], None], found: list[str], mended: list[str]
) -> None:
    before = registered(world)
    trouble(world)
    assert registered(world) != before

    assert of_both(compare(world)) == (found, found)
    assert of_both(repair(world)) == (mended, mended)

    assert registered(world) == before
    check_calm(world)


def of_both(states: dict[str, list[tuple[str, str]]]) -> tuple[list[str], list[str]]:
    """Return the states of our two registrations that a test tampered with."""
    return (
        [state for event, state in states["customers1st"] if event == SALE],
        [state for table, state in states["uniconta"] if table == TABLE],
    )


def test_a_registration_that_fails_says_so_until_a_call_comes_through(world: World) -> None:
    world.web_up = False
    world.till.sell([line(BELL)], [card()])
    world.staff.edit("Debtor", "K1001", Name="Cykelklubben")
    world.deliver_hooks()

    assert of_both(compare(world)) == (["failing"], ["failing"])
    before = registered(world)
    assert of_both(repair(world)) == (["failing"], ["failing"])
    assert registered(world) == before
    assert selectors.webhook_health(world.tenant, System.CUSTOMERS1ST) == "failing"

    world.web_up = True
    world.staff.edit("Debtor", "K1001", Name="Cykelklubben Fjorden")
    world.deliver_hooks(after_s=31 * 60)
    check_calm(world)


def test_foreign_registrations_are_shown_and_left_alone(world: World) -> None:
    world.till.store.hooks[991] = {**our_hook(world), "id": 991, "url": ELSEWHERE}
    world.staff.add("TableChangeEvent", TableId=TABLE_IDS[TABLE], Url=ELSEWHERE)
    before = registered(world)

    states = repair(world)

    assert of_both(states) == (["ok", "foreign"], ["ok", "foreign"])
    assert registered(world) == before
    assert repair(world) == states


def test_what_is_no_longer_wished_is_removed(world: World) -> None:
    switches = world.tenant.webhook_switches
    switches.filter(entity__in=("sale", "debtor")).update(on=False)

    assert of_both(compare(world)) == (["changed"], ["changed"])
    assert of_both(repair(world)) == (["removed"], ["removed"])

    assert of_both(repair(world)) == ([], [])
    switches.filter(entity__in=("sale", "debtor"), event__in=("created", "updated")).update(on=True)
    repair(world)
    check_calm(world)


def test_a_store_that_forbids_registering_is_told_and_loses_nothing(
    build_world: Build, capsys: pytest.CaptureFixture[str]
) -> None:
    world = build_world({"c1st.hook_registration": "forbidden"}, tenant_file=FULL_FILE)
    with pytest.raises(SystemExit):
        repair(world)
    told = capsys.readouterr().err
    assert told.count("can only be added in the app") == told.count("\n") == 1  # said once
    assert "address http://127.0.0.1:8000/hooks/customers1st/" in told
    assert (
        f"events: customer.created, customer.updated, product.created, product.updated, {SALE}"
        in told
    )
    assert compare(world)["uniconta"] == [(table, "ok") for table in TABLES]

    world.till.sell([line(BELL)], [card()])
    world.command("sync", "nordlys", "sale_to_order")
    world.work()
    assert set(world.states().values()) == {"DONE"}


def test_one_that_the_vendor_does_not_let_us_mend_stays_as_it_was_found(
    build_world: Build, capsys: pytest.CaptureFixture[str]
) -> None:
    world = build_world({"uni.base_members": "absent"}, tenant_file=FULL_FILE)
    repair(world)
    check_calm(world)
    disable(world)  # its row cannot be named without a row id

    with pytest.raises(SystemExit):
        repair(world)

    assert "tables: Debtor." in capsys.readouterr().err
    assert of_both(compare(world)) == (["ok"], ["disabled"])


@pytest.mark.parametrize(
    ("switch", "value"),
    [
        ("c1st.hook_log", "oldest_first"),
        ("c1st.hook_log", "empty"),
        ("c1st.hook_registration", "unique_per_event"),
        ("c1st.strict", "off"),
        ("uni.hook_argument", "as_Argument"),
        ("uni.insert_reply", "code_only"),
        ("uni.nulls", "omitted"),
        ("uni.enum_form", "label_da"),
    ],
)
def test_any_reading_of_the_vendors_comes_to_rest(
    build_world: Build, switch: str, value: str
) -> None:
    world = build_world({switch: value}, tenant_file=FULL_FILE)
    repair(world)
    check_calm(world)

    for trouble in (move, disable, remove):
        trouble(world)
        repair(world)
        check_calm(world)
