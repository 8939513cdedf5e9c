"""One way to spoil a rightly set up tenant for each finding: kind -> what is done to the world."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Any

from django.utils import timezone

from settings_app.models import Customers1stConnection, Tenant
from syncjobs import hooks
from syncjobs.models import CallCount, TenantState, UnicontaSession
from tests.syncjobs.doctor.world import World

Spoiler = Callable[[World], Any]
SPOILERS: dict[str, Spoiler] = {}


def spoils(identity: str) -> Callable[[Spoiler], Spoiler]:
    """Register what brings a finding about; several ways get `id/way`."""

    def keep(spoiler: Spoiler) -> Spoiler:
        assert identity not in SPOILERS
        SPOILERS[identity] = spoiler
        return spoiler

    return keep


def simple(**spoilers: Spoiler) -> None:
    """Register one-liners; `_` in a name stands for `-`."""
    for name, spoiler in spoilers.items():
        spoils(name.replace("__", "/").replace("_", "-"))(spoiler)


def edit(table: str, *key: Any, **members: Any) -> Spoiler:
    return lambda world: world.change(table, *key, **members)


def remove(table: str, *key: Any) -> Spoiler:
    return lambda world: world.company[table].remove(world.company.row(table, *key))


def setup(**values: Any) -> Spoiler:
    return lambda world: world.setup(**values)


def connection(name: str, **values: Any) -> Spoiler:
    def spoil(world: World) -> None:
        row = getattr(world.fresh(), name)
        for field, value in values.items():
            setattr(row, field, value)
        row.save()

    return spoil


def fault(system: str, kind: str, path: str = "*", **params: Any) -> Spoiler:
    return lambda world: world.sandbox.faults.add(system, kind, path=path, times=50, **params)


def logged_out(then: Spoiler) -> Spoiler:
    """Spoil and forget the session, so that the next call logs in."""

    def spoil(world: World) -> None:
        UnicontaSession.objects.all().delete()
        then(world)

    return spoil


def both(first: Spoiler, second: Spoiler) -> Spoiler:
    def spoil(world: World) -> None:
        first(world)
        second(world)

    return spoil


# the connections ------------------------------------------------------------------------------

simple(
    c1st_token_missing=connection("customers1st", api_token=""),
    c1st_secret_missing=connection("customers1st", webhook_secret=""),
    c1st_address_refused=connection("customers1st", base_url="https://evil.example/api"),
    c1st_address_unusable=connection("customers1st", api_token="line\nbreak"),
    c1st_unreachable=fault("customers1st", "reset"),
    c1st_timeout=fault("customers1st", "slow", seconds=60),
    c1st_down=fault("customers1st", "status", status=503),
    c1st_throttled=lambda world: world.sandbox.customers1st.set_bucket(0, per_second=0.001),
    c1st_wrong_host=fault("customers1st", "status", status=200, body="<html>Welcome</html>"),
    c1st_wrong_host__404=fault("customers1st", "status", status=404, body="not here"),
    c1st_login_refused=connection("customers1st", api_token="another-token"),
    c1st_module_missing=lambda world: world.sandbox.switches.set("c1st.billing", "module_missing"),
    c1st_right_missing=connection("customers1st", api_token="sandbox-restricted"),
    c1st_right_missing__webhooks=fault("customers1st", "status", "*/hooks", status=403),
    uni_company_missing=connection("uniconta", company_id=0),
    uni_user_missing=connection("uniconta", username=""),
    uni_password_missing=logged_out(connection("uniconta", password="")),
    uni_token_expiring=connection("uniconta", password=""),
    uni_address_refused=connection("uniconta", base_url="https://evil.example"),
    uni_unreachable=fault("uniconta", "reset"),
    uni_timeout=fault("uniconta", "slow", seconds=600),
    uni_down=fault("uniconta", "status", status=500),
    uni_throttled=fault("uniconta", "status", status=429),
    uni_wrong_host=fault("uniconta", "status", status=200, body="<html>Welcome</html>"),
    uni_wrong_host__login=logged_out(fault("uniconta", "status", status=404)),
    uni_login_refused=logged_out(connection("uniconta", password="wrong")),
    uni_wrong_company=logged_out(connection("uniconta", company_id=70999)),
    uni_right_missing=fault(
        "uniconta", "status", "/Query/Get/DebtorGroupClient", status=200, body='"NoRights"'
    ),
    uni_right_missing__search=fault(
        "uniconta", "status", "/Query/Get/GLTransClient", status=200, body='"NoRights"'
    ),
    uni_right_missing__403=fault("uniconta", "status", "/Query/Get/GLVatClient", status=403),
    uni_module_missing=fault(
        "uniconta", "status", "/Query/Get/GLDailyJournalClient", status=200, body='"NoSubscription"'
    ),
    uni_not_searchable=fault(
        "uniconta", "status", "/Query/Get/DebtorOrderClient", status=200, body='"InvalidObject"'
    ),
)


@spoils("c1st-store-shared")
def _share_the_store(world: World) -> None:
    other = Tenant.objects.create(slug="fjord", name="Fjord Sport")
    url = world.tenant.customers1st.base_url
    Customers1stConnection.objects.create(tenant=other, base_url=url, api_token="sandbox-token")


@spoils("uni-login-stopped")
def _refuse_log_ins(world: World) -> None:
    UnicontaSession.objects.update(token="", refresh_token="", refusals=3)


@spoils("uni-address-unusable")
def _unusable_token(world: World) -> None:
    session = UnicontaSession.objects.get(tenant=world.tenant)
    session.token = "line\nbreak"
    session.save()


@spoils("uni-quota-low")
def _use_the_quota_up(world: World) -> None:
    CallCount.objects.update_or_create(
        tenant=world.tenant,
        system="uniconta",
        date=datetime.now(UTC).date(),
        defaults={"count": 4200},
    )


@spoils("public-address-local")
def _at_home(world: World) -> None:
    world.settings.PUBLIC_BASE_URL = "http://127.0.0.1:8000"
    hooks.repair(world.tenant)


@spoils("c1st-clock-skew")
def _late_clock(world: World) -> None:
    late = format_datetime(timezone.now() + timedelta(minutes=7), usegmt=True)
    world.sandbox.faults.add(
        "customers1st",
        "status",
        path="*/settings/store",
        status=200,
        body={"id": 3000, "title": "Nordlys"},
        headers={"Date": late},
    )


@spoils("uni-clock-skew")
def _early_clock(world: World) -> None:
    early = format_datetime(timezone.now() - timedelta(minutes=7), usegmt=True)
    world.sandbox.faults.add(
        "uniconta",
        "status",
        path="/Query/Get/CompanyClient",
        status=200,
        body=[{"PrimaryKeyId": 70123, "CompanyName": "Nordlys", "Currency": "DKK", "Country": 57}],
        headers={"Date": early},
    )


# the store and the company --------------------------------------------------------------------


@spoils("c1st-prices-exclude-vat")
def _prices_without_vat(world: World) -> None:
    world.sandbox.switches.set("c1st.prices_include_vat", "0")


@spoils("c1st-prices-exclude-vat/false")
def _prices_without_vat_in_words(world: World) -> None:
    world.sandbox.switches.set("c1st.prices_include_vat", "0")
    world.store.configs["prices_include_vat"] = "false"


simple(
    c1st_time_zone=lambda world: setattr(world.store, "timezone", "Atlantic/Faroe"),
    c1st_prices_mismatch=lambda world: world.store.configs.update(prices_include_vat="0"),
    c1st_prices_mismatch__odd=lambda world: world.store.configs.update(prices_include_vat="maybe"),
    c1st_products_empty=lambda world: world.store.products.clear(),
    uni_company_name=edit("Company", CompanyName="Fjord Sport ApS"),
    uni_company_currency=edit("Company", Currency="EUR"),
    uni_company_country=edit("Company", Country=46),
    uni_auto_settlement=lambda world: world.sandbox.switches.set("uni.auto_settlement", "oldest"),
    uni_labels_danish=lambda world: world.sandbox.switches.set("uni.enum_form", "label_da"),
    uni_labels_unknown=fault(
        "uniconta",
        "status",
        "/Query/Get/GLDailyJournalClient",
        status=200,
        body=[{"Journal": "C1ST", "NumberSerie": "C1ST", "DefaultAccountType": "Hauptbuch"}],
    ),
)

# what is not filled in ------------------------------------------------------------------------

simple(
    setup_debtor_group=setup(default_debtor_group=""),
    setup_pos_debtor=setup(pos_debtor=""),
    setup_item_group=setup(default_item_group=""),
    setup_journal=setup(journal=""),
    setup_cash_account=setup(cash_account=""),
    setup_cash_difference=setup(cash_difference_account=""),
    setup_rounding_account=setup(rounding_account=""),
    setup_cash_payment_type=setup(cash_payment_type=""),
    setup_debtor_payment_type=setup(debtor_payment_type=""),
    setup_expense_account=setup(expense_account=""),
    setup_bank_account=setup(bank_account=""),
    setup_sales_from=setup(sales_from=None),
    setup_gift_card=setup(gift_card_kind="", gift_card_item=""),
    setup_discount_item=lambda world: world.tenant.service_items.get(item="RABAT25").delete(),
    setup_misc_item=lambda world: world.tenant.service_items.get(item="DIV0").delete(),
    switch_sale_off=lambda world: switch_off(world, "sale"),
    safety_off=lambda world: world.tenant.safety_intervals.filter(kind="sale_to_order").update(
        hours=0
    ),
    invoice_stop=lambda world: TenantState.objects.update_or_create(
        tenant=world.tenant,
        defaults={"invoice_stop": "Invoice 10001 comes to 125.00, the receipt to 125.01."},
    ),
    delete_stop=lambda world: TenantState.objects.update_or_create(
        tenant=world.tenant,
        defaults={
            "delete_stop": "More than 20 records were deleted within an hour; that may be a mistake."
        },
    ),
)


def switch_off(world: World, entity: str) -> None:
    """Switch an entity of the till off and let its webhooks be removed."""
    world.tenant.webhook_switches.filter(system="customers1st", entity=entity).update(on=False)
    hooks.repair(world.tenant)


# payment types and registers ------------------------------------------------------------------


def payment_type(title: str, **values: Any) -> Spoiler:
    return lambda world: world.tenant.payment_types.filter(title=title).update(**values)


def till_type(type_id: int, **values: Any) -> Spoiler:
    return lambda world: world.store.payment_types[type_id].update(values)


def button(kind: str, **values: Any) -> Spoiler:
    def spoil(world: World) -> None:
        for register in world.store.registers.values():
            for relation in register["pospaymentmethodrelations"]:
                if relation["paymentprovidertype"] == kind:
                    relation.update(values)

    return spoil


simple(
    pay_unmapped=lambda world: world.tenant.payment_types.get(title="MobilePay").delete(),
    pay_unmapped__terminal=lambda world: world.store.registers[501][
        "pospaymentmethodrelations"
    ].append({"id": 99, "title": "Vipps", "paymentprovidertype": "vipps"}),
    pay_renamed=till_type(61, title="Kort"),
    pay_unknown=lambda world: world.tenant.payment_types.create(title="Swish", account="5831"),
    pay_cash_unknown=setup(cash_payment_type="Kontanter"),
    pay_debtor_unknown=setup(debtor_payment_type="Faktura"),
    pay_on_cash_account=payment_type("Dankort", account="5811"),
    pay_on_bank_account=payment_type("Dankort", account="5820"),
    register_unmapped=lambda world: world.tenant.registers.get(register_id=502).delete(),
    register_unknown=lambda world: world.store.registers[502].update(
        deleted_at=datetime(2026, 1, 1, tzinfo=UTC)
    ),
    register_account_shared=lambda world: world.tenant.registers.update(cash_account="5811"),
)

# GL accounts ----------------------------------------------------------------------------------

simple(
    account_missing=payment_type("Dankort", account="5839"),
    account_blocked=edit("GLAccount", "5830", Blocked=True),
    account_blocked__journal=edit("GLAccount", "2920", BlockedInJournal=True),
    account_vat_code=edit("GLAccount", "2750", Vat="U25"),
    account_mandatory_tax=edit("GLAccount", "5820", MandatoryTax="Always"),
    account_wrong_type=payment_type("Dankort", account="1000"),
    account_not_balance=edit("GLAccount", "5831", AccountType="PL"),
    account_currency=edit("GLAccount", "5815", Currency="EUR"),
    account_dimension=edit("GLAccount", "5810", Dim2Parm=2),
    account_control=payment_type("Dankort", account="5600"),
    account_twice=setup(bank_account="5811"),
)

# the journal and number series ----------------------------------------------------------------

simple(
    journal_missing=setup(journal="KASSE"),
    journal_blocked=edit("GLDailyJournal", "C1ST", Blocked=True),
    journal_approval=edit("GLDailyJournal", "C1ST", UseApproved=True),
    journal_not_empty=lambda world: world.company["GLDailyJournalLine"].add(
        {"Journal": "C1ST", "Account": "5810", "Debit": Decimal(1)}
    ),
    journal_vat=edit("GLDailyJournal", "C1ST", NoVATCalculation=False),
    journal_voucher=edit("GLDailyJournal", "C1ST", GenerateVoucher=False),
    journal_settings=edit("GLDailyJournal", "C1ST", DeleteLines=False, DateMustBeZero=True),
    journal_defaults=edit("GLDailyJournal", "C1ST", OffsetAccount="5820"),
    journal_default_type=edit("GLDailyJournal", "C1ST", DefaultAccountType="Debtor"),
    journal_no_series=edit("GLDailyJournal", "C1ST", NumberSerie=None),
    series_missing=edit("GLDailyJournal", "C1ST", NumberSerie="GONE"),
    series_blocked=edit("NumberSerie", "FAKTURA", Blocked=True),
    series_exhausted=edit("NumberSerie", "C1ST", Next=3001, LastValue=3000),
)

# debtors --------------------------------------------------------------------------------------

simple(
    debtor_group_missing=setup(default_debtor_group="9"),
    debtor_group_no_series=both(
        setup(debtor_number="uniconta"), edit("DebtorGroup", "1", AutoNumber=None)
    ),
    pos_debtor_missing=setup(pos_debtor="POS9"),
    pos_debtor_blocked=edit("Debtor", "POS3000", Blocked=True),
    pos_debtor_credit_limit=edit("Debtor", "POS3000", CreditMax=Decimal(5000)),
    pos_debtor_currency=edit("Debtor", "POS3000", Currency="EUR"),
    pos_debtor_vat_code=edit("Debtor", "POS3000", Vat="U0"),
    pos_debtor_vat_zone=edit("Debtor", "POS3000", VatZone="Foreign"),
    pos_debtor_discount=edit("Debtor", "POS3000", EndDiscountPct=Decimal(5)),
    pos_debtor_other_account=edit("Debtor", "POS3000", InvoiceAccount="K1001"),
    payment_term_missing=setup(payment_term="KONTANT"),
    payment_term_books=edit("PaymentTerm", "POS", Account="5820"),
)

# items ----------------------------------------------------------------------------------------

simple(
    item_group_missing=setup(default_item_group="9"),
    item_group_vat_rate=edit("InvGroup", "1", SalesVat="U0"),
    item_group_vat_rate__none=edit("InvGroup", "1", SalesVat=None),
    item_group_vat_rate__code=edit("GLVat", "U25", Rate=Decimal(22)),
    vat_code_missing=edit("InvGroup", "0", SalesVat="GONE"),
    vat_code_blocked=edit("GLVat", "U0", Blocked=True),
    item_missing=remove("InvItem", "RABAT0"),
    item_blocked=edit("InvItem", "DIV25", Blocked=True),
    item_not_service=edit("InvItem", "RABAT25", ItemType="Item"),
    item_variants=edit("InvItem", "DIV25", UseVariants=True),
    card_vat_rate=setup(gift_card_kind="single"),
    card_vat_rate__multi=setup(voucher_item="GAVEKORT1"),
    card_account=edit("InvGroup", "GAVE", RevenueAccount="1050"),
    barcode_duplicate=both(
        edit("InvItem", "SLANGE28", EAN="2000000010014"),
        edit("InvItem", "DIV25", EAN="2000000010014"),
    ),
    barcode_duplicate__till=lambda world: world.store.products[1001].update(
        barcode=world.store.products[1002]["barcode"]
    ),
    customer_number_duplicate=lambda world: world.store.customers[5002].update(customerno="K1001"),
    field_missing=remove("TableFields", 23, "xSize"),
    field_wrong_type=edit("TableFields", 23, "xColor", Type="Integer"),
    field_too_short=edit("TableFields", 23, "xBarcode", Length=20),
    field_read_only=edit("TableFields", 23, "xStyleNo", ReadOnly=True),
)

# registrations --------------------------------------------------------------------------------


def hook(world: World, event: str = "pospayment.created") -> dict[str, Any]:
    return next(row for row in world.store.hooks.values() if row["event"] == event)


def change_url(world: World) -> Any:
    return next(row for row in world.company["TableChangeEvent"] if row["TableId"] == 50)


def log_entry(world: World) -> dict[str, Any]:
    row = hook(world)
    return {
        "id": 1,
        "storeid": 3000,
        "resthookid": row["id"],
        "job_uuid": "j",
        "event": row["event"],
        "url": row["url"],
        "payload": "{}",
        "status": "failed",
        "attempts": 4,
        "last_http_status": 503,
        "last_failed_reason": "503",
        "initiated_date": datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
        "last_failed_date": None,
        "succeeded_date": None,
    }


simple(
    c1st_hook_missing=lambda world: world.store.hooks.pop(hook(world)["id"]),
    c1st_hook_disabled=lambda world: hook(world).update(active=0),
    c1st_hook_changed=lambda world: hook(world).update(url=hook(world)["url"] + "old"),
    c1st_hook_duplicate=lambda world: world.store.hooks.update({9: {**hook(world), "id": 9}}),
    c1st_hook_failing=lambda world: world.store.hook_log.append(log_entry(world)),
    uni_hook_missing=lambda world: world.company["TableChangeEvent"].remove(change_url(world)),
    uni_hook_disabled=lambda world: world.company["TableChangeEvent"].change(
        change_url(world), Disable=True
    ),
    uni_hook_changed=lambda world: world.company["TableChangeEvent"].change(
        change_url(world), UsePost=0
    ),
    uni_hook_duplicate=lambda world: world.company["TableChangeEvent"].add(change_url(world)),
    uni_hook_failing=lambda world: world.company["TableChangeEvent"].change(
        change_url(world), HasError=True, ErrorMessage="503"
    ),
)
