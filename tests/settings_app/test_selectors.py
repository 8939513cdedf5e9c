"""Reads of what the consultant chose."""

import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from integration.mapping.rules import CardRule, Rules
from settings_app.models import Tenant
from settings_app.selectors import (
    get_customers1st_connection,
    get_uniconta_connection,
    is_switched_on,
    live_tenants,
    rules_for,
    safety_hours,
    webhook_secrets,
    wished_events,
)
from settings_app.services import apply_file
from tests.settings_app.files import NORDLYS

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_rules_hold_the_whole_setup(nordlys: Tenant) -> None:
    assert rules_for(nordlys) == Rules(
        time_zone="Europe/Copenhagen",
        default_debtor_group="1",
        pos_debtor="POS3000",
        default_item_group="1",
        auto_invoice_pos_sales=True,
        auto_invoice_debtor_sales=True,
        journal="C1ST",
        debtor_number="customerno",
        settle_at="sale",
        cash_account="5810",
        cash_difference_account="2910",
        rounding_account="2920",
        cash_payment_type="Kontant",
        debtor_payment_type="Debitor",
        day_close_enabled=True,
        sales_from=date(2026, 1, 1),
        expense_account="2750",
        bank_account="5820",
        payment_term="",
        discount_items={Decimal(25): "RABAT25", Decimal(0): "RABAT0"},
        misc_items={Decimal(25): "DIV25", Decimal(0): "DIV0"},
        gift_card=CardRule(kind="multi", item="GAVEKORT"),
        voucher=CardRule(kind="multi", item="TILGODE"),
        deposit=CardRule(kind="multi", item="DEPOSIT"),
        payment_types={"Dankort": "5830", "MobilePay": "5831"},
        registers={1: "5810", 2: "5811"},
        variant_fields={
            "xStyleNo": "styleno",
            "xSize": "size",
            "xColor": "color",
            "xCustomField1": "customfield1",
            "xCustomField2": "customfield2",
            "xCustomField3": "customfield3",
            "xCustomField4": "customfield4",
            "xBarcode": "alternativebarcode",
        },
        field_masters={"product.price": "uniconta", "customer.phone": "customers1st"},
    )


def test_rules_of_one_tenant_hold_nothing_of_another(nordlys: Tenant, fjord: Tenant) -> None:
    rules = rules_for(fjord)

    assert rules.payment_types == {"Fjordkort": "6830"}
    assert (rules.pos_debtor, rules.gift_card, rules.registers) == ("FJORDPOS", None, {})
    assert rules.discount_items == {}


def test_rules_of_an_empty_tenant_are_the_defaults(db: None) -> None:
    assert rules_for(Tenant.objects.create(slug="klit", name="Klit")) == Rules()


def test_a_webhook_address_leads_to_its_tenant(nordlys: Tenant, fjord: Tenant) -> None:
    store = get_customers1st_connection(uuid.UUID("11111111-1111-4111-8111-111111111111"))
    company = get_uniconta_connection(uuid.UUID("22222222-2222-4222-8222-222222222222"))

    assert store is not None
    assert company is not None
    assert store.tenant == company.tenant == nordlys


def test_an_unknown_webhook_address_leads_nowhere(nordlys: Tenant) -> None:
    crossed = uuid.UUID("22222222-2222-4222-8222-222222222222")  # the other system's

    assert get_customers1st_connection(crossed) is None
    assert get_uniconta_connection(uuid.uuid4()) is None


@pytest.mark.parametrize(
    ("system", "entity", "event", "on"),
    [
        ("customers1st", "sale", "created", True),
        ("customers1st", "customer", "deleted", False),
        ("uniconta", "item", "updated", True),
        ("uniconta", "sale", "created", False),
    ],
)
def test_a_switch_is_as_the_file_says(
    nordlys: Tenant, *, system: str, entity: str, event: str, on: bool
) -> None:
    assert is_switched_on(nordlys, system=system, entity=entity, event=event) is on
    assert ((system, entity, event) in wished_events(nordlys)) is on


def test_a_tenant_without_switches_wishes_nothing(nordlys: Tenant, fjord: Tenant) -> None:
    assert len(wished_events(nordlys)) == 10
    assert wished_events(fjord) == set()
    assert set(safety_hours(fjord).values()) == {0}


def test_only_live_tenants_are_worked(nordlys: Tenant, fjord: Tenant) -> None:
    assert list(live_tenants()) == [nordlys]


def test_the_old_webhook_secret_is_accepted_for_a_day(nordlys: Tenant) -> None:
    with time_machine.travel(NOON, tick=False):
        apply_file(NORDLYS.replace("hook-secret-1", "hook-secret-2"))
    store = Tenant.objects.get(slug="nordlys").customers1st

    both = ["nordlys-hook-secret-2", "nordlys-hook-secret-1"]
    assert webhook_secrets(store, NOON) == both
    assert webhook_secrets(store, NOON + timedelta(hours=23, minutes=59)) == both
    assert webhook_secrets(store, NOON + timedelta(hours=24)) == both[:1]


def test_no_secret_means_no_signature_is_accepted(nordlys: Tenant) -> None:
    nordlys.customers1st.webhook_secret = ""

    assert webhook_secrets(nordlys.customers1st, NOON) == []
