"""A tenant is set up wholly in the plain admin."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from settings_app.models import (
    Customers1stConnection,
    Membership,
    Tenant,
    UnicontaConnection,
    VariantField,
)
from settings_app.selectors import rules_for, webhook_secrets
from settings_app.services import apply_file, export_file
from settings_app.signals import tenant_changed
from tests.settings_app.admin.pages import MODELS, address, filled_in, row_of
from tests.settings_app.conftest import browser_of
from tests.settings_app.files import NORDLYS, SECRETS

ADD = address(Tenant, "add")


def page_of(tenant: Tenant) -> str:
    return address(Tenant, tenant.pk, "change")


@pytest.fixture
def consultant(db: None) -> Client:
    user = User.objects.create_user("konsulent", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="settings_app"))
    return browser_of(user)


def test_a_consultant_sets_a_tenant_up_from_nothing(consultant: Client) -> None:
    data = filled_in(consultant, ADD)
    data |= {"slug": "klit", "name": "Klit Keramik", "customers1st-0-api_token": "klit-token"}
    assert consultant.post(ADD, data).status_code == 302

    tenant = Tenant.objects.get()
    path = page_of(tenant)
    data = filled_in(consultant, path)
    data |= {
        "status": "live",
        "responsibility": "The shop opens today.",
        "customers1st-0-webhook_secret": "klit-hook",
        "uniconta-0-company_id": "70500",
        "uniconta-0-username": "c1st",
        "uniconta-0-password": "klit-password",
        "setup-0-pos_debtor": "POS1",
        "setup-0-gift_card_kind": "single",
        "setup-0-gift_card_item": "GAVE",
        "payment_types-TOTAL_FORMS": "1",
        "payment_types-0-title": "Dankort",
        "payment_types-0-account": "5830",
        "service_items-TOTAL_FORMS": "1",
        "service_items-0-purpose": "misc",
        "service_items-0-vat_rate": "25",
        "service_items-0-item": "DIV25",
        "webhook_switches-6-on": "on",
        "safety_intervals-2-hours": "3",
    }
    assert consultant.post(path, data).status_code == 302

    tenant = Tenant.objects.get()
    rules = rules_for(tenant)
    assert tenant.status == "live"
    assert tenant.customers1st.api_token == "klit-token"
    assert tenant.customers1st.webhook_secret == "klit-hook"
    assert (tenant.uniconta.company_id, tenant.uniconta.password) == (70500, "klit-password")
    assert (rules.pos_debtor, rules.payment_types) == ("POS1", {"Dankort": "5830"})
    assert rules.gift_card is not None
    assert rules.gift_card.kind == "single"
    assert str(tenant.webhook_switches.get(on=True)) == "Customers 1st, sale, created: on"
    assert str(tenant.safety_intervals.get(hours=3)) == "sale to order: 3 hours"
    assert apply_file(export_file(tenant)).changes == []


def test_who_makes_a_tenant_may_see_it(consultant: Client) -> None:
    consultant.post(ADD, filled_in(consultant, ADD) | {"slug": "klit", "name": "Klit"})

    assert Membership.objects.get().user.username == "konsulent"
    assert consultant.get(page_of(Tenant.objects.get())).status_code == 200


def test_a_new_tenant_has_all_its_rows_at_once(superuser: Client) -> None:
    superuser.post(ADD, filled_in(superuser, ADD) | {"slug": "klit", "name": "Klit"})

    tenant = Tenant.objects.get()
    assert tenant.customers1st.hook_uuid.version == 4
    assert tenant.uniconta.base_url == "https://api.uniconta.com"
    assert tenant.setup.settle_at == "sale"
    assert (tenant.webhook_switches.count(), tenant.safety_intervals.count()) == (14, 6)


def test_saving_the_page_as_it_is_shown_changes_nothing(nordlys: Tenant, superuser: Client) -> None:
    path = page_of(nordlys)

    response = superuser.post(path, filled_in(superuser, path))

    assert response.status_code == 302
    assert apply_file(NORDLYS).changes == []


def test_saving_tells_the_listeners(
    nordlys: Tenant,
    superuser: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    heard: list[int] = []

    def listen(sender: object, *, tenant_id: int, **kwargs: object) -> None:
        heard.append(tenant_id)

    tenant_changed.connect(listen)
    path = page_of(nordlys)
    with django_capture_on_commit_callbacks(execute=True):
        superuser.post(path, filled_in(superuser, path))
    tenant_changed.disconnect(listen)

    assert heard == [nordlys.pk]


def test_the_list_offers_one_way_to_a_new_shop(nordlys: Tenant, superuser: Client) -> None:
    page = superuser.get(address(Tenant)).content.decode()

    assert "new-shop/" in page
    assert f'href="{address(Tenant, "add")}' not in page


def test_a_tenant_is_never_deleted_and_never_renamed(nordlys: Tenant, superuser: Client) -> None:
    path = page_of(nordlys)

    superuser.post(address(Tenant, nordlys.pk, "delete"), {"post": "yes"})
    superuser.post(path, filled_in(superuser, path) | {"slug": "andet"})

    assert Tenant.objects.get().slug == "nordlys"


def test_half_a_card_rule_is_refused(nordlys: Tenant, superuser: Client) -> None:
    path = page_of(nordlys)

    page = superuser.post(path, filled_in(superuser, path) | {"setup-0-gift_card_item": ""})

    assert b"Kind and item belong together" in page.content


def test_a_second_user_field_for_a_field_of_the_till_is_refused_on_its_own_page(
    nordlys: Tenant, superuser: Client
) -> None:
    nordlys.variant_fields.all().delete()
    size = VariantField.objects.create(
        tenant=nordlys, uniconta_field="xSize", customers1st_field="size"
    )
    color = VariantField.objects.create(
        tenant=nordlys, uniconta_field="xColor", customers1st_field="color"
    )
    add, change = address(VariantField, "add"), address(VariantField, color.pk, "change")
    why = {"customers1st_field": "size", "change_reason": "A new field."}

    new = filled_in(superuser, add) | why | {"tenant": nordlys.pk, "uniconta_field": "xSize2"}
    for page in (
        superuser.post(add, new),
        superuser.post(change, filled_in(superuser, change) | why),
    ):
        assert "“size” has two user fields" in page.content.decode()
    own = address(VariantField, size.pk, "change")
    assert superuser.post(own, filled_in(superuser, own) | why).status_code == 302
    assert [row.customers1st_field for row in VariantField.objects.all()] == ["size", "color"]


def test_an_address_outside_the_list_is_refused(nordlys: Tenant, superuser: Client) -> None:
    path = page_of(nordlys)
    data = filled_in(superuser, path) | {"uniconta-0-base_url": "https://evil.example"}

    assert b"ALLOWED_API_HOSTS" in superuser.post(path, data).content


class TestSecrets:
    def all_pages(self, browser: Client, tenant: Tenant) -> str:
        pages = []
        for model in MODELS:
            row = row_of(model, tenant)
            version = row.history.latest().pk
            for parts in (
                (),
                (row.pk, "change"),
                (row.pk, "history"),
                (row.pk, "history", version),
            ):
                response = browser.get(address(model, *parts))
                assert response.status_code == 200, parts
                pages.append(response.content.decode())
        return "".join(pages)

    def test_no_page_shows_one_not_even_in_part(self, nordlys: Tenant, superuser: Client) -> None:
        pages = self.all_pages(superuser, nordlys)

        for secret in SECRETS:
            assert secret not in pages
            assert secret[-6:] not in pages
        assert "A value is stored. Leave empty to keep it." in pages

    def test_who_may_only_look_sees_none_either(self, nordlys: Tenant) -> None:
        user = User.objects.create_user("bookkeeper", is_staff=True)
        user.user_permissions.set(
            Permission.objects.filter(
                content_type__app_label="settings_app", codename__startswith="view_"
            )
        )
        Membership.objects.create(tenant=nordlys, user=user)

        pages = self.all_pages(browser_of(user), nordlys)

        assert "POS3000" in pages
        for secret in SECRETS:
            assert secret not in pages
        # the address of the change URL is all that stands between a stranger and the queue
        assert str(nordlys.uniconta.hook_uuid) not in pages

    def test_who_may_only_look_changes_nothing(self, nordlys: Tenant, superuser: Client) -> None:
        user = User.objects.create_user("bookkeeper", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
        Membership.objects.create(tenant=nordlys, user=user)
        path = page_of(nordlys)
        data = filled_in(superuser, path) | {"name": "Andet", "setup-0-journal": "X"}

        assert browser_of(user).post(path, data).status_code == 403
        assert apply_file(NORDLYS).changes == []

    def test_an_empty_box_keeps_what_is_stored(self, nordlys: Tenant, superuser: Client) -> None:
        path = page_of(nordlys)

        superuser.post(path, filled_in(superuser, path) | {"uniconta-0-username": "ny"})

        assert Customers1stConnection.objects.get().api_token == "nordlys-token-1"
        company = UnicontaConnection.objects.get()
        assert (company.username, company.password) == ("ny", "nordlys-password-1")

    def test_a_filled_box_replaces_it_and_history_holds_none(
        self, nordlys: Tenant, superuser: Client
    ) -> None:
        path = address(Customers1stConnection, nordlys.customers1st.pk, "change")
        data = filled_in(superuser, path) | {"webhook_secret": "fresh-secret"}

        superuser.post(path, data)

        store = Customers1stConnection.objects.get()
        now = timezone.now()
        assert webhook_secrets(store, now) == ["fresh-secret", "nordlys-hook-secret-1"]
        assert webhook_secrets(store, now + timedelta(hours=25)) == ["fresh-secret"]
        assert store.history.count() == 2
        assert store.history.latest().history_change_reason == "(new: webhook_secret)"
        kept = repr(list(store.history.values()))
        assert "fresh-secret" not in kept
        assert "hook-secret-1" not in kept

    def test_a_refused_form_does_not_show_what_was_typed(
        self, nordlys: Tenant, superuser: Client
    ) -> None:
        path = address(UnicontaConnection, nordlys.uniconta.pk, "change")
        data = filled_in(superuser, path) | {"password": "just-typed", "company_id": "x"}

        page = superuser.post(path, data)

        assert page.status_code == 200
        assert b"just-typed" not in page.content
