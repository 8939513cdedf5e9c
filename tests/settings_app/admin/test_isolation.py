"""A tenant sees only itself: a superuser, Nordlys' staff and Fjord's staff open everything."""

import pytest
from django.contrib.auth.models import Permission, User
from django.db.models import Model
from django.test import Client

from settings_app.models import Customers1stConnection, Membership, PaymentType, Tenant
from tests.settings_app.admin.pages import MODELS, address, filled_in, row_of
from tests.settings_app.conftest import browser_of

TRACES = ("nordlys", "Nordlys", "POS3000", "Dankort", "RABAT25", "70123", "11111111-1111")

every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)


def test_every_model_of_the_tenant_file_has_a_page() -> None:
    assert len(MODELS) == 12


@every_model
def test_superusers_and_own_staff_see_everything_there_is(
    model: type[Model], nordlys: Tenant, superuser: Client, nordlys_staff: Client
) -> None:
    row = row_of(model, nordlys)

    for browser in (superuser, nordlys_staff):
        for parts in ((), (row.pk, "change"), (row.pk, "history")):
            assert browser.get(address(model, *parts)).status_code == 200
        version = row.history.latest().pk
        assert browser.get(address(model, row.pk, "history", version)).status_code == 200
        assert browser.get(address(model)).context["cl"].result_count >= 1


@every_model
def test_anothers_staff_sees_nothing_in_lists_filters_and_searches(
    model: type[Model], nordlys: Tenant, fjord_staff: Client
) -> None:
    for query in ("", f"?tenant={nordlys.pk}", "?q=nordlys", "?tenant=x", "?all=1"):
        response = fjord_staff.get(address(model) + query)
        if response.status_code == 302:  # a query that this page does not know
            continue
        page = response.content.decode().replace(f"value=&quot;{query}&quot;", "")
        shown = [str(row) for row in response.context["cl"].result_list]
        assert not any("nordlys" in text for text in shown)
        for trace in TRACES:
            if trace not in query:
                assert trace not in page


@every_model
def test_anothers_staff_reaches_nothing_by_its_address(
    model: type[Model], nordlys: Tenant, fjord_staff: Client
) -> None:
    row = row_of(model, nordlys)
    version = row.history.latest().pk

    for parts in (
        (row.pk, "change"),
        (row.pk, "history"),
        (row.pk, "delete"),
        (row.pk, "history", version),
    ):
        response = fjord_staff.get(address(model, *parts))
        assert response.status_code in {302, 403}
        if response.status_code == 302:
            assert response["Location"] == "/admin/"
        for trace in TRACES:
            assert trace not in response.content.decode()


@every_model
def test_anothers_staff_changes_and_deletes_nothing(
    model: type[Model], nordlys: Tenant, fjord_staff: Client
) -> None:
    row = row_of(model, nordlys)
    before = model._default_manager.filter(pk=row.pk).values().get()
    history = row.history.count()

    for parts in ((row.pk, "change"), (row.pk, "delete"), (row.pk, "history", 1)):
        fjord_staff.post(address(model, *parts), {"post": "yes", "name": "x", "title": "x"})
    fjord_staff.post(
        address(model),
        {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"},
    )

    assert model._default_manager.filter(pk=row.pk).values().get() == before
    assert row.history.count() == history


def test_an_address_with_anothers_tenant_finds_nothing(
    nordlys: Tenant, fjord_staff: Client, superuser: Client
) -> None:
    page = f"{address(PaymentType)}?tenant="

    assert fjord_staff.get(f"{page}{nordlys.pk}").context["cl"].result_count == 0
    assert superuser.get(f"{page}{nordlys.pk}").context["cl"].result_count == 2
    assert superuser.get(f"{page}x").status_code == 302


def test_an_autocomplete_offers_ones_own_tenants_only(nordlys: Tenant, fjord_staff: Client) -> None:
    response = fjord_staff.get(
        "/admin/autocomplete/",
        {"app_label": "settings_app", "model_name": "paymenttype", "field_name": "tenant"},
    )

    assert b"nordlys" not in response.content


def test_no_form_moves_a_row_to_another_tenant(
    nordlys: Tenant, fjord: Tenant, fjord_staff: Client
) -> None:
    row = row_of(PaymentType, fjord)
    path = address(PaymentType, row.pk, "change")

    fjord_staff.post(path, {**filled_in(fjord_staff, path), "tenant": nordlys.pk, "account": "1"})

    row.refresh_from_db()
    assert (row.tenant, row.account) == (fjord, "1")


def test_rows_cannot_be_smuggled_in_through_the_tenant_page(
    nordlys: Tenant, fjord: Tenant, fjord_staff: Client
) -> None:
    path = address(Tenant, fjord.pk, "change")
    data = filled_in(fjord_staff, path)
    theirs = row_of(PaymentType, nordlys)
    data |= {"payment_types-0-id": theirs.pk, "payment_types-0-account": "0000"}

    fjord_staff.post(path, data)

    theirs.refresh_from_db()
    assert (theirs.tenant, theirs.account) == (nordlys, "5830")


def test_a_staff_user_without_a_tenant_sees_none(nordlys: Tenant) -> None:
    user = User.objects.create_user("nobody", is_staff=True)
    user.user_permissions.set(Permission.objects.all())

    page = browser_of(user).get(address(Tenant))

    assert page.context["cl"].result_count == 0


def test_only_superusers_decide_who_sees_a_tenant(
    nordlys: Tenant, nordlys_staff: Client, superuser: Client
) -> None:
    path = address(Tenant, nordlys.pk, "change")

    assert b"memberships-TOTAL_FORMS" not in nordlys_staff.get(path).content
    assert b"memberships-TOTAL_FORMS" in superuser.get(path).content
    user = User.objects.create_user("friend", is_staff=True)
    data = filled_in(nordlys_staff, path) | {
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "0",
        "memberships-0-user": str(user.pk),
        "memberships-0-tenant": str(nordlys.pk),
    }
    nordlys_staff.post(path, data)
    assert not Membership.objects.filter(user=user).exists()


def test_history_is_read_and_never_put_back(nordlys: Tenant, superuser: Client) -> None:
    store = row_of(Customers1stConnection, nordlys)
    path = address(Customers1stConnection, store.pk, "history", store.history.latest().pk)

    response = superuser.post(path, {"base_url": "https://api.uniconta.com"})

    assert response.status_code == 403
    store.refresh_from_db()
    assert store.base_url == "https://api.c1st.com/api"


def test_history_wants_its_own_permission(nordlys: Tenant) -> None:
    user = User.objects.create_user("bookkeeper", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_tenant"))
    Membership.objects.create(tenant=nordlys, user=user)
    browser = browser_of(user)

    assert browser.get(address(Tenant, nordlys.pk, "change")).status_code == 200
    assert browser.get(address(Tenant, nordlys.pk, "history")).status_code == 403
