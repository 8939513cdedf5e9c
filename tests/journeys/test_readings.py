"""A day of till sales under every reading of both vendors: the same books to the øre, or a person with a cause."""

import json
from pathlib import Path

import pytest

from settings_app.services import apply_file
from tests.journeys import shop_day
from tests.journeys.tenant_files import TENANT_FILE
from tests.journeys.world import Books, Build, World

pytestmark = pytest.mark.django_db(transaction=True)

ASSUMPTIONS = Path(__file__).parents[1] / "contracts" / "assumptions.json"
LATER = {  # no till sale meets these; the journeys of their own subject flip them
    "master data": {
        "c1st.readonly_in_put",
        "c1st.patch_arrays",
        "c1st.duplicate_customerno",
        "c1st.draft_customers",
        "c1st.suppress",
        "uni.country",
        "uni.updated_at_filter",
        "uni.field_creation",
    },
    "change URLs": {
        "uni.hook_method",
        "uni.hook_names",
        "uni.hook_argument",
        "uni.hook_self",
        "uni.hook_storage",
        "uni.table_ids",
    },
    "customer payments, gift cards, foreign notes, second-hand goods": {
        "c1st.surcharge_in_sum",
        "c1st.debtor_button",
        "c1st.customer_payment",
        "c1st.foreign_amount",
        "c1st.foreign_in_cash",
        "c1st.giftcard_vat",
        "c1st.giftcard_object",
        "c1st.secondhand_vat",
    },
    "day close": {
        "c1st.totalrevenue",
        "c1st.balance_rows",
        "c1st.cashdifference_sign",
        "c1st.cashrounding_sign",
        "c1st.cashrevenue",
        "c1st.cash_added",
        "c1st.expense_sign",
        "c1st.balance_range",
        "c1st.financevoucher_sign",
        "c1st.financevoucher_accounts",
        "c1st.balance_changes",
        "c1st.payouts",
    },
}
HOLDS = {  # readings under which some or all of the day needs a person, and what the cause says
    ("c1st.refund_sign", "positive"): "opposite sign",
    ("uni.prices_incl_vat", "ignored"): "the receipt to",
    ("uni.creditnote", "refused"): "Uniconta refused the invoice",
    ("uni.zero_invoice", "refused"): "Uniconta refused the invoice",
    ("uni.payment_term", "books_cash"): "left no open item",
    ("uni.blocks", "credit_limit"): "credit limit",
    ("uni.blocks", "item_on_hold"): "an item is blocked",
    ("uni.period", "closed"): "the period is closed",
    ("uni.voucher", "zero_refused"): "Voucher 0",
    ("uni.amount_members", "amount_required"): "Amount 0",
    ("uni.use_approved", "on"): "Uniconta refused the payment",
}
ROUGH_HOLDS = {  # readings that leave no proof after a lost reply; without one they book like any other
    ("c1st.articles_on_get", "never"): "has no lines",
    ("uni.reference_flow", "none"): "it is not known whether it is in Uniconta",
    ("uni.reference_on_gltrans", "none"): "it is not known whether it is in Uniconta",
}
STOPPED = {"uni.prices_incl_vat", "uni.payment_term"}  # whose other reading makes invoices wrong
WRITES = (
    "*/Insert/DebtorOrderClient",
    "*/InsertList/DebtorOrderClient",
    "*/InsertList/DebtorOrderLineClient",
    "*/GenerateDebtorInvoice",
    "*/PostDailyJournal",
)
ACCESS = ("c1st.billing", "c1st.auth_error", "uni.login_refusal")  # tests of their own below


def readings() -> list[tuple[str, str]]:
    """Return every reading that is not a default one and that a till sale can meet."""
    rows = json.loads(ASSUMPTIONS.read_text())
    later = set[str]().union(*LATER.values(), ACCESS)
    found = [
        (row["switch"], value)
        for row in rows
        if row["switch"] and row["switch"] not in later
        for value in row["others"]
    ]
    return [("c1st.naive_time", "utc"), *found]


def open_shop(build_world: Build, switch: str, value: str) -> World:
    world = build_world({switch: value})
    if (switch, value) == ("c1st.hook_registration", "forbidden"):
        with pytest.raises(SystemExit):  # it says how to add them by hand
            world.command("hooks", "nordlys", "--repair")
    else:
        world.command("hooks", "nordlys", "--repair")
    world.command(
        "sync", "nordlys", "sale_to_order"
    )  # from now on the safety job reads changes only
    return world


def break_things(world: World) -> None:
    """Lose the reply of one write of each kind and one hook, let the session end and our web server be down."""
    for path in WRITES:
        world.faults.add("uniconta", "lost_reply", times=1, path=path)
    world.faults.add("customers1st", "hook_drop", times=1)
    world.clock.advance(3600)
    world.web_up = False


def recover(world: World) -> None:
    """Be up again when the vendor tries again."""
    world.deliver_hooks()
    world.web_up = True
    world.deliver_hooks(after_s=31 * 60)


def settle_down(world: World) -> None:
    """Let late hooks come, then the safety job, then the full comparison."""
    world.catch_up()
    world.deliver_hooks(after_s=2 * 3600)
    for full in ([], ["--full"]):
        world.command("sync", "nordlys", "sale_to_order", *full)
        world.work()


def check_books(world: World, expected_cause: str | None) -> None:
    """Assert the day's books, or causes for a person, and that nothing moves when all comes once more."""
    sales = shop_day.receipts(world)
    states = world.states()
    assert set(states) >= {str(sale.id) for sale in sales}
    if expected_cause is None:
        assert set(states.values()) == {"DONE"}, world.causes()
        assert world.books() == shop_day.expected_books(sales)
        if world.switches.get("uni.settle_by") == "invoice":  # else leftovers are listed only [A97]
            assert not world.uniconta.open_items("POS3000")
    else:
        assert any(expected_cause in cause for cause in world.causes()), world.causes()
        if STOPPED & set(world.switches.changed()):
            assert len(world.uniconta.invoices) == 1  # the first one shows that all would be wrong
        else:
            shop_day.check_nothing_strange(world)
    before = world.remote()
    world.calls.clear()
    world.repeat_hooks()
    world.command("sync", "nordlys", "sale_to_order", "--full")
    world.catch_up()
    assert world.remote() == before
    if expected_cause is None:
        assert world.writes() == []


def test_each_switch_is_flipped_here_or_named_as_later() -> None:
    named = {row["switch"] for row in json.loads(ASSUMPTIONS.read_text()) if row["switch"]}
    later = [switch for switches in LATER.values() for switch in switches]
    assert len(later) == len(set(later))
    assert set(later) | set(ACCESS) <= named
    assert set(HOLDS) | set(ROUGH_HOLDS) <= set(readings())


@pytest.mark.parametrize(("switch", "value"), readings())
def test_a_rough_day_gives_the_same_books_or_a_person(
    build_world: Build, switch: str, value: str
) -> None:
    world = open_shop(build_world, switch, value)
    shop_day.morning(world)
    world.catch_up()
    break_things(world)
    shop_day.afternoon(world)
    recover(world)
    settle_down(world)

    check_books(world, {**HOLDS, **ROUGH_HOLDS}.get((switch, value)))


@pytest.mark.parametrize(("switch", "value"), ROUGH_HOLDS)
def test_a_quiet_day_gives_the_same_books_without_anybody(
    build_world: Build, switch: str, value: str
) -> None:
    world = open_shop(build_world, switch, value)
    shop_day.morning(world)
    world.catch_up()
    shop_day.afternoon(world)
    settle_down(world)

    check_books(world, None)


WRONG = {"c1st.auth_error": "sandbox-token", "uni.login_refusal": "sandbox-password"}


@pytest.mark.parametrize(
    ("switch", "value"),
    [
        ("c1st.auth_error", "error_body"),
        ("c1st.auth_error", "plain_text"),
        ("c1st.auth_error", "empty_list_when_restricted"),
        ("c1st.billing", "module_missing"),
        ("uni.login_refusal", "200_json_string"),
        ("uni.login_refusal", "401"),
        ("uni.login_refusal", "200_plain_text"),
    ],
)
def test_lost_access_asks_a_person_and_loses_no_sale(
    build_world: Build, switch: str, value: str
) -> None:
    world = build_world()
    world.command("hooks", "nordlys", "--repair")
    world.switches.set(switch, value)
    apply_file(TENANT_FILE.replace(WRONG.get(switch, "nothing"), "wrong"))
    shop_day.morning(world)
    world.catch_up()
    assert set(world.states().values()) == {"NEEDS_PERSON"}
    assert all(world.causes())
    assert world.books() == Books({}, {})

    world.switches.set("c1st.billing", "active")
    apply_file(TENANT_FILE)
    world.command("retry", "nordlys")
    shop_day.afternoon(world)
    settle_down(world)

    check_books(world, None)


@pytest.mark.parametrize("body", ["text_figures", "number_figures", "retry_after"])
def test_a_small_bucket_only_takes_longer(build_world: Build, body: str) -> None:
    world = open_shop(build_world, "c1st.throttle_body", body)
    world.customers1st.set_bucket(3, 0.001)
    shop_day.morning(world)
    world.deliver_hooks()
    while world.work_once():
        world.customers1st.set_bucket(3, 0.001)  # a while later it is full again
    assert any(call.status == 429 for call in world.calls.find("customers1st"))
    world.customers1st.set_bucket(None)
    shop_day.afternoon(world)
    settle_down(world)

    check_books(world, None)
