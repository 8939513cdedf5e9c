"""The last step: green, on somebody's responsibility, or not at all; webhooks at both systems."""

import pytest
from django.urls import reverse

from settings_app.models import DoctorReport, Tenant
from syncjobs.models import HookRegistration
from syncjobs.wizard.steps import STEPS
from tests.syncjobs.wizard.conftest import Guide, Vendors

CARDS = {f"setup.{card}.kind": "multi" for card in ("gift_card", "voucher", "deposit")}


@pytest.fixture
def ready(guide: Guide) -> Guide:
    """Everything but the last step."""
    guide.connect()
    for step in STEPS[2:-1]:
        guide.save(step.key, **(CARDS if step.key == "items" else {}))
    return guide


def press(guide: Guide, **buttons: str) -> str:
    answer = guide.browser.post(guide.address("live"), buttons, follow=True)
    return str(answer.content.decode())


def status() -> str:
    return Tenant.objects.get(slug="nordlys").status


def test_nothing_is_written_while_it_is_only_looked_at(ready: Guide, vendors: Vendors) -> None:
    page = ready.open("live", "?preview=1").content.decode()

    assert "POST /hooks: event pospayment.created" in page
    assert "POST /Crud/Insert/TableChangeEventClient" in page
    assert str(Tenant.objects.get(slug="nordlys").uniconta.hook_uuid) not in page
    assert vendors.writes() == []


def test_a_green_doctor_lets_it_go_live(ready: Guide, vendors: Vendors) -> None:
    page = press(ready, live="1")

    assert status() == "live"
    assert "Webhooks at Uniconta: Debtor (created), InvItem (created)." in page
    assert {row.state for row in HookRegistration.objects.all()} <= {"created", "ok"}
    assert len(vendors.writes()) == 8
    press(ready, live="1")
    assert len(vendors.writes()) == 8  # a second press does nothing more
    assert Tenant.objects.get(slug="nordlys").history.filter(status="live").count() == 1


def test_an_error_keeps_it_a_draft_and_leads_to_the_step(ready: Guide, vendors: Vendors) -> None:
    vendors.company["GLAccount"].change(vendors.company.row("GLAccount", "5810"), Blocked=True)

    page = press(ready, live="1")

    assert status() == "draft"
    assert "Not live yet: The doctor found errors." in page
    assert "GL account 5810 is blocked." in page
    assert f'href="{ready.address("cash_account")}#at-setup.cash_account"' in page
    assert "I take responsibility" in page


def test_states_of_webhooks_are_danish_words_to_danish_readers(
    ready: Guide, vendors: Vendors
) -> None:
    press(ready, live="1")
    HookRegistration.objects.update(state="missing")

    answer = ready.browser.get(ready.address("live"), headers={"accept-language": "da"})

    page = answer.content.decode()
    assert "<td>mangler</td>" in page
    assert "<td>missing</td>" not in page


def test_a_person_takes_responsibility_and_the_reason_is_kept(
    ready: Guide, vendors: Vendors
) -> None:
    vendors.company["GLAccount"].change(vendors.company.row("GLAccount", "5810"), Blocked=True)
    press(ready, live="1")
    why = "The bookkeeper unblocks the account on Monday. " * 5

    page = press(ready, live="1", responsibility=why)

    assert status() == "live"
    assert "is live" in page
    newest = Tenant.objects.get(slug="nordlys").history.latest()
    assert (
        newest.history_change_reason
        == f"went live on the responsibility of nordlys-staff: {why.strip()}"
    )
    assert newest.history_user.username == "nordlys-staff"


def test_a_system_that_refuses_webhooks_is_told_and_the_other_is_done(
    ready: Guide, vendors: Vendors
) -> None:
    vendors.sandbox.switches.set("c1st.hook_registration", "forbidden")

    page = press(ready, live="1")

    assert "Customers 1st denies access: Hooks can only be added in the app" in page
    assert "Webhooks at Uniconta: Debtor (created)" in page
    assert status() == "draft"  # sales that nobody is called for are an error
    assert DoctorReport.objects.get(tenant__slug="nordlys").is_green is False


def test_buttons_do_one_thing_each(ready: Guide, vendors: Vendors) -> None:
    page = press(ready, examine="1")
    assert "The doctor is green." in page
    assert "going live registers it" in page
    assert vendors.writes() == []
    press(ready, hooks="1")
    assert len(vendors.writes()) == 8
    assert status() == "draft"
    assert "going live registers it" not in press(ready, examine="1")
    assert "never examined" not in press(ready, nothing="1")
    assert status() == "draft"


def test_other_ways_to_go_live_are_as_they_were(ready: Guide) -> None:
    press(ready, live="1")

    page = ready.browser.get(reverse("admin:settings_app_tenant_changelist")).content.decode()

    assert reverse("admin:wizard_grid", args=["nordlys"]) in page
