"""Each injected misconfiguration yields its own finding and nothing else."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from integration.doctor.finding import Level
from integration.doctor.kinds import KINDS
from sandbox.customers1st.giftcards import new_card
from sandbox.customers1st.models import CardType
from settings_app.models import DoctorReport, Tenant
from syncjobs.doctor import run_doctor
from tests.syncjobs.doctor.spoilers import SPOILERS
from tests.syncjobs.doctor.world import World


@pytest.mark.parametrize("name", SPOILERS)
def test_a_spoiled_setting_is_found_and_nothing_else(world: World, name: str) -> None:
    SPOILERS[name](world)
    before = world.sandbox.uniconta.snapshot()

    report = world.examine()

    identity = name.partition("/")[0]
    assert {row.kind.id for row in report.findings} == {identity}
    assert report.ok is (KINDS[identity].level is not Level.ERROR)
    assert all(row.subject and row.cause and row.cure for row in report.findings)
    assert DoctorReport.objects.get(tenant=world.tenant).is_green is report.ok
    assert world.sandbox.uniconta.snapshot() == before


def test_every_finding_has_its_misconfiguration() -> None:
    assert {name.partition("/")[0] for name in SPOILERS} == set(KINDS)
    assert len(KINDS) > 100


def test_what_is_asked_of_one_system_does_not_wait_for_the_other(world: World) -> None:
    for spoil in ("c1st-unreachable", "pos-debtor-blocked", "uni-hook-missing"):
        SPOILERS[spoil](world)

    assert world.found() == {
        ("c1st-unreachable", "error"),
        ("pos-debtor-blocked", "error"),
        ("uni-hook-missing", "error"),
    }


def test_both_systems_out_of_reach_are_two_findings_beside_our_own(world: World) -> None:
    for spoil in ("c1st-timeout", "uni-down", "setup-journal"):
        SPOILERS[spoil](world)

    report = world.examine()

    assert [row.kind.id for row in report.findings] == ["c1st-timeout", "uni-down", "setup-journal"]
    assert [row.subject for row in report.findings[:2]] == [
        "https://customers1st.sandbox/api",
        "https://uniconta.sandbox",
    ]


def test_a_till_without_sales_on_account_is_green_without_point_10(world: World) -> None:
    _take_buttons_away(world, lambda button: button["paymentprovidertype"] == "invoice")
    world.setup(debtor_payment_type="")

    report = world.examine()

    (row,) = report.findings
    assert (row.kind.id, row.kind.level.value) == ("setup-debtor-payment-type", "warning")
    assert "would wait for a person" in row.cause
    assert report.ok


def test_a_button_of_the_shops_own_for_sales_on_account_needs_point_10(world: World) -> None:
    _take_buttons_away(world, lambda button: button["paymentprovidertype"] == "invoice")
    world.store.payment_types[62].update(title="Faktura")
    world.tenant.payment_types.filter(title="MobilePay").update(title="Faktura")
    world.setup(debtor_payment_type="")

    assert ("setup-debtor-payment-type", "error") in world.found()


def test_a_till_that_shows_no_buttons_may_have_one_for_sales_on_account(world: World) -> None:
    _take_buttons_away(world, lambda button: True)
    world.setup(debtor_payment_type="")

    assert ("setup-debtor-payment-type", "error") in world.found()


def _take_buttons_away(world: World, taken: Callable[[dict[str, Any]], bool]) -> None:
    for register in world.store.registers.values():
        shown = register["pospaymentmethodrelations"]
        register["pospaymentmethodrelations"] = [each for each in shown if not taken(each)]


def test_rights_that_nothing_set_up_needs_are_no_finding(world: World) -> None:
    SPOILERS["c1st-right-missing"](world)  # may not read day closes
    world.setup(day_close_enabled=False)
    world.tenant.webhook_switches.filter(entity="day_close").update(on=False)
    del world.store.hooks[
        next(n for n, row in world.store.hooks.items() if "balance" in row["event"])
    ]

    assert world.found() == set()


def test_a_tenant_without_anything_hears_what_to_fill_in_and_nobody_is_called(
    world: World,
) -> None:
    tenant = Tenant.objects.create(slug="klit", name="Klit Outdoor")

    report = run_doctor(tenant)

    assert not report.ok
    assert {"c1st-token-missing", "uni-company-missing", "setup-journal"} <= {
        row.kind.id for row in report.findings
    }
    assert world.sandbox.calls.count() == 0


def test_a_refused_log_in_is_not_tried_for_ever(world: World) -> None:
    SPOILERS["uni-login-refused"](world)

    found = [world.found() for _ in range(4)]

    assert found[:3] == [{("uni-login-refused", "error")}] * 3
    assert found[3] == {("uni-login-stopped", "error")}
    assert world.calls()["POST /login"] == 3


def test_two_renamed_payment_types_of_one_account_are_not_guessed(world: World) -> None:
    world.tenant.payment_types.filter(title="MobilePay").update(account="5830")
    world.store.payment_types[61].update(title="Kort")
    world.store.payment_types[62].update(title="Mobil", accountno="5830")

    assert world.found() == {("pay-unmapped", "error"), ("pay-unknown", "warning")}


def test_the_other_tenant_of_a_store_is_not_named(world: World) -> None:
    SPOILERS["c1st-store-shared"](world)

    finding = world.examine().findings[0]

    assert "fjord" not in str(finding.as_json()).lower()


def test_cards_that_the_till_has_sold_are_missed_in_the_setup(world: World) -> None:
    _take_buttons_away(world, lambda button: button["paymentprovidertype"] == "giftcard")
    world.setup(
        gift_card_kind="", gift_card_item="", voucher_kind="", voucher_item="", deposit_kind="", deposit_item=""
    )  # fmt: skip
    assert world.found() == set()
    kinds: tuple[CardType, ...] = ("giftcard", "voucher", "deposit")
    for kind in kinds:
        new_card(world.store, kind, Decimal(100), number=None, vat=Decimal(0), at=world.store.now())

    rows = world.examine().findings

    assert [row.subject for row in rows] == ["gift card", "voucher", "deposit"]
    assert {row.kind.id for row in rows} == {"setup-gift-card"}
    assert "The till has issued vouchers" in rows[1].cause


def test_a_name_of_point_10_that_the_till_does_not_have_is_told(world: World) -> None:
    _take_buttons_away(world, lambda button: button["paymentprovidertype"] == "invoice")
    world.setup(debtor_payment_type="Debitr")

    (row,) = world.examine().findings

    assert (row.kind.id, row.kind.level.value) == ("pay-debtor-unknown", "warning")
    assert "“Debitr”, and no payment type of the till has this name" in row.cause


def test_a_till_that_shows_no_buttons_says_nothing_of_a_name(world: World) -> None:
    _take_buttons_away(world, lambda button: True)
    world.setup(debtor_payment_type="Debitr")

    assert world.found() == set()


@pytest.mark.parametrize("status", ["draft", "paused"])
def test_before_going_live_a_missing_webhook_is_a_note(world: World, status: str) -> None:
    SPOILERS["c1st-hook-missing"](world)
    SPOILERS["uni-hook-missing"](world)
    Tenant.objects.filter(pk=world.tenant.pk).update(status=status)

    report = world.examine()

    assert report.ok
    assert world.found() == {("c1st-hook-missing", "info"), ("uni-hook-missing", "info")}
    assert all("going live registers it" in row.cure for row in report.findings)
    assert not run_doctor(world.fresh(), going_live=True).ok
