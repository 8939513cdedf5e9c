"""Applying a tenant file."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from settings_app.models import (
    Customers1stConnection,
    PaymentType,
    SafetyInterval,
    ServiceItem,
    Setup,
    Tenant,
    UnicontaConnection,
    WebhookSwitch,
)
from settings_app.services import FileError, apply_file, export_file
from tests.settings_app.files import NORDLYS, SECRETS

pytestmark = pytest.mark.django_db


def changed(old: str, new: str) -> str:
    assert old in NORDLYS
    return NORDLYS.replace(old, new)


def everything() -> str:
    """Return all tenants as files, secrets included, to compare whole states."""
    return "\n".join(
        export_file(tenant)
        + repr([getattr(tenant.customers1st, name) for name in ("api_token", "webhook_secret")])
        + repr(tenant.uniconta.password)
        for tenant in Tenant.objects.all()
    )


class TestFirst:
    def test_a_file_makes_a_tenant_with_everything_in_it(self) -> None:
        result = apply_file(NORDLYS)

        tenant = Tenant.objects.get(slug="nordlys")
        assert result.tenant == "nordlys"
        assert (tenant.name, tenant.status) == ("Nordlys Cykler ApS", "live")
        assert tenant.customers1st.api_token == "nordlys-token-1"
        assert tenant.uniconta.password == "nordlys-password-1"
        assert tenant.setup.gift_card_item == "GAVEKORT"
        assert tenant.service_items.get(purpose="misc", vat_rate=Decimal(25)).item == "DIV25"
        assert tenant.registers.get(register_id=2).cash_account == "5811"

    def test_no_change_line_holds_a_secret(self) -> None:
        lines = "\n".join(apply_file(NORDLYS).changes)

        assert "customers1st.api_token: changed" in lines
        assert "uniconta.password: changed" in lines
        for secret in SECRETS:
            assert secret not in lines

    def test_a_second_time_changes_nothing_and_writes_nothing(self) -> None:
        apply_file(NORDLYS)
        tenant = Tenant.objects.get()
        before = [tenant.history.count(), Setup.history.count(), WebhookSwitch.history.count()]

        assert apply_file(NORDLYS).changes == []

        after = [tenant.history.count(), Setup.history.count(), WebhookSwitch.history.count()]
        assert after == before

    def test_the_smallest_file_makes_a_draft_with_all_switches_off(self) -> None:
        apply_file("tenant: {slug: klit, name: Klit}")

        tenant = Tenant.objects.get()
        assert (tenant.status, tenant.timezone) == ("draft", "Europe/Copenhagen")
        assert tenant.customers1st.hook_uuid != tenant.uniconta.hook_uuid
        assert WebhookSwitch.objects.count() == 14
        assert not WebhookSwitch.objects.filter(on=True).exists()
        assert SafetyInterval.objects.filter(hours=0).count() == 6

    def test_a_dry_run_says_the_same_and_writes_nothing(self) -> None:
        dry = apply_file(NORDLYS, dry_run=True)

        assert not Tenant.objects.exists()
        assert not Setup.history.exists()
        assert apply_file(NORDLYS).changes == dry.changes


class TestAgain:
    @pytest.fixture(autouse=True)
    def applied(self) -> None:
        apply_file(NORDLYS)

    def test_only_the_difference_is_told(self) -> None:
        file = changed("journal: C1ST", "journal: KASSE").replace('"5831"', "5899")

        assert apply_file(file).changes == [
            "setup.journal: C1ST → KASSE",
            "payment_types.MobilePay: 5831 → 5899",
        ]

    def test_secrets_that_are_absent_or_empty_stay(self) -> None:
        absent = changed('  api_token: "nordlys-token-1"\n', "")
        empty = changed('"nordlys-password-1"', '""')

        assert apply_file(absent).changes == []
        assert apply_file(empty).changes == []
        assert Customers1stConnection.objects.get().api_token == "nordlys-token-1"
        assert UnicontaConnection.objects.get().password == "nordlys-password-1"

    def test_a_new_webhook_secret_leaves_the_old_one_valid_for_a_day(self) -> None:
        apply_file(changed("hook-secret-1", "hook-secret-2"))

        store = Customers1stConnection.objects.get()
        assert store.previous_webhook_secret == "nordlys-hook-secret-1"
        assert store.previous_secret_until is not None
        left = store.previous_secret_until - timezone.now()
        assert timedelta(hours=23, minutes=59) < left <= timedelta(hours=24)

    def test_absent_sections_and_keys_stay(self) -> None:
        before = everything()

        file = "tenant: {slug: nordlys, name: Nordlys Cykler ApS}\nsetup: {journal: C1ST}"
        assert apply_file(file).changes == []

        assert everything() == before

    def test_a_list_that_is_given_replaces_the_whole_list(self) -> None:
        kept = PaymentType.objects.get(title="MobilePay").pk
        file = changed('  - {title: Dankort, account: "5830"}\n', "")

        assert apply_file(file).changes == ["payment_types.Dankort: removed"]

        assert list(PaymentType.objects.values_list("pk", "title")) == [(kept, "MobilePay")]

    def test_an_empty_list_empties_the_list(self) -> None:
        file = (
            "tenant: {slug: nordlys, name: Nordlys Cykler ApS}\nregisters: []\nvariant_fields: {}"
        )

        apply_file(file)

        tenant = Tenant.objects.get()
        assert not tenant.registers.exists()
        assert not tenant.variant_fields.exists()
        assert tenant.payment_types.count() == 2

    def test_switches_that_are_absent_are_off(self) -> None:
        file = (
            "tenant: {slug: nordlys, name: Nordlys Cykler ApS}\n"
            "webhooks: {customers1st: {sale: {created: true}}}\nsafety: {sale_to_order: 12}"
        )

        changes = apply_file(file).changes

        on = WebhookSwitch.objects.filter(on=True).values_list("entity", "event")
        assert list(on) == [("sale", "created")]
        assert list(SafetyInterval.objects.exclude(hours=0).values_list("kind", "hours")) == [
            ("sale_to_order", 12)
        ]
        assert "webhooks.customers1st.customer.created: on → off" in changes
        assert "safety.sale_to_order: 3 → 12" in changes

    @pytest.mark.parametrize("off", ["off", "false", "'off'", "0"])
    def test_safety_knows_every_word_for_off(self, off: str) -> None:
        apply_file(changed("product_to_item: 6", f"product_to_item: {off}"))

        assert SafetyInterval.objects.get(kind="product_to_item").hours == 0

    def test_service_items_are_replaced_per_purpose(self) -> None:
        file = changed('{"25": RABAT25, "0": RABAT0}', '{25: RABAT, "12.5": RABAT12}')

        assert apply_file(file).changes == [
            "setup.discount_items.0: removed",
            "setup.discount_items.25: RABAT25 → RABAT",
            "setup.discount_items.12.5: (empty) → RABAT12",
        ]
        assert ServiceItem.objects.filter(purpose="misc").count() == 2

    def test_whole_numbers_are_read_as_text_as_they_are_written(self) -> None:
        file = changed('cash_account: "5810"\n  cash_d', "cash_account: 05810\n  cash_d")

        apply_file(file.replace('default_debtor_group: "1"', "default_debtor_group: 1"))

        setup = Setup.objects.get()
        assert (setup.cash_account, setup.default_debtor_group) == ("05810", "1")

    def test_history_tells_why_and_who_and_holds_no_secret(self) -> None:
        user = User.objects.create_user("konsulent")

        apply_file(
            changed("journal: C1ST", "journal: KASSE").replace("token-1", "token-2"), user=user
        )

        latest = Setup.history.latest()
        assert latest.history_change_reason == "tenant file"
        assert latest.history_user == user
        store = Customers1stConnection.history.latest()
        assert store.history_change_reason == "tenant file (new: api_token)"
        assert not hasattr(store, "api_token")
        assert not hasattr(store, "webhook_secret")
        assert not hasattr(store, "previous_webhook_secret")
        assert not hasattr(UnicontaConnection.history.latest(), "password")


WRONG = [
    # old, new, path and line, what is said
    ("settle_at: sale", "settle_at: later", "setup.settle_at", "one of sale, close"),
    ("journal: C1ST", "ledger: C1ST", "setup.ledger", "unknown key"),
    ("tenant: {", "shop: {}\ntenant: {", "shop", "unknown key"),
    (
        "auto_invoice_pos_sales: true",
        "auto_invoice_pos_sales: 1",
        "setup.auto_invoice_pos_sales",
        "true or false",
    ),
    (
        "auto_invoice_pos_sales: true",
        'auto_invoice_pos_sales: "true"',
        "setup.auto_invoice_pos_sales",
        "true or false",
    ),
    ('"5830"', "5830.0", "payment_types[0].account", "put it in quotes"),
    ('"5830"', "2026-01-01", "payment_types[0].account", "put it in quotes"),
    ('"5830"', "no", "payment_types[0].account", "put it in quotes"),
    ('"5830"', "[5830]", "payment_types[0].account", "put it in quotes"),
    ('"5830"', "0x10", "payment_types[0].account", "two ways"),
    ('"5830"', "1:30", "payment_types[0].account", "two ways"),
    ('"5830"', '""', "payment_types[0].account", "cannot be blank"),
    ('"5830"', f'"{"5" * 21}"', "payment_types[0].account", "at most 20"),
    ("title: MobilePay", "title: Dankort", "payment_types[1]", "twice"),
    ("register_id: 2", "register_id: 1", "registers[1]", "twice"),
    ("register_id: 2", "register_id: two", "registers[1].register_id", "whole number"),
    (
        "register_id: 2",
        "register_id: 99999999999",
        "registers[1].register_id",
        "at most 2147483647",
    ),
    ("{register_id: 2, cash", "{cash", "registers[1]", "“register_id” is missing"),
    ("xSize: size", "xSize: colour", "variant_fields.xSize", "not a valid choice"),
    ("xSize: size", "xSize: styleno", "variant_fields.xSize", "“styleno” has a user field already"),
    ("xSize: size", "xStyleNo: size", "variant_fields.xStyleNo", "twice"),
    (
        "product.price: uniconta",
        "product.weight: uniconta",
        "field_masters.product.weight",
        "unknown key",
    ),
    ("product.price: uniconta", "product.price: till", "field_masters.product.price", "newest"),
    (
        "kind: multi, item: GAVEKORT",
        "kind: both, item: G",
        "setup.gift_card.kind",
        "multi",
    ),
    ("kind: multi, item: GAVEKORT", "kind: multi", "setup.gift_card", "“item”"),
    (
        "kind: multi, item: GAVEKORT",
        'kind: multi, item: ""',
        "setup.gift_card.kind",
        "belong together",
    ),
    ('{"25": DIV25', '{"x": DIV25', "setup.misc_items.x", "VAT rate"),
    ('{"25": DIV25', "{NaN: DIV25", "setup.misc_items.NaN", "VAT rate"),
    ('"0": DIV0', '"25.0": DIV0', "setup.misc_items.25.0", "twice"),
    ('"0": DIV0', '"0": ""', "setup.misc_items.0", "cannot be blank"),
    ("sales_from: 2026-01-01", "sales_from: 1/1/26", "setup.sales_from", "2026-01-01"),
    ("sales_from: 2026-01-01", "sales_from: 20260101", "setup.sales_from", "2026-01-01"),
    ("timezone: Europe/Copenhagen", "timezone: Mars", "tenant.timezone", "no time zone"),
    ("status: live", "status: open", "tenant.status", "draft, live, paused"),
    ("slug: nordlys", "slug: 'nord lys'", "tenant.slug", "valid"),
    (", name: Nordlys Cykler ApS", "", "tenant", "“name” is missing"),
    ("https://api.c1st.com/api", "https://evil.example", "customers1st.base_url", "hosts"),
    ("11111111-1111-4111-8111", "x", "customers1st.hook_uuid", "UUID"),
    ("company_id: 70123", "company_id: 7.5", "uniconta.company_id", "whole number"),
    (
        "sale: {created: true}",
        "sale: {updated: true}",
        "webhooks.customers1st.sale.updated",
        "unknown",
    ),
    ("customer_to_debtor: 3", "gift_card: 3", "safety.gift_card", "unknown key"),
    (
        "sale_to_order: 3",
        "sale_to_order: 4",
        "safety.sale_to_order",
        "3, 6, 12, 24 or off",
    ),
    ("sale_to_order: 3", "sale_to_order: on", "safety.sale_to_order", "or off"),
    ('"nordlys-token-1"', '"a\\0b"', "customers1st.api_token", "control character"),
]


@pytest.mark.parametrize(("old", "new", "where", "what"), WRONG)
def test_a_wrong_file_is_refused_with_path_and_line_and_nothing_is_written(
    old: str, new: str, where: str, what: str
) -> None:
    apply_file(NORDLYS)
    before = everything()
    # an earlier, valid change of the same file must not slip in either
    wrong = changed(old, new).replace("pos_debtor: POS3000", "pos_debtor: POS9999")

    with pytest.raises(FileError) as caught:
        apply_file(wrong)

    line = NORDLYS[: NORDLYS.index(old)].count("\n") + 1
    assert str(caught.value).startswith(f"{where} (line {line}): ")
    assert what in str(caught.value)
    assert everything() == before


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "empty"),
        ("# nothing\n", "empty"),
        ("- a list", "a mapping (key: value)"),
        ("just text", "a mapping (key: value)"),
        ("tenant: {slug: a", "not YAML"),
        ("tenant: {slug: a, name: A}\n---\ntenant: {slug: b, name: B}", "not YAML"),
        (
            "tenant: {slug: a, name: A}\ntenant: {slug: b, name: B}",
            "tenant (line 2): stands here twice",
        ),
        (
            "tenant: {slug: a, name: A}\npayment_types:",
            "payment_types (line 2): nothing stands here",
        ),
        ("tenant: {slug: a, name: A}\nwebhooks:", "webhooks (line 2): nothing stands here"),
        ("tenant: {slug: a, name: A}\npayment_types: {}", "payment_types (line 2): a list"),
        ("tenant: {slug: a, name: A}\n? [x]\n: 1", "line 2"),
        ("tenant: &t {slug: a, name: *t}", "tenant.name (line 1)"),
        ("tenant: !!python/object:os.system {slug: a, name: A}", "tenant"),
        ("[" * 5000, "nested too deeply"),
        ("setup: {}", "“tenant” is missing"),
    ],
)
def test_what_is_no_tenant_file_is_refused(text: str, what: str) -> None:
    with pytest.raises(FileError) as caught:
        apply_file(text)

    assert what in str(caught.value)
    assert not Tenant.objects.exists()


def test_a_webhook_address_belongs_to_one_tenant_only() -> None:
    apply_file(NORDLYS)

    with pytest.raises(FileError, match=r"customers1st\.hook_uuid \(line 6\)"):
        apply_file(changed("slug: nordlys", "slug: kopi"))

    assert Tenant.objects.count() == 1
