"""One chosen tenant narrows all lists; nobody is offered, and nobody chooses, a tenant they may not see."""

import pytest
from django.contrib.auth.models import Permission
from django.db.models import Model
from django.test import Client

from settings_app.models import PaymentType, Tenant
from tests import factories
from tests.settings_app.admin.pages import MODELS, address
from tests.settings_app.conftest import browser_of

CHOOSE = "/admin/choose-tenant/"


def shown(browser: Client, model: type[Model] = PaymentType) -> set[str]:
    rows = browser.get(address(model)).context["cl"].queryset
    return {row.slug if isinstance(row, Tenant) else row.tenant.slug for row in rows}


def offered(browser: Client) -> list[str]:
    return [each.slug for each in browser.get(address(PaymentType)).context["tenants_on_offer"]]


@pytest.fixture
def both(nordlys: Tenant, fjord: Tenant) -> Client:
    """Staff of both shops."""
    user = factories.staff_of(nordlys, fjord, name="both")
    user.user_permissions.set(Permission.objects.all())
    return browser_of(user)


def test_everybody_is_offered_their_own_tenants(
    nordlys: Tenant, superuser: Client, both: Client, fjord_staff: Client
) -> None:
    assert offered(superuser) == offered(both) == ["fjord", "nordlys"]
    assert offered(fjord_staff) == ["fjord"]


@pytest.mark.parametrize("model", [each for each in MODELS if each is not Tenant])
def test_the_choice_narrows_every_list_until_all_are_chosen_again(
    model: type[Model], nordlys: Tenant, superuser: Client, both: Client
) -> None:
    for browser in (superuser, both):
        everything = shown(browser, model)
        assert "nordlys" in everything

        browser.post(CHOOSE, {"slug": "nordlys"})
        assert shown(browser, model) == {"nordlys"}

        browser.post(CHOOSE, {"slug": "fjord"})
        assert "nordlys" not in shown(browser, model)

        browser.post(CHOOSE, {"slug": ""})
        assert shown(browser, model) == everything


def test_the_list_of_tenants_and_single_pages_stay_within_reach(
    nordlys: Tenant, both: Client
) -> None:
    both.post(CHOOSE, {"slug": "fjord"})

    assert shown(both, Tenant) == {"fjord", "nordlys"}
    assert both.get(address(Tenant, nordlys.pk, "change")).status_code == 200


def test_nobody_chooses_a_tenant_they_may_not_see(
    nordlys: Tenant, fjord_staff: Client, superuser: Client
) -> None:
    assert fjord_staff.post(CHOOSE, {"slug": "nordlys"}).status_code == 404
    assert superuser.post(CHOOSE, {"slug": "no-such"}).status_code == 404
    assert shown(fjord_staff) <= {"fjord"}


def test_a_choice_that_is_no_longer_ones_own_is_forgotten(
    nordlys: Tenant, fjord: Tenant, both: Client
) -> None:
    both.post(CHOOSE, {"slug": "nordlys"})
    nordlys.memberships.all().delete()

    assert shown(both) <= {"fjord"}
    assert offered(both) == ["fjord"]


def test_choosing_leads_back_to_the_list_and_never_out_of_the_house(both: Client) -> None:
    page = address(PaymentType)

    assert both.post(CHOOSE, {"slug": "fjord", "next": page})["Location"] == page
    away = both.post(CHOOSE, {"slug": "fjord", "next": "https://evil.example/"})["Location"]
    assert away == "/admin/overview/"


def test_it_takes_a_form_and_a_log_in(db: None, both: Client) -> None:
    assert both.get(CHOOSE).status_code == 405
    assert Client().post(CHOOSE, {"slug": "fjord"})["Location"].startswith("/admin/login/")
